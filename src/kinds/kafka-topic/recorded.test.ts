import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestServer } from '../../apiserver/testing/start-test-server.ts';
import { topicFinalizer } from './decide.ts';
import { clusterLabel, kafkaTopicType } from './resource-type.ts';
import { openTopicRig, ready, refused, startTopicServer, type TopicRig } from './testing/topic-rig.ts';

/** What Strimzi's topic operator 1.2.0 was recorded to do, up to the status in the API and the topic in Kafka. */

let server: TestServer;
let rig: TopicRig;
beforeAll(async () => {
  server = await startTopicServer();
});
afterAll(() => server?.close());
beforeEach(async () => {
  rig = await openTopicRig(server);
});

describe('creation', () => {
  it('ends Ready with the id that Kafka gave', async () => {
    await rig.create({ partitions: 3, replicas: 1, config: { 'retention.ms': 3600000 } });
    expect(await rig.status()).toEqual({
      conditions: ready,
      observedGeneration: 1,
      topicName: 't',
      topicId: rig.kafka.topics.get('t')?.id,
    });
    expect(await rig.finalizers()).toEqual([topicFinalizer]);
    expect(rig.kafka.calls).toEqual(['create t 3 {"retention.ms":"3600000"}']);
  });

  it('pins every declared key, also where it is the default', async () => {
    await rig.create({ config: { 'cleanup.policy': 'delete', 'min.insync.replicas': 1 } });
    expect(rig.dynamic()).toEqual({ 'cleanup.policy': 'delete', 'min.insync.replicas': '1' });
  });

  it("of an empty spec takes the broker's defaults", async () => {
    await rig.create({});
    expect(rig.kafka.calls).toEqual(['create t 1 {}']);
    expect(await rig.status()).toMatchObject({ conditions: ready });
  });

  it('goes by spec.topicName', async () => {
    await rig.create({ topicName: 'My_Topic.1' }, 'named');
    expect(await rig.status('named')).toMatchObject({ topicName: 'My_Topic.1' });
    expect([...rig.kafka.topics.keys()]).toEqual(['My_Topic.1']);
  });

  it('writes the finalizer and one status, and nothing more', async () => {
    await rig.create({ partitions: 1 });
    const events: string[] = [];
    const { resourceVersion } = (await rig.read())?.metadata ?? {};
    await rig.reconcile();
    expect((await rig.read())?.metadata.resourceVersion).toBe(resourceVersion);
    for (const { manager, subresource } of (await rig.read())?.metadata.managedFields ?? []) {
      events.push(`${manager}${subresource === undefined ? '' : `/${subresource}`}`);
    }
    expect(events).toHaveLength(2);
  });

  it('adopts a topic that is there: grown, its configuration made exactly the declared one, without a sign', async () => {
    await rig.kafka.createTopics(
      new Map([['t', { partitions: 2, config: { 'retention.ms': '1111', 'max.message.bytes': '999999' } }]]),
    );
    const id = rig.kafka.topics.get('t')?.id;
    await rig.create({ partitions: 4, config: { 'cleanup.policy': 'compact' } });
    expect(await rig.status()).toEqual({
      conditions: ready,
      observedGeneration: 1,
      topicName: 't',
      topicId: id,
    });
    expect(rig.kafka.topics.get('t')?.partitions).toBe(4);
    expect(rig.dynamic()).toEqual({ 'cleanup.policy': 'compact' });
  });

  it('adopts one with more partitions: refused, and its configuration gone all the same', async () => {
    await rig.kafka.createTopics(new Map([['t', { partitions: 3, config: { 'retention.ms': '1111' } }]]));
    await rig.create({ partitions: 1 });
    expect(await rig.status()).toMatchObject({
      conditions: refused('NotSupported', 'Decreasing partitions not supported'),
    });
    expect(rig.dynamic()).toEqual({});
  });

  it('with throttled replicas is Ready with a warning for each key', async () => {
    const key = 'leader.replication.throttled.replicas';
    await rig.create({ config: { [key]: '*' } });
    const warning = {
      type: 'Warning',
      status: 'True',
      reason: 'InvalidConfig',
      message: `Property ${key} may conflict with throttled rebalances`,
    };
    expect(await rig.status()).toMatchObject({ conditions: [...ready, warning] });
    await rig.change({ spec: { config: { [key]: null } } });
    expect(await rig.status()).toMatchObject({ conditions: ready });
  });
});

