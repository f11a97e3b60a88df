import { createHash } from 'node:crypto';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import type { KubernetesObject, Manifest, OwnerReference, ResourceType } from '../apiclient/object.ts';

export interface OwnedObject {
  readonly type: ResourceType;
  readonly manifest: Manifest;
}

/** Hash of the manifest that an object was made from: pods cannot change, so another hash means another pod. */
const manifestHashAnnotation = 'sdp.internal/manifest-hash';

export function ownerReferenceTo(owner: KubernetesObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Brings an object that can change to what its owner wants. The garbage collector deletes it with the owner. */
export async function applyOwned(
  client: ApiClient,
  owner: KubernetesObject,
  { type, manifest }: OwnedObject,
  fieldManager: string,
): Promise<void> {
  await client.apply(type, withOwner(manifest, owner), { fieldManager, force: true });
}

/**
 * Creates an object that cannot change, or replaces it when it was made from another manifest: `current` is deleted,
 * and the next call after it is gone creates the new one. Answers whether the wanted object is there.
 */
export async function replaceOwned<T extends KubernetesObject>(
  client: ApiClient,
  owner: KubernetesObject,
  { type, manifest }: OwnedObject,
  current: T | undefined,
  fieldManager: string,
): Promise<boolean> {
  const hash = hashManifest(manifest);
  if (current?.metadata.deletionTimestamp !== undefined) return false;
  if (current === undefined) {
    const annotations = { ...manifest.metadata.annotations, [manifestHashAnnotation]: hash };
    const marked = { ...manifest, metadata: { ...manifest.metadata, annotations } };
    try {
      await client.create(type, withOwner(marked, owner), { fieldManager });
    } catch (error) {
      // Made since `current` was looked up: the next call sees of what manifest.
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      return false;
    }
    return true;
  }
  if (current.metadata.annotations?.[manifestHashAnnotation] === hash) return true;
  await client.delete(type, current.metadata, { uid: current.metadata.uid });
  return false;
}

function withOwner(manifest: Manifest, owner: KubernetesObject): Manifest {
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      ownerReferences: [ownerReferenceTo(owner)],
    },
  };
}

function hashManifest(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex').slice(0, 16);
}
