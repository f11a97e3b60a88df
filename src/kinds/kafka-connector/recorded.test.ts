import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configMapType, customResourceDefinitionType, namespaceType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { createConnectClient } from '../../engines/connect/client.ts';
import { type FakeConnect, startFakeConnect } from '../../engines/connect/fake-connect.ts';
import { buildCustomResourceDefinition } from '../crd.ts';
import type { KafkaConnectObject } from '../kafka-connect/desired.ts';
import { clusterLabel } from '../kafka-topic/kind.ts';
import type { KafkaConnectorObject } from './decide.ts';
import { kafkaConnector, kafkaConnectorType } from './kind.ts';
import { createConnectorReconciler } from './reconcile.ts';
import type { KafkaConnectorSpec } from './spec.ts';

/** What Strimzi's cluster operator 1.2.0 was recorded to do with KafkaConnectors: its calls and what the status ends with. */

let server: TestServer;
let worker: FakeConnect;
let namespace: string;
let count = 0;
let now = new Date('2026-01-01T00:00:00Z');
/** What the operator is told when no worker answers. */
let missing: string | undefined;
let connect: KafkaConnectObject | undefined;

beforeAll(async () => {
  server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafkaConnector), {
    fieldManager: 'test',
  });
});
afterAll(() => server?.close());
beforeEach(async () => {
  worker = await startFakeConnect();
  count += 1;
  namespace = `connectors-${count}`;
  missing = undefined;
  connect = {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaConnect',
    metadata: { name: 'di', namespace, annotations: { 'strimzi.io/use-connector-resources': 'true' } },
    spec: {
      replicas: 1,
      bootstrapServers: 'kafka:9092',
      groupId: 'di',
      configStorageTopic: 'c',
      offsetStorageTopic: 'o',
      statusStorageTopic: 's',
    },
  };
  await server.client.create(namespaceType, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
});
afterEach(() => worker.close());

const read = (name = 'c') => server.client.get<KafkaConnectorObject>(kafkaConnectorType, { namespace, name });

/** One pass of the operator. */
async function pass(name = 'c') {
  const reconcile = createConnectorReconciler({
    client: server.client,
    connectOf: (_, wanted) => (wanted === 'di' ? connect : undefined),
    accessOf: () => (missing === undefined ? { client: createConnectClient(worker.url, 1) } : { missing }),
    missingTopics: async (_, topics) => topics.filter((topic) => topic.startsWith('absent')),
    pauseMs: 1,
    now: () => now,
  });
  return reconcile(`${namespace}/${name}`, await read(name));
}
/** As the controller does: again as long as the resource changes. */
async function reconcile(name = 'c') {
  for (let before: string | undefined = 'none'; ; ) {
    const version = (await read(name))?.metadata.resourceVersion;
    if (version === before) return;
    before = version;
    await pass(name);
  }
}
async function create(spec: KafkaConnectorSpec, labels: Record<string, string> = { [clusterLabel]: 'di' }) {
  await server.client.create(kafkaConnectorType, {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaConnector',
    metadata: { namespace, name: 'c', labels },
    spec,
  });
}
async function change(patch: Record<string, unknown>) {
  await server.client.patch(kafkaConnectorType, { namespace, name: 'c' }, patch);
  await reconcile();
}
const annotate = (key: string, value: string | null) =>
  change({ metadata: { annotations: { [`strimzi.io/${key}`]: value } } });
async function status() {
  const { conditions = [], ...rest } = (await read())?.status ?? {};
  const untimed = conditions.map(({ lastTransitionTime, ...condition }) => {
    expect(lastTransitionTime).toMatch(/^\d{4}-.*Z$/);
    return condition;
  });
  return { ...rest, conditions: untimed };
}
/** Calls that change something, since the last look. */
function changes(): readonly string[] {
  return worker.calls.splice(0).filter((call) => !call.startsWith('GET '));
}

const source: KafkaConnectorSpec = {
  class: 'FileStreamSource',
  tasksMax: 1,
  config: { file: '/in.txt', topic: 'lines' },
};
const failing = (): KafkaConnectorSpec => ({
  class: 'FileStreamSink',
  tasksMax: 1,
  config: { file: `${worker.missingFolder}/out.txt`, topics: 'lines' },
});
const ready = { type: 'Ready', status: 'True' };
const notReady = (reason: string, message: unknown) => ({
  type: 'NotReady',
  status: 'True',
  reason,
  message,
});
const warned = (reason: string, message: unknown) => ({ type: 'Warning', status: 'True', reason, message });

describe('creation', () => {
  it('is Ready before the tasks are there, and tells of them in the next pass', async () => {
    await create(source);
    await pass();
    expect(changes()).toEqual([
      'POST /connectors {"name":"c","config":{"file":"/in.txt","topic":"lines","connector.class":"FileStreamSource","tasks.max":"1"}}',
    ]);
    await reconcile();
    expect(changes()).toEqual([]);
    const part = { state: 'RUNNING', version: '4.3.1', worker_id: '127.0.0.1:8083' };
    expect(await status()).toEqual({
      conditions: [ready],
      connectorStatus: { connector: part, name: 'c', tasks: [{ id: 0, ...part }], type: 'source' },
      observedGeneration: 1,
      tasksMax: 1,
      topics: [],
    });
  });

  it('in a state says so at once, so that nothing runs before', async () => {
    await create({ ...source, state: 'stopped' });
    await reconcile();
    expect(changes()).toEqual([expect.stringContaining('"initial_state":"STOPPED"')]);
    expect(await status()).toMatchObject({
      conditions: [ready],
      connectorStatus: { connector: { state: 'STOPPED' } },
    });
  });

  it('drops reserved keys without a word, and sends numbers and booleans as texts', async () => {
    await create({
      class: 'FileStreamSource',
      config: { topic: 't', name: 'other', 'tasks.max': 7, 'batch.size': 100, 'x.enabled': true },
    });
    await reconcile();
    expect(worker.connectors.get('c')?.config).toEqual({
      name: 'c',
      'connector.class': 'FileStreamSource',
      topic: 't',
      'batch.size': '100',
      'x.enabled': 'true',
    });
    expect((await status()).tasksMax).toBe(1);
  });
});

describe('a change', () => {
  it('of the configuration replaces it as a whole', async () => {
    await create({ ...source, config: { ...source.config, 'batch.size': 50 } });
    await reconcile();
    changes();
    await change({ spec: { config: { 'batch.size': null, extra: 'x' } } });
    expect(changes()).toEqual([expect.stringMatching(/^PUT \/connectors\/c\/config /)]);
    expect(worker.connectors.get('c')?.config).toEqual({
      name: 'c',
      'connector.class': 'FileStreamSource',
      'tasks.max': '1',
      file: '/in.txt',
      topic: 'lines',
      extra: 'x',
    });
  });

  it('of configuration and state puts the one and then changes the other', async () => {
    await create(source);
    await reconcile();
    changes();
    await change({ spec: { state: 'stopped', config: { extra: 'x' } } });
    expect(changes()).toEqual([
      expect.stringMatching(/^PUT \/connectors\/c\/config /),
      'PUT /connectors/c/stop',
    ]);
  });

  it('behind the back is undone', async () => {
    await create(source);
    await reconcile();
    changes();
    const connector = worker.connectors.get('c');
    if (connector !== undefined) connector.config = { ...connector.config, topic: 'other' };
    await reconcile();
    expect(changes()).toEqual([expect.stringMatching(/^PUT \/connectors\/c\/config /)]);
    worker.connectors.clear();
    await reconcile();
    expect(changes()).toEqual([expect.stringMatching(/^POST \/connectors /)]);
  });

  it.each([
    ['paused', 'pause', 'PAUSED'],
    ['stopped', 'stop', 'STOPPED'],
  ])('of the state to %s, and back', async (state, verb, reported) => {
    await create(source);
    await reconcile();
    changes();
    await change({ spec: { state } });
    await reconcile();
    expect(changes()).toEqual([`PUT /connectors/c/${verb}`]);
    expect(await status()).toMatchObject({
      conditions: [ready],
      connectorStatus: { connector: { state: reported } },
    });
    await change({ spec: { state: 'running' } });
    await reconcile();
    expect(changes()).toEqual(['PUT /connectors/c/resume']);
    expect(await status()).toMatchObject({ connectorStatus: { connector: { state: 'RUNNING' } } });
  });
});

describe('a failed task', () => {
  const failed = [
    notReady(
      'Throwable',
      expect.stringMatching(
        /^The following tasks have failed: 0, see connectorStatus for more details\. Task 0: .*NoSuchFileException: \/no\/such/,
      ),
    ),
  ];

  it('is told with its trace, and what failed it', async () => {
    await create(failing());
    await reconcile();
    expect(await status()).toMatchObject({
      conditions: failed,
      connectorStatus: {
        connector: { state: 'RUNNING' },
        tasks: [{ id: 0, state: 'FAILED', trace: expect.stringContaining('\tat ') as string }],
      },
    });
  });

  it('does not keep the connector from being paused, and stays failed', async () => {
    await create(failing());
    await reconcile();
    changes();
    await change({ spec: { state: 'paused' } });
    expect(changes()).toEqual(['PUT /connectors/c/pause']);
    expect(await status()).toMatchObject({ conditions: failed });
  });

  it('is started again as often as autoRestart says, with growing pauses, and forgotten after a while', async () => {
    await create({ ...failing(), autoRestart: { enabled: true, maxRestarts: 2 } });
    await reconcile();
    const restart = 'POST /connectors/c/restart?includeTasks=true&onlyFailed=true';
    expect(changes().slice(1)).toEqual([restart]);
    expect((await status()).autoRestart).toEqual({ count: 1, lastRestartTimestamp: now.toISOString() });
    expect(await status()).toMatchObject({ conditions: failed });
    now = new Date(now.getTime() + 119_000);
    await reconcile();
    expect(changes()).toEqual([]);
    now = new Date(now.getTime() + 1_000);
    await reconcile();
    expect(changes()).toEqual([restart]);
    now = new Date(now.getTime() + 3_600_000);
    await reconcile();
    expect(changes()).toEqual([]);
    expect((await status()).autoRestart?.count).toBe(2);
    // The cause is gone, and somebody starts it.
    await change({ spec: { config: { file: '/out.txt' } } });
    await reconcile();
    expect((await status()).autoRestart).toBeUndefined();
  });

  it('of a connector that failed itself: it cannot be paused, but stopped', async () => {
    await create(source);
    await reconcile();
    const connector = worker.connectors.get('c');
    if (connector !== undefined) Object.assign(connector, { state: 'FAILED', trace: 'java.lang.Error: no' });
    await reconcile();
    expect(await status()).toMatchObject({
      conditions: [
        notReady('Throwable', 'Connector has failed, see connectorStatus for more details. Error: no'),
      ],
    });
    changes();
    await change({ spec: { state: 'paused' } });
    expect(changes()).toEqual([]);
    expect(await status()).toMatchObject({
      conditions: [
        notReady('NoStackTraceThrowable', 'Connector c cannot be paused since it is in failed state.'),
      ],
    });
    await change({ spec: { state: 'stopped' } });
    expect(changes()).toEqual(['PUT /connectors/c/stop']);
  });
});

it('a topic that is not there is told of: Connect waits for it without a word', async () => {
  await create({ ...failing(), config: { file: '/out.txt', topics: 'lines, absent' } });
  await reconcile();
  expect(await status()).toMatchObject({
    conditions: [ready, warned('TopicNotFound', expect.stringMatching(/^Topic absent does not exist/))],
  });
});

describe('annotations', () => {
  const annotations = async () => (await read())?.metadata.annotations ?? {};
  beforeEach(async () => {
    await create(source);
    await reconcile();
    changes();
  });

  it.each([
    ['restart', 'true', 'POST /connectors/c/restart?includeTasks=false&onlyFailed=false'],
    ['restart', 'includeTasks,onlyFailed', 'POST /connectors/c/restart?includeTasks=true&onlyFailed=true'],
    ['restart-task', '0', 'POST /connectors/c/tasks/0/restart'],
  ])('%s=%s is done once and taken off', async (key, value, call) => {
    await annotate(key, value);
    expect(changes()).toEqual([call]);
    expect(await annotations()).toEqual({});
    expect(await status()).toMatchObject({ conditions: [ready] });
  });

  it.each([
    ['restart', 'true,includeTasks', 'RestartConnector', 'Invalid annotation format'],
    [
      'restart-task',
      '7',
      'RestartConnectorTask',
      expect.stringMatching(
        /^Failed to restart connector task c:7\. .*POST \/connectors\/c\/tasks\/7\/restart returned 404 \(404\)/,
      ),
    ],
    [
      'connector-offsets',
      'list',
      'ListOffsets',
      'Failed to list the connector offsets due to missing property listOffsets in KafkaConnector CR.',
    ],
    [
      'connector-offsets',
      'reset',
      'ResetOffsets',
      'Encountered error resetting connector offsets. Connector is not in STOPPED state',
    ],
  ])('%s=%s stays with a warning', async (key, value, reason, message) => {
    await annotate(key, value);
    expect(await annotations()).toEqual({ [`strimzi.io/${key}`]: value });
    expect(await status()).toMatchObject({ conditions: [ready, warned(reason, message)] });
  });

  it('connector-offsets=list writes them to a ConfigMap, as soon as the spec names it', async () => {
    await annotate('connector-offsets', 'list');
    const connector = worker.connectors.get('c');
    connector?.offsets.push({ partition: { filename: '/in.txt' }, offset: { position: 4 } });
    await change({ spec: { listOffsets: { toConfigMap: { name: 'offsets' } } } });
    expect(await annotations()).toEqual({});
    const map = await server.client.get<KubernetesObject & { data: Record<string, string> }>(configMapType, {
      namespace,
      name: 'offsets',
    });
    expect(JSON.parse(map?.data['offsets.json'] ?? '')).toEqual({ offsets: connector?.offsets });
    expect(map?.metadata).toMatchObject({
      labels: { [clusterLabel]: 'c' },
      ownerReferences: [{ kind: 'KafkaConnector', name: 'c' }],
    });
  });

  it('connector-offsets=alter and reset change those of a stopped connector', async () => {
    const offsets = { offsets: [{ partition: { filename: '/in.txt' }, offset: { position: 9 } }] };
    await server.client.create(configMapType, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'new', namespace },
      data: { 'offsets.json': JSON.stringify(offsets) },
    });
    await change({ spec: { state: 'stopped', alterOffsets: { fromConfigMap: { name: 'new' } } } });
    await reconcile();
    changes();
    await annotate('connector-offsets', 'alter');
    expect(changes()).toEqual([`PATCH /connectors/c/offsets ${JSON.stringify(offsets)}`]);
    expect(worker.connectors.get('c')?.offsets).toEqual(offsets.offsets);
    await annotate('connector-offsets', 'reset');
    expect(changes()).toEqual(['DELETE /connectors/c/offsets']);
    expect(await annotations()).toEqual({});
    expect(worker.connectors.get('c')?.offsets).toEqual([]);
  });

  it('connector-offsets=bogus is an error that hides the connector', async () => {
    await annotate('connector-offsets', 'bogus');
    expect(await status()).toEqual({
      conditions: [
        notReady(
          'IllegalArgumentException',
          'No enum constant io.strimzi.operator.cluster.model.KafkaConnectorOffsetsAnnotation.bogus',
        ),
      ],
      observedGeneration: 1,
      tasksMax: 1,
    });
  });

  it('pause-reconciliation freezes the generation, and the connector goes on', async () => {
    await annotate('pause-reconciliation', 'true');
    await change({ spec: { config: { topic: 'other' } } });
    expect(changes()).toEqual([]);
    expect(await status()).toEqual({
      conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
      observedGeneration: 1,
      tasksMax: 1,
    });
  });
});

