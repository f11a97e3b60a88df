import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  configMapType,
  customResourceDefinitionType,
  namespaceType,
  podType,
} from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { createConnectClient } from '../../engines/connect/client.ts';
import { type FakeConnect, startFakeConnect } from '../../engines/connect/fake-connect.ts';
import { type Pod, portsAnnotation } from '../../pods/pod.ts';
import { buildCustomResourceDefinition } from '../crd.ts';
import type { KafkaConnectObject } from './desired.ts';
import { kafkaConnect } from './kind.ts';
import { createConnectReconciler } from './reconcile.ts';
import { kafkaConnectType } from './resource-type.ts';

let server: TestServer;
let worker: FakeConnect;
let namespace: string;
let count = 0;
let declared: string[];
let begun: number;
let reconciler: ReturnType<typeof createConnectReconciler>;
let pods: readonly Pod[] = [];

beforeAll(async () => {
  server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafkaConnect), {
    fieldManager: 'test',
  });
});
afterAll(() => server?.close());
beforeEach(async () => {
  worker = await startFakeConnect();
  count += 1;
  namespace = `connect-${count}`;
  declared = [];
  begun = 0;
  await server.client.create(namespaceType, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  reconciler = createConnectReconciler({
    client: server.client,
    listPods: () => pods,
    connectorsOf: () => declared,
    connect: () => createConnectClient(worker.url, 1),
    onReady: () => {
      begun += 1;
    },
  });
});
afterEach(() => worker.close());

const read = () => server.client.get<KafkaConnectObject>(kafkaConnectType, { namespace, name: 'di' });
async function create(replicas = 1, annotations: Record<string, string> = {}) {
  await server.client.create(kafkaConnectType, {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaConnect',
    metadata: {
      name: 'di',
      namespace,
      annotations: { 'strimzi.io/use-connector-resources': 'true', ...annotations },
    },
    spec: {
      replicas,
      bootstrapServers: 'kafka:9092',
      groupId: 'di',
      configStorageTopic: 'c',
      offsetStorageTopic: 'o',
      statusStorageTopic: 's',
    },
  });
}
async function pass() {
  pods = (await server.client.list<Pod>(podType, { namespace })).items;
  return reconciler(`${namespace}/di`, await read());
}
/** What the kubelet would write. */
async function say(name: string, ready: boolean, waiting?: { reason: string; message: string }) {
  const reference = { namespace, name };
  await server.client.patch(podType, reference, {
    metadata: { annotations: { [portsAnnotation]: '{"rest-api":1}' } },
  });
  const status = {
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [
      {
        name: 'di-connect',
        image: 'kafka-connect',
        imageID: '',
        ready,
        restartCount: 0,
        state: waiting === undefined ? { running: {} } : { waiting },
      },
    ],
  };
  await server.client.patch(podType, reference, { status }, { subresource: 'status' });
}
const podNames = async () =>
  (await server.client.list(podType, { namespace })).items.map(({ metadata }) => metadata.name).toSorted();
const conditions = async () =>
  ((await read())?.status?.conditions ?? []).map(({ lastTransitionTime: _time, ...rest }) => rest);

describe('a Connect cluster', () => {
  it('that answers has the status that was recorded', async () => {
    await create();
    await pass();
    expect(await podNames()).toEqual(['di-connect-0']);
    await say('di-connect-0', true);
    await pass();
    await pass();
    const { conditions: _, ...status } = (await read())?.status ?? {};
    expect(await conditions()).toEqual([{ type: 'Ready', status: 'True' }]);
    expect(status).toEqual({
      connectorPlugins: [
        { class: 'org.apache.kafka.connect.file.FileStreamSinkConnector', type: 'sink', version: '4.3.1' },
        {
          class: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
          type: 'source',
          version: '4.3.1',
        },
      ],
      labelSelector: 'strimzi.io/cluster=di,strimzi.io/name=di-connect,strimzi.io/kind=KafkaConnect',
      observedGeneration: 1,
      replicas: 1,
      url: `http://di-connect-api.${namespace}.svc:8083`,
    });
    expect(begun).toBe(1);
  });

  it('that starts says what for it waits, and what is wrong', async () => {
    await create();
    await pass();
    await pass();
    expect(await conditions()).toMatchObject([
      {
        type: 'NotReady',
        reason: 'ConnectException',
        message: expect.stringMatching(/^java\.net\.ConnectException: /) as string,
      },
    ]);
    await say('di-connect-0', false, { reason: 'Pulling', message: 'Downloading connect-file' });
    await pass();
    expect(await conditions()).toMatchObject([
      {
        reason: 'ConnectException',
        message: 'java.net.ConnectException: pod di-connect-0: Downloading connect-file',
      },
    ]);
    await say('di-connect-0', false, {
      reason: 'CreateContainerConfigError',
      message: 'Plugin x cannot be installed',
    });
    await pass();
    expect(await conditions()).toMatchObject([
      { reason: 'CreateContainerConfigError', message: 'pod di-connect-0: Plugin x cannot be installed' },
    ]);
  });

  it('loses connectors that nobody declares, and only when resources declare them', async () => {
    const connect = createConnectClient(worker.url, 1);
    for (const name of ['mine', 'foreign']) {
      await connect.createConnector(name, { 'connector.class': 'FileStreamSource', topic: 't' });
    }
    declared = ['mine'];
    await create(1, { 'strimzi.io/use-connector-resources': 'false' });
    await pass();
    await say('di-connect-0', true);
    await pass();
    expect([...worker.connectors.keys()]).toEqual(['mine', 'foreign']);
    const annotations = { 'strimzi.io/use-connector-resources': 'true' };
    await server.client.patch(kafkaConnectType, { namespace, name: 'di' }, { metadata: { annotations } });
    await pass();
    expect([...worker.connectors.keys()]).toEqual(['mine']);
  });

  it('replaces one worker after the other when its configuration changes', async () => {
    await create(2);
    await pass();
    expect(await podNames()).toEqual(['di-connect-0', 'di-connect-1']);
    await say('di-connect-0', true);
    await say('di-connect-1', true);
    await pass();
    const uid = async (name: string) => (await server.client.get(podType, { namespace, name }))?.metadata.uid;
    const before = [await uid('di-connect-0'), await uid('di-connect-1')];
    const config = { 'offset.flush.interval.ms': 1000 };
    await server.client.patch(kafkaConnectType, { namespace, name: 'di' }, { spec: { config } });
    await pass();
    await pass();
    await pass();
    expect(await uid('di-connect-0')).not.toBe(before[0]);
    expect(await uid('di-connect-1')).toBe(before[1]);
    await say('di-connect-0', true);
    await pass();
    await pass();
    expect(await uid('di-connect-1')).not.toBe(before[1]);
    const map = await server.client.get<KubernetesObject & { data: Record<string, string> }>(configMapType, {
      namespace,
      name: 'di-connect-config',
    });
    expect(map?.data['kafka-connect.properties']).toContain('offset.flush.interval.ms=1000\n');
  });

  it('with fewer workers loses the last', async () => {
    await create(2);
    await pass();
    await server.client.patch(kafkaConnectType, { namespace, name: 'di' }, { spec: { replicas: 0 } });
    await pass();
    expect(await podNames()).toEqual([]);
    expect(await conditions()).toEqual([{ type: 'Ready', status: 'True' }]);
  });

  it('that is paused is left alone', async () => {
    await create(1, { 'strimzi.io/pause-reconciliation': 'true' });
    await pass();
    expect(await podNames()).toEqual([]);
    expect(await conditions()).toEqual([{ type: 'ReconciliationPaused', status: 'True' }]);
  });
});
