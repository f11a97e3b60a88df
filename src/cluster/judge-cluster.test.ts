import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packageFile } from '../package-file.ts';
import { deployerRights } from './cluster-rights.ts';
import { judgeCluster } from './judge-cluster.ts';
import type { ClusterObservation, ObjectObservation } from './observation.ts';

const job: ObjectObservation = {
  object: { kind: 'FlinkSessionJob', namespace: 'orders', name: 'totals' },
  generation: 2,
  observedGeneration: 2,
  unchangedMs: 3_600_000,
  localState: [],
};

const healthy: ClusterObservation = {
  server: 'https://cluster.example.com',
  version: 'v1.32.13',
  namespace: 'orders',
  clockAheadMs: 300,
  kinds: [
    { kind: 'KafkaTopic', group: 'kafka.strimzi.io', version: 'v1', served: ['v1'] },
    { kind: 'FlinkSessionJob', group: 'flink.apache.org', version: 'v1beta1', served: ['v1beta1'] },
    { kind: 'ServiceMonitor', group: 'monitoring.coreos.com', version: 'v1', served: ['v1'] },
  ],
  rights: deployerRights.map((right) => ({ ...right, isAllowed: true })),
  objects: [job],
  engines: [{ object: { kind: 'FlinkDeployment', namespace: 'orders', name: 'flink' }, engine: 'Flink' }],
  ignoredConnectors: [],
};

/** The only problem of a cluster that differs in one thing. */
function problemOf(difference: Partial<ClusterObservation>): string {
  const problems = judgeCluster({ ...healthy, ...difference }).flatMap((finding) => finding.problems);
  return problems.map(({ severity, summary, detail }) => `${severity}: ${summary}. ${detail}`).join('\n');
}

const withKind = (kind: string, served: readonly string[]) => ({
  kinds: healthy.kinds.map((one) => (one.kind === kind ? { ...one, served } : one)),
});
const withEngine = (kind: 'FlinkDeployment' | 'KafkaConnect', status: number, text = '') => ({
  engines: [
    {
      object: { kind, namespace: 'orders', name: 'di' },
      engine: kind === 'KafkaConnect' ? ('Connect' as const) : ('Flink' as const),
      problem: { status, text },
    },
  ],
});

describe('a cluster', () => {
  it('that has everything is sound', () => {
    expect(judgeCluster(healthy)).toMatchSnapshot();
    expect(problemOf({})).toBe('');
  });

  it.each<[string, Partial<ClusterObservation>, RegExp]>([
    [
      'without the CRDs of Strimzi',
      withKind('KafkaTopic', []),
      /^error: The cluster has no KafkaTopic\. .*Install Strimzi 0\.49 or newer/,
    ],
    [
      'with Strimzi of before',
      withKind('KafkaTopic', ['v1beta2']),
      /^error: The cluster serves KafkaTopic as v1beta2, not as v1\. .*Strimzi 0\.49/,
    ],
    [
      'without the CRDs of Flink',
      withKind('FlinkSessionJob', []),
      /^error: The cluster has no FlinkSessionJob\. .*Helm chart/,
    ],
    [
      'without the Prometheus operator',
      withKind('ServiceMonitor', []),
      /^warning: The cluster has no ServiceMonitor\. .*declare no ServiceMonitor/,
    ],
    [
      'whose clock is off',
      { clockAheadMs: -400_000 },
      /^warning: This machine's clock is 400 s behind the API server's\. .*NTP/,
    ],
    [
      'whose operator is down',
      { objects: [{ ...job, generation: 3 }] },
      /^error: No operator acts on FlinkSessionJob totals\. .*watchNamespaces/,
    ],
    [
      'whose operator never was',
      { objects: [{ ...job, observedGeneration: undefined as never }] },
      /^error: No operator acts on FlinkSessionJob totals\./,
    ],
    [
      'that keeps out the proxy',
      withEngine('KafkaConnect', 503),
      /^warning: Connect of KafkaConnect di does not answer .*503.*network policy/s,
    ],
    [
      'that refuses the proxy',
      withEngine('FlinkDeployment', 403),
      /^warning: Flink of FlinkDeployment di .*403.*services\/proxy/s,
    ],
    [
      'whose Flink has no Service',
      withEngine('FlinkDeployment', 404),
      /no Service of it: see what kubectl describe flinkdeployment di/,
    ],
    [
      'whose Connect takes no connectors',
      {
        ignoredConnectors: [
          { connect: { kind: 'KafkaConnect', namespace: 'orders', name: 'di' }, connectors: ['sink'] },
        ],
      },
      /^error: KafkaConnect di takes no KafkaConnector\. sink names it.*use-connector-resources/,
    ],
    [
      'whose state goes with the pods',
      { objects: [{ ...job, localState: ['state.checkpoints.dir'] }] },
      /^error: FlinkSessionJob totals keeps state on its pods' own disks\. state\.checkpoints\.dir is of file:.*s3a:/,
    ],
  ])('%s is told what to do', (_what, difference, said) => {
    expect(problemOf(difference)).toMatch(said);
    expect(problemOf(difference).split('\n')).toHaveLength(1);
  });

  it('that an operator has not come to yet is sound', () => {
    expect(problemOf({ objects: [{ ...job, generation: 3, unchangedMs: 20_000 }] })).toBe('');
  });

  it('names missing rights together, resource by resource', () => {
    const rights = healthy.rights.map((right) => ({
      ...right,
      isAllowed:
        !(right.resource === 'kafkatopics' && ['create', 'patch'].includes(right.verb)) &&
        right.resource !== 'services/proxy',
    }));
    expect(problemOf({ rights }).split('\n')).toEqual([
      expect.stringMatching(
        /^error: In namespace orders you may not create, patch kafkatopics\.kafka\.strimzi\.io\. topics, .* Bind the ClusterRole sdp-deployer/,
      ),
      expect.stringMatching(
        /^error: In namespace orders you may not get, update services\/proxy\. Flink and Connect are asked/,
      ),
    ]);
  });
});

it('the role of deployers grants what is asked for', () => {
  const text = readFileSync(packageFile('deploy', 'roles', 'deployer.yaml'), 'utf8');
  const { rules } = parse(text) as {
    rules: readonly {
      apiGroups: readonly string[];
      resources: readonly string[];
      verbs: readonly string[];
    }[];
  };
  const granted = new Set(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)),
      ),
    ),
  );
  expect(
    deployerRights.filter(({ verb, resource, group }) => !granted.has(`${verb} ${resource}.${group}`)),
  ).toEqual([]);
});
