import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import type { ResourceType } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';

/** A kind as manifests name it. */
export interface KindName {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** Where objects of a well-known kind are, so that planning them needs no API. */
export function wellKnownType({ apiVersion, kind }: KindName): ResourceType | undefined {
  const group = groupOf(apiVersion);
  const found = wellKnown.find((item) => item.group === group && kind in item.kinds);
  const plural = found?.kinds[kind];
  if (found === undefined || plural === undefined) return undefined;
  return { group, version: versionOf(apiVersion), kind, plural, namespaced: found.namespaced };
}

interface WellKnown {
  readonly group: string;
  readonly namespaced: boolean;
  /** Plurals by kind. */
  readonly kinds: Readonly<Record<string, string>>;
}

const wellKnown: readonly WellKnown[] = [
  {
    group: '',
    namespaced: true,
    kinds: {
      ConfigMap: 'configmaps',
      Endpoints: 'endpoints',
      LimitRange: 'limitranges',
      PersistentVolumeClaim: 'persistentvolumeclaims',
      Pod: 'pods',
      ResourceQuota: 'resourcequotas',
      Secret: 'secrets',
      Service: 'services',
      ServiceAccount: 'serviceaccounts',
    },
  },
  { group: '', namespaced: false, kinds: { Namespace: 'namespaces', PersistentVolume: 'persistentvolumes' } },
  {
    group: 'apps',
    namespaced: true,
    kinds: { DaemonSet: 'daemonsets', Deployment: 'deployments', StatefulSet: 'statefulsets' },
  },
  { group: 'batch', namespaced: true, kinds: { CronJob: 'cronjobs', Job: 'jobs' } },
  { group: 'autoscaling', namespaced: true, kinds: { HorizontalPodAutoscaler: 'horizontalpodautoscalers' } },
  {
    group: 'networking.k8s.io',
    namespaced: true,
    kinds: { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' },
  },
  { group: 'networking.k8s.io', namespaced: false, kinds: { IngressClass: 'ingressclasses' } },
  { group: 'policy', namespaced: true, kinds: { PodDisruptionBudget: 'poddisruptionbudgets' } },
  { group: 'coordination.k8s.io', namespaced: true, kinds: { Lease: 'leases' } },
  {
    group: 'rbac.authorization.k8s.io',
    namespaced: true,
    kinds: { Role: 'roles', RoleBinding: 'rolebindings' },
  },
  {
    group: 'rbac.authorization.k8s.io',
    namespaced: false,
    kinds: { ClusterRole: 'clusterroles', ClusterRoleBinding: 'clusterrolebindings' },
  },
  { group: 'scheduling.k8s.io', namespaced: false, kinds: { PriorityClass: 'priorityclasses' } },
  { group: 'storage.k8s.io', namespaced: false, kinds: { StorageClass: 'storageclasses' } },
  {
    group: 'apiextensions.k8s.io',
    namespaced: false,
    kinds: { CustomResourceDefinition: 'customresourcedefinitions' },
  },
  {
    group: 'monitoring.coreos.com',
    namespaced: true,
    kinds: {
      PodMonitor: 'podmonitors',
      PrometheusRule: 'prometheusrules',
      ServiceMonitor: 'servicemonitors',
    },
  },
  {
    group: 'kafka.strimzi.io',
    namespaced: true,
    kinds: {
      Kafka: 'kafkas',
      KafkaBridge: 'kafkabridges',
      KafkaConnect: 'kafkaconnects',
      KafkaConnector: 'kafkaconnectors',
      KafkaNodePool: 'kafkanodepools',
      KafkaTopic: 'kafkatopics',
      KafkaUser: 'kafkausers',
    },
  },
  {
    group: 'flink.apache.org',
    namespaced: true,
    kinds: {
      FlinkDeployment: 'flinkdeployments',
      FlinkSessionJob: 'flinksessionjobs',
      FlinkStateSnapshot: 'flinkstatesnapshots',
    },
  },
  { group: 'cert-manager.io', namespaced: true, kinds: { Certificate: 'certificates', Issuer: 'issuers' } },
];

/** Kinds that the API serves; each group and version is asked for once. */
export interface Discovery {
  /** @throws DiagnosticError when the API serves no such kind. */
  find(name: KindName): Promise<ResourceType>;
  serves(name: KindName): Promise<boolean>;
}

interface ServedResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export function createDiscovery(connect: () => Promise<ApiClient>): Discovery {
  const versions = new Map<string, Promise<readonly ServedResource[]>>();
  const served = (apiVersion: string) => {
    const known = versions.get(apiVersion);
    if (known !== undefined) return known;
    const asked = connect().then((client) => readServed(client, apiVersion));
    versions.set(apiVersion, asked);
    asked.catch(() => versions.delete(apiVersion));
    return asked;
  };
  return {
    async serves({ apiVersion, kind }) {
      return (await served(apiVersion)).some((item) => item.kind === kind);
    },
    async find(name) {
      const { apiVersion, kind } = name;
      const found = (await served(apiVersion)).find((item) => item.kind === kind && !item.name.includes('/'));
      if (found === undefined) {
        versions.delete(apiVersion);
        throw new DiagnosticError(await missingKind(await connect(), name));
      }
      return {
        group: groupOf(apiVersion),
        version: versionOf(apiVersion),
        kind,
        plural: found.name,
        namespaced: found.namespaced,
      };
    },
  };
}

async function readServed(client: ApiClient, apiVersion: string): Promise<readonly ServedResource[]> {
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  const body = await readJson(client, `${root}/${apiVersion}`);
  return (body as { resources?: readonly ServedResource[] } | undefined)?.resources ?? [];
}

/** Versions of a group that the API serves, the preferred one first; none when the group is unknown. */
async function readVersions(client: ApiClient, group: string): Promise<readonly string[]> {
  const body = await readJson(client, `/apis/${group}`);
  return ((body as { versions?: readonly { version: string }[] } | undefined)?.versions ?? []).map(
    ({ version }) => version,
  );
}

async function readJson(client: ApiClient, path: string): Promise<unknown> {
  const answer = await client.request('GET', path);
  const text = await answer.text();
  if (answer.status === 404) return undefined;
  if (answer.status >= 400) {
    const reason = reasons[answer.status] ?? 'Unknown';
    throw new ApiError(reason, `GET ${path}: the server answered ${answer.status}`, { code: answer.status });
  }
  return JSON.parse(text) as unknown;
}

const reasons: Readonly<Record<number, 'Unauthorized' | 'Forbidden' | 'TooManyRequests' | 'InternalError'>> =
  { 401: 'Unauthorized', 403: 'Forbidden', 429: 'TooManyRequests', 500: 'InternalError' };

/** What is to be installed, where the API serves no such kind: asked for only once that is certain. */
export async function missingKind(client: ApiClient, { apiVersion, kind }: KindName): Promise<Diagnostic> {
  const group = groupOf(apiVersion);
  const others: string[] = [];
  for (const version of group === '' ? [] : await readVersions(client, group)) {
    const other = `${group}/${version}`;
    if (other === apiVersion) continue;
    if ((await readServed(client, other)).some((item) => item.kind === kind)) others.push(other);
  }
  const operator = operators[group];
  const detail =
    others.length > 0
      ? `The API serves ${kind} only as ${others.join(', ')}: ${operator === undefined ? 'what defines it' : `the ${operator} there`} is of another release. Upgrade it, or use a version of sdp that was made for it.`
      : operator === undefined
        ? `Nothing there defines it. Correct apiVersion and kind, or install the CustomResourceDefinition first.`
        : `It comes with the ${operator}, which is not installed there. Install it with its CustomResourceDefinitions, or choose another context.`;
  return {
    severity: 'error',
    reason: 'UnknownKind',
    summary: `The API server does not know ${apiVersion} ${kind}`,
    detail,
  };
}

const operators: Readonly<Record<string, string>> = {
  'kafka.strimzi.io': 'Strimzi cluster operator',
  'flink.apache.org': 'Flink Kubernetes operator',
  'monitoring.coreos.com': 'Prometheus operator',
  'cert-manager.io': 'cert-manager',
};
