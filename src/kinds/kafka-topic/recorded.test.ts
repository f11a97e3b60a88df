import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customResourceDefinitionType, namespaceType } from '../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { createFakeKafka, type FakeKafka } from '../../engines/kafka/fake-kafka.ts';
import { buildCustomResourceDefinition } from '../crd.ts';
import { type KafkaTopicObject, topicFinalizer } from './decide.ts';
import { clusterLabel, kafkaTopic, kafkaTopicType } from './kind.ts';
import { createTopicReconciler } from './reconcile.ts';
import type { KafkaTopicSpec } from './spec.ts';

/** What Strimzi's topic operator 1.2.0 was recorded to do, up to the status in the API and the topic in Kafka. */

let server: TestServer;
let kafka: FakeKafka;
let namespace: string;
let count = 0;
beforeAll(async () => {
  server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafkaTopic), {
    fieldManager: 'test',
  });
});
afterAll(() => server?.close());
beforeEach(async () => {
  kafka = createFakeKafka();
  count += 1;
  namespace = `topics-${count}`;
  await server.client.create(namespaceType, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
});

const listResources = async () =>
  (await server.client.list<KafkaTopicObject>(kafkaTopicType, { namespace })).items;
const read = (name = 't') => server.client.get<KafkaTopicObject>(kafkaTopicType, { namespace, name });

async function create(
  spec: KafkaTopicSpec,
  name = 't',
  labels: Record<string, string> = { [clusterLabel]: 'kafka' },
) {
  await server.client.create(kafkaTopicType, {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { namespace, name, labels },
    spec,
  });
  await reconcile(name);
}
async function change(patch: Record<string, unknown>, name = 't') {
  await server.client.patch(kafkaTopicType, { namespace, name }, patch);
  await reconcile(name);
}
async function remove(name = 't') {
  await server.client.delete(kafkaTopicType, { namespace, name });
  await reconcile(name);
}
/** As the controller does: again as long as the resource changes. */
async function reconcile(name = 't') {
  for (let before: string | undefined = 'none'; ; ) {
    const resource = await read(name);
    if (resource?.metadata.resourceVersion === before) return;
    before = resource?.metadata.resourceVersion;
    const resources = await listResources();
    await createTopicReconciler({
      client: server.client,
      listResources: () => resources,
      kafkaOf: (cluster) => (cluster === 'kafka' ? kafka : undefined),
    })(`${namespace}/${name}`, resource);
  }
}
/** Conditions without times. */
async function status(name = 't') {
  const { conditions = [], ...rest } = (await read(name))?.status ?? {};
  const withoutTime = conditions.map(({ lastTransitionTime, ...condition }) => {
    expect(lastTransitionTime).toMatch(/^\d{4}-.*Z$/);
    return condition;
  });
  return { ...rest, conditions: withoutTime };
}
const finalizers = async (name = 't') => (await read(name))?.metadata.finalizers;
const refused = (reason: string, message: unknown) => [{ type: 'Ready', status: 'False', reason, message }];
const ready = [{ type: 'Ready', status: 'True' }];

describe('creation', () => {
  it('ends Ready with the id that Kafka gave', async () => {
    await create({ partitions: 3, replicas: 1, config: { 'retention.ms': 3600000 } });
    expect(await status()).toEqual({
      conditions: ready,
      observedGeneration: 1,
      topicName: 't',
      topicId: kafka.topics.get('t')?.id,
    });
    expect(await finalizers()).toEqual([topicFinalizer]);
    expect(kafka.calls).toEqual(['create t 3 {"retention.ms":"3600000"}']);
  });

  it('goes by spec.topicName', async () => {
    await create({ topicName: 'My_Topic.1' }, 'named');
    expect(await status('named')).toMatchObject({ topicName: 'My_Topic.1' });
    expect([...kafka.topics.keys()]).toEqual(['My_Topic.1']);
  });

  it.each<[string, KafkaTopicSpec, RegExp]>([
    [
      'a bad name',
      { topicName: 'bad name!' },
      /^org\.apache\.kafka\.common\.errors\.InvalidTopicException: Topic name/,
    ],
    ['too many replicas', { replicas: 3 }, /InvalidReplicationFactorException: Unable to replicate/],
    [
      'an unknown key',
      { config: { 'no.such.key': 'x' } },
      /InvalidConfigurationException: Unknown topic config name/,
    ],
    [
      'a bad value',
      { config: { 'retention.ms': 'abc' } },
      /Invalid value abc for configuration retention\.ms/,
    ],
  ])('with %s ends in KafkaError without an id, and can be deleted', async (_, spec, message) => {
    await create(spec);
    expect(await status()).toEqual({
      conditions: refused('KafkaError', expect.stringMatching(message)),
      observedGeneration: 1,
      topicName: spec.topicName ?? 't',
    });
    expect(await finalizers()).toEqual([topicFinalizer]);
    await remove();
    expect(await read()).toBeUndefined();
  });

  it.each([[{}], [{ [clusterLabel]: 'other' }]])('of labels %j is ignored', async (labels) => {
    await create({ partitions: 1 }, 't', labels);
    expect(await read()).not.toHaveProperty('status');
    expect(await finalizers()).toBeUndefined();
  });
});

describe('a change', () => {
  it('of a key beside an unknown one leaves all of the configuration as it was', async () => {
    await create({ config: { 'retention.ms': 1 } });
    await change({ spec: { config: { 'retention.ms': 9000, 'no.such.key': 'x' } } });
    expect(Object.fromEntries(kafka.topics.get('t')?.dynamic ?? [])).toEqual({ 'retention.ms': '1' });
    expect(await status()).toEqual({
      conditions: refused('KafkaError', expect.stringContaining('Unknown topic config name: no.such.key')),
      observedGeneration: 2,
      topicName: 't',
      topicId: kafka.topics.get('t')?.id,
    });
    await change({ spec: { config: { 'no.such.key': null } } });
    expect(await status()).toMatchObject({ conditions: ready, observedGeneration: 3 });
    expect(Object.fromEntries(kafka.topics.get('t')?.dynamic ?? [])).toEqual({ 'retention.ms': '9000' });
  });

  it('of partitions goes on beside a bad key', async () => {
    await create({ partitions: 1 });
    await change({ spec: { partitions: 2, config: { 'no.such.key': 'x' } } });
    expect(kafka.topics.get('t')?.partitions).toBe(2);
    expect(await status()).toMatchObject({ conditions: [{ reason: 'KafkaError' }] });
  });

  it('to fewer partitions is refused and comes right again', async () => {
    await create({ partitions: 5 });
    await change({ spec: { partitions: 2, config: { 'retention.ms': 1800000 } } });
    expect(await status()).toMatchObject({
      conditions: refused('NotSupported', 'Decreasing partitions not supported'),
      observedGeneration: 2,
      topicId: kafka.topics.get('t')?.id,
    });
    expect(kafka.topics.get('t')?.dynamic.get('retention.ms')).toBe('1800000');
    await change({ spec: { partitions: 5 } });
    expect(await status()).toMatchObject({ conditions: ready, observedGeneration: 3 });
  });

  it('of the name keeps the old name, loses the id, and holds up the deletion', async () => {
    await create({});
    const before = kafka.calls.length;
    await change({ spec: { topicName: 'renamed' } });
    expect(await status()).toEqual({
      conditions: refused('NotSupported', 'Changing spec.topicName is not supported'),
      observedGeneration: 2,
      topicName: 't',
    });
    await remove();
    expect(await status()).toMatchObject({ observedGeneration: 3, topicName: 't' });
    expect(await finalizers()).toEqual([topicFinalizer]);
    expect(kafka.calls).toHaveLength(before);
    await change({ spec: { topicName: 't' } });
    expect(await read()).toBeUndefined();
    expect([...kafka.topics.keys()]).toEqual([]);
  });

  it('behind the back is undone without a trace', async () => {
    await create({ config: { 'retention.ms': 1 } });
    const before = await read();
    kafka.topics.get('t')?.dynamic.set('retention.ms', '2').set('preallocate', 'true');
    await reconcile();
    expect(Object.fromEntries(kafka.topics.get('t')?.dynamic ?? [])).toEqual({ 'retention.ms': '1' });
    expect((await read())?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
  });

  it('behind the back that deletes the topic: it is there again, with another id', async () => {
    await create({ partitions: 2 });
    const before = kafka.topics.get('t')?.id;
    kafka.topics.clear();
    await reconcile();
    expect(kafka.topics.get('t')?.partitions).toBe(2);
    expect((await status()).topicId).toBe(kafka.topics.get('t')?.id);
    expect(kafka.topics.get('t')?.id).not.toBe(before);
  });
});

describe('two resources for one topic', () => {
  it('the first has it; the other says so and touches nothing', async () => {
    await create({ partitions: 1 }, 'a');
    await create({ topicName: 'a', partitions: 3 }, 'b');
    expect(await status('b')).toEqual({
      conditions: refused('ResourceConflict', `Managed by Ref{namespace='${namespace}', name='a'}`),
      observedGeneration: 1,
      topicName: 'a',
    });
    expect(await finalizers('b')).toBeUndefined();
    expect(kafka.topics.get('a')?.partitions).toBe(1);
    await reconcile('a');
    expect(await status('a')).toMatchObject({ conditions: ready });
    await remove('b');
    expect(await read('b')).toBeUndefined();
    expect([...kafka.topics.keys()]).toEqual(['a']);
  });
});

describe('annotations', () => {
  const annotate = (key: string, value: string | null) =>
    change({ metadata: { annotations: { [key]: value } } });

  it('unmanaged: only the generation is followed, until it is managed again', async () => {
    await create({ partitions: 1 });
    const before = kafka.calls.length;
    await annotate('strimzi.io/managed', 'false');
    await change({ spec: { partitions: 2 } });
    expect(await status()).toEqual({
      conditions: [{ type: 'Unmanaged', status: 'True' }],
      observedGeneration: 2,
    });
    expect(kafka.calls).toHaveLength(before);
    await annotate('strimzi.io/managed', null);
    expect(kafka.topics.get('t')?.partitions).toBe(2);
    expect(await status()).toMatchObject({
      conditions: ready,
      topicName: 't',
      topicId: expect.any(String) as string,
    });
  });

  it('unmanaged: the topic outlives its resource', async () => {
    await create({});
    await annotate('strimzi.io/managed', 'false');
    await remove();
    expect(await read()).toBeUndefined();
    expect([...kafka.topics.keys()]).toEqual(['t']);
  });

  it('paused: the generation moves, the id goes, and deletion deletes the topic', async () => {
    await create({ partitions: 1 });
    await annotate('strimzi.io/pause-reconciliation', 'true');
    await change({ spec: { partitions: 2 } });
    expect(await status()).toEqual({
      conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
      observedGeneration: 2,
      topicName: 't',
    });
    expect(kafka.topics.get('t')?.partitions).toBe(1);
    await remove();
    expect([...kafka.topics.keys()]).toEqual([]);
  });
});

describe('deletion', () => {
  it('of a topic that is gone already succeeds', async () => {
    await create({});
    kafka.topics.clear();
    await remove();
    expect(await read()).toBeUndefined();
  });

  it('that the broker does not allow is said, without the id, and goes through later', async () => {
    await create({});
    kafka.mayDelete = false;
    await remove();
    expect(await status()).toEqual({
      conditions: refused('KafkaError', expect.stringContaining('TopicDeletionDisabledException')),
      observedGeneration: 2,
      topicName: 't',
    });
    kafka.mayDelete = true;
    await reconcile();
    expect(await read()).toBeUndefined();
  });
});
