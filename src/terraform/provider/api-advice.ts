import type { ApiError, ApiErrorReason } from '../../apiclient/client.ts';
import { apiVersionOf, type ResourceType } from '../../apiclient/object.ts';

/** What an advice may name besides the failure itself. */
export interface Circumstances {
  /** Undefined while it could not be found out. */
  readonly type: ResourceType | undefined;
  /** Which API was asked, as the user set it: kubeconfig and context. */
  readonly where: string | undefined;
}

/** What to do about a failed request, where the server's message does not tell. */
export function adviseOn(error: ApiError, circumstances: Circumstances): string {
  return advice[error.reason]?.(circumstances, error.message) ?? '';
}

const advice: Readonly<
  Partial<Record<ApiErrorReason, (circumstances: Circumstances, message: string) => string>>
> = {
  Unreachable: checkReach,
  Timeout: checkReach,
  ServiceUnavailable: checkReach,
  Unauthorized: ({ where }) =>
    `The credentials${where === undefined ? ' of the kubeconfig' : ` of ${where}`} are not accepted, or have expired. ` +
    'Renew them (log in again, or ask for a new token) and run again.',
  Forbidden({ type }, message) {
    const verb = verbIn(message);
    const resource = type === undefined ? 'it' : resourceName(type);
    return `The credentials may not ${verb} ${resource}. Terraform needs get, list, watch, create, patch and delete on ${resource}: ask for a role that has them.`;
  },
  NotFound: ({ type }, message) =>
    /namespaces? "/.test(message)
      ? 'Create the namespace first, or correct its name.'
      : `The server does not know ${type === undefined ? 'the kind' : `${apiVersionOf(type)} ${type.kind}`}. ` +
        "Its operator's CustomResourceDefinition is not installed, or serves only another version.",
  Conflict: () => 'Somebody changed it at the same moment. Run again: the next plan shows what it is now.',
  AlreadyExists: () => 'Somebody made it at the same moment. Run again, or give it another name.',
  TooManyRequests: () => 'The server has too much to do. Run again, or with a lower -parallelism.',
  InternalError: () =>
    'The API server or an admission webhook failed, not the object. Look into their logs, then run again.',
  RequestEntityTooLarge: () => 'The object is larger than the server takes. Split it.',
  MethodNotAllowed: ({ type }) =>
    `The server has ${type === undefined ? 'the kind' : type.kind}, but lets nobody do this with it.`,
};

function checkReach({ where }: Circumstances): string {
  return (
    `Check that the platform or the cluster is up${where === undefined ? '' : `, and that ${where} is the right one`}. ` +
    'Nothing was changed in the state; run again.'
  );
}

/** RBAC's verb: in the words of the server, else by the request's method. */
function verbIn(message: string): string {
  const told = /cannot (\w+) resource/.exec(message)?.[1];
  const method = /^([A-Z]+) /.exec(message)?.[1] ?? '';
  return told ?? { GET: 'read', PATCH: 'patch', POST: 'create', DELETE: 'delete' }[method] ?? 'do this with';
}

/** As RBAC names it: `configmaps`, `kafkatopics.kafka.strimzi.io`. */
function resourceName({ plural, group }: ResourceType): string {
  return group === '' ? plural : `${plural}.${group}`;
}
