import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../apiclient/client.ts';
import { podType } from '../../apiclient/core-types.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import { parseKey } from '../../controller/informer.ts';
import { applyOwned, replaceOwned } from '../../controller/owned-objects.ts';
import type { KafkaAccess } from '../../engines/kafka/access.ts';
import type { KafkaClient } from '../../engines/kafka/client.ts';
import { kafkaVersion } from '../../engines/kafka/install.ts';
import { isReady, type Pod, readPorts } from '../../pods/pod.ts';
import { buildKafkaObjects, clusterIdOf, type KafkaObject, podNameOf } from './desired.ts';
import { type ExternalKafka, readExternal } from './external.ts';
import { readAccess } from './external-access.ts';
import { kafkaType } from './kind.ts';
import type { KafkaStatus } from './spec.ts';

export interface KafkaReconcilerOptions {
  readonly client: ApiClient;
  /** Of this process: credentials of clusters that are not run here may be in it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  podOf(namespace: string, name: string): Pod | undefined;
  /** Told at each look how the cluster is; `undefined` when it is gone. */
  onState(name: string, state: BrokerState | undefined): void;
  connect(access: KafkaAccess): KafkaClient;
}

export type BrokerState =
  | { readonly is: 'preparing' }
  /** With `access` where it is known where it would answer. */
  | { readonly is: 'silent'; readonly access?: KafkaAccess }
  | { readonly is: 'answering'; readonly access: KafkaAccess };

const fieldManager = 'sdp-kafka-operator';

/** How often a cluster that is not run here is looked at, while it answers and while it does not. */
const externalMs = { answering: 30_000, silent: 2_000 } as const;

/**
 * Runs one Kafka resource as a single KRaft node and says in its status where it answers. One that stands for a cluster of
 * somebody else's is only looked at.
 */
