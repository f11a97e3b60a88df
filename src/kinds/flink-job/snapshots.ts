import { Cron } from 'croner';
import { parseFlinkDuration } from '../../engines/flink/duration.ts';
import type { FlinkStateSnapshotObject } from '../flink-state-snapshot/decide.ts';

export type SnapshotType = 'savepoint' | 'checkpoint';

export interface SnapshotInputs {
  /** Configuration that the job runs under. */
  readonly configuration: Readonly<Record<string, string>>;
  /** FlinkStateSnapshots that refer to the job. */
  readonly snapshots: readonly FlinkStateSnapshotObject[];
  /** When the job's resource was made, milliseconds since the epoch. */
  readonly createdAt: number;
  readonly now: number;
}

export interface SnapshotDecision {
  /** Periodic ones that are due. */
  readonly take: readonly SnapshotType[];
  /** Names of those that are more, or older, than are kept. */
  readonly remove: readonly string[];
  /** Schedules that are neither a duration nor a cron expression. */
  readonly illegible: readonly string[];
}

const triggerLabel = 'snapshot.trigger-type';
const scheduleKeys: Readonly<Record<SnapshotType, string>> = {
  savepoint: 'kubernetes.operator.periodic.savepoint.interval',
  checkpoint: 'kubernetes.operator.periodic.checkpoint.interval',
};

/** Periodic snapshots and what is kept of them and of those of upgrades, by the options of operator 1.15.0. */
export function decideSnapshots(inputs: SnapshotInputs): SnapshotDecision {
  const schedules = (['savepoint', 'checkpoint'] as const).map((type) => ({
    type,
    due: isDue(type, inputs),
  }));
  return {
    take: schedules.filter(({ due }) => due === true).map(({ type }) => type),
    illegible: schedules.filter(({ due }) => due === undefined).map(({ type }) => scheduleKeys[type]),
    remove: [
      ...findSurplus('savepoint', inputs).map(nameOf),
      ...findSurplus('checkpoint', inputs).map(nameOf),
    ],
  };
}

/** `undefined` when the schedule cannot be read. */
function isDue(type: SnapshotType, { configuration, snapshots, createdAt, now }: SnapshotInputs) {
  const schedule = configuration[scheduleKeys[type]]?.trim() ?? '';
  if (schedule === '') return false;
  const last = snapshots
    .filter((snapshot) => isOf(type, snapshot) && triggerOf(snapshot) === 'PERIODIC')
    .reduce((newest, snapshot) => Math.max(newest, timeOf(snapshot)), createdAt);
  const interval = parseFlinkDuration(schedule);
  if (interval !== undefined) return interval > 0 && last + interval <= now;
  const next = readCron(schedule)?.nextRun(new Date(last));
  return next === undefined ? undefined : next !== null && next.getTime() <= now;
}

/** Quartz's format: seconds first, 1 is Sunday. `undefined` when it is none. */
function readCron(expression: string): Cron | undefined {
  try {
    return new Cron(expression, {
      paused: true,
      alternativeWeekdays: true,
      mode: '6-or-7-parts',
      timezone: 'UTC',
    });
  } catch {
    return undefined;
  }
}

function findSurplus(
  type: SnapshotType,
  { configuration, snapshots, now }: SnapshotInputs,
): readonly FlinkStateSnapshotObject[] {
  if (configuration['kubernetes.operator.savepoint.cleanup.enabled'] === 'false') return [];
  const own = snapshots
    .filter(
      (snapshot) =>
        isOf(type, snapshot) &&
        snapshot.metadata.deletionTimestamp === undefined &&
        ['PERIODIC', 'UPGRADE'].includes(triggerOf(snapshot)),
    )
    .toSorted((left, right) => timeOf(left) - timeOf(right));
  const lastCompleted = own.findLast(({ status }) => status?.state === 'COMPLETED');
  const most = Math.max(
    1,
    type === 'savepoint' ? keptSavepoints(configuration) : keptCheckpoints(configuration),
  );
  const oldest = type === 'savepoint' ? now - keptForMs(configuration) : 0;
  const surplus: FlinkStateSnapshotObject[] = [];
  for (const snapshot of own) {
    // The last one stays, whatever became of it.
    if (surplus.length === own.length - 1) break;
    if (snapshot === lastCompleted) continue;
    if (own.length - surplus.length > most || timeOf(snapshot) < oldest) surplus.push(snapshot);
  }
  return surplus;
}

type Configuration = SnapshotInputs['configuration'];

function keptSavepoints(configuration: Configuration): number {
  return Number(configuration['kubernetes.operator.savepoint.history.max.count'] ?? 10);
}

function keptCheckpoints(configuration: Configuration): number {
  const { 'execution.checkpointing.num-retained': retained, 'state.checkpoints.num-retained': former } =
    configuration;
  return Number(retained ?? former ?? 1);
}

function keptForMs(configuration: Configuration): number {
  const text = configuration['kubernetes.operator.savepoint.history.max.age'];
  return (text === undefined ? undefined : parseFlinkDuration(text)) ?? 24 * 3_600_000;
}

function isOf(type: SnapshotType, { spec }: FlinkStateSnapshotObject): boolean {
  return (spec.savepoint !== undefined) === (type === 'savepoint');
}

function triggerOf({ metadata }: FlinkStateSnapshotObject): string {
  return metadata.labels?.[triggerLabel] ?? 'MANUAL';
}

function timeOf({ metadata }: FlinkStateSnapshotObject): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function nameOf({ metadata }: FlinkStateSnapshotObject): string {
  return metadata.name;
}
