import type { ApiClient } from '../../apiclient/client.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../../apiclient/object.ts';
import { withFieldsOf } from './declared-fields.ts';
import {
  canonicalJson,
  fieldManagerOf,
  healthyAnnotation,
  projectAnnotation,
  rejectedAnnotation,
  revisionAnnotation,
  rolloutManager,
} from './ownership.ts';

/** A spec with which an object was healthy, as its project applied it. */
export interface HealthyRevision {
  readonly revision: string;
  readonly spec: object;
}

const kept = 2;
/** All annotations of an object together may have 256 KiB. */
const mostBytes = 96 * 1024;

/** Newest first; none where the annotation is absent or nobody's that is known. */
export function readHealthy({ metadata }: KubernetesObject): readonly HealthyRevision[] {
  try {
    const parsed: unknown = JSON.parse(metadata.annotations?.[healthyAnnotation] ?? '[]');
    return Array.isArray(parsed) ? parsed.filter(isHealthyRevision) : [];
  } catch {
    return [];
  }
}

/** The newest that was healthy, other than what the object is at and what was rolled back. */
export function findWayBack(object: KubernetesObject): HealthyRevision | undefined {
  const { annotations } = object.metadata;
  const others = [annotations?.[revisionAnnotation], annotations?.[rejectedAnnotation]];
  return readHealthy(object).find(({ revision }) => !others.includes(revision));
}

/**
 * Notes on the object that it is healthy as it is: in metadata only, so that no generation moves, and by a manager of its
 * own, so that the project's fields stay as they are. Nothing is written where it stands there already.
 */
export async function recordHealthy(
  client: ApiClient,
  type: ResourceType,
  object: KubernetesObject,
): Promise<void> {
  const record = buildRecord(object);
  const { name, namespace, uid, annotations } = object.metadata;
  if (record === undefined || record === (annotations?.[healthyAnnotation] ?? '[]')) return;
  await client.apply(
    type,
    {
      apiVersion: apiVersionOf(type),
      kind: type.kind,
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        // Else an object that was deleted meanwhile would be made anew.
        ...(uid !== undefined && { uid }),
        annotations: { [healthyAnnotation]: record },
      },
    },
    { fieldManager: rolloutManager, force: true },
  );
}

/** Undefined where no project declares the object. One that is too large to be noted leaves none: older ones are not the last. */
function buildRecord(object: KubernetesObject): string | undefined {
  const { annotations } = object.metadata;
  const [project, revision] = [annotations?.[projectAnnotation], annotations?.[revisionAnnotation]];
  if (project === undefined || revision === undefined) return undefined;
  const { spec } = withFieldsOf(fieldManagerOf(project), object) as KubernetesObject & { spec?: object };
  if (spec === undefined) return undefined;
  const others = readHealthy(object).filter((item) => item.revision !== revision);
  const records = [{ revision, spec }, ...others].slice(0, kept);
  while (Buffer.byteLength(canonicalJson(records)) > mostBytes) records.pop();
  return canonicalJson(records);
}

function isHealthyRevision(value: unknown): value is HealthyRevision {
  const { revision, spec } = (value ?? {}) as { revision?: unknown; spec?: unknown };
  return typeof revision === 'string' && typeof spec === 'object' && spec !== null;
}
