import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestServer } from '../../apiserver/testing/start-test-server.ts';
import { topicFinalizer } from './decide.ts';
import { graceMs } from './reconcile.ts';
import { clusterLabel } from './resource-type.ts';
import type { KafkaTopicSpec } from './spec.ts';
import { openTopicRig, ready, refused, startTopicServer, type TopicRig } from './testing/topic-rig.ts';

/** Refusals and outages as recorded from Strimzi's topic operator 1.2.0, and where ours does not hang as it does. */

let server: TestServer;
let rig: TopicRig;
beforeAll(async () => {
  server = await startTopicServer();
});
afterAll(() => server?.close());
beforeEach(async () => {
  rig = await openTopicRig(server);
});

const errors = 'org.apache.kafka.common.errors.';

describe('what the API server refuses', () => {
  it.each<[string, object, string]>([
    ['partitions: 0', { partitions: 0 }, 'should be greater than or equal to 1'],
    ['replicas: 0', { replicas: 0 }, 'should be greater than or equal to 1'],
    ['replicas: 40000', { replicas: 40000 }, 'should be less than or equal to 32767'],
  ])('%s', async (_, spec, message) => {
    await expect(rig.create(spec)).rejects.toThrow(message);
    expect(await rig.read()).toBeUndefined();
  });
});

describe('creation', () => {
  it.each<[string, KafkaTopicSpec, string]>([
    [
      'a bad name',
      { topicName: 'bad name!' },
      `${errors}InvalidTopicException: Topic name is invalid: 'bad name!' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`,
    ],
    [
      'dots alone',
      { topicName: '..' },
      `${errors}InvalidTopicException: Topic name is invalid: '..' is not allowed`,
    ],
    [
      'a long name',
      { topicName: 'a'.repeat(250) },
      `${errors}InvalidTopicException: Topic name is invalid: the length of '${'a'.repeat(250)}' is longer than the max allowed length 249`,
    ],
    [
      'an empty name',
      { topicName: '' },
      `${errors}InvalidTopicException: Topic name is invalid: the empty string is not allowed`,
    ],
    [
      'too many replicas',
      { replicas: 3 },
      `${errors}InvalidReplicationFactorException: Unable to replicate the partition 3 time(s)`,
    ],
    [
      'an unknown key',
      { config: { 'no.such.key': 'x' } },
      `${errors}InvalidConfigurationException: Unknown topic config name: no.such.key`,
    ],
    [
      'a bad value',
      { config: { 'retention.ms': 'abc' } },
      `${errors}InvalidConfigurationException: Invalid value abc for configuration retention.ms: Not a number of type LONG`,
    ],
  ])('with %s ends in KafkaError without an id, and can be deleted', async (_, spec, message) => {
    await rig.create(spec);
    expect(await rig.status()).toEqual({
      conditions: refused('KafkaError', message),
      observedGeneration: 1,
      topicName: spec.topicName ?? 't',
    });
    expect(await rig.finalizers()).toEqual([topicFinalizer]);
    await rig.remove();
    expect(await rig.read()).toBeUndefined();
  });

  it('with a bad name cannot be put right by another name', async () => {
    await rig.create({ topicName: 'bad name!' });
    await rig.change({ spec: { topicName: 'good' } });
    expect(await rig.status()).toMatchObject({
      conditions: refused('NotSupported', 'Changing spec.topicName is not supported'),
      topicName: 'bad name!',
    });
  });

  it('with an object as value ends in InternalError', async () => {
    await rig.create({ config: { 'retention.ms': { a: 1 } } });
    const message =
      "io.strimzi.operator.common.model.InvalidResourceException: Invalid value for topic config 'retention.ms': {a=1}";
    expect(await rig.status()).toEqual({
      conditions: refused('InternalError', message),
      observedGeneration: 1,
      topicName: 't',
    });
    expect(rig.kafka.calls).toEqual([]);
  });
});

