import type { ApiClient } from '../../apiclient/client.ts';
import { mayHaveNoTasks } from '../../connectors/mirror/template.ts';
import { namedTopics } from '../../connectors/named-topics.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import { parseKey } from '../../controller/informer.ts';
import {
  type ConnectClient,
  type ConnectorConfig,
  type ConnectorStatus,
  ConnectRestError,
} from '../../engines/connect/client.ts';
import type { KafkaConnectObject } from '../kafka-connect/desired.ts';
import { usesConnectorResources } from '../kafka-connect/kind.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import { writeStrimziStatus } from '../write-strimzi-status.ts';
import {
  buildConfig,
  decideAutoRestart,
  decideTransition,
  hasFailed,
  type KafkaConnectorObject,
  pauseAnnotation,
  UnsupportedValue,
} from './decide.ts';
import { createRequestHandler, type HandledRequests } from './requests.ts';
import { kafkaConnectorType } from './resource-type.ts';
import {
  buildErrorStatus,
  buildPausedStatus,
  buildReportedStatus,
  type ConnectorError,
  type ReportedConnector,
  topicNotFound,
} from './status.ts';

/** Where the workers of a Connect cluster answer, or why they do not. */
export type ConnectAccess = { readonly client: ConnectClient } | { readonly missing: string };

export interface ConnectorReconcilerOptions {
  readonly client: ApiClient;
  connectOf(namespace: string, name: string): KafkaConnectObject | undefined;
  accessOf(connect: KafkaConnectObject): ConnectAccess;
  /** Which of these topics the Kafka of the Connect cluster does not have; none when that is not known. */
  missingTopics(connect: KafkaConnectObject, topics: readonly string[]): Promise<readonly string[]>;
  /** Of waiting for a connector that was just created; for tests. */
  readonly pauseMs?: number;
  now(): Date;
}

/** Nothing tells of a task that fails: Strimzi looks again every 120 s, which is long for one who watches. */
const resyncMs = 5_000;
/** While something is under way, and while a failure may pass. */
const progressMs = 500;
const failedMs = 1_000;
const statusTries = 10;
const nothingAsked: HandledRequests = { acted: false, warnings: [] };

/** The exception of Strimzi's REST client, which others wrap. */
const restException = 'io.strimzi.operator.cluster.operator.assembly.ConnectRestException';

