import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import { flinkStateSnapshot } from './flink-state-snapshot/kind.ts';
import { snapshotRules } from './flink-state-snapshot/verdicts.ts';
import { findPattern } from './judge-fields.ts';
import { kafkaConnect } from './kafka-connect/kind.ts';
import { connectRules } from './kafka-connect/verdicts.ts';
import { kafkaConnector } from './kafka-connector/kind.ts';
import { connectorRules } from './kafka-connector/verdicts.ts';
import { kafkaTopic } from './kafka-topic/kind.ts';
import { topicRules } from './kafka-topic/verdicts.ts';
import { kafkaUser } from './kafka-user/kind.ts';
import { userRules } from './kafka-user/verdicts.ts';
import type { DeclaredMetadata, KindDefinition } from './kind.ts';
import { arbitraryParams } from './testing/arbitrary-params.ts';
import { paramPaths } from './testing/param-paths.ts';
import { changeOf, type Declared, effects, type Judging, type Look } from './verdict.ts';

type AnyJudging = Judging<Record<string, unknown>, unknown>;

const judged: readonly (readonly [name: string, kind: KindDefinition, rules: object])[] = [
  ['KafkaTopic', kafkaTopic, topicRules],
  ['KafkaConnector', kafkaConnector, connectorRules],
  ['KafkaConnect', kafkaConnect, connectRules],
  ['KafkaUser', kafkaUser, userRules],
  ['FlinkStateSnapshot', flinkStateSnapshot, snapshotRules],
];

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const annotations = fc.dictionary(
  fc.constantFrom(
    'strimzi.io/managed',
    'strimzi.io/pause-reconciliation',
    'strimzi.io/restart',
    'strimzi.io/connector-offsets',
    'team',
  ),
  fc.constantFrom('true', 'false', 'reset', 'list', 'bogus'),
  { noNullPrototype: true },
);

const metadata: fc.Arbitrary<DeclaredMetadata> = fc.record(
  {
    name: fc.constantFrom('orders', 'prices'),
    namespace: fc.constantFrom('team', 'other'),
    labels: fc.dictionary(fc.constantFrom('team', 'app.kubernetes.io/name'), fc.constantFrom('a', 'b'), {
      noNullPrototype: true,
    }),
    annotations,
  },
  { requiredKeys: ['name', 'namespace'] },
);

/** Statuses as operators write them, of whatever kind. */
const status = fc.record(
  {
    conditions: fc.array(
      fc.record({
        type: fc.constantFrom('Ready', 'NotReady', 'Unmanaged', 'ReconciliationPaused'),
        status: fc.constantFrom('True', 'False'),
        reason: fc.constantFrom('NotSupported', 'ResourceConflict', 'KafkaError', 'InternalError'),
        message: fc.constantFrom(
          'Decreasing partitions not supported',
          'Replication factor change not supported, but required for partitions [0]',
          'org.apache.kafka.common.errors.TimeoutException: Timed out',
          'org.apache.kafka.common.errors.InvalidConfigurationException: Unknown topic config name: a',
        ),
      }),
      { maxLength: 2 },
    ),
    topicId: fc.constant('0TD-dP6dTBCj0H8IpcDJmA'),
    topicName: fc.constantFrom('orders', 'old'),
    connectorStatus: fc.record(
      {
        connector: fc.record({ state: fc.constantFrom('RUNNING', 'FAILED', 'UNASSIGNED', 'PAUSED') }),
        type: fc.constantFrom('source', 'sink', 'unknown'),
      },
      { requiredKeys: [] },
    ),
    state: fc.constantFrom('COMPLETED', 'FAILED', 'IN_PROGRESS'),
    path: fc.constant('file:/savepoints/savepoint-1'),
  },
  { requiredKeys: [] },
);

const finalizers = fc.subarray([
  'strimzi.io/topic-operator',
  'flinkstatesnapshots.flink.apache.org/finalizer',
]);

/** An object as the API has it: of the declared params, or with values that nobody declared. */
function liveObject(kind: KindDefinition): fc.Arbitrary<KubernetesObject> {
  return fc
    .record({
      params: arbitraryParams(kind),
      metadata,
      status: optional(status),
      finalizers,
      odd: fc.boolean(),
    })
    .map(({ params, metadata: declared, status: live, finalizers: held, odd }) => ({
      apiVersion: `${kind.type.group}/${kind.type.version}`,
      kind: kind.type.kind,
      metadata: {
        ...declared,
        labels: { ...declared.labels, 'strimzi.io/cluster': 'kafka' },
        creationTimestamp: '2026-11-22T08:39:36Z',
        uid: declared.name,
        finalizers: held,
      },
      spec: { ...params, ...(odd && params['config'] !== undefined && { config: { odd: { a: 1 } } }) },
      ...(live !== undefined && { status: live }),
    }));
}