describe('a change', () => {
  it('of a key beside an unknown one leaves all of the configuration as it was', async () => {
    await rig.create({ config: { 'retention.ms': 1 } });
    await rig.change({ spec: { config: { 'retention.ms': 9000, 'no.such.key': 'x' } } });
    expect(rig.dynamic()).toEqual({ 'retention.ms': '1' });
    expect(await rig.status()).toEqual({
      conditions: refused(
        'KafkaError',
        `${errors}InvalidConfigurationException: Unknown topic config name: no.such.key`,
      ),
      observedGeneration: 2,
      topicName: 't',
      topicId: rig.kafka.topics.get('t')?.id,
    });
    await rig.change({ spec: { config: { 'no.such.key': null } } });
    expect(await rig.status()).toMatchObject({ conditions: ready, observedGeneration: 3 });
    expect(rig.dynamic()).toEqual({ 'retention.ms': '9000' });
  });

  it('of partitions goes on beside a bad key', async () => {
    await rig.create({ partitions: 1 });
    await rig.change({ spec: { partitions: 2, config: { 'no.such.key': 'x' } } });
    expect(rig.kafka.topics.get('t')?.partitions).toBe(2);
    expect(await rig.status()).toMatchObject({ conditions: [{ reason: 'KafkaError' }] });
  });

  it('to an object as value is told of the topic that is there, too', async () => {
    await rig.create({ config: { 'retention.ms': 1 } });
    await rig.change({ spec: { config: { 'retention.ms': { a: 1 } } } });
    expect(await rig.status()).toMatchObject({
      conditions: [{ status: 'False', reason: 'InternalError' }],
      observedGeneration: 2,
      topicId: rig.kafka.topics.get('t')?.id,
    });
    expect(rig.dynamic()).toEqual({ 'retention.ms': '1' });
  });

  it('to an object as value holds up no other topic', async () => {
    await rig.create({ config: { 'retention.ms': 1 } }, 'victim');
    await rig.create({ config: { 'retention.ms': 1 } });
    await rig.change({ spec: { config: { 'retention.ms': { a: 1 } } } });
    rig.kafka.topics.get('victim')?.dynamic.set('retention.ms', '2');
    await Promise.all([rig.reconcile('t'), rig.reconcile('victim')]);
    expect(rig.dynamic('victim')).toEqual({ 'retention.ms': '1' });
  });
});

describe('deletion', () => {
  it('that the broker does not allow is said, without the id, and goes through later', async () => {
    await rig.create({});
    rig.kafka.mayDelete = false;
    await rig.remove();
    expect(await rig.status()).toEqual({
      conditions: refused(
        'KafkaError',
        `${errors}TopicDeletionDisabledException: Topic deletion is disabled.`,
      ),
      observedGeneration: 2,
      topicName: 't',
    });
    expect(await rig.finalizers()).toEqual([topicFinalizer]);
    rig.kafka.mayDelete = true;
    await rig.reconcile();
    expect(await rig.read()).toBeUndefined();
  });

  it('of a renamed resource deletes the topic that it had', async () => {
    await rig.create({});
    await rig.kafka.createTopics(new Map([['renamed', { config: {} }]]));
    await rig.change({ spec: { topicName: 'renamed' } });
    await rig.remove();
    expect(await rig.read()).toBeUndefined();
    expect([...rig.kafka.topics.keys()]).toEqual(['renamed']);
  });

  it('of a renamed resource leaves a topic that another has taken over', async () => {
    await rig.create({}, 'a');
    await rig.change({ spec: { topicName: 'renamed' } }, 'a');
    await rig.create({ topicName: 'a' }, 'b');
    expect(await rig.status('b')).toMatchObject({ conditions: ready });
    await rig.remove('a');
    expect(await rig.read('a')).toBeUndefined();
    expect([...rig.kafka.topics.keys()]).toEqual(['a']);
  });

  it('without a label of a cluster ends, and leaves the topic', async () => {
    await rig.create({});
    await rig.change({ metadata: { labels: { [clusterLabel]: null } } });
    await rig.remove();
    expect(await rig.read()).toBeUndefined();
    expect([...rig.kafka.topics.keys()]).toEqual(['t']);
  });

  it('of a resource whose topic another has leaves the topic, whatever finalizers it has', async () => {
    await rig.create({}, 'a');
    await rig.create({ topicName: 'a' }, 'b');
    await rig.change({ metadata: { finalizers: [topicFinalizer] } }, 'b');
    await rig.remove('b');
    expect(await rig.read('b')).toBeUndefined();
    expect([...rig.kafka.topics.keys()]).toEqual(['a']);
  });
});

