import { describe, expect, it } from 'vitest';
import type { TopicDescription } from '../../engines/kafka/client.ts';
import { decideTopic, type KafkaTopicObject, type TopicDecision, topicFinalizer } from './decide.ts';
import type { KafkaTopicSpec, KafkaTopicStatus } from './spec.ts';

/** Decisions as recorded from Strimzi's topic operator 1.2.0 on Kafka 4.3.1. */

const ready = { type: 'Ready', status: 'True' } as const;
const notSupported = (message: string) =>
  ({ type: 'Ready', status: 'False', reason: 'NotSupported', message }) as const;
const renaming = notSupported('Changing spec.topicName is not supported');

const topic: TopicDescription = {
  name: 't',
  id: 'id',
  partitions: 3,
  replicas: 1,
  config: { 'retention.ms': '3600000', 'cleanup.policy': 'delete', 'min.insync.replicas': '1' },
  dynamicKeys: ['retention.ms', 'cleanup.policy'],
};
const declared: KafkaTopicSpec = {
  partitions: 3,
  replicas: 1,
  config: { 'retention.ms': 3600000, 'cleanup.policy': 'delete' },
};

function resource(
  spec: KafkaTopicSpec,
  changes: { metadata?: Partial<KafkaTopicObject['metadata']>; status?: KafkaTopicStatus } = {},
): KafkaTopicObject {
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { name: 't', namespace: 'kafka', finalizers: [topicFinalizer], ...changes.metadata },
    spec,
    ...(changes.status && { status: changes.status }),
  };
}

function decide(
  observed: KafkaTopicObject,
  found: TopicDescription | undefined = topic,
  managedBy?: { namespace: string; name: string },
): TopicDecision {
  return decideTopic({ resource: observed, topic: found, managedBy });
}

const alter = (set: Record<string, string>, remove: string[] = []) => ({ do: 'alter', set, remove }) as const;

describe('a topic that is not in Kafka', () => {
  it.each<[string, KafkaTopicSpec, object]>([
    [
      'is created with every declared key, also those equal to the default',
      declared,
      { partitions: 3, replicas: 1, config: { 'retention.ms': '3600000', 'cleanup.policy': 'delete' } },
    ],
    ["is created with the broker's defaults", {}, { partitions: undefined, replicas: undefined, config: {} }],
    [
      'is created with values as Strimzi writes them',
      {
        config: {
          preallocate: true,
          'cleanup.policy': ['compact', ['delete']],
          'min.cleanable.dirty.ratio': 0.25,
        },
      },
      {
        config: {
          preallocate: 'true',
          'cleanup.policy': 'compact,delete',
          'min.cleanable.dirty.ratio': '0.25',
        },
      },
    ],
  ])('%s', (_, spec, created) => {
    expect(decideTopic({ resource: resource(spec), topic: undefined, managedBy: undefined })).toEqual({
      actions: [{ do: 'create', topic: created }],
      finalizer: 'add',
      condition: ready,
    });
  });
});

describe('a topic in Kafka', () => {
  it.each<[string, KafkaTopicSpec, TopicDecision['actions'], TopicDecision['condition']]>([
    ['as declared is left alone', declared, [], ready],
    [
      'gets a changed key',
      { ...declared, config: { ...declared.config, 'retention.ms': 7200000 } },
      [alter({ 'retention.ms': '7200000' })],
      ready,
    ],
    [
      'does not get a key whose effective value is the declared one',
      { ...declared, config: { ...declared.config, 'min.insync.replicas': 1 } },
      [],
      ready,
    ],
    [
      'loses keys that are not declared',
      { ...declared, config: { 'cleanup.policy': 'delete' } },
      [alter({}, ['retention.ms'])],
      ready,
    ],
    [
      'loses all of them without config',
      { partitions: 3 },
      [alter({}, ['retention.ms', 'cleanup.policy'])],
      ready,
    ],
    ['keeps what the spec does not count', { config: declared.config }, [], ready],
    ['grows', { ...declared, partitions: 5 }, [{ do: 'grow', partitions: 5 }], ready],
    [
      'does not shrink, and is configured all the same',
      { partitions: 2, config: { ...declared.config, 'retention.ms': 1800000 } },
      [alter({ 'retention.ms': '1800000' })],
      notSupported('Decreasing partitions not supported'),
    ],
    [
      'keeps its replicas',
      { ...declared, replicas: 2 },
      [],
      notSupported('Replication factor change not supported, but required for partitions [0, 1, 2]'),
    ],
    [
      'that was there before is adopted: grown, and its configuration made exactly the declared one',
      { partitions: 4, config: { 'cleanup.policy': 'compact' } },
      [alter({ 'cleanup.policy': 'compact' }, ['retention.ms']), { do: 'grow', partitions: 4 }],
      ready,
    ],
    [
      'grows beside a refused change of replicas',
      { ...declared, partitions: 4, replicas: 2 },
      [{ do: 'grow', partitions: 4 }],
      notSupported('Replication factor change not supported, but required for partitions [0, 1, 2]'),
    ],
  ])('%s', (_, spec, actions, condition) => {
    expect(decide(resource(spec))).toEqual({ actions, finalizer: 'add', condition });
  });
});

