import { expect } from 'vitest';
import { customResourceDefinitionType, namespaceType } from '../../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../../apiserver/testing/start-test-server.ts';
import { createConnectClient } from '../../../engines/connect/client.ts';
import { type FakeConnect, startFakeConnect } from '../../../engines/connect/fake-connect.ts';
import { buildCustomResourceDefinition } from '../../crd.ts';
import type { KafkaConnectObject } from '../../kafka-connect/desired.ts';
import { clusterLabel } from '../../kafka-topic/resource-type.ts';
import type { KafkaConnectorObject } from '../decide.ts';
import { kafkaConnector } from '../kind.ts';
import { createConnectorReconciler } from '../reconcile.ts';
import { kafkaConnectorType } from '../resource-type.ts';
import type { KafkaConnectorSpec, KafkaConnectorStatus } from '../spec.ts';

/** One namespace of an API server, a fake worker, and the operator, which acts on the connector `c` when it is told to. */
export interface ConnectorRig {
  readonly worker: FakeConnect;
  readonly namespace: string;
  /** What the operator is told when no worker answers. */
  missing: string | undefined;
  /** The Connect cluster `di`. */
  readonly connect: KafkaConnectObject;
  /** The operator's clock. */
  now: Date;
  create(spec: KafkaConnectorSpec, labels?: Record<string, string>): Promise<void>;
  /** Changes the resource and reconciles. */
  change(patch: Record<string, unknown>): Promise<void>;
  /** The same with an annotation of Strimzi's, named without its prefix. */
  annotate(key: string, value: string | null): Promise<void>;
  /** One pass of the operator. */
  pass(): Promise<void>;
  /** As the controller does: again as long as the resource changes. */
  reconcile(): Promise<void>;
  read(): Promise<KafkaConnectorObject | undefined>;
  /** The status, its conditions without times. */
  status(): Promise<KafkaConnectorStatus>;
  /** Calls that change something, since the last look. */
  changes(): readonly string[];
}

export const source: KafkaConnectorSpec = {
  class: 'FileStreamSource',
  tasksMax: 1,
  config: { file: '/in.txt', topic: 'lines' },
};
/** Its task cannot open the file. */
export const failing: KafkaConnectorSpec = {
  class: 'FileStreamSink',
  tasksMax: 1,
  config: { file: '/no/such/folder/out.txt', topics: 'lines' },
};
export const ready = { type: 'Ready', status: 'True' };
export const notReady = (reason: string, message: unknown) => ({
  type: 'NotReady',
  status: 'True',
  reason,
  message,
});
export const warned = (reason: string, message: unknown) => ({
  type: 'Warning',
  status: 'True',
  reason,
  message,
});

export async function startConnectorServer(): Promise<TestServer> {
  const server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafkaConnector), {
    fieldManager: 'test',
  });
  return server;
}

let count = 0;

export async function openConnectorRig({ client }: TestServer): Promise<ConnectorRig> {
  count += 1;
  const namespace = `connectors-${count}`;
  await client.create(namespaceType, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const worker = await startFakeConnect();
  const reference = { namespace, name: 'c' };
  const reconcileOne = createConnectorReconciler({
    client,
    connectOf: (_, wanted) => (wanted === 'di' ? rig.connect : undefined),
    accessOf: () =>
      rig.missing === undefined ? { client: createConnectClient(worker.url, 1) } : { missing: rig.missing },
    missingTopics: async (_, topics) => topics.filter((topic) => topic.startsWith('absent')),
    pauseMs: 1,
    now: () => rig.now,
  });

  const rig: ConnectorRig = {
    worker,
    namespace,
    missing: undefined,
    connect: {
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
    },
    now: new Date('2026-01-01T00:00:00Z'),
    async create(spec, labels = { [clusterLabel]: 'di' }) {
      await client.create(kafkaConnectorType, {
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaConnector',
        metadata: { ...reference, labels },
        spec,
      });
    },
    async change(patch) {
      await client.patch(kafkaConnectorType, reference, patch);
      await rig.reconcile();
    },
    annotate: (key, value) => rig.change({ metadata: { annotations: { [`strimzi.io/${key}`]: value } } }),
    async pass() {
      await reconcileOne(`${namespace}/c`, await rig.read());
    },
    async reconcile() {
      for (let before: string | undefined = 'none'; ; ) {
        const version = (await rig.read())?.metadata.resourceVersion;
        if (version === before) return;
        before = version;
        await rig.pass();
      }
    },
    read: () => client.get<KafkaConnectorObject>(kafkaConnectorType, reference),
    async status() {
      const { conditions = [], ...rest } = (await rig.read())?.status ?? {};
      const untimed = conditions.map(({ lastTransitionTime, ...condition }) => {
        expect(lastTransitionTime).toMatch(/^\d{4}-.*Z$/);
        return condition;
      });
      return { ...rest, conditions: untimed };
    },
    changes: () => worker.calls.splice(0).filter((call) => !call.startsWith('GET ')),
  };
  return rig;
}