export function createKafkaReconciler(options: KafkaReconcilerOptions) {
  const { client } = options;

  return async (key: string, kafka: KafkaObject | undefined): Promise<ReconcileResult | undefined> => {
    if (kafka === undefined) options.onState(parseKey(key).name, undefined);
    if (kafka === undefined || kafka.metadata.deletionTimestamp !== undefined) return undefined;
    const external = readExternal(kafka);
    if (external !== undefined) return lookAt(kafka, external);
    const { namespace = 'default' } = kafka.metadata;
    const pod = options.podOf(namespace, podNameOf(kafka));
    const wanted = buildKafkaObjects(kafka);
    await Promise.all([
      applyOwned(client, kafka, wanted.config, fieldManager),
      applyOwned(client, kafka, wanted.service, fieldManager),
    ]);
    await replaceOwned(client, kafka, wanted.pod, pod, fieldManager);
    const port = pod === undefined ? undefined : readPorts(pod).plain;
    const bootstrapServers = port === undefined ? undefined : `127.0.0.1:${port}`;
    const answers =
      pod !== undefined &&
      isReady(pod) &&
      bootstrapServers !== undefined &&
      (await findFailure({ bootstrapServers })) === undefined;
    const state: BrokerState = answers
      ? { is: 'answering', access: { bootstrapServers } }
      : { is: isPrepared(pod) ? 'silent' : 'preparing' };
    options.onState(kafka.metadata.name, state);
    await writeStatus(client, kafka, buildStatus(kafka, pod, answers));
    return pod !== undefined && isReady(pod) && !answers ? { requeueAfterMs: 200 } : undefined;
  };

  async function findFailure(access: KafkaAccess): Promise<string | undefined> {
    try {
      await options.connect(access).listTopics();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function lookAt(kafka: KafkaObject, external: ExternalKafka): Promise<ReconcileResult> {
    const { namespace = 'default', name } = kafka.metadata;
    // Of a broker that ran here before; its data stays.
    if (options.podOf(namespace, podNameOf(kafka)) !== undefined) {
      await client.delete(podType, { namespace, name: podNameOf(kafka) });
    }
    const { value: access, diagnostics } = await readAccess(client, kafka, options.environment);
    const failure =
      access === undefined ? diagnostics.map(({ detail }) => detail).join(' ') : await findFailure(access);
    options.onState(
      name,
      access === undefined
        ? { is: 'silent' }
        : { is: failure === undefined ? 'answering' : 'silent', access },
    );
    const reason = diagnostics[0]?.reason ?? 'Unreachable';
    await writeStatus(client, kafka, buildExternalStatus(kafka, external, failure && { reason, failure }));
    return { requeueAfterMs: failure === undefined ? externalMs.answering : externalMs.silent };
  }
}

/** Its address is told once a broker has answered there. */
function buildExternalStatus(
  kafka: KafkaObject,
  { bootstrapServers }: ExternalKafka,
  trouble: { readonly reason: string; readonly failure: string } | '' | undefined,
): KafkaStatus {
  const addresses = bootstrapServers.split(',').map((server) => {
    const [host = '', port] = server.trim().split(':');
    return { host, port: Number(port) };
  });
  return {
    observedGeneration: kafka.metadata.generation ?? 1,
    conditions: [
      trouble
        ? {
            type: 'Ready',
            status: 'False',
            reason: trouble.reason,
            message: `${bootstrapServers}, which is not run here, cannot be used: ${trouble.failure}`,
          }
        : { type: 'Ready', status: 'True', message: `${bootstrapServers}, which is not run here, answers` },
    ],
    ...(!trouble && { listeners: [{ name: 'external', bootstrapServers, addresses }] }),
  };
}

/** Whether what the broker needs is there: downloads take minutes, a start seconds. */
function isPrepared(pod: Pod | undefined): boolean {
  const state = pod?.status?.containerStatuses?.[0]?.state;
  if (state === undefined) return false;
  return state.waiting === undefined || !['Pulling', 'ContainerCreating'].includes(state.waiting.reason);
}

function buildStatus(kafka: KafkaObject, pod: Pod | undefined, answers: boolean): KafkaStatus {
  const waiting = pod?.status?.containerStatuses?.[0]?.state.waiting;
  const ports = pod === undefined ? {} : readPorts(pod);
  const listeners = ['plain', 'scram'].flatMap((name) => {
    const port = ports[name];
    if (port === undefined) return [];
    return [{ name, bootstrapServers: `127.0.0.1:${port}`, addresses: [{ host: '127.0.0.1', port }] }];
  });
  return {
    observedGeneration: kafka.metadata.generation ?? 1,
    kafkaVersion,
    clusterId: clusterIdOf(kafka),
    conditions: [
      answers
        ? { type: 'Ready', status: 'True' }
        : {
            type: 'Ready',
            status: 'False',
            reason: waiting?.reason ?? 'Starting',
            message: waiting?.message ?? 'the broker is starting',
          },
    ],
    ...(answers && { listeners }),
  };
}

async function writeStatus(client: ApiClient, kafka: KafkaObject, status: KafkaStatus): Promise<void> {
  const before = kafka.status?.conditions?.[0];
  const untimed = before === undefined ? [] : [withoutTime(before)];
  if (isDeepStrictEqual({ ...kafka.status, conditions: untimed }, status)) return;
  const [condition] = status.conditions ?? [];
  const stamped = { ...status, conditions: [{ ...condition, lastTransitionTime: new Date().toISOString() }] };
  const { namespace, name } = kafka.metadata;
  await client.patch(
    kafkaType,
    { namespace, name },
    { status: { listeners: null, kafkaVersion: null, clusterId: null, ...stamped } },
    { subresource: 'status' },
  );
}

function withoutTime<T extends { lastTransitionTime?: unknown }>(
  condition: T,
): Omit<T, 'lastTransitionTime'> {
  const { lastTransitionTime: _, ...rest } = condition;
  return rest;
}
