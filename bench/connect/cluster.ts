import { setTimeout as sleep } from 'node:timers/promises';
import { podType } from '../../src/apiclient/core-types.ts';
import type { KubernetesObject } from '../../src/apiclient/object.ts';
import type { Plugin } from '../../src/engines/connect/plugins.ts';
import type { KafkaConnectObject } from '../../src/kinds/kafka-connect/desired.ts';
import { kafkaConnect } from '../../src/kinds/kafka-connect/kind.ts';
import type { KafkaConnectParams } from '../../src/kinds/kafka-connect/params.ts';
import { kafkaConnectType } from '../../src/kinds/kafka-connect/resource-type.ts';
import type { KafkaConnectorObject } from '../../src/kinds/kafka-connector/decide.ts';
import { kafkaConnector } from '../../src/kinds/kafka-connector/kind.ts';
import { kafkaConnectorType } from '../../src/kinds/kafka-connector/resource-type.ts';
import { isReady, type Pod } from '../../src/pods/pod.ts';
import { readProportionalSizes } from '../flink/memory.ts';
import { type BenchPlatform, declared, fieldManager, namespace, until } from '../flink/platform.ts';

/** Writes a KafkaConnect as the module kafka-connect/cluster declares it, and answers when it was written. */
export async function writeCluster(
  { client }: BenchPlatform,
  name: string,
  plugins: readonly Plugin[],
): Promise<number> {
  const { value, diagnostics } = await declared(kafkaConnect).buildManifest(
    { name, namespace },
    {
      replicas: 1,
      bootstrapServers: 'kafka-kafka-bootstrap:9092',
      groupId: name,
      configStorageTopic: `${name}-configs`,
      offsetStorageTopic: `${name}-offsets`,
      statusStorageTopic: `${name}-status`,
      config: {
        'config.storage.replication.factor': '-1',
        'offset.storage.replication.factor': '-1',
        'status.storage.replication.factor': '-1',
        'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
        'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
        'value.converter.schemas.enable': 'false',
        'config.providers': 'secrets',
        'config.providers.secrets.class': 'io.strimzi.kafka.KubernetesSecretConfigProvider',
        'connector.client.config.override.policy': 'All',
      },
      build: {
        output: { type: 'docker', image: 'registry.example.com/bench/connect:1' },
        plugins: plugins as NonNullable<KafkaConnectParams['build']>['plugins'],
      },
    },
  );
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  const begin = Date.now();
  await client.apply(kafkaConnectType, value.manifest, { fieldManager });
  return begin;
}

/** Resolves when the resource says Ready; plugins that are not installed yet take their time. */
export async function clusterReady({ client }: BenchPlatform, name: string): Promise<void> {
  await until(
    () => client.get<KafkaConnectObject>(kafkaConnectType, { namespace, name }),
    (found) => found?.status?.conditions?.some(({ type }) => type === 'Ready') === true,
    600_000,
  );
}

export function workerPod(cluster: string): string {
  return `${cluster}-connect-0`;
}

/** Runs an action that takes the worker away, and answers the seconds until another one is ready and the resource says so. */
export async function timeReplacement(
  platform: BenchPlatform,
  cluster: string,
  action: (pod: Pod) => Promise<void>,
): Promise<number> {
  const read = () => platform.client.get<Pod>(podType, { namespace, name: workerPod(cluster) });
  const before = await read();
  if (before === undefined) throw new Error(`${cluster} has no worker`);
  const started = startedAt(before);
  const begin = Date.now();
  await action(before);
  await until(read, (pod) => pod !== undefined && isReady(pod) && startedAt(pod) !== started);
  await clusterReady(platform, cluster);
  return (Date.now() - begin) / 1000;
}

/** Tells processes of pods apart. */
function startedAt({ metadata, status }: Pod): string {
  const [container] = status?.containerStatuses ?? [];
  return `${metadata.uid} ${container?.restartCount} ${container?.state.running?.startedAt}`;
}

/** Deletes the resource and waits until the worker has ended. */
export async function removeCluster({ client }: BenchPlatform, name: string): Promise<void> {
  await client.delete(kafkaConnectType, { namespace, name });
  await until(
    () => client.get(podType, { namespace, name: workerPod(name) }),
    (pod) => pod === undefined,
  );
}

/** Proportional set size of the worker in MB, some time after what it was doing. */
export async function workerMemory(platform: BenchPlatform, cluster: string): Promise<number> {
  await sleep(5_000);
  return ((await readProportionalSizes(platform)).get(workerPod(cluster)) ?? Number.NaN) / 1e6;
}

export interface Connector {
  readonly name: string;
  readonly cluster: string;
  readonly class: string;
  readonly config: Readonly<Record<string, string>>;
  readonly state?: 'running' | 'stopped';
}

/** Writes a KafkaConnector, and answers when it was written. */
export async function writeConnector({ client }: BenchPlatform, connector: Connector): Promise<number> {
  const { name, ...params } = connector;
  const { value, diagnostics } = await declared(kafkaConnector).buildManifest(
    { name, namespace },
    { tasksMax: 1, ...params, config: { ...params.config } },
  );
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  const begin = Date.now();
  await client.apply(kafkaConnectorType, value.manifest, { fieldManager });
  return begin;
}

/** Resolves when the resource says that the connector is in the state, and its task too where it has one then. */
export async function connectorIs(
  { client }: BenchPlatform,
  name: string,
  wanted: 'RUNNING' | 'STOPPED',
): Promise<void> {
  await until(
    async () => {
      const found = await client.get<KafkaConnectorObject>(kafkaConnectorType, { namespace, name });
      return readReported(found);
    },
    ({ connector, tasks }) => {
      if (connector === 'FAILED' || tasks.includes('FAILED')) throw new Error(`${name} failed`);
      return connector === wanted && (wanted === 'STOPPED' || tasks.includes('RUNNING'));
    },
  );
}

function readReported(found: KafkaConnectorObject | undefined): {
  connector: string | undefined;
  tasks: readonly (string | undefined)[];
} {
  const reported = found?.status?.connectorStatus as
    | { connector?: { state?: string }; tasks?: readonly { state?: string }[] }
    | undefined;
  return { connector: reported?.connector?.state, tasks: (reported?.tasks ?? []).map(({ state }) => state) };
}

export async function removeConnector({ client }: BenchPlatform, name: string): Promise<void> {
  await client.delete(kafkaConnectorType, { namespace, name });
  await until(
    () => client.get<KubernetesObject>(kafkaConnectorType, { namespace, name }),
    (connector) => connector === undefined,
  );
}
