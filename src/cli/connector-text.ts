import type { Colors } from 'picocolors/types.js';
import { formatAgo } from './amounts.ts';
import { isKnown } from './ask-flink.ts';
import { formatConditions } from './condition-text.ts';
import type { ShownConnector } from './connector-show.ts';
import { formatTable } from './terminal-output.ts';

/** What "connectors show" prints: a part for each question, each left out where there is nothing to say. */
export function formatConnector(shown: ShownConnector, now: number, colors: Colors): readonly string[] {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['Tasks', formatTasks(shown)],
    ['Config', formatConfig(shown)],
    ['Offsets', formatOffsets(shown)],
    ['Conditions', formatConditions(shown.conditions, now)],
  ];
  return [
    ...formatHead(shown, now),
    ...parts.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ['', colors.bold(title), ...lines.map((line) => `  ${line}`)],
    ),
  ];
}

function formatHead(shown: ShownConnector, now: number): readonly string[] {
  const { health, state, declaredState } = shown;
  const message = health.state === 'failed' ? (health.diagnostics[0]?.summary ?? '') : health.message;
  const differs = state !== undefined && state !== 'FAILED' && state.toLowerCase() !== declaredState;
  const requests = Object.entries(shown.requests).map(([key, value]) => `${key}=${value}`);
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['KafkaConnector', `${shown.namespace}/${shown.name}`],
    ['Cluster', shown.cluster ?? '-'],
    [
      'Class',
      `${shown.class ?? '-'}${shown.version === undefined ? '' : ` ${shown.version}`}${shown.type === undefined ? '' : `, a ${shown.type}`}`,
    ],
    [
      'State',
      `${state ?? 'not in Connect'}${differs || state === undefined ? ` (declared: ${declaredState})` : ''}`,
    ],
    ['Health', `${health.state}: ${message.split('\n')[0]}`],
    ['Tasks at most', shown.tasksMax === undefined ? undefined : String(shown.tasksMax)],
    ['Auto restart', formatAutoRestart(shown, now)],
    ['Topics', shown.topics.length === 0 ? undefined : shown.topics.join(', ')],
    ['Asked for', requests.length === 0 ? undefined : requests.join(', ')],
  ];
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(width)}   ${value}`]));
}

function formatAutoRestart({ autoRestart, restarts }: ShownConnector, now: number): string | undefined {
  if (autoRestart === undefined) return undefined;
  if (autoRestart.enabled === false) return 'off';
  const { maxRestarts } = autoRestart;
  const { count, lastRestartTimestamp: last } = restarts ?? {};
  return [
    maxRestarts === undefined ? 'on' : `on, at most ${maxRestarts}`,
    ...(count === undefined || count === 0 ? [] : [`${count} so far`]),
    ...(last === undefined ? [] : [`the last ${formatAgo(Date.parse(last), now)}`]),
  ].join(', ');
}

function formatTasks({ tasks }: ShownConnector): readonly string[] {
  if (tasks.length === 0) return [];
  const rows = tasks.map(({ id, state, worker_id: worker }) => [String(id), state ?? '-', worker ?? '-']);
  const causes = tasks.flatMap(({ id, cause }) =>
    cause === undefined ? [] : `task ${id}: ${cause}`.split('\n'),
  );
  return [...formatTable(['TASK', 'STATE', 'WORKER'], rows).split('\n'), ...causes];
}

function formatConfig({ config }: ShownConnector): readonly string[] {
  const entries = Object.entries(config).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries.map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${key.padEnd(width)}   ${text.replace(/\s*\n\s*/g, ' ')}`;
  });
}

const shownOffsets = 8;

function formatOffsets({ name, offsets }: ShownConnector): readonly string[] {
  if (!isKnown(offsets)) return [`not known: ${offsets.unknown}`];
  const all = offsets.offsets;
  if (all.length === 0) return ['none yet'];
  const rows = all
    .slice(0, shownOffsets)
    .map(({ partition, offset }) => [formatFields(partition), formatFields(offset ?? {})]);
  const left = all.length - shownOffsets;
  return [
    ...formatTable(['PARTITION', 'OFFSET'], rows).split('\n'),
    ...(left > 0 ? [`and ${left} more: "sdp connectors offsets get ${name}"`] : []),
  ];
}

/** `{kafka_topic: "a", kafka_partition: 0}` as `kafka_topic=a kafka_partition=0`. */
function formatFields(fields: object): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
