import type { Colors } from 'picocolors/types.js';
import type { CompletedCheckpoint, JobDetails, JobVertex } from '../engines/flink/job-details.ts';
import { formatAgo, formatBytes, formatDuration } from './amounts.ts';
import { isKnown } from './ask-flink.ts';
import type { ShownJob } from './job-show.ts';
import { formatTable } from './terminal-output.ts';

/** What "jobs show" prints: a part for each question, each left out where there is nothing to say. */
export function formatJob(job: ShownJob, now: number, colors: Colors): readonly string[] {
  const { flink } = job;
  const details = isKnown(flink) ? flink : undefined;
  const parts = [
    formatHead(job, now, details),
    ...(flink !== undefined && 'unknown' in flink
      ? [[`Only what the operator wrote down is shown: ${flink.unknown}.`]]
      : []),
    ...(details === undefined || details.vertices.length === 0
      ? []
      : [titled('Graph', formatGraph(details.vertices), colors)]),
    ...(details === undefined ? [] : [titled('Checkpoints', formatCheckpoints(details, now), colors)]),
    ...(details?.lastException === undefined || isTold(job, details.lastException.cause)
      ? []
      : [titled('Last exception', formatException(details.lastException, now), colors)]),
    ...(job.snapshots.length === 0 ? [] : [titled('Snapshots', formatSnapshots(job, now), colors)]),
    ...(job.events.length === 0 ? [] : [titled('Events', formatEvents(job, now), colors)]),
  ];
  return parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Why a job failed is said once, after all else. */
function isTold({ health }: ShownJob, cause: string): boolean {
  return health.state === 'failed' && health.diagnostics.some(({ detail }) => detail.includes(cause));
}

function titled(title: string, lines: readonly string[], colors: Colors): readonly string[] {
  return [colors.bold(title), ...lines.map((line) => `  ${line}`)];
}

function formatHead(shown: ShownJob, now: number, details: JobDetails | undefined): readonly string[] {
  const { job, health } = shown;
  const program = job.jarURI ?? job.entryClass;
  const running = details === undefined ? '' : `, for ${formatDuration(now - details.startTime)}`;
  const message = health.state === 'failed' ? (health.diagnostics[0]?.summary ?? '') : health.message;
  const fields: readonly (readonly [string, string | undefined])[] = [
    [shown.kind, `${shown.namespace}/${shown.name}`],
    ['Cluster', shown.application ? `${shown.cluster} (application)` : shown.cluster],
    ['Job id', shown.jobId ?? '-'],
    ['State', `${details?.state ?? shown.state ?? 'not submitted'}${running}`],
    ['Health', `${health.state}: ${message.split('\n')[0]}`],
    ['Program', program],
    ['Revision', readRevision(job.args ?? [])],
    ['Parallelism', job.parallelism === undefined ? undefined : String(job.parallelism)],
    ['Upgrade mode', job.upgradeMode ?? 'stateless'],
    ['Restarts', details?.restarts === undefined ? undefined : `${details.restarts} by Flink`],
    ['Lag', formatLag(details?.vertices ?? [])],
    ['Upgrade from', shown.upgradeSavepointPath],
  ];
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(width)}   ${value}`]));
}

/** The ConfigMap with the SQL that the runner is told to run. */
function readRevision(args: readonly string[]): string | undefined {
  const index = args.indexOf('--revision');
  return index === -1 ? undefined : args[index + 1];
}

function formatLag(vertices: readonly JobVertex[]): string | undefined {
  const pending = vertices.flatMap((vertex) => vertex.pending ?? []);
  if (pending.length === 0) return undefined;
  return `${pending.reduce((sum, count) => sum + count, 0)} records to read`;
}

function formatGraph(vertices: readonly JobVertex[]): readonly string[] {
  const header = ['VERTEX', 'PARALLELISM', 'STATUS', 'BUSY', 'BACKPRESSURED', 'IN', 'OUT', 'PENDING'];
  const share = (value: number | undefined) => (value === undefined ? '-' : `${Math.round(value * 100)} %`);
  const count = (value: number | undefined) => (value === undefined ? '-' : String(value));
  const rows = vertices.map((vertex) => [
    vertex.name,
    String(vertex.parallelism),
    vertex.status,
    share(vertex.busy),
    share(vertex.backPressured),
    count(vertex.recordsIn),
    count(vertex.recordsOut),
    count(vertex.pending),
  ]);
  const known = vertices.some(({ recordsIn }) => recordsIn !== undefined);
  return [
    ...formatTable(header, rows).split('\n'),
    ...(known ? [] : ['Flink gathers the figures of tasks that run every 10 s.']),
  ];
}

function formatCheckpoints({ checkpoints }: JobDetails, now: number): readonly string[] {
  const { completed, failed, inProgress, latest, latestSavepoint, latestFailed, restored } = checkpoints;
  const describe = ({ id, time, bytes, milliseconds, path }: CompletedCheckpoint) =>
    `${id}, ${formatAgo(time, now)}, ${formatBytes(bytes)} in ${formatDuration(milliseconds)}, ${path}`;
  return [
    `${completed} completed, ${failed} failed, ${inProgress} in progress`,
    ...(latest === undefined ? [] : [`last:      ${describe(latest)}`]),
    ...(latestSavepoint === undefined ? [] : [`savepoint: ${describe(latestSavepoint)}`]),
    ...(latestFailed === undefined
      ? []
      : [`failed:    ${latestFailed.id}, ${formatAgo(latestFailed.time, now)}: ${latestFailed.cause}`]),
    ...(restored === undefined
      ? []
      : [
          `restored:  ${restored.savepoint ? 'savepoint' : 'checkpoint'} ${restored.id}, ${formatAgo(restored.time, now)}, ${restored.path}`,
        ]),
  ];
}

function formatException(
  { time, cause, task }: NonNullable<JobDetails['lastException']>,
  now: number,
): readonly string[] {
  return [`${formatAgo(time, now)}${task === undefined ? '' : `, in ${task}`}`, ...cause.split('\n')];
}

const shownSnapshots = 8;

function formatSnapshots({ snapshots }: ShownJob, now: number): readonly string[] {
  const rows = snapshots
    .slice(-shownSnapshots)
    .map(({ name, type, trigger, state, time, path, error }) => [
      name,
      type,
      trigger,
      state,
      Number.isNaN(time) ? '-' : formatAgo(time, now),
      path ?? error?.split('\n')[0] ?? '',
    ]);
  return formatTable(['NAME', 'TYPE', 'TRIGGER', 'STATE', 'TAKEN', 'PATH'], rows).split('\n');
}

function formatEvents({ events }: ShownJob, now: number): readonly string[] {
  const rows = events.map(({ time, type, reason, message, count }) => [
    formatAgo(Date.parse(time), now),
    type,
    reason,
    message.replace(/\s*\n\s*/g, ' ') + (count > 1 ? ` (${count} times)` : ''),
  ]);
  return formatTable(['LAST SEEN', 'TYPE', 'REASON', 'MESSAGE'], rows).split('\n');
}
