import type { ConnectorStatus } from '../../engines/connect/client.ts';
import { explainTaskFailure } from '../../engines/connect/explain-failure.ts';
import type { StrimziCondition } from '../strimzi-conditions.ts';
import { failedTasks, type KafkaConnectorObject } from './decide.ts';
import type { KafkaConnectorStatus } from './spec.ts';

/** What was found of a connector that Connect has. */
export interface ReportedConnector {
  readonly connectorStatus: ConnectorStatus;
  readonly topics: readonly string[];
  readonly autoRestart: KafkaConnectorStatus['autoRestart'];
  readonly warnings: readonly StrimziCondition[];
}

/** A reason for NotReady: the exception's class and what it says. */
export interface ConnectorError {
  readonly reason: string;
  readonly message: string;
}

const ready: StrimziCondition = { type: 'Ready', status: 'True' };

export function warning(reason: string, message: string): StrimziCondition {
  return { type: 'Warning', status: 'True', reason, message };
}

export const topicNotFoundReason = 'TopicNotFound';

/** Connect itself waits for such a topic without end, and only says so in its log. */
export function topicNotFound(topic: string): StrimziCondition {
  return warning(
    topicNotFoundReason,
    `Topic ${topic} does not exist: the connector waits for it. Declare it with the module kafka/topic, or correct its name.`,
  );
}

export function buildReportedStatus(
  { metadata, spec }: KafkaConnectorObject,
  { connectorStatus, topics, autoRestart, warnings }: ReportedConnector,
): KafkaConnectorStatus {
  const failure = describeFailure(connectorStatus);
  return {
    conditions: [failure === undefined ? ready : notReady(failure), ...warnings],
    observedGeneration: metadata.generation ?? 1,
    connectorStatus: { ...connectorStatus },
    tasksMax: spec.tasksMax ?? connectorStatus.tasks?.length ?? 0,
    topics: topics.toSorted(),
    autoRestart,
  };
}

/** Recorded: what Connect said before is gone. */
export function buildErrorStatus(
  { metadata, spec }: KafkaConnectorObject,
  error: ConnectorError,
): KafkaConnectorStatus {
  return {
    conditions: [notReady(error)],
    observedGeneration: metadata.generation ?? 1,
    tasksMax: spec.tasksMax ?? 0,
  };
}

/** Recorded: the generation is frozen, and the connector goes on. */
export function buildPausedStatus({ spec, status }: KafkaConnectorObject): KafkaConnectorStatus {
  return {
    conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
    observedGeneration: status?.observedGeneration ?? 0,
    tasksMax: spec.tasksMax ?? 0,
  };
}

function notReady({ reason, message }: ConnectorError): StrimziCondition {
  return { type: 'NotReady', status: 'True', reason, message };
}

/** Strimzi's words, and after them what failed each part: traces are long, and stand in connectorStatus. */
function describeFailure(reported: ConnectorStatus): ConnectorError | undefined {
  const { connector, tasks = [] } = reported;
  if (connector?.state === 'FAILED') {
    return {
      reason: 'Throwable',
      message: `Connector has failed, see connectorStatus for more details.${causeOf(connector.trace)}`,
    };
  }
  const failed = failedTasks(reported);
  if (failed.length === 0) return undefined;
  const causes = new Map<string, number[]>();
  for (const { id, trace } of tasks.filter((task) => failed.includes(task.id))) {
    const cause = causeOf(trace);
    causes.set(cause, [...(causes.get(cause) ?? []), id]);
  }
  const told = [...causes].filter(([cause]) => cause !== '');
  return {
    reason: 'Throwable',
    message: [
      `The following tasks have failed: ${failed.join(', ')}, see connectorStatus for more details.`,
      ...told.map(([cause, ids]) => ` Task${ids.length > 1 ? 's' : ''} ${ids.join(', ')}:${cause}`),
    ].join(''),
  };
}

function causeOf(trace: string | undefined): string {
  return trace === undefined ? '' : ` ${explainTaskFailure(trace)}`;
}
