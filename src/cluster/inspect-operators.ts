import { parse } from 'yaml';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { configMapType } from '../apiclient/core-types.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import type { OperatorName, OperatorObservation, OperatorsObservation } from './observation.ts';

const deploymentType: ResourceType = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};

interface Deployment extends KubernetesObject {
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
  readonly status?: { readonly readyReplicas?: number };
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
}

/** Strimzi's operators by what their containers run. */
const strimziOperators: readonly (readonly [string, OperatorName])[] = [
  ['cluster_operator_run.sh', 'Strimzi cluster operator'],
  ['topic_operator_run.sh', 'Strimzi topic operator'],
  ['user_operator_run.sh', 'Strimzi user operator'],
];

/**
 * The operators of the cluster by their Deployments, with the settings that matter to a team; undefined where the cluster has
 * no Deployments, as a local platform.
 */
export async function inspectOperators(
  client: ApiClient,
  namespace: string,
): Promise<OperatorsObservation | undefined> {
  const hidden: string[] = [];
  let deployments: readonly Deployment[];
  try {
    deployments = await seen(
      () => listDeployments(client),
      () => {
        hidden.push('Deployments of other namespaces');
        return seen(
          () => listDeployments(client, namespace),
          async () => {
            hidden.push(`Deployments of ${namespace}`);
            return [];
          },
        );
      },
    );
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  }
  const operators: OperatorObservation[] = [];
  for (const deployment of deployments) {
    const strimzi = asStrimzi(deployment);
    if (strimzi !== undefined) operators.push(strimzi);
    else if (deployment.metadata.labels?.['app.kubernetes.io/name'] === 'flink-kubernetes-operator') {
      operators.push(await readFlinkOperator(client, deployment, hidden));
    }
  }
  return { operators, hidden };
}

async function listDeployments(client: ApiClient, namespace?: string): Promise<readonly Deployment[]> {
  return (await client.list<Deployment>(deploymentType, { namespace })).items;
}

/** The first that is allowed. */
async function seen<T>(look: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'Forbidden') return otherwise();
    throw error;
  }
}

function asStrimzi(deployment: Deployment): OperatorObservation | undefined {
  for (const container of deployment.spec?.template?.spec?.containers ?? []) {
    const runs = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
    const [, operator] = strimziOperators.find(([script]) => runs.includes(script)) ?? [];
    if (operator === undefined) continue;
    const variable = container.env?.find(({ name }) => name === 'STRIMZI_NAMESPACE');
    // Strimzi's manifests take it from the pod's own metadata.
    const watched = variable?.valueFrom === undefined ? variable?.value : deployment.metadata.namespace;
    return { ...about(deployment), operator, ...watching(watched), settings: {} };
  }
  return undefined;
}

const watchedKey = 'kubernetes.operator.watched.namespaces';

async function readFlinkOperator(
  client: ApiClient,
  deployment: Deployment,
  hidden: string[],
): Promise<OperatorObservation> {
  const reference = { namespace: deployment.metadata.namespace, name: 'flink-operator-config' };
  const config = await seen(
    () => client.get<KubernetesObject & { data?: Record<string, string> }>(configMapType, reference),
    async () => {
      hidden.push(`ConfigMap ${reference.namespace}/${reference.name}`);
      return undefined;
    },
  );
  const settings = {
    ...flatten(config?.data?.['flink-conf.yaml']),
    ...flatten(config?.data?.['config.yaml']),
  };
  return {
    ...about(deployment),
    operator: 'Flink Kubernetes Operator',
    ...(config !== undefined && watching(settings[watchedKey]?.replace('JOSDK_ALL_NAMESPACES', '*'))),
    settings,
  };
}

function about({ metadata, status }: Deployment): Pick<OperatorObservation, 'deployment' | 'isReady'> {
  return {
    deployment: `${metadata.namespace}/${metadata.name}`,
    isReady: (status?.readyReplicas ?? 0) > 0,
  };
}

/** As both operators read it: nothing and `*` are all namespaces. */
function watching(namespaces = '*'): Pick<OperatorObservation, 'watches'> {
  const names = namespaces
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { watches: names.length === 0 || names.includes('*') ? 'all' : names };
}

/** Keys with dots, whether the text nests them or not. */
function flatten(text: string | undefined): Record<string, string> {
  const flat: Record<string, string> = {};
  const walk = (value: unknown, path: readonly string[]) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    } else if (path.length > 0) flat[path.join('.')] = String(value);
  };
  try {
    walk(parse(text ?? ''), []);
  } catch {
    // What Flink's own reader takes and YAML does not, such as a value with ": " in it, line by line.
    for (const line of (text ?? '').split('\n')) {
      const [, key, value] = /^([\w.-]+):\s*(.*?)\s*$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) flat[key] = value;
    }
  }
  return flat;
}
