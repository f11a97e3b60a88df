import { parseFlinkDuration } from '../../engines/flink/duration.ts';
import { parseMemory } from './memory.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** A job that runs, or is about to, and the slots that it takes. */
export interface SlotDemand {
  readonly job: string;
  readonly slots: number;
}

export interface TaskManagerPlan {
  readonly count: number;
  /** Why there is no room for a single one. */
  readonly shortage: string | undefined;
  /** Jobs for which this machine has no room, and why. */
  readonly unfit: readonly { readonly job: string; readonly message: string }[];
}

export interface Room {
  /** Bytes that no other pod asks for. */
  readonly free: number;
  /** Bytes of the machine. */
  readonly total: number;
}

/**
 * How many TaskManagers a cluster has, as Flink's native mode makes them: as many as its jobs have slots. Jobs get them in
 * their order; one that does not fit is named and left out, so that it does not take what others could use.
 */
export function planTaskManagers(
  spec: FlinkDeploymentSpec,
  demands: readonly SlotDemand[],
  room: Room,
): TaskManagerPlan {
  const slots = slotsOf(spec);
  const bytes = taskManagerMemory(spec);
  const most = Math.floor(room.free / bytes);
  let taken = 0;
  const unfit: { job: string; message: string }[] = [];
  for (const demand of demands) {
    if (countFor(taken + demand.slots, slots) <= most) taken += demand.slots;
    else if (most > 0) unfit.push({ job: demand.job, message: describeShortage(demand, slots, bytes, room) });
  }
  const shortage =
    most > 0
      ? undefined
      : `There is no room for a TaskManager of ${megabytes(bytes)} MiB. ${describeRoom(room)}`;
  const { replicas } = spec.taskManager ?? {};
  // A session cluster keeps one warm, where native mode keeps none: a start takes most of the time until a job runs.
  const least = spec.job === undefined ? (replicas ?? 1) : 0;
  const fixed = spec.mode === 'standalone' ? replicas : undefined;
  const wanted = fixed ?? Math.max(countFor(taken, slots), least);
  return { count: Math.min(wanted, most), shortage, unfit };
}

/** Slots of one TaskManager; 1 is Flink's default. */
export function slotsOf({ flinkConfiguration }: FlinkDeploymentSpec): number {
  return positive(flinkConfiguration?.['taskmanager.numberOfTaskSlots']) ?? 1;
}

/** Parallelism of a job as the operator gives it: replicas that are set win over `job.parallelism` (1.15.0). */
export function parallelismOf(spec: FlinkDeploymentSpec): number {
  const replicas = spec.taskManager?.replicas;
  if (replicas !== undefined) return replicas * slotsOf(spec);
  return spec.job?.parallelism ?? positive(spec.flinkConfiguration?.['parallelism.default']) ?? 1;
}

export function jobManagerMemory({ jobManager }: FlinkDeploymentSpec): number {
  return parseMemory(jobManager?.resource.memory ?? '1600m') ?? 1600 * 2 ** 20;
}

export function taskManagerMemory({ taskManager }: FlinkDeploymentSpec): number {
  return parseMemory(taskManager?.resource.memory ?? '1728m') ?? 1728 * 2 ** 20;
}

export interface KnownTaskManager {
  readonly name: string;
  /** How long all of its slots have been free; 0 when one is not, or nothing is known of it. */
  readonly idleMs: number;
}

/**
 * Which TaskManagers there shall be: those that are there, less as many of the idle ones as are too many, and new ones
 * under the first free numbers.
 */
export function nameTaskManagers(
  cluster: string,
  count: number,
  known: readonly KnownTaskManager[],
  idleTimeoutMs: number,
): readonly string[] {
  const surplus = known
    .filter(({ idleMs }) => idleMs >= idleTimeoutMs)
    .toSorted((left, right) => numberOf(right.name) - numberOf(left.name))
    .slice(0, Math.max(0, known.length - count));
  const kept = known.filter((one) => !surplus.includes(one)).map(({ name }) => name);
  const names = new Set(kept);
  for (let number = 1; names.size < count; number += 1) names.add(`${cluster}-taskmanager-1-${number}`);
  return [...names].toSorted((left, right) => numberOf(left) - numberOf(right));
}

/** Flink's `resourcemanager.taskmanager-timeout`, in milliseconds. */
export function idleTimeoutMs({ flinkConfiguration }: FlinkDeploymentSpec): number {
  const text = flinkConfiguration?.['resourcemanager.taskmanager-timeout'];
  return (text === undefined ? undefined : parseFlinkDuration(text)) ?? 30_000;
}

function countFor(slotsNeeded: number, slotsEach: number): number {
  return Math.ceil(slotsNeeded / slotsEach);
}

function describeShortage({ slots }: SlotDemand, each: number, bytes: number, room: Room): string {
  const count = countFor(slots, each);
  return (
    `The job needs ${slots} slots and would take ${count} TaskManagers with ${each} each, of ${megabytes(bytes)} MiB, ` +
    `${megabytes(count * bytes)} MiB in all. ${describeRoom(room)} ` +
    "Lower the parallelism or the TaskManager's memory, or raise taskmanager.numberOfTaskSlots."
  );
}

function describeRoom({ free, total }: Room): string {
  return `This machine has ${megabytes(total)} MiB, of which ${megabytes(free)} MiB are not asked for by others.`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function numberOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0);
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