describe('a change', () => {
  it('of values sets what differs from what holds, and pins no default', async () => {
    await rig.create({ config: { 'retention.ms': 3600000 } });
    await rig.change({
      spec: {
        config: { 'retention.ms': 7200000, 'min.insync.replicas': 1, 'max.message.bytes': '2000000' },
      },
    });
    expect(rig.dynamic()).toEqual({ 'retention.ms': '7200000', 'max.message.bytes': '2000000' });
    expect(await rig.status()).toMatchObject({ conditions: ready, observedGeneration: 2 });
  });

  it('that drops keys sets them back in one step', async () => {
    await rig.create({ config: { 'retention.ms': 1, preallocate: true } });
    await rig.change({ spec: { config: null } });
    expect(rig.kafka.calls.at(-1)).toBe('alter t {} -retention.ms -preallocate');
    expect(rig.dynamic()).toEqual({});
    expect(await rig.status()).toMatchObject({ conditions: ready, observedGeneration: 2 });
  });

  it('to more partitions grows the topic', async () => {
    await rig.create({ partitions: 3 });
    await rig.change({ spec: { partitions: 5 } });
    expect(rig.kafka.topics.get('t')?.partitions).toBe(5);
    expect(await rig.status()).toMatchObject({ conditions: ready, observedGeneration: 2 });
  });

  it('to fewer partitions is refused and comes right again', async () => {
    await rig.create({ partitions: 5 });
    await rig.change({ spec: { partitions: 2, config: { 'retention.ms': 1800000 } } });
    expect(await rig.status()).toMatchObject({
      conditions: refused('NotSupported', 'Decreasing partitions not supported'),
      observedGeneration: 2,
      topicId: rig.kafka.topics.get('t')?.id,
    });
    expect(rig.dynamic()).toEqual({ 'retention.ms': '1800000' });
    await rig.change({ spec: { partitions: 5 } });
    expect(await rig.status()).toMatchObject({ conditions: ready, observedGeneration: 3 });
  });

  it('that no longer counts partitions and replicas changes nothing', async () => {
    await rig.create({ partitions: 3, replicas: 1 });
    const before = rig.kafka.calls.length;
    await rig.change({ spec: { partitions: null, replicas: null } });
    expect(rig.kafka.calls).toHaveLength(before);
    expect(await rig.status()).toMatchObject({ conditions: ready, observedGeneration: 2 });
  });

  it('of replicas is refused and changes nothing', async () => {
    await rig.create({ partitions: 2 });
    const before = rig.kafka.calls.length;
    await rig.change({ spec: { replicas: 2 } });
    const message = 'Replication factor change not supported, but required for partitions [0, 1]';
    expect(await rig.status()).toMatchObject({ conditions: refused('NotSupported', message) });
    expect(rig.kafka.calls).toHaveLength(before);
    await rig.change({ spec: { replicas: 1 } });
    expect(await rig.status()).toMatchObject({ conditions: ready });
  });

  it('of the name is refused without a call; the old name stays, the id goes', async () => {
    await rig.create({});
    const before = rig.kafka.requests.length;
    await rig.change({ spec: { topicName: 'renamed' } });
    expect(await rig.status()).toEqual({
      conditions: refused('NotSupported', 'Changing spec.topicName is not supported'),
      observedGeneration: 2,
      topicName: 't',
    });
    expect(rig.kafka.requests).toHaveLength(before);
    await rig.change({ spec: { topicName: 't' } });
    expect(await rig.status()).toMatchObject({ conditions: ready, topicId: rig.kafka.topics.get('t')?.id });
  });
});

