import type { KubernetesObject } from '../../apiclient/object.ts';
import { mayHaveNoTasks } from '../../connectors/mirror/template.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type ConnectorStatus, refusesForNow } from '../../engines/connect/client.ts';
import { explainRefusal, explainTaskFailure } from '../../engines/connect/explain-failure.ts';
import type { Health } from '../kind.ts';
import {
  describeFailure,
  findFailure,
  hasActed,
  isPaused,
  isReady,
  isUnreachable,
} from '../strimzi-conditions.ts';
import type { KafkaConnectorSpec, KafkaConnectorStatus } from './spec.ts';
import { topicNotFoundReason } from './status.ts';

/**
 * Strimzi's Ready comes early (recorded: with no task yet, and before a pause or a restart took effect), so a connector
 * is healthy when Connect itself reports the desired state, and for a running one tasks that all run.
 */
export function assessConnectorHealth(object: KubernetesObject): Health {
  const { spec, status = {} } = object as { spec?: KafkaConnectorSpec; status?: KafkaConnectorStatus };
  if (isPaused(status)) {
    return { state: 'healthy', message: 'the operator leaves the connector alone: ReconciliationPaused' };
  }
  if (!hasActed(status, object)) {
    return { state: 'progressing', message: 'waiting for the operator to act on the connector' };
  }
  const reported: ConnectorStatus = status.connectorStatus ?? {};
  const failures = describeFailedParts(reported, object);
  if (failures.length > 0) return failedParts(failures);

  const failure = findFailure(status);
  if (failure !== undefined && isUnreachable(failure)) {
    const why = failure.message?.replace(/java\.net\.ConnectException: /g, '');
    return {
      state: 'progressing',
      message: why ?? 'waiting for the Connect cluster: its REST API does not answer',
    };
  }
  if (failure !== undefined && refusesForNow(failure.message ?? '')) {
    return { state: 'progressing', message: 'waiting for the Connect cluster to share out its connectors' };
  }
  if (failure !== undefined) {
    const summary = `Connector ${object.metadata.name} is not ready`;
    const { message } = failure;
    const explained = { ...failure, message: message === undefined ? undefined : explainRefusal(message) };
    return { state: 'failed', diagnostics: [describeFailure(explained, summary, object)] };
  }
  if (!isReady(status)) return { state: 'progressing', message: 'waiting for the connector to be ready' };
  const absent = status.conditions?.find(({ reason }) => reason === topicNotFoundReason);
  if (absent !== undefined)
    return { state: 'progressing', message: absent.message ?? 'a topic does not exist' };
  return assessReported(reported, spec);
}

/** The same by what Connect itself says just now. */
export function assessReportedStatus(
  reported: ConnectorStatus,
  spec: KafkaConnectorSpec | undefined,
  object: KubernetesObject,
): Health {
  const failures = describeFailedParts(reported, object);
  if (failures.length > 0) return failedParts(failures);
  return assessReported(reported, spec);
}

/** Tasks whose configuration is put right are FAILED until Connect has restarted them, some time later. */
function failedParts(diagnostics: readonly Diagnostic[]): Health {
  return { state: 'failed', diagnostics, mayPass: true };
}

function assessReported({ connector, tasks = [] }: ConnectorStatus, spec: KafkaConnectorSpec = {}): Health {
  const wanted = (spec.state ?? 'running').toUpperCase();
  const state = connector?.state ?? 'not there';
  if (state !== wanted) {
    return { state: 'progressing', message: `waiting for the connector to be ${wanted}, it is ${state}` };
  }
  if (wanted !== 'RUNNING') return { state: 'healthy', message: `the connector is ${wanted}` };
  if (tasks.length === 0 && mayHaveNoTasks(spec.class ?? '')) {
    return { state: 'healthy', message: 'the connector runs, and there is nothing for it to do yet' };
  }
  if (tasks.length === 0)
    return { state: 'progressing', message: 'waiting for the connector to start tasks' };
  const waiting = tasks.find((task) => task.state !== 'RUNNING');
  if (waiting !== undefined) {
    return { state: 'progressing', message: `waiting for task ${waiting.id} to run, it is ${waiting.state}` };
  }
  return { state: 'healthy', message: `the connector runs with ${count(tasks.length, 'task')}` };
}

/** The failed connector, and its failed tasks by what failed them: many tasks mostly fail of one cause. */
function describeFailedParts(
  { connector, tasks = [] }: ConnectorStatus,
  object: KubernetesObject,
): Diagnostic[] {
  const { name } = object.metadata;
  const failed = tasks.filter(({ state }) => state === 'FAILED');
  const causes = new Set(failed.map(({ trace }) => causeOf(trace)));
  return [
    ...(connector?.state === 'FAILED'
      ? [failedPart(`Connector ${name} failed`, causeOf(connector.trace), object)]
      : []),
    ...[...causes].map((cause) => {
      const ids = failed.filter(({ trace }) => causeOf(trace) === cause).map(({ id }) => id);
      const which = `Task${ids.length > 1 ? 's' : ''} ${ids.join(', ')}`;
      return failedPart(`${which} of connector ${name} failed`, cause, object);
    }),
  ];
}

function failedPart(summary: string, detail: string, { kind, metadata }: KubernetesObject): Diagnostic {
  const { name, namespace } = metadata;
  return {
    severity: 'error',
    reason: 'ConnectorFailed',
    summary,
    detail,
    object: { kind, name, ...(namespace !== undefined && { namespace }) },
  };
}

function causeOf(trace: string | undefined): string {
  return trace === undefined ? 'Connect gave no reason.' : explainTaskFailure(trace);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
