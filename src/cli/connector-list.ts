import type { ApiClient } from '../apiclient/client.ts';
import type { ConnectorStatus } from '../engines/connect/client.ts';
import { failedTasks, type KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { assessConnectorHealth } from '../kinds/kafka-connector/health.ts';
import { clusterLabel } from '../kinds/kafka-topic/resource-type.ts';
import type { Health } from '../kinds/kind.ts';
import { findFailure, isReady } from '../kinds/strimzi-conditions.ts';
import { formatDuration } from './amounts.ts';
import { listConnectors } from './choose-connector.ts';
import { formatTable, note, outputColors, printLine } from './terminal-output.ts';

export interface ConnectorRow {
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string | undefined;
  readonly class: string | undefined;
  /** `source` or `sink`, once Connect has told. */
  readonly type: string | undefined;
  /** What Connect reports, as far as the operator wrote it down: RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED. */
  readonly state: string | undefined;
  readonly declaredState: string;
  readonly tasks: { readonly running: number; readonly failed: number; readonly all: number };
  readonly ready: boolean;
  /** Of NotReady. */
  readonly reason: string | undefined;
  readonly health: Health;
  readonly creationTimestamp: string | undefined;
}

/** Every connector, as its operator wrote it down. */
export async function readConnectorRows(
  client: ApiClient,
  namespace: string | undefined,
): Promise<readonly ConnectorRow[]> {
  return (await listConnectors(client, namespace)).map(toRow);
}

export function toRow(object: KafkaConnectorObject): ConnectorRow {
  const { metadata, spec, status = {} } = object;
  const reported: ConnectorStatus = status.connectorStatus ?? {};
  const { tasks = [] } = reported;
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    cluster: metadata.labels?.[clusterLabel],
    class: spec.class,
    type: reported.type,
    state: reported.connector?.state,
    declaredState: spec.state ?? 'running',
    tasks: {
      running: tasks.filter(({ state }) => state === 'RUNNING').length,
      failed: failedTasks(reported).length,
      all: tasks.length,
    },
    ready: isReady(status),
    reason: findFailure(status)?.reason,
    health: assessConnectorHealth(object),
    creationTimestamp: metadata.creationTimestamp,
  };
}

export function printConnectors(rows: readonly ConnectorRow[], namespace: string | undefined): void {
  if (rows.length === 0) {
    note(`No connectors${namespace === undefined ? '' : ` in namespace ${namespace}`}.`);
    return;
  }
  const colors = outputColors();
  const marks = { healthy: colors.green('✓'), progressing: colors.yellow('…'), failed: colors.red('✗') };
  const [header, ...lines] = formatConnectors(rows, Date.now());
  printLine(`  ${header}`);
  lines.forEach((line, index) => printLine(`${marks[rows[index]?.health.state ?? 'progressing']} ${line}`));
}

/** The table, header first. */
export function formatConnectors(rows: readonly ConnectorRow[], now: number): readonly string[] {
  const header = ['CONNECTOR', 'CLUSTER', 'CLASS', 'STATE', 'TASKS', 'READY', 'AGE'];
  const cells = rows.map((row) => [
    `${row.namespace}/${row.name}`,
    row.cluster ?? '-',
    row.class?.split('.').at(-1) ?? '-',
    row.state ?? '-',
    formatTasks(row),
    row.ready ? 'yes' : (row.reason ?? 'no'),
    row.creationTimestamp === undefined ? '-' : formatDuration(now - Date.parse(row.creationTimestamp)),
  ]);
  return formatTable(header, cells).split('\n');
}

function formatTasks({ tasks: { running, failed, all } }: ConnectorRow): string {
  return `${running}/${all}${failed === 0 ? '' : `, ${failed} failed`}`;
}
