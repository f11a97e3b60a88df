import {
  customResourceDefinitionType,
  endpointSliceType,
  namespaceType,
  serviceType,
} from '../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { createConnectClient } from '../../engines/connect/client.ts';
import { type FakeConnect, startFakeConnect } from '../../engines/connect/fake-connect.ts';
import { buildCustomResourceDefinition } from '../../kinds/crd.ts';
import type { KafkaConnectObject } from '../../kinds/kafka-connect/desired.ts';
import type { KafkaConnectorObject } from '../../kinds/kafka-connector/decide.ts';
import { kafkaConnector } from '../../kinds/kafka-connector/kind.ts';
import { createConnectorReconciler } from '../../kinds/kafka-connector/reconcile.ts';
import { kafkaConnectorType } from '../../kinds/kafka-connector/resource-type.ts';
import type { KafkaConnectorSpec } from '../../kinds/kafka-connector/spec.ts';
import { clusterLabel } from '../../kinds/kafka-topic/resource-type.ts';

/** An API server with the operator of connectors at work on it, and a Connect worker in memory behind that. */
export interface ConnectorRig {
  readonly server: TestServer;
  readonly worker: FakeConnect;
  /** Declares a connector as the Terraform project `orders` does, and waits until the operator has it as it is to be. */
  declare(name: string, spec: KafkaConnectorSpec): Promise<KafkaConnectorObject>;
  read(name: string): Promise<KafkaConnectorObject>;
  /** Lets the operator do nothing for a while. */
  hold(): void;
  release(): void;
  /** Makes the worker reachable through the API server's proxy. */
  openProxy(): Promise<void>;
  closeProxy(): Promise<void>;
  close(): Promise<void>;
}

const namespace = 'orders';
const service = { namespace, name: 'di-connect-api' };
const connect: KafkaConnectObject = {
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

export async function startConnectorRig(): Promise<ConnectorRig> {
  const server = await startTestServer();
  const { client } = server;
  const worker = await startFakeConnect();
  await client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafkaConnector), {
    fieldManager: 'test',
  });
  await client.create(namespaceType, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const reconcile = createConnectorReconciler({
    client,
    connectOf: (_, name) => (name === 'di' ? connect : undefined),
    accessOf: () => ({ client: createConnectClient(worker.url, 1) }),
    missingTopics: async () => [],
    pauseMs: 1,
    now: () => new Date(),
  });
  let held = false;
  let ended = false;
  const pass = async () => {
    const { items } = await client.list<KafkaConnectorObject>(kafkaConnectorType, { namespace });
    // It may have been changed or deleted meanwhile: the next pass sees that.
    for (const item of items) {
      await reconcile(`${namespace}/${item.metadata.name}`, item).catch(() => undefined);
    }
  };
  const operator = (async () => {
    while (!ended) {
      if (!held) await pass();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();

  const read = async (name: string) => {
    const live = await client.get<KafkaConnectorObject>(kafkaConnectorType, { namespace, name });
    if (live === undefined) throw new Error(`no connector ${name}`);
    return live;
  };
  return {
    server,
    worker,
    read,
    async declare(name, spec) {
      await client.apply(
        kafkaConnectorType,
        {
          apiVersion: 'kafka.strimzi.io/v1',
          kind: 'KafkaConnector',
          metadata: {
            namespace,
            name,
            labels: { [clusterLabel]: 'di' },
            annotations: { 'sdp.internal/project': 'orders' },
          },
          spec,
        },
        { fieldManager: 'sdp:orders' },
      );
      const wanted = (spec.state ?? 'running').toUpperCase();
      for (;;) {
        const live = await read(name);
        const { connector, tasks = [] } = (live.status?.connectorStatus ?? {}) as {
          connector?: { state?: string };
          tasks?: unknown[];
        };
        // A status may still be that of the last one of the name.
        const isThere = worker.connectors.has(name);
        if (isThere && connector?.state === wanted && (wanted === 'STOPPED' || tasks.length > 0)) return live;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
    },
    async openProxy() {
      const { port } = new URL(worker.url);
      await client.create(serviceType, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: service,
        spec: { ports: [{ name: 'rest-api', port: 8083 }] },
      });
      await client.create(endpointSliceType, {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...service, labels: { 'kubernetes.io/service-name': service.name } },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
        ports: [{ name: 'rest-api', port: Number(port), protocol: 'TCP' }],
      });
    },
    async closeProxy() {
      await client.delete(serviceType, service);
      await client.delete(endpointSliceType, service);
    },
    async close() {
      ended = true;
      await operator;
      await worker.close();
      await server.close();
    },
  };
}

/** `Reason: summary` and the detail of what a command refused with. */
export function describeError(error: unknown): string {
  if (!(error instanceof DiagnosticError)) throw error;
  return error.diagnostics
    .map(({ reason, summary, detail }) => `${reason}: ${summary}\n${detail}`)
    .join('\n');
}
