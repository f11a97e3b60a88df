import type { JobOverview } from '../../engines/flink/client.ts';
import type { FlinkJobObject } from './resource.ts';

/** A job in its cluster, in the operator's states; `missing`: the cluster does not know it. */
export type ObservedJob =
  | { readonly state: string; readonly name: string; readonly startTime: number }
  | { readonly state: 'missing' };

/** RUNNING means that all tasks run: recorded, the operator counts tasks and does not ask for the job's own state. */
export function observedJob(overview: JobOverview | undefined): ObservedJob {
  if (overview === undefined) return { state: 'missing' };
  const { running = 0, finished = 0, total = 0 } = overview.tasks;
  const state = overview.state === 'RUNNING' && running + finished < total ? 'CREATED' : overview.state;
  return { state, name: overview.name, startTime: overview['start-time'] };
}

const terminal: readonly string[] = ['FINISHED', 'CANCELED', 'FAILED'];

export function hasEnded(job: ObservedJob | undefined): boolean {
  return job === undefined || job.state === 'missing' || terminal.includes(job.state);
}

/** The savepoint that was asked for and has not been heard of since. */
export function openTrigger({ status }: FlinkJobObject): string | undefined {
  const triggerId = status?.jobStatus?.savepointInfo?.triggerId;
  return typeof triggerId === 'string' && triggerId !== '' ? triggerId : undefined;
}