describe('a broker that has not heard of a change yet', () => {
  it('does not make an error of a topic that was just created', async () => {
    await rig.create({});
    const { describeTopics } = rig.kafka;
    let isBehind = true;
    rig.kafka.describeTopics = async (names) => {
      if (!isBehind) return describeTopics(names);
      isBehind = false;
      return new Map(names.map((name) => [name, undefined]));
    };
    await rig.reconcile();
    expect(await rig.status()).toMatchObject({ conditions: ready });
  });

  it('does not keep a topic from being made again that was just deleted', async () => {
    await rig.create({});
    const old = await rig.kafka.describeTopics(['t']);
    await rig.remove();
    const { describeTopics } = rig.kafka;
    rig.kafka.describeTopics = async () => old;
    await rig.create({ partitions: 2 });
    rig.kafka.describeTopics = describeTopics;
    expect(rig.kafka.topics.get('t')?.partitions).toBe(2);
  });
});

describe('while no broker answers', () => {
  const timeout = (call: string) =>
    refused(
      'KafkaError',
      `${errors}TimeoutException: Timed out waiting for a node assignment. Call: ${call}`,
    );

  it('a new topic gets its finalizer at once, and its status when it has lasted', async () => {
    rig.kafka.answers = false;
    await rig.create({});
    expect(await rig.finalizers()).toEqual([topicFinalizer]);
    expect(await rig.read()).not.toHaveProperty('status');
    rig.silentMs = graceMs;
    await rig.reconcile();
    expect(await rig.status()).toEqual({
      conditions: timeout('describeConfigs'),
      observedGeneration: 1,
      topicName: 't',
    });
  });

  it('a changed one keeps its status for a while, then loses the id', async () => {
    await rig.create({});
    const before = await rig.status();
    rig.kafka.answers = false;
    rig.silentMs = graceMs - 500;
    await rig.change({ spec: { partitions: 2 } });
    expect(await rig.status()).toEqual(before);
    expect(await rig.reconcile()).toBe(500);
    rig.silentMs = graceMs;
    await rig.reconcile();
    expect(await rig.status()).toEqual({
      conditions: timeout('describeConfigs'),
      observedGeneration: 2,
      topicName: 't',
    });
  });

  it('a deleted one stays, and says what it waits for', async () => {
    await rig.create({});
    rig.kafka.answers = false;
    rig.silentMs = graceMs;
    await rig.remove();
    expect(await rig.status()).toMatchObject({ conditions: timeout('deleteTopics'), observedGeneration: 2 });
    expect(await rig.finalizers()).toEqual([topicFinalizer]);
  });

  it('all goes on once one answers, which is looked for every two seconds', async () => {
    rig.kafka.answers = false;
    rig.silentMs = graceMs;
    await rig.create({ partitions: 2 });
    expect(await rig.reconcile()).toBe(2_000);
    expect(rig.outcomes.at(-1)).toBe(false);
    rig.kafka.answers = true;
    await rig.reconcile();
    expect(rig.outcomes.at(-1)).toBe(true);
    expect(await rig.status()).toMatchObject({ conditions: ready, observedGeneration: 1 });
  });

  it('the same holds where nobody knows yet where it will answer', async () => {
    rig.known = false;
    rig.silentMs = graceMs;
    await rig.create({});
    expect(await rig.status()).toMatchObject({ conditions: timeout('describeConfigs') });
    expect(rig.kafka.requests).toEqual([]);
  });

  it('what needs no broker is done: pausing, leaving alone, letting an unmanaged one go', async () => {
    await rig.create({});
    rig.kafka.answers = false;
    await rig.annotate('strimzi.io/pause-reconciliation', 'true');
    expect(await rig.status()).toMatchObject({ conditions: [{ type: 'ReconciliationPaused' }] });
    await rig.annotate('strimzi.io/managed', 'false');
    expect(await rig.status()).toMatchObject({ conditions: [{ type: 'Unmanaged' }] });
    await rig.remove();
    expect(await rig.read()).toBeUndefined();
  });
});