function arbitraryLook(): fc.Arbitrary<Look> {
  const lists = fc.record({
    KafkaTopic: fc.array(liveObject(kafkaTopic), { maxLength: 3 }),
    KafkaConnector: fc.array(liveObject(kafkaConnector), { maxLength: 3 }),
    KafkaConnect: fc.array(liveObject(kafkaConnect), { maxLength: 2 }),
  });
  return optional(lists).map((objects) => ({
    objects: (async ({ kind }: ResourceType) =>
      objects === undefined ? undefined : (objects[kind as keyof typeof objects] ?? [])) as Look['objects'],
    ask: async () => undefined,
  }));
}

/** Params with what random ones rarely have: the same values before and after, and keys that mean something. */
function related(kind: KindDefinition): fc.Arbitrary<readonly [Declared<never>, Declared<never>]> {
  const config = fc.dictionary(
    fc.constantFrom('retention.ms', 'cleanup.policy', 'topics', 'file', 'consumer.override.group.id', 'name'),
    fc.constantFrom('1', '-1', 'compact', 'compact,delete', 'abc', ''),
    { noNullPrototype: true },
  );
  const hasConfig = 'config' in (kind.declared?.params.shape ?? {});
  const params = fc
    .tuple(arbitraryParams(kind), optional(config))
    .map(([any, keys]) => (hasConfig && keys !== undefined ? { ...any, config: keys } : any));
  return fc
    .tuple(params, params, fc.subarray(Object.keys(kind.declared?.params.shape ?? {})), metadata, metadata)
    .map(([before, other, kept, was, is]) => {
      const same = Object.fromEntries(kept.map((field) => [field, before[field]]));
      const after = Object.fromEntries(
        Object.entries({ ...other, ...same }).filter(([, value]) => value !== undefined),
      );
      return [
        { metadata: was, params: before as never },
        { metadata: is, params: after as never },
      ];
    });
}

/** As Terraform's state gives it back. */
function readAgain<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

describe.each(judged)('%s', (_name, kind, rules) => {
  const judging = kind.declared?.verdicts as unknown as AnyJudging;
  const patterns = Object.keys(rules);

  it('has a rule of its own for each field, and none for a field that is not', () => {
    const fields = paramPaths(kind.declared?.params ?? kind.spec);
    expect(patterns.filter((pattern) => !pattern.startsWith('metadata.')).toSorted()).toEqual(
      fields.toSorted(),
    );
    for (const path of ['metadata.name', 'metadata.labels.a', 'metadata.annotations.a.b/c']) {
      expect(findPattern(patterns, path)).toBeDefined();
    }
  });

  it('is judged whatever changes, with reasons, and always the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        related(kind),
        optional(liveObject(kind)),
        arbitraryLook(),
        fc.constantFrom('create', 'update', 'replace', 'delete'),
        async ([before, after], live, look, what) => {
          const digest = live === undefined ? undefined : await judging.digest(live, look);
          expect(readAgain(digest)).toEqual(digest);
          expect(JSON.stringify(digest) ?? '').not.toContain('2026-');
          const again = live === undefined ? undefined : await judging.digest(live, look);
          expect(JSON.stringify(again)).toBe(JSON.stringify(digest));
          const change = changeOf<Record<string, unknown>, unknown>(
            what === 'create' ? undefined : before,
            what === 'delete' ? undefined : after,
            what === 'create' ? undefined : digest,
            what === 'replace',
          );
          const verdicts = judging.judge(change);
          expect(verdicts.length).toBeGreaterThan(0);
          for (const { effect, reason, guard } of verdicts) {
            expect(effects).toContain(effect);
            expect(reason).toMatch(/^\S[^]*[.]$/);
            expect(reason).not.toMatch(/undefined|\[object|null/);
            expect([undefined, ...judging.guards]).toContain(guard);
          }
          expect(judging.judge(readAgain(change))).toEqual(verdicts);
        },
      ),
      { numRuns: 300 },
    );
  });
});
