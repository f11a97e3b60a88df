import type { ApiError, ApiErrorReason } from './client.ts';
import { apiVersionOf, type ResourceType } from './object.ts';

/** What an advice may name besides the failure itself. */
export interface Circumstances {
  /** Of what Terraform declares; undefined for another request, and while it could not be found out. */
  readonly type?: ResourceType | undefined;
  /** Which API was asked, as the user set it: kubeconfig and context. */
  readonly where?: string | undefined;
}

/** What to do about a failed request, where the server's message does not tell. */
export function adviseOn(error: ApiError, circumstances: Circumstances = {}): string {
  return adviseOnWords(error.message) ?? advice[error.reason]?.(circumstances, error.message) ?? '';
}

/** The same for what only the words of an answer tell: what stands between the request and the storage has no reason of its own. */
export function adviseOnWords(message: string): string | undefined {
  for (const { says, advise } of told) {
    const found = says.exec(message);
    if (found !== null) return advise(found, message);
  }
  return undefined;
}

interface Told {
  readonly says: RegExp;
  advise(found: RegExpExecArray, message: string): string;
}

const tooLarge =
  'An object may have about 1.5 MiB, a ConfigMap 1 MiB, all of its annotations 256 KiB. Take out what it does not need, or bring what is large as a file that it names: an artifact, an object of a bucket.';

/** kube-apiserver's words (admission, quota, webhooks, validation) and etcd's. */
const told: readonly Told[] = [
  {
    says: /admission webhook "([^"]+)" (?:denied the request|does not support dry run)/,
    advise: ([, webhook]) =>
      `The admission webhook ${webhook} refuses it, not Kubernetes: change what it names. Its rules are the cluster's administrators'; kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations shows whose it is.`,
  },
  {
    says: /ValidatingAdmissionPolicy '([^']+)'(?: with binding '([^']+)')? denied request/,
    advise: ([, policy]) =>
      `A rule of the cluster refuses it: change what it names. kubectl get validatingadmissionpolicy ${policy} -o yaml has the rule, and it is the cluster's administrators'.`,
  },
  {
    says: /failed calling webhook "([^"]+)"/,
    advise: ([, webhook], message) =>
      `The object is not refused: the admission webhook ${webhook} did not answer. ${whyWebhook(message)} Then run again.`,
  },
  {
    says: /conversion webhook for (\S+?),? (?:Kind=(\S+) )?failed/,
    advise: (_, message) =>
      `The object is not refused: the webhook that converts it between versions did not answer. ${whyWebhook(message)} Then run again.`,
  },
  {
    says: /exceeded quota: ([^,\s]+)(?:, requested: (.+), used: (.+), limited: (.+))?/,
    advise: ([, quota]) =>
      `The namespace's ResourceQuota ${quota} is used up. Delete what is not needed any more (kubectl describe resourcequota ${quota} shows what is counted), or ask for more: deploy/team/quota.yaml has it for teams.`,
  },
  {
    says: /failed quota: ([^:\s]+): must specify (.+)/,
    advise: ([, quota, fields]) =>
      `The ResourceQuota ${quota} takes only objects that say ${fields}: set that, or have a LimitRange with defaults in the namespace, as deploy/team/quota.yaml has.`,
  },
  {
    says: /because it is being terminated/,
    advise: () =>
      'The namespace is being deleted, with all that is in it. Wait until it is gone and have it made again, or name another one.',
  },
  {
    says: /request is too large|trying to send message larger than max|entity too large|may not be more than 1048576|must have at most 1048576/i,
    advise: () => tooLarge,
  },
  {
    says: /annotations: Too long/,
    advise: () =>
      `${tooLarge} Where kubectl apply has left kubectl.kubernetes.io/last-applied-configuration, a copy of the whole object, remove that annotation: server-side apply needs none.`,
  },
];

