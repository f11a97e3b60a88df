import type { KubernetesObject, ManagedFieldsEntry, Manifest } from '../../apiclient/object.ts';

/** Annotations by which an object says which project manages it, as what, and at which revision. */
export const projectAnnotation = 'sdp.internal/project';
export const ownerAnnotation = 'sdp.internal/owner';
export const revisionAnnotation = 'sdp.internal/revision';
/** The revisions that were healthy last, for the way back. */
export const healthyAnnotation = 'sdp.internal/healthy';
/** The revision that was rolled back, and why. Gone with the next change of the project. */
export const rejectedAnnotation = 'sdp.internal/rejected-revision';
export const rejectionAnnotation = 'sdp.internal/rejected-because';
/** As whom rollouts write what they note of an object, and what they make while they wait. */
export const rolloutManager = 'sdp-rollout';
/** Label of companions: the name of the object they belong to. */
export const jobLabel = 'sdp.internal/job';

/** Who applies: a project, as a server-side apply field manager. */
export function fieldManagerOf(project: string): string {
  return `sdp:${project}`;
}

/** What the owner annotation says: the project and what the object is in it. */
export function ownerOf(project: string, { kind, metadata }: KubernetesObject): string {
  return `${project}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The manifest with the annotations of its project. */
export function withOwner<T extends Manifest>(project: string, manifest: T, revision?: string): T {
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      annotations: {
        ...manifest.metadata.annotations,
        [projectAnnotation]: project,
        [ownerAnnotation]: ownerOf(project, manifest),
        ...(revision !== undefined && { [revisionAnnotation]: revision }),
      },
    },
  };
}

export type Ownership =
  | { readonly owned: 'here' }
  /** `by` names the project or the field managers; empty when nothing tells. */
  | { readonly owned: 'elsewhere' | 'by-nobody'; readonly by: string };

/** Whose an object is. Without annotations, a project that applied fields of it still owns it. */
export function ownershipOf(project: string, object: KubernetesObject): Ownership {
  const { annotations, managedFields } = object.metadata;
  const owner = annotations?.[ownerAnnotation];
  const annotated = annotations?.[projectAnnotation];
  if (owner !== undefined || annotated !== undefined) {
    return owner === ownerOf(project, object) && annotated === project
      ? { owned: 'here' }
      : { owned: 'elsewhere', by: `project ${annotated ?? owner}` };
  }
  if (findApplied(project, managedFields) !== undefined) return { owned: 'here' };
  return { owned: 'by-nobody', by: managersOf(object).join(', ') };
}

/** The managers that wrote anything but status. */
export function managersOf({ metadata }: KubernetesObject): readonly string[] {
  const managers = (metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);
  return [...new Set(managers.map(({ manager }) => manager))];
}

/** The fields of an object that this project applied and still owns, as text to compare. */
export function appliedFields(project: string, object: KubernetesObject): string | undefined {
  const entry = findApplied(project, object.metadata.managedFields);
  return entry === undefined ? undefined : canonicalJson(entry.fieldsV1);
}

function findApplied(
  project: string,
  managedFields: readonly ManagedFieldsEntry[] | undefined,
): ManagedFieldsEntry | undefined {
  return managedFields?.find(
    ({ manager, operation, subresource }) =>
      manager === fieldManagerOf(project) && operation === 'Apply' && subresource === undefined,
  );
}

/** JSON with sorted keys: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
