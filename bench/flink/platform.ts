import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { ApiClient } from '../../src/apiclient/client.ts';
import { podType } from '../../src/apiclient/core-types.ts';
import { createApiClient } from '../../src/apiclient/http-client.ts';
import { readKubeconfig } from '../../src/apiclient/kubeconfig.ts';
import type { KubernetesObject } from '../../src/apiclient/object.ts';
import { createFlinkClient, type FlinkClient } from '../../src/engines/flink/client.ts';
import type { FlinkDeploymentObject } from '../../src/kinds/flink-deployment/desired.ts';
import { jobManagerPodName } from '../../src/kinds/flink-deployment/desired.ts';
import { flinkDeployment } from '../../src/kinds/flink-deployment/kind.ts';
import type { FlinkDeploymentParams } from '../../src/kinds/flink-deployment/params.ts';
import { flinkDeploymentType } from '../../src/kinds/flink-deployment/resource-type.ts';
import { kafkaTopicType } from '../../src/kinds/kafka-topic/resource-type.ts';
import type { BuiltManifest, DeclaredKind, KindDefinition } from '../../src/kinds/kind.ts';
import { dataFolder } from '../../src/platform/data-folder.ts';
import { openRecordStore } from '../../src/pods/container-record.ts';
import { type Pod, readPorts } from '../../src/pods/pod.ts';
import { platformCommands } from '../../test/e2e/commands.ts';

export const namespace = 'default';
export const fieldManager = 'bench';

/** A platform of its own, with the client of its API. */
export interface BenchPlatform {
  readonly data: string;
  readonly client: ApiClient;
  readonly bootstrapServers: string;
  stop(): Promise<void>;
}

export async function startPlatform(): Promise<BenchPlatform> {
  const data = await mkdtemp(join(tmpdir(), 'sdp-bench-'));
  const commands = platformCommands(data);
  await commands.sdp(['up', '--detach']);
  const client = createApiClient(await readKubeconfig(dataFolder(data).kubeconfig), 'sdp-bench');
  const bootstrapServers = await until(
    async () => (await commands.env())['SDP_BOOTSTRAP_SERVERS'],
    (servers) => servers !== undefined,
  );
  return {
    data,
    client,
    bootstrapServers: bootstrapServers ?? '',
    async stop() {
      await client.close();
      await commands.sdp(['down', '--purge']);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** A topic whose records have the time at which the broker took them. */
export async function createTopic({ client }: BenchPlatform, name: string): Promise<void> {
  const manifest = {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { name, namespace, labels: { 'strimzi.io/cluster': 'kafka' } },
    spec: { partitions: 1, config: { 'message.timestamp.type': 'LogAppendTime' } },
  };
  await client.apply(kafkaTopicType, manifest, { fieldManager });
  await until(
    () => client.get<WithConditions>(kafkaTopicType, { namespace, name }),
    (topic) =>
      topic?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
  );
}

type WithConditions = KubernetesObject & {
  status?: { conditions?: readonly { type: string; status: string }[] };
};

/** As module flink/session-cluster declares it. */
const clusterConfiguration = {
  'taskmanager.numberOfTaskSlots': '4',
  'high-availability.type': 'kubernetes',
  'high-availability.storageDir': 'file:///flink-data/ha',
  'state.checkpoints.dir': 'file:///flink-data/checkpoints',
  'state.savepoints.dir': 'file:///flink-data/savepoints',
  'execution.checkpointing.interval': '1 s',
  'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
};

/** What makes a kind's manifest from what a module would set. */
export function declared<Params extends z.ZodObject, Spec extends z.ZodType>(
  kind: KindDefinition<Params, Spec>,
): DeclaredKind<Params> {
  if (kind.declared === undefined) throw new Error(`no module declares a ${kind.singular}`);
  return kind.declared;
}

/** The cluster of the example; with `more`, an application cluster of its size. */
export async function buildCluster(
  name: string,
  more: Partial<FlinkDeploymentParams> = {},
): Promise<BuiltManifest> {
  const { value, diagnostics } = await declared(flinkDeployment).buildManifest(
    { name, namespace },
    {
      flinkVersion: 'v2_2',
      serviceAccount: 'flink',
      flinkConfiguration: clusterConfiguration,
      jobManager: { resource: { memory: '900m' } },
      taskManager: { resource: { memory: '1200m' } },
      ...more,
    },
  );
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value;
}

export interface Cluster {
  /** `http://127.0.0.1:21017` */
  readonly address: string;
  readonly flink: FlinkClient;
}

/** Resolves when the cluster's resource is READY and a TaskManager is registered. */
export async function clusterReady({ client }: BenchPlatform, name: string): Promise<Cluster> {
  const deployment = await until(
    () => client.get<FlinkDeploymentObject>(flinkDeploymentType, { namespace, name }),
    (found) => found?.status?.jobManagerDeploymentStatus === 'READY',
  );
  if (deployment === undefined) throw new Error(`${name} is gone`);
  const pod = await client.get<Pod>(podType, { namespace, name: jobManagerPodName(deployment) });
  const address = `http://127.0.0.1:${pod === undefined ? 0 : readPorts(pod).rest}`;
  const flink = createFlinkClient(address);
  await until(
    () => flink.listTaskManagers(),
    (taskManagers) => taskManagers.length > 0,
  );
  return { address, flink };
}

/** The process of a pod. */
export async function pidOf({ data }: BenchPlatform, pod: string): Promise<number> {
  const records = await openRecordStore(join(dataFolder(data).runtime, 'pods')).readAll();
  const state = records.find(({ name }) => name === pod)?.state;
  if (state?.is !== 'running') throw new Error(`${pod} does not run`);
  return state.process.pid;
}

const pollMs = 20;

/** Asks every 20 ms, failures included, until the answer holds. */
export async function until<T>(
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  timeoutMs = 120_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (holds(answer)) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await sleep(pollMs);
  }
  throw new Error(
    `not so within ${timeoutMs / 1000} s; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
