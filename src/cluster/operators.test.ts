import { describe, expect, it } from 'vitest';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import type { KubernetesObject, ObjectReference, ResourceType } from '../apiclient/object.ts';
import { inspectOperators } from './inspect-operators.ts';
import { judgeOperatorSettings } from './judge-operators.ts';

interface Env {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

function deployment(
  namespace: string,
  name: string,
  container: { args?: readonly string[]; env?: readonly Env[] },
  { ready = 1, labels = {} }: { ready?: number; labels?: Record<string, string> } = {},
) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { template: { spec: { containers: [{ name, ...container }] } } },
    status: { readyReplicas: ready },
  };
}

const ownNamespace = [
  { name: 'STRIMZI_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
];
const strimzi = (script: string, namespace: string, env: readonly Env[] = ownNamespace, ready = 1) =>
  deployment(
    namespace,
    script.replace('_run.sh', ''),
    { args: [`/opt/strimzi/bin/${script}`], env },
    { ready },
  );
const flink = (ready = 1) =>
  deployment(
    'flink',
    'flink-operator',
    {},
    { ready, labels: { 'app.kubernetes.io/name': 'flink-kubernetes-operator' } },
  );
const configuration = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'flink-operator-config', namespace: 'flink' },
  data,
});

/** A cluster with these objects, of which only some namespaces are seen. */
function cluster(objects: readonly KubernetesObject[], visible?: readonly string[]): ApiClient {
  const look = (namespace: string | undefined) => {
    if (visible === undefined || (namespace !== undefined && visible.includes(namespace))) return;
    throw new ApiError('Forbidden', 'no', { code: 403 });
  };
  const ofKind = (type: ResourceType, namespace: string | undefined) =>
    objects.filter(
      ({ kind, metadata }) =>
        kind === type.kind && (namespace === undefined || metadata.namespace === namespace),
    );
  return {
    list: async (type: ResourceType, { namespace }: { namespace?: string } = {}) => {
      look(namespace);
      return { resourceVersion: '1', items: ofKind(type, namespace) };
    },
    get: async (type: ResourceType, { namespace, name }: ObjectReference) => {
      look(namespace);
      return ofKind(type, namespace).find(({ metadata }) => metadata.name === name);
    },
  } as unknown as ApiClient;
}

const all: readonly KubernetesObject[] = [
  strimzi('cluster_operator_run.sh', 'kafka', [{ name: 'STRIMZI_NAMESPACE', value: '*' }]),
  strimzi('topic_operator_run.sh', 'orders'),
  flink(),
  configuration({ 'config.yaml': 'kubernetes.operator.watched.namespaces: payments,orders\n' }),
];

async function problemsOf(objects: readonly KubernetesObject[], visible?: readonly string[]) {
  const seen = await inspectOperators(cluster(objects, visible), 'orders');
  if (seen === undefined) throw new Error('nothing was looked at');
  return judgeOperatorSettings(seen, 'orders').map(
    ({ severity, reason, summary, detail }) => `${severity} ${reason}: ${summary}. ${detail}`,
  );
}
const instead = (at: number, ...others: readonly KubernetesObject[]) => all.toSpliced(at, 1, ...others);

describe('operators', () => {
  it('that run and watch the namespace are sound', async () => {
    expect(await problemsOf(all)).toEqual([]);
  });

  it.each<[string, readonly KubernetesObject[], RegExp]>([
    [
      'that watch other namespaces',
      instead(0, strimzi('cluster_operator_run.sh', 'kafka')),
      /^error NamespaceNotWatched: No Strimzi cluster operator watches namespace orders\. kafka\/cluster_operator watches kafka: .*Add orders to STRIMZI_NAMESPACE/,
    ],
    [
      'that watch other namespaces, Flink',
      instead(3, configuration({ 'flink-conf.yaml': 'kubernetes.operator.watched.namespaces: payments' })),
      /^error NamespaceNotWatched: No Flink Kubernetes Operator watches .*Add orders to watchNamespaces of its Helm chart/,
    ],
    [
      "of another team's topics",
      instead(1, strimzi('topic_operator_run.sh', 'payments')),
      /^error NamespaceNotWatched: No Strimzi topic operator .*deploy\/entity-operators/,
    ],
    [
      'that are down',
      instead(2, flink(0)),
      /^error OperatorDown: The Flink Kubernetes Operator is down\. .*kubectl -n flink describe deployment flink-operator/,
    ],
    [
      'that are not there',
      instead(2),
      /^warning OperatorNotFound: No Deployment of a Flink Kubernetes Operator is seen/,
    ],
    [
      'without snapshots',
      instead(
        3,
        configuration({
          'config.yaml': 'kubernetes:\n  operator:\n    snapshot:\n      resource:\n        enabled: false\n',
        }),
      ),
      /^warning OperatorSetting: .* has kubernetes\.operator\.snapshot\.resource\.enabled: false\. It leaves FlinkStateSnapshots alone.*defaultConfiguration/,
    ],
    [
      'without a fallback, in a file that is no YAML',
      instead(
        3,
        configuration({
          'flink-conf.yaml':
            'env.java.opts: a: b: c\nkubernetes.operator.job.upgrade.last-state-fallback.enabled: false\n',
        }),
      ),
      /^warning OperatorSetting: .*last-state-fallback\.enabled: false\./,
    ],
  ])('%s are told with the remedy', async (_what, objects, said) => {
    const problems = await problemsOf(objects);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(said);
  });

  it('that a team may not see are said to be unseen', async () => {
    expect(await problemsOf(all, [])).toEqual([
      expect.stringMatching(
        /^warning NotSeen: .*You may not read Deployments of other namespaces, Deployments of orders\. .*as an administrator once/,
      ),
    ]);
    // Its own is seen, and is sound.
    expect(await problemsOf(all, ['orders'])).toEqual([
      expect.stringMatching(/^warning NotSeen: .*You may not read Deployments of other namespaces\. /),
    ]);
  });

  it('are none where the cluster has no Deployments', async () => {
    const local = {
      list: async () => {
        throw new ApiError('NotFound', 'the server could not find the requested resource', { code: 404 });
      },
    } as unknown as ApiClient;
    expect(await inspectOperators(local, 'orders')).toBeUndefined();
  });
});