describe('behind the back', () => {
  it('changed configuration is set back without a trace', async () => {
    await rig.create({ config: { 'retention.ms': 1 } });
    const before = await rig.read();
    rig.kafka.topics.get('t')?.dynamic.set('retention.ms', '2').set('preallocate', 'true');
    expect(await rig.reconcile()).toBe(120_000);
    expect(rig.dynamic()).toEqual({ 'retention.ms': '1' });
    expect((await rig.read())?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
  });

  it('deleted, the topic is there again, with another id and Ready all the time', async () => {
    await rig.create({ partitions: 2 });
    const before = rig.kafka.topics.get('t')?.id;
    rig.kafka.topics.clear();
    await rig.reconcile();
    expect(rig.kafka.topics.get('t')?.partitions).toBe(2);
    expect(rig.kafka.topics.get('t')?.id).not.toBe(before);
    expect(await rig.status()).toMatchObject({
      conditions: ready,
      topicId: rig.kafka.topics.get('t')?.id,
    });
  });

  it('grown, the topic is refused, for the same generation', async () => {
    await rig.create({ partitions: 2 });
    await rig.kafka.createPartitions(new Map([['t', 3]]));
    await rig.reconcile();
    expect(await rig.status()).toMatchObject({
      conditions: refused('NotSupported', 'Decreasing partitions not supported'),
      observedGeneration: 1,
    });
  });
});

describe('two resources for one topic', () => {
  it('the first has it; the other says so and touches nothing', async () => {
    await rig.create({ partitions: 1 }, 'a');
    await rig.create({ topicName: 'a', partitions: 3 }, 'b');
    expect(await rig.status('b')).toEqual({
      conditions: refused('ResourceConflict', `Managed by Ref{namespace='${rig.namespace}', name='a'}`),
      observedGeneration: 1,
      topicName: 'a',
    });
    expect(await rig.finalizers('b')).toBeUndefined();
    expect(rig.kafka.topics.get('a')?.partitions).toBe(1);
    await rig.reconcile('a');
    expect(await rig.status('a')).toMatchObject({ conditions: ready });
    await rig.remove('b');
    expect(await rig.read('b')).toBeUndefined();
    expect([...rig.kafka.topics.keys()]).toEqual(['a']);
  });

  it('the first deleted takes the topic along; the other makes it anew', async () => {
    await rig.create({ partitions: 1 }, 'a');
    await rig.create({ topicName: 'a', partitions: 3 }, 'b');
    const before = rig.kafka.topics.get('a')?.id;
    await rig.remove('a');
    expect([...rig.kafka.topics.keys()]).toEqual([]);
    await rig.reconcile('b');
    expect(await rig.status('b')).toMatchObject({
      conditions: ready,
      topicId: rig.kafka.topics.get('a')?.id,
    });
    expect(rig.kafka.topics.get('a')?.id).not.toBe(before);
    expect(await rig.finalizers('b')).toEqual([topicFinalizer]);
  });
});

describe('annotations', () => {
  it('unmanaged: only the generation is followed, until it is managed again', async () => {
    await rig.create({ partitions: 1 });
    const before = rig.kafka.requests.length;
    await rig.annotate('strimzi.io/managed', 'false');
    await rig.change({ spec: { partitions: 2 } });
    expect(await rig.status()).toEqual({
      conditions: [{ type: 'Unmanaged', status: 'True' }],
      observedGeneration: 2,
    });
    expect(rig.kafka.requests).toHaveLength(before);
    expect(await rig.finalizers()).toEqual([topicFinalizer]);
    await rig.annotate('strimzi.io/managed', null);
    expect(rig.kafka.topics.get('t')?.partitions).toBe(2);
    expect(await rig.status()).toMatchObject({
      conditions: ready,
      topicName: 't',
      topicId: rig.kafka.topics.get('t')?.id,
    });
  });

  it('unmanaged from the start: no finalizer, nothing in Kafka', async () => {
    await rig.create({}, 't', { annotations: { 'strimzi.io/managed': 'false' } });
    expect(await rig.status()).toMatchObject({ conditions: [{ type: 'Unmanaged', status: 'True' }] });
    expect(await rig.finalizers()).toBeUndefined();
    expect(rig.kafka.requests).toEqual([]);
  });

  it('unmanaged: the topic outlives its resource', async () => {
    await rig.create({});
    await rig.annotate('strimzi.io/managed', 'false');
    await rig.remove();
    expect(await rig.read()).toBeUndefined();
    expect([...rig.kafka.topics.keys()]).toEqual(['t']);
  });

  it('paused: the generation moves, the id goes, and deletion deletes the topic', async () => {
    await rig.create({ partitions: 1 });
    await rig.annotate('strimzi.io/pause-reconciliation', 'true');
    await rig.change({ spec: { partitions: 2 } });
    expect(await rig.status()).toEqual({
      conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
      observedGeneration: 2,
      topicName: 't',
    });
    expect(rig.kafka.topics.get('t')?.partitions).toBe(1);
    await rig.remove();
    expect([...rig.kafka.topics.keys()]).toEqual([]);
  });

  it('paused from the start: no finalizer, nothing in Kafka, until it goes on', async () => {
    await rig.create({ partitions: 2 }, 't', { annotations: { 'strimzi.io/pause-reconciliation': 'true' } });
    expect(await rig.status()).toEqual({
      conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
      observedGeneration: 1,
      topicName: 't',
    });
    expect(await rig.finalizers()).toBeUndefined();
    expect(rig.kafka.requests).toEqual([]);
    await rig.annotate('strimzi.io/pause-reconciliation', null);
    expect(rig.kafka.topics.get('t')?.partitions).toBe(2);
  });
});

describe('labels', () => {
  it.each([[{}], [{ [clusterLabel]: 'other' }]])('%j: ignored', async (labels) => {
    await rig.create({ partitions: 1 }, 't', { labels });
    expect(await rig.read()).not.toHaveProperty('status');
    expect(await rig.finalizers()).toBeUndefined();
  });

  it('lost: the status stays as it was, changes are ignored', async () => {
    await rig.create({ partitions: 1 });
    const before = await rig.status();
    await rig.change({ metadata: { labels: { [clusterLabel]: null } }, spec: { partitions: 2 } });
    expect(await rig.status()).toEqual(before);
    expect(rig.kafka.topics.get('t')?.partitions).toBe(1);
  });
});

describe('deletion', () => {
  it('deletes the topic and writes no status', async () => {
    await rig.create({});
    const before = (await rig.read())?.metadata.managedFields;
    await server.client.delete(kafkaTopicType, { namespace: rig.namespace, name: 't' });
    expect((await rig.read())?.metadata.managedFields).toEqual(before);
    await rig.reconcile();
    expect(await rig.read()).toBeUndefined();
    expect(rig.kafka.calls.at(-1)).toBe('delete t');
  });

  it('of a topic that is gone already succeeds', async () => {
    await rig.create({});
    rig.kafka.topics.clear();
    await rig.remove();
    expect(await rig.read()).toBeUndefined();
  });
});
