import type { ApiClient } from '../../apiclient/client.ts';
import { podType } from '../../apiclient/core-types.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import { applyOwned, type OwnedObject, replaceOwned } from '../../controller/owned-objects.ts';
import { type ConnectClient, type ConnectPlugin, ConnectRestError } from '../../engines/connect/client.ts';
import { isReady, type Pod, readPorts } from '../../pods/pod.ts';
import type { StrimziCondition } from '../strimzi-conditions.ts';
import { writeStrimziStatus } from '../write-strimzi-status.ts';
import {
  buildConnectObjects,
  type KafkaConnectObject,
  labelsOf,
  restPort,
  serviceNameOf,
} from './desired.ts';
import { usesConnectorResources } from './kind.ts';
import { kafkaConnectType } from './resource-type.ts';
import type { KafkaConnectStatus } from './spec.ts';

export interface ConnectReconcilerOptions {
  readonly client: ApiClient;
  listPods(namespace: string): readonly Pod[];
  /** Names of the KafkaConnectors that belong to the cluster. */
  connectorsOf(connect: KafkaConnectObject): readonly string[];
  connect(url: string): ConnectClient;
  /** Called when the workers have begun to answer. */
  onReady(connect: KafkaConnectObject): void;
}

const fieldManager = 'sdp-connect-operator';
const resyncMs = 30_000;
const progressMs = 250;

/** States of a container that pass by themselves. */
const passing = new Set(['ContainerCreating', 'Pulling', 'PodInitializing']);

/** Runs a KafkaConnect resource as worker pods, and takes out of Connect what no KafkaConnector declares. */
export function createConnectReconciler(options: ConnectReconcilerOptions) {
  const { client } = options;
  const wasReady = new Set<string>();

  return async (
    key: string,
    connect: KafkaConnectObject | undefined,
  ): Promise<ReconcileResult | undefined> => {
    if (connect === undefined || connect.metadata.deletionTimestamp !== undefined) {
      wasReady.delete(key);
      return undefined;
    }
    if (connect.metadata.annotations?.['strimzi.io/pause-reconciliation'] === 'true') {
      await writeStrimziStatus(client, kafkaConnectType, connect, {
        conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
        observedGeneration: connect.metadata.generation ?? 1,
      });
      return undefined;
    }
    const pods = podsOf(connect, options.listPods(connect.metadata.namespace ?? 'default'));
    const wanted = buildConnectObjects(connect);
    await Promise.all([
      applyOwned(client, connect, wanted.config, fieldManager),
      applyOwned(client, connect, wanted.service, fieldManager),
    ]);
    const rolling = await rollPods(connect, wanted.pods, pods);
    const worker = findWorker(pods);
    const answer = worker === undefined ? undefined : await tidyUp(connect, worker);
    const ready = answer !== undefined;
    if (ready && !wasReady.has(key)) options.onReady(connect);
    if (ready) wasReady.add(key);
    else wasReady.delete(key);
    const status = buildStatus(connect, pods, answer);
    await writeStrimziStatus(client, kafkaConnectType, connect, status);
    const idle = connect.spec.replicas === 0 || (ready && !rolling);
    return { requeueAfterMs: idle ? resyncMs : progressMs };
  };

  /** One pod after the other: the next one is replaced when those before it are ready. Answers whether that goes on. */
  async function rollPods(
    connect: KafkaConnectObject,
    wanted: readonly OwnedObject[],
    pods: readonly Pod[],
  ): Promise<boolean> {
    const names = new Set(wanted.map(({ manifest }) => manifest.metadata.name));
    for (const { metadata } of pods.filter((pod) => !names.has(pod.metadata.name))) {
      if (metadata.deletionTimestamp === undefined)
        await client.delete(podType, metadata, { uid: metadata.uid });
    }
    for (const object of wanted) {
      const current = pods.find(({ metadata }) => metadata.name === object.manifest.metadata.name);
      const inPlace = await replaceOwned(client, connect, object, current, fieldManager);
      // A new cluster starts all of its workers at once; where one was replaced, the next one waits for it.
      const waits = current !== undefined || pods.some(isReady);
      if (waits && (!inPlace || current === undefined || !isReady(current))) return true;
    }
    return false;
  }

  /** Plugins that the workers have; `undefined` when none answers. What nobody declares is deleted on the way. */
  async function tidyUp(
    connect: KafkaConnectObject,
    url: string,
  ): Promise<readonly ConnectPlugin[] | undefined> {
    const rest = options.connect(url);
    try {
      const plugins = await rest.listPlugins();
      if (usesConnectorResources(connect)) {
        const declared = new Set(options.connectorsOf(connect));
        const foreign = (await rest.listConnectors()).filter((name) => !declared.has(name));
        for (const name of foreign) await rest.deleteConnector(name);
      }
      return plugins;
    } catch (error) {
      if (error instanceof ConnectRestError) return undefined;
      throw error;
    }
  }
}

/** The workers' pods, by number. */
export function podsOf(connect: KafkaConnectObject, pods: readonly Pod[]): readonly Pod[] {
  const labels = Object.entries(labelsOf(connect));
  return pods
    .filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value))
    .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name, 'en', { numeric: true }));
}

/** Address of a worker that is ready: any of them answers for the cluster. */
export function findWorker(pods: readonly Pod[]): string | undefined {
  const ports = pods
    .filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined)
    .map((pod) => readPorts(pod)[restPort]);
  const port = ports.find((candidate) => candidate !== undefined);
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

/** Why no worker answers, as its pod says it. */
export function describeWaiting(pods: readonly Pod[]): { readonly reason: string; readonly message: string } {
  const waiting = pods.flatMap(({ metadata, status }) => {
    const { reason, message } = status?.containerStatuses?.[0]?.state.waiting ?? {};
    return reason === undefined ? [] : [{ reason, message: `pod ${metadata.name}: ${message ?? reason}` }];
  });
  const trouble = waiting.find(({ reason }) => !passing.has(reason));
  if (trouble !== undefined) return trouble;
  const [first] = waiting;
  // The reason by which the operator's own clients know that nobody answers.
  return {
    reason: 'ConnectException',
    message: `java.net.ConnectException: ${first?.message ?? 'the workers are starting'}`,
  };
}

function buildStatus(
  connect: KafkaConnectObject,
  pods: readonly Pod[],
  plugins: readonly ConnectPlugin[] | undefined,
): KafkaConnectStatus {
  const { metadata, spec } = connect;
  const { namespace = 'default' } = metadata;
  const ready: StrimziCondition = { type: 'Ready', status: 'True' };
  const notReady = () => ({ type: 'NotReady', status: 'True', ...describeWaiting(pods) });
  const answers = plugins !== undefined;
  return {
    conditions: [answers || spec.replicas === 0 ? ready : notReady()],
    observedGeneration: metadata.generation ?? 1,
    replicas: spec.replicas,
    labelSelector: Object.entries(labelsOf(connect))
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    url: `http://${serviceNameOf(connect)}.${namespace}.svc:8083`,
    ...(answers && {
      connectorPlugins: plugins.map(({ class: name, type, version }) => ({ class: name, type, version })),
    }),
  };
}
