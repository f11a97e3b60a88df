import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject, Manifest, ObjectReference, ResourceType } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { BuiltManifest } from '../../kinds/kind.ts';
import { conflictsOf, describeObject, nameOf } from './api-diagnostics.ts';
import { writeCompanions } from './companions.ts';
import type { Observation } from './kind-read.ts';
import { fieldManagerOf, managersOf, ownershipOf, withOwner } from './ownership.ts';
import { takeOver } from './take-over.ts';
import { waitUntilGone } from './wait-until-gone.ts';

/** Where and as whom an object is written. */
export interface Writing {
  readonly client: ApiClient;
  readonly project: string;
  readonly type: ResourceType;
  /** Ends waiting. Requests that were sent are left to end: their effect has to be known. */
  readonly signal: AbortSignal;
}

/** Throws where what is about to be done to the object, as it is now, is not what was planned. */
export type Approve = (existing: KubernetesObject) => Promise<void>;

/** How long a creation waits for an object of that name that is being deleted. Milliseconds. */
const deletionPatience = 120_000;

/**
 * Creates an object and its companions. One that is there already is taken over only when it carries the annotations
 * of this project and identity: a creation whose answer was lost.
 */
export async function createObject(
  { client, project, type, signal }: Writing,
  built: BuiltManifest,
  revision: string,
): Promise<KubernetesObject> {
  const { name, namespace } = built.manifest.metadata;
  const existing = await client.get(type, { name, namespace });
  if (existing?.metadata.deletionTimestamp !== undefined) {
    await waitUntilGone(client, type, existing, { timeout: deletionPatience, signal });
  } else if (existing !== undefined) {
    const ownership = ownershipOf(project, existing);
    if (ownership.owned !== 'here') throw new DiagnosticError(existsAlready(existing, ownership.by));
  }
  await writeCompanions(client, project, built.companions);
  return client.apply(type, withOwner(project, built.manifest, revision), {
    fieldManager: fieldManagerOf(project),
  });
}

/**
 * Brings an object to its new manifest, companions first. Fields that others edited by hand are put back when the
 * plan was made in view of those edits (`observed.seen`); any other conflict is an error.
 */
export async function updateObject(
  { client, project, type }: Writing,
  built: BuiltManifest,
  revision: string,
  observed: Observation,
  showsMetadata: boolean,
  approve: Approve,
): Promise<KubernetesObject> {
  const { name, namespace } = built.manifest.metadata;
  const existing = await client.get(type, { name, namespace });
  if (existing === undefined) throw new DiagnosticError(vanished(built.manifest));
  if (existing.metadata.deletionTimestamp !== undefined) throw new DiagnosticError(beingDeleted(existing));
  const ownership = ownershipOf(project, existing);
  if (ownership.owned === 'elsewhere') throw new DiagnosticError(existsAlready(existing, ownership.by));
  await approve(existing);
  await writeCompanions(client, project, built.companions);

  if (observed.adopt === true) {
    const named = observed.named ?? [];
    await takeOver(client, type, project, existing, { named, withMetadata: showsMetadata });
  }
  const manifest = withOwner(project, built.manifest, revision);
  const options = { fieldManager: fieldManagerOf(project) };
  try {
    return await client.apply(type, manifest, { ...options, force: observed.adopt === true });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    const conflicts = conflictsOf(error);
    const shown = conflicts.length > 0 && conflicts.every(({ manager }) => observed.seen?.includes(manager));
    if (!shown) throw error;
    return client.apply(type, manifest, { ...options, force: true });
  }
}

/** Deletes an object of this project and waits until it is gone; others' objects are refused. */
export async function deleteObject(
  { client, project, type, signal }: Writing,
  reference: ObjectReference,
  timeout: number,
  approve: Approve,
): Promise<void> {
  const existing = await client.get(type, reference);
  if (existing === undefined) return;
  const ownership = ownershipOf(project, existing);
  if (ownership.owned !== 'here') throw new DiagnosticError(notOurs(existing, ownership.by));
  if (existing.metadata.deletionTimestamp === undefined) {
    await approve(existing);
    await client.delete(type, reference, { uid: existing.metadata.uid });
  }
  await waitUntilGone(client, type, existing, { timeout, signal });
}

export function existsAlready(existing: KubernetesObject, by: string): Diagnostic {
  const managers = managersOf(existing);
  return {
    severity: 'error',
    reason: 'AlreadyExists',
    summary: `${describeObject(nameOf(existing))} exists, owned by ${by === '' ? 'nobody known' : by}`,
    detail:
      `Its fields are managed by ${managers.length === 0 ? 'nobody known' : managers.join(', ')}. ` +
      'It was not made by this resource, and taking it over unasked could undo the work of others. ' +
      `Use another name, or take it over: terraform import ADDRESS ${existing.metadata.namespace}/${existing.metadata.name}`,
    object: nameOf(existing),
    path: ['name'],
  };
}

function vanished(manifest: Manifest): Diagnostic {
  return {
    severity: 'error',
    reason: 'NotFound',
    summary: `${describeObject(nameOf(manifest))} is gone`,
    detail:
      'It was there when the change was planned and has been deleted since. Plan again: it will be created.',
    object: nameOf(manifest),
  };
}

function beingDeleted(existing: KubernetesObject): Diagnostic {
  return {
    severity: 'error',
    reason: 'BeingDeleted',
    summary: `${describeObject(nameOf(existing))} is being deleted`,
    detail:
      `The deletion was asked for at ${existing.metadata.deletionTimestamp} and waits for ` +
      `${(existing.metadata.finalizers ?? []).join(', ') || 'its dependents'}. Let it end, then apply again: the object will be created anew.`,
    object: nameOf(existing),
  };
}

function notOurs(existing: KubernetesObject, by: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'OwnedElsewhere',
    summary: `${describeObject(nameOf(existing))} is owned by ${by === '' ? 'nobody known' : by}, not by this project`,
    detail:
      'It is not the object that this resource created, so it is left alone. ' +
      'Remove the resource from the state (terraform state rm), or delete the object by hand.',
    object: nameOf(existing),
  };
}