function whyWebhook(message: string): string {
  if (/x509: certificate has expired|not yet valid/.test(message)) {
    return 'Its certificate has expired: have its operator renew it (with cert-manager, see the Certificate in its namespace).';
  }
  if (/x509:/.test(message)) {
    return 'The API server does not trust its certificate: caBundle of the webhook configuration has to be the authority that signed it.';
  }
  if (/deadline exceeded|i\/o timeout|Client\.Timeout/.test(message)) {
    return 'Nothing answered in time: its pod hangs, or a network policy or firewall keeps the control plane from it.';
  }
  return 'Its operator is down, or its Service has no pod: see that its pods run.';
}

const advice: Readonly<
  Partial<Record<ApiErrorReason, (circumstances: Circumstances, message: string) => string>>
> = {
  Unreachable: checkReach,
  Timeout: checkReach,
  ServiceUnavailable: checkReach,
  Untrusted: checkTrust,
  Unauthorized: ({ where }) =>
    `The credentials${where === undefined ? ' of the kubeconfig' : ` of ${where}`} are not accepted, or have expired. ` +
    'Renew them (log in again, or ask for a new token) and run again.',
  Forbidden({ type }, message) {
    const verb = verbIn(message);
    if (type === undefined) {
      return 'The credentials may not do that: ask for a role that may. "sdp doctor --cluster" lists what is missing for an apply.';
    }
    const resource = resourceName(type);
    return `The credentials may not ${verb} ${resource}. Terraform needs get, list, watch, create, patch and delete on ${resource}: ask for a role that has them.`;
  },
  NotFound: ({ type, where }, message) =>
    /namespaces? "/.test(message)
      ? 'Create the namespace first, or correct its name.'
      : type === undefined && where === undefined
        ? ''
        : `The server does not know ${type === undefined ? 'the kind' : `${apiVersionOf(type)} ${type.kind}`}. ` +
          "Its operator's CustomResourceDefinition is not installed, or serves only another version.",
  Conflict: () => 'Somebody changed it at the same moment. Run again: the next plan shows what it is now.',
  AlreadyExists: () => 'Somebody made it at the same moment. Run again, or give it another name.',
  TooManyRequests: () => 'The server has too much to do. Run again, or with a lower -parallelism.',
  InternalError: () =>
    'The API server or an admission webhook failed, not the object. Look into their logs, then run again.',
  RequestEntityTooLarge: () => tooLarge,
  MethodNotAllowed: ({ type }) =>
    `The server has ${type === undefined ? 'the kind' : type.kind}, but lets nobody do this with it.`,
};

function checkReach({ where }: Circumstances): string {
  if (where === undefined) return 'Check that the platform or the cluster is up, and run again.';
  return `Check that the platform or the cluster is up, and that ${where} is the right one. Nothing was changed in the state; run again.`;
}

function checkTrust({ where = 'the kubeconfig' }: Circumstances, message: string): string {
  const clock = `This machine's clock says ${new Date().toISOString()}: if that is wrong, set it by NTP.`;
  if (/has expired/.test(message)) {
    return `${clock} If it is right, the server needs a new certificate: the cluster's administrators renew it; a local platform does when it starts (sdp down, sdp up).`;
  }
  if (/not valid yet/.test(message))
    return `${clock} If it is right, the clock of whoever made the certificate was not.`;
  if (/another name/.test(message)) {
    return `See that ${where} has the right server address, or name the expected one as tls-server-name in it.`;
  }
  return `See that ${where} is of this cluster, and get it anew if the cluster was set up again: its certificate-authority-data has to be the authority that signed the server's certificate. A proxy that opens TLS needs its own authority there.`;
}

/** RBAC's verb: in the words of the server, else by the request's method. */
function verbIn(message: string): string {
  const verb = /cannot (\w+) resource/.exec(message)?.[1];
  const method = /^([A-Z]+) /.exec(message)?.[1] ?? '';
  return verb ?? { GET: 'read', PATCH: 'patch', POST: 'create', DELETE: 'delete' }[method] ?? 'do this with';
}

/** As RBAC names it: `configmaps`, `kafkatopics.kafka.strimzi.io`. */
function resourceName({ plural, group }: ResourceType): string {
  return group === '' ? plural : `${plural}.${group}`;
}