/** Carries out one KafkaConnector as Strimzi's cluster operator does: its mutating calls and the statuses it ends with. */
export function createConnectorReconciler(options: ConnectorReconcilerOptions) {
  const { client } = options;
  const handleRequests = createRequestHandler(client);

  return async (
    key: string,
    connector: KafkaConnectorObject | undefined,
  ): Promise<ReconcileResult | undefined> => {
    // What is gone is deleted in Connect with everything else that nobody declares.
    if (connector === undefined || connector.metadata.deletionTimestamp !== undefined) return undefined;
    const { namespace = 'default' } = parseKey(key);
    const found = findConnect(namespace, connector);
    if ('reason' in found) {
      await writeStrimziStatus(client, kafkaConnectorType, connector, buildErrorStatus(connector, found));
      return undefined;
    }
    if (connector.metadata.annotations?.[pauseAnnotation] === 'true') {
      await writeStrimziStatus(client, kafkaConnectorType, connector, buildPausedStatus(connector));
      return undefined;
    }
    const access = options.accessOf(found);
    const result =
      'missing' in access
        ? { reason: 'ConnectException', message: `java.net.ConnectException: ${access.missing}` }
        : await carryOut(access.client, connector, found).catch(toError);
    const status =
      'reason' in result ? buildErrorStatus(connector, result) : buildReportedStatus(connector, result);
    await writeStrimziStatus(client, kafkaConnectorType, connector, status);
    return { requeueAfterMs: 'reason' in result ? failedMs : nextLook(connector, result) };
  };

  function findConnect(
    namespace: string,
    { metadata }: KafkaConnectorObject,
  ): KafkaConnectObject | ConnectorError {
    const cluster = metadata.labels?.[clusterLabel];
    if (cluster === undefined) {
      return {
        reason: 'InvalidResourceException',
        message: `Resource lacks label '${clusterLabel}': No connect cluster in which to create this connector.`,
      };
    }
    const connect = options.connectOf(namespace, cluster);
    if (connect === undefined || connect.metadata.deletionTimestamp !== undefined) {
      return {
        reason: 'NoSuchResourceException',
        message: `KafkaConnect resource '${cluster}' identified by label '${clusterLabel}' does not exist in namespace ${namespace}.`,
      };
    }
    if (connect.spec.replicas === 0) {
      return {
        reason: 'RuntimeException',
        message: `Kafka Connect cluster '${cluster}' in namespace ${namespace} has 0 replicas.`,
      };
    }
    if (usesConnectorResources(connect)) return connect;
    return {
      reason: 'NoSuchResourceException',
      message: `KafkaConnect ${cluster} is not configured with annotation strimzi.io/use-connector-resources`,
    };
  }

  async function carryOut(
    connect: ConnectClient,
    connector: KafkaConnectorObject,
    cluster: KafkaConnectObject,
  ): Promise<ReportedConnector | ConnectorError> {
    const { metadata, spec, status: before } = connector;
    const { name } = metadata;
    const wanted = buildConfig(name, spec);
    if (wanted instanceof UnsupportedValue) {
      return { reason: 'InvalidConfigParameterException', message: wanted.message };
    }
    const current = await connect.readConfig(name);
    const created = current === undefined;
    const changed = current !== undefined && !sameConfig(current, wanted);
    if (created) {
      const { name: _, ...config } = wanted;
      await connect.createConnector(name, config, spec.state?.toUpperCase());
    } else if (changed) {
      await connect.putConfig(name, wanted);
    }
    let reported = await waitForStatus(connect, name);
    const transition = created ? undefined : decideTransition(reported.connector?.state, spec.state);
    if (transition === 'cannot-pause') {
      const message = `Connector ${name} cannot be paused since it is in failed state.`;
      return { reason: 'NoStackTraceThrowable', message };
    }
    if (transition !== undefined) await connect.setState(name, transition);
    // What else is asked for waits for the pass after a new configuration, and so do restarts (recorded).
    const asked = created || changed ? nothingAsked : await handleRequests(connect, connector, reported);
    if ('reason' in asked) return asked;
    if (transition !== undefined || asked.acted) reported = (await connect.readStatus(name)) ?? reported;
    const restart = changed
      ? { restart: false, autoRestart: undefined }
      : decideAutoRestart(spec.autoRestart, before?.autoRestart, reported, options.now());
    if (restart.restart) {
      const all = { includeTasks: true, onlyFailed: true };
      // One that Connect refuses counts as well: it is tried again after the pause.
      reported = (await connect.restart(name, all).catch(() => undefined)) ?? reported;
    }
    const named = [...new Set(namedTopics(spec.class ?? '', wanted).map(({ topic }) => topic))];
    const [topics, missing] = await Promise.all([
      connect.readTopics(name),
      options.missingTopics(cluster, named),
    ]);
    const warnings = [...asked.warnings, ...missing.map(topicNotFound)];
    return { connectorStatus: reported, topics, autoRestart: restart.autoRestart, warnings };
  }

  /** The worker that took a connector knows of it a moment later. */
  async function waitForStatus(connect: ConnectClient, name: string): Promise<ConnectorStatus> {
    for (let attempt = 0; ; attempt += 1) {
      const status = await connect.readStatus(name);
      if (status !== undefined) return status;
      if (attempt + 1 === statusTries) {
        throw new ConnectRestError(`GET /connectors/${name}/status`, 404, `No status found for ${name}`);
      }
      await new Promise((resolve) =>
        setTimeout(resolve, (options.pauseMs ?? 50) * 2 ** Math.min(attempt, 5)),
      );
    }
  }
}

function sameConfig(current: ConnectorConfig, wanted: ConnectorConfig): boolean {
  const keys = Object.keys(wanted);
  return (
    keys.length === Object.keys(current).length &&
    keys.every((key) => Object.hasOwn(current, key) && current[key] === wanted[key])
  );
}

/** Nothing is under way when the state is as declared, and all tasks are there. */
function nextLook({ spec }: KafkaConnectorObject, { connectorStatus }: ReportedConnector): number {
  if (hasFailed(connectorStatus)) return failedMs;
  const wanted = (spec.state ?? 'running').toUpperCase();
  const { connector, tasks = [] } = connectorStatus;
  const arrived =
    (tasks.length > 0 || mayHaveNoTasks(spec.class ?? '')) && tasks.every(({ state }) => state === wanted);
  return connector?.state === wanted && (wanted === 'STOPPED' || arrived) ? resyncMs : progressMs;
}

/** As the recordings have it: reading the configuration fails by itself, changes fail inside a CompletionException. */
function toError(error: unknown): ConnectorError {
  if (!(error instanceof ConnectRestError)) throw error;
  if (error.status === 0) {
    return { reason: 'ConnectException', message: `java.net.ConnectException: ${error.message}` };
  }
  if (error.message.startsWith('GET ')) return { reason: 'ConnectRestException', message: error.message };
  return { reason: 'CompletionException', message: `${restException}: ${withoutHidden(error.message)}` };
}

/** A bug of Connect 4.3: asked again for a version that no plugin has, it fails over the list of those there are. */
function withoutHidden(message: string): string {
  return message.replace(
    /Cannot invoke ".*" because the return value of ".*VersionedPluginLoadingException\.availableVersions\(\)" is null/,
    'Plugin not found that matches the version range (Connect does not say which versions it has)',
  );
}
