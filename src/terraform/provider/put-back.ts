import type { ApiClient } from '../../apiclient/client.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../../apiclient/object.ts';
import type { GoingBack } from '../../kinds/rollout.ts';
import { withFieldsOf } from './declared-fields.ts';
import {
  fieldManagerOf,
  healthyAnnotation,
  rejectedAnnotation,
  rejectionAnnotation,
  revisionAnnotation,
} from './ownership.ts';

/** The length of an annotation that people read. */
const longestReason = 600;

export interface PuttingBack {
  readonly client: ApiClient;
  readonly type: ResourceType;
  /** As it is now. */
  readonly object: KubernetesObject;
  readonly project: string;
  readonly spec: object;
  /** Undefined where it is not known of which revision the spec is. */
  readonly revision: string | undefined;
  /** Why what it is at now is taken back. */
  readonly because: string;
  /** Whether fields are taken from who edited them by hand. */
  readonly force: boolean;
}

/**
 * Applies an earlier spec as its project would, so that the project's next plan shows the difference and applies without
 * a conflict. The revision that is taken back is noted as rejected: no plan makes it again unasked.
 */
export async function putBack(request: PuttingBack): Promise<KubernetesObject> {
  const { client, type, object, project, spec, revision, because, force } = request;
  const manager = fieldManagerOf(project);
  const { metadata } = withFieldsOf(manager, object);
  const {
    [healthyAnnotation]: _healthy,
    [revisionAnnotation]: _live,
    ...annotations
  } = metadata.annotations ?? {};
  const rejected = object.metadata.annotations?.[revisionAnnotation];
  return client.apply<KubernetesObject>(
    type,
    {
      apiVersion: apiVersionOf(type),
      kind: type.kind,
      metadata: {
        name: metadata.name,
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        ...(metadata.uid !== undefined && { uid: metadata.uid }),
        ...(metadata.labels && { labels: metadata.labels }),
        annotations: {
          ...annotations,
          ...(revision !== undefined && { [revisionAnnotation]: revision }),
          ...(rejected !== undefined && { [rejectedAnnotation]: rejected }),
          [rejectionAnnotation]: shorten(because),
        },
      },
      spec,
    },
    { fieldManager: manager, force },
  );
}

/** What the spec cannot run without and is not there, in words. */
export async function findMissing(
  client: ApiClient,
  goBack: GoingBack,
  { metadata }: KubernetesObject,
  spec: object,
): Promise<string | undefined> {
  for (const { type, name, what } of goBack.needs(spec)) {
    const found = await client.get(type, { namespace: metadata.namespace, name });
    if (found === undefined) return `${type.kind} ${name} with ${what} is gone`;
  }
  return undefined;
}

export interface Rejection {
  readonly revision: string;
  readonly because: string;
}

/** The revision of the object that was rolled back. */
export function readRejection({ metadata: { annotations } }: KubernetesObject): Rejection | undefined {
  const revision = annotations?.[rejectedAnnotation];
  return revision === undefined ? undefined : { revision, because: annotations?.[rejectionAnnotation] ?? '' };
}

function shorten(text: string): string {
  return text.length > longestReason ? `${text.slice(0, longestReason - 1)}…` : text;
}