describe('errors', () => {
  const rest = 'io.strimzi.operator.cluster.operator.assembly.ConnectRestException';
  it.each<[string, KafkaConnectorSpec, string]>([
    [
      'an unknown class',
      { class: 'com.example.NoSuch', tasksMax: 2 },
      `${rest}: POST /connectors returned 400 (400): Failed to find any class that implements Connector and which name matches com.example.NoSuch, available connectors are: PluginDesc{`,
    ],
    [
      'a missing key',
      { class: 'FileStreamSource', tasksMax: 2 },
      `${rest}: POST /connectors returned 400 (400): Connector configuration is invalid and contains the following 1 error(s):\nMissing required configuration "topic" which has no default value.`,
    ],
    [
      'no class',
      { tasksMax: 2, config: { a: 'b' } },
      `${rest}: POST /connectors returned 400 (400): Connector config {`,
    ],
  ])('of Connect to %s replace the status', async (_, spec, message) => {
    await create(spec);
    await reconcile();
    expect(await status()).toEqual({
      conditions: [notReady('CompletionException', expect.stringContaining(message))],
      observedGeneration: 1,
      tasksMax: 2,
    });
  });

  it('of an update leave what runs, and go when it is corrected', async () => {
    await create(source);
    await reconcile();
    await change({ spec: { config: { 'batch.size': 'abc' } } });
    expect(await status()).toEqual({
      conditions: [
        notReady(
          'CompletionException',
          expect.stringMatching(
            /PUT \/connectors\/c\/config returned 400 \(400\): .*\nInvalid value abc for/,
          ),
        ),
      ],
      observedGeneration: 2,
      tasksMax: 1,
    });
    expect(worker.connectors.get('c')?.config).not.toHaveProperty('batch.size');
    await change({ spec: { config: { 'batch.size': 5 } } });
    expect(await status()).toMatchObject({ conditions: [ready], observedGeneration: 3 });
  });

  it.each([
    [409, 'rebalance'],
    [500, 'Request cannot be completed because a rebalance is expected'],
  ])('of a rebalance (%i) are waited out within the pass', async (code, message) => {
    await create(source);
    worker.injected.push({ method: 'POST', path: /^\/connectors$/, status: code, message });
    await reconcile();
    expect(changes().filter((call) => call.startsWith('POST'))).toHaveLength(2);
    expect(await status()).toMatchObject({ conditions: [ready] });
  });

  it('of the worker once are tried again by the next event', async () => {
    await create(source);
    worker.injected.push({ method: 'POST', path: /^\/connectors$/, status: 500, message: 'oops' });
    await pass();
    expect(await status()).toMatchObject({ conditions: [{ reason: 'CompletionException' }] });
    await reconcile();
    expect(await status()).toMatchObject({ conditions: [ready] });
  });

  it('of a worker that does not answer say why', async () => {
    await create(source);
    missing = 'Kafka Connect cluster di does not answer: java.net.ConnectException: the workers are starting';
    await reconcile();
    expect(await status()).toEqual({
      conditions: [notReady('ConnectException', `java.net.ConnectException: ${missing}`)],
      observedGeneration: 1,
      tasksMax: 1,
    });
  });

  it.each<[string, () => void, Record<string, string>, string, string]>([
    [
      'without a label',
      () => undefined,
      {},
      'InvalidResourceException',
      "Resource lacks label 'strimzi.io/cluster': No connect cluster in which to create this connector.",
    ],
    [
      'of a cluster that is not there',
      () => undefined,
      { [clusterLabel]: 'nope' },
      'NoSuchResourceException',
      "KafkaConnect resource 'nope' identified by label 'strimzi.io/cluster' does not exist in namespace NS.",
    ],
    [
      'of a cluster that takes no resources',
      () => delete connect?.metadata.annotations,
      { [clusterLabel]: 'di' },
      'NoSuchResourceException',
      'KafkaConnect di is not configured with annotation strimzi.io/use-connector-resources',
    ],
    [
      'of a cluster without workers',
      () => connect !== undefined && Object.assign(connect.spec, { replicas: 0 }),
      { [clusterLabel]: 'di' },
      'RuntimeException',
      "Kafka Connect cluster 'di' in namespace NS has 0 replicas.",
    ],
  ])('of a resource %s', async (_, prepare, labels, reason, message) => {
    prepare();
    await create(source, labels);
    await reconcile();
    expect(await status()).toMatchObject({
      conditions: [notReady(reason, message.replace('NS', namespace))],
    });
    expect(worker.calls).toEqual([]);
  });

  it.each([
    ['a list', [1], 'java.util.ArrayList'],
    ['an object', { a: 1 }, 'java.util.LinkedHashMap'],
  ])('of %s as a value are told of the connector that has it', async (_, value, type) => {
    await create({ ...source, config: { ...source.config, 't.value': value } });
    await reconcile();
    expect(await status()).toMatchObject({
      conditions: [
        notReady(
          'InvalidConfigParameterException',
          `t.value: Unsupported type class ${type} in configuration for this key`,
        ),
      ],
    });
  });
});
