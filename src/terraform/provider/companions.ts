import type { ApiClient } from '../../apiclient/client.ts';
import type { KubernetesObject, Manifest, ResourceType } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Companion } from '../../kinds/kind.ts';
import { describeObject, nameOf } from './api-diagnostics.ts';
import {
  canonicalJson,
  fieldManagerOf,
  healthyAnnotation,
  jobLabel,
  ownershipOf,
  projectAnnotation,
  withOwner,
} from './ownership.ts';

/** Companions kept beside those in use: the way back to what ran before. */
const keptOthers = 2;

/** Writes companions, before the object that names them. One that is there with equal content stays as it is. */
export async function writeCompanions(
  client: ApiClient,
  project: string,
  companions: readonly Companion[],
): Promise<void> {
  for (const { type, manifest } of companions) {
    const { name, namespace } = manifest.metadata;
    const existing = await client.get<Manifest>(type, { name, namespace });
    if (existing !== undefined) {
      const ownership = ownershipOf(project, existing);
      if (ownership.owned === 'elsewhere') throw new DiagnosticError(foreign(existing, ownership.by));
      if (existing['immutable'] === true) {
        if (sameContent(existing, manifest)) continue;
        throw new DiagnosticError(tampered(existing));
      }
    }
    await client.apply(type, withOwner(project, manifest), { fieldManager: fieldManagerOf(project) });
  }
}

/**
 * Deletes the companions of an object that are past use. Kept: those that its live spec, the last spec that ran or the
 * last two that were healthy name, and the youngest two others, for a rollback.
 */
export async function pruneCompanions(
  client: ApiClient,
  project: string,
  type: ResourceType,
  owner: KubernetesObject,
): Promise<void> {
  const companions = await listCompanions(client, project, type, owner);
  const { spec, status, metadata } = owner as KubernetesObject & {
    spec?: unknown;
    status?: { reconciliationStatus?: { lastStableSpec?: string } };
  };
  const inUse = [
    JSON.stringify(spec ?? {}),
    status?.reconciliationStatus?.lastStableSpec,
    metadata.annotations?.[healthyAnnotation],
  ].join('\n');
  const others = companions
    .filter(({ metadata }) => !inUse.includes(metadata.name))
    .sort((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''));
  await deleteAll(client, type, others.slice(keptOthers));
}

/** Deletes all companions of an object that is gone. */
export async function deleteCompanions(
  client: ApiClient,
  project: string,
  type: ResourceType,
  owner: KubernetesObject,
): Promise<void> {
  await deleteAll(client, type, await listCompanions(client, project, type, owner));
}

async function listCompanions(
  client: ApiClient,
  project: string,
  type: ResourceType,
  owner: KubernetesObject,
): Promise<readonly KubernetesObject[]> {
  const { name, namespace } = owner.metadata;
  const { items } = await client.list(type, { namespace, labelSelector: `${jobLabel}=${name}` });
  return items.filter(({ metadata }) => metadata.annotations?.[projectAnnotation] === project);
}

async function deleteAll(
  client: ApiClient,
  type: ResourceType,
  objects: readonly KubernetesObject[],
): Promise<void> {
  for (const { metadata } of objects) {
    await client.delete(type, { name: metadata.name, namespace: metadata.namespace }, { uid: metadata.uid });
  }
}

function sameContent(existing: Manifest, wanted: Manifest): boolean {
  return (
    canonicalJson([existing.data, existing['binaryData']]) ===
    canonicalJson([wanted.data, wanted['binaryData']])
  );
}

function foreign(existing: KubernetesObject, by: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'OwnedElsewhere',
    summary: `${describeObject(nameOf(existing))} belongs to ${by}`,
    detail:
      'It has to be written for this resource, and two projects cannot share it. Use another name or namespace.',
    object: nameOf(existing),
  };
}

function tampered(existing: KubernetesObject): Diagnostic {
  return {
    severity: 'error',
    reason: 'RevisionChanged',
    summary: `${describeObject(nameOf(existing))} exists with other content`,
    detail:
      'Its name is a hash of its content, so somebody has made it by hand or changed it. ' +
      'It is immutable: delete it if nothing uses it, then apply again.',
    object: nameOf(existing),
  };
}
