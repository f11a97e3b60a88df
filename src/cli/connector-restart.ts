import type { ApiClient } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { ConnectorStatus } from '../engines/connect/client.ts';
import {
  failedTasks,
  type KafkaConnectorObject,
  restartAnnotation,
  restartTaskAnnotation,
} from '../kinds/kafka-connector/decide.ts';
import { assessConnectorHealth } from '../kinds/kafka-connector/health.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import type { Health } from '../kinds/kind.ts';
import { askStatus } from './ask-connect.ts';
import { isKnown } from './ask-flink.ts';
import type { WaitOptions } from './cluster-options.ts';
import { checkNothingPending, checkReconciled, waitForConnector } from './connector-wait.ts';
import { editObject } from './edit-object.ts';
import { withApi } from './running-platform.ts';
import { note, printLine } from './terminal-output.ts';

export interface RestartRequest {
  /** Only this task. */
  readonly task?: number;
  readonly includeTasks?: boolean;
  readonly onlyFailed?: boolean;
}

export interface RestartTiming {
  /** How long after a restart Connect may still report what was before, in milliseconds. */
  readonly settleMs?: number;
}

/** Asks for a restart by annotation, waits until the operator has carried it out, and for what comes of it. */
export async function restartConnector(
  client: ApiClient,
  connector: KafkaConnectorObject,
  options: RestartRequest & WaitOptions & RestartTiming,
): Promise<void> {
  const { name } = connector.metadata;
  const [annotation, value] = toAnnotation(options);
  checkReconciled(connector);
  checkNothingPending(connector, annotation);
  checkTask(connector, options.task);
  for (const line of describeRestart(connector, options)) note(line);
  await withApi('ask for the restart', () => annotate(client, connector, annotation, value));
  if (options.wait === false) return;
  try {
    await withApi('read the connector', () =>
      waitForConnector(client, connector, {
        wanted: 'healthy',
        timeout: options.timeout,
        assess: assessRestart(client, annotation, options.settleMs ?? 2_000),
      }),
    );
  } catch (error) {
    // What could not be carried out would be tried for ever.
    if (error instanceof DiagnosticError && error.diagnostics.some(({ reason }) => warnings.has(reason))) {
      await withApi('take the request back', () => annotate(client, connector, annotation, null));
    }
    throw error;
  }
  printLine(
    options.task === undefined ? `${name} is restarted.` : `Task ${options.task} of ${name} is restarted.`,
  );
}

/** Reasons of the conditions by which the operator refuses a restart. */
const warnings = new Set<string | undefined>(['RestartConnector', 'RestartConnectorTask']);

function toAnnotation({ task, includeTasks, onlyFailed }: RestartRequest): readonly [string, string] {
  if (task !== undefined) return [restartTaskAnnotation, String(task)];
  const words = [...(includeTasks ? ['includeTasks'] : []), ...(onlyFailed ? ['onlyFailed'] : [])];
  return [restartAnnotation, words.length === 0 ? 'true' : words.join(',')];
}

async function annotate(
  client: ApiClient,
  { metadata }: KafkaConnectorObject,
  annotation: string,
  value: string | null,
): Promise<void> {
  await editObject(client, kafkaConnectorType, metadata, {
    metadata: { annotations: { [annotation]: value } },
  });
}

/** Connect would not find it, and the operator would ask it again and again. */
function checkTask({ kind, metadata, status }: KafkaConnectorObject, task: number | undefined): void {
  const reported: ConnectorStatus | undefined = status?.connectorStatus;
  const tasks = reported?.tasks;
  if (task === undefined || tasks === undefined || tasks.some(({ id }) => id === task)) return;
  const { name, namespace = 'default' } = metadata;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'TaskNotFound',
    summary: `Connector ${name} has no task ${task}`,
    detail:
      tasks.length === 0
        ? `It has no tasks now: it is ${reported?.connector?.state ?? 'not in Connect'}.`
        : `Its tasks are ${tasks.map(({ id }) => id).join(', ')}.`,
    object: { kind, name, namespace },
  });
}

/** A connector without its tasks is seldom what is meant when tasks have failed. */
function describeRestart({ metadata: { name }, status }: KafkaConnectorObject, request: RestartRequest) {
  const { task, includeTasks, onlyFailed } = request;
  const failed = failedTasks((status?.connectorStatus ?? {}) as ConnectorStatus);
  if (task !== undefined) return [`Restarting task ${task} of ${name}.`];
  const which = onlyFailed ? 'what has failed of ' : '';
  return [
    includeTasks
      ? `Restarting ${which}${name} and its tasks.`
      : `Restarting ${which}${name}; its tasks go on as they are.`,
    ...(failed.length > 0 && !includeTasks
      ? [
          `Failed tasks stay so: ${failed.join(', ')}. To restart them too, add --include-tasks --only-failed.`,
        ]
      : []),
  ];
}

/** First the annotation goes; for a moment after that, Connect and the operator still tell what was before. */
function assessRestart(client: ApiClient, annotation: string, settleMs: number) {
  let since: number | undefined;
  return async (live: KafkaConnectorObject): Promise<Health> => {
    if (live.metadata.annotations?.[annotation] !== undefined) return assessPending(live);
    since ??= Date.now();
    if (Date.now() - since < settleMs) {
      return { state: 'progressing', message: 'waiting for Connect to tell what came of it' };
    }
    const asked = await askStatus(client, live);
    if (!isKnown(asked)) return assessConnectorHealth(live);
    const conditions = [{ type: 'Ready', status: 'True' }];
    return assessConnectorHealth({
      ...live,
      status: { ...live.status, conditions, connectorStatus: { ...asked } },
    } as KafkaConnectorObject);
  };
}

function assessPending(live: KafkaConnectorObject): Health {
  const { kind, metadata, status = {} } = live;
  const { name, namespace = 'default' } = metadata;
  const warning = status.conditions?.find(({ type, reason }) => type === 'Warning' && warnings.has(reason));
  if (warning !== undefined) {
    const detail = warning.message ?? 'The operator gave no reason.';
    const summary = `Connector ${name} was not restarted`;
    const reason = warning.reason ?? 'RestartConnector';
    const object = { kind, name, namespace };
    return { state: 'failed', diagnostics: [{ severity: 'error', reason, summary, detail, object }] };
  }
  const health = assessConnectorHealth(live);
  // Without a cluster, or with a configuration that Connect refuses, it is not looked at.
  if (health.state === 'failed' && status.connectorStatus === undefined) return health;
  return { state: 'progressing', message: 'waiting for the operator to restart it' };
}