describe('what stops the operator', () => {
  const nothing = (condition: TopicDecision['condition']) => ({ actions: [], finalizer: 'keep', condition });
  const annotated = (annotations: Record<string, string>) =>
    resource({ partitions: 9 }, { metadata: { annotations } });

  it.each<[string, TopicDecision, object]>([
    [
      'a renamed topic',
      decide(resource({ ...declared, topicName: 'other' }, { status: { topicName: 't' } })),
      nothing(renaming),
    ],
    [
      'an unmanaged one',
      decide(annotated({ 'strimzi.io/managed': 'false' })),
      nothing({ type: 'Unmanaged', status: 'True' }),
    ],
    [
      'a paused one',
      decide(annotated({ 'strimzi.io/pause-reconciliation': 'true' })),
      nothing({ type: 'ReconciliationPaused', status: 'True' }),
    ],
    [
      'one that an older resource has',
      decide(resource(declared), topic, { namespace: 'kafka', name: 'a' }),
      nothing({
        type: 'Ready',
        status: 'False',
        reason: 'ResourceConflict',
        message: "Managed by Ref{namespace='kafka', name='a'}",
      }),
    ],
    [
      'one with an object as value',
      decide(resource({ config: { 'retention.ms': { a: 1, b: ['x', 2] } } })),
      {
        ...nothing({
          type: 'Ready',
          status: 'False',
          reason: 'InternalError',
          message:
            "io.strimzi.operator.common.model.InvalidResourceException: Invalid value for topic config 'retention.ms': {a=1, b=[x, 2]}",
        }),
        finalizer: 'add',
      },
    ],
  ])('%s', (_, decision, expected) => {
    expect(decision).toEqual(expected);
  });

  it.each(['False', 'no', ''])('not strimzi.io/managed: "%s": only "false" does', (value) => {
    expect(decide(annotated({ 'strimzi.io/managed': value })).condition).toEqual(ready);
  });
});

describe('deletion', () => {
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  const deleted = (
    metadata: Partial<KafkaTopicObject['metadata']> = {},
    spec = declared,
    status?: KafkaTopicStatus,
  ) => resource(spec, { metadata: { deletionTimestamp, ...metadata }, ...(status && { status }) });
  const gone = { actions: [{ do: 'delete' }], finalizer: 'remove', condition: undefined };

  it.each<[string, KafkaTopicObject, object]>([
    ['deletes the topic', deleted(), gone],
    [
      'of a paused one deletes it too',
      deleted({ annotations: { 'strimzi.io/pause-reconciliation': 'true' } }),
      gone,
    ],
    [
      'of an unmanaged one leaves it',
      deleted({ annotations: { 'strimzi.io/managed': 'false' } }),
      { actions: [], finalizer: 'remove', condition: undefined },
    ],
    [
      'of a renamed one deletes the topic that it had',
      deleted({}, { ...declared, topicName: 'other' }, { topicName: 't' }),
      gone,
    ],
    [
      'of one with an empty name ends: there can be no such topic',
      deleted({}, { ...declared, topicName: '' }),
      { actions: [], finalizer: 'remove', condition: undefined },
    ],
    [
      'of one that never had the topic leaves it',
      deleted({ finalizers: ['other/finalizer'] }),
      { actions: [], finalizer: 'keep', condition: undefined },
    ],
  ])('%s', (_, observed, expected) => {
    expect(decide(observed)).toEqual(expected);
  });
});
