import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import type { EventRecorder } from '../../controller/events.ts';
import type { FlinkClient, JobOverview } from '../../engines/flink/client.ts';
import { explainFailure } from '../../engines/flink/explain-failure.ts';
import { compareSpecs, readReconciledSpec, type SpecChange } from '../reconciled-spec.ts';
import { createAnnouncements } from './announcements.ts';
import { ownSavepointFolder } from './configuration.ts';
import { observedJob } from './observed-job.ts';
import type { FlinkJobObject } from './resource.ts';
import { readOrRepeatSavepoint } from './savepoint.ts';
import type { FlinkJobStatus } from './spec.ts';
import {
  cancellingStatus,
  observedStatus,
  refusedStatus,
  resubmittedStatus,
  savepointFailedStatus,
  savepointTakenStatus,
  stoppedStatus,
  triggeredStatus,
} from './status.ts';
import { leaveUpgradeSnapshot } from './upgrade-snapshot.ts';

export interface JobStepsOptions {
  readonly client: ApiClient;
  readonly type: ResourceType;
  readonly events: EventRecorder;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether a job that ended with a savepoint is still looked at by its id: its cluster is its own. */
  readonly keepsJobId: boolean;
  /** The cluster that a job shares: what failed is tried anew once its spec is another (recorded). */
  readonly clusterOf?: (resource: FlinkJobObject) => KubernetesObject | undefined;
}

/** A job's cluster as one reconciliation sees it. */
export interface Cluster {
  readonly flink: FlinkClient | undefined;
  /** The job that the status names. */
  readonly overview: JobOverview | undefined;
}

export const atOnce: ReconcileResult = { requeueAfterMs: 0 };
export const progressCheck: ReconcileResult = { requeueAfterMs: 150 };
export const steadyCheck: ReconcileResult = { requeueAfterMs: 2_000 };
const refusedCheck: ReconcileResult = { requeueAfterMs: 5_000 };
const firstRetryMs = 2_000;
/** A job that has just started again may do so once more. */
const quietMs = 10_000;

/** Steps that are the same for a job of a session cluster and for one with a cluster of its own. */
export function createJobSteps(options: JobStepsOptions) {
  const { client, type, events, now, keepsJobId, clusterOf } = options;
  const announcements = createAnnouncements(events);
  const { announceState, announceStop, announceEnd, announceChange, announceFallback } = announcements;
  /** Failures in a row, and when the next attempt is due; a new spec, of the job or its cluster, starts anew. */
  const attempts = new Map<string, { readonly count: number; readonly dueAt: number }>();

  /** When the exception was thrown that was last told of, by the job's uid. */
  const told = new Map<string, number>();

  function attemptKey(resource: FlinkJobObject): string {
    const { uid, generation } = resource.metadata;
    return `${uid} ${generation} ${clusterOf?.(resource)?.metadata.generation}`;
  }

  function readAttempts(resource: FlinkJobObject): { attempts: number; retryInMs: number } {
    const { count = 0, dueAt = 0 } = attempts.get(attemptKey(resource)) ?? {};
    return { attempts: count, retryInMs: Math.max(0, dueAt - now()) };
  }

  /** Answers when the next attempt is due. Writing a status brings the resource back at once, so it is kept here. */
  function noteFailure(resource: FlinkJobObject, delay: (count: number) => number): ReconcileResult {
    const count = (attempts.get(attemptKey(resource))?.count ?? 0) + 1;
    const requeueAfterMs = delay(count);
    attempts.set(attemptKey(resource), { count, dueAt: now() + requeueAfterMs });
    return { requeueAfterMs };
  }

  /** A refused spec leaves what runs alone, and the status goes on telling of it. */
  async function refuse(
    resource: FlinkJobObject,
    { message, first }: { readonly message: string; readonly first: boolean },
    overview: JobOverview | undefined,
  ): Promise<ReconcileResult | undefined> {
    const status = refusedStatus(resource, message, first);
    // Recorded: said once of a new job, and again and again of one that runs.
    if (first && status.error === resource.status?.error) return undefined;
    await events.record(resource, 'Warning', 'ValidationError', message);
    const state = overview && observedJob(overview).state;
    if (first || state === undefined || state === status.jobStatus?.state) {
      await writeStatus(resource, status);
    } else {
      await announceState(resource, state);
      await writeStatus(resource, { ...status, jobStatus: { ...status.jobStatus, state } });
    }
    return first ? undefined : refusedCheck;
  }

  async function cancel(
    resource: FlinkJobObject,
    { flink, overview }: Cluster,
    { jobId, changes }: { readonly jobId: string; readonly changes: readonly SpecChange[] },
  ): Promise<ReconcileResult> {
    await announceStop(resource, changes);
    const isDeleted = resource.metadata.deletionTimestamp !== undefined;
    if (resource.spec.job.upgradeMode === 'savepoint' && !isDeleted) {
      await announceFallback(resource, overview === undefined ? 'not known' : observedJob(overview).state);
    }
    await flink?.cancel(jobId);
    await writeStatus(resource, cancellingStatus(resource));
    return progressCheck;
  }

  async function stopWithSavepoint(
    resource: FlinkJobObject,
    flink: FlinkClient,
    stop: {
      readonly jobId: string;
      readonly triggerId: string | undefined;
      readonly changes: readonly SpecChange[];
    },
  ): Promise<ReconcileResult> {
    const { jobId, triggerId, changes } = stop;
    const folder = ownSavepointFolder(resource.spec);
    if (triggerId === undefined) {
      await announceStop(resource, changes);
      const id = newFlinkId();
      await writeStatus(resource, triggeredStatus(resource, id, now()));
      await flink.stopWithSavepoint(jobId, id, folder);
      return atOnce;
    }
    const progress = await readOrRepeatSavepoint(flink, jobId, triggerId, folder);
    if (progress.state === 'in-progress') return { requeueAfterMs: 50 };
    const isDeleted = resource.metadata.deletionTimestamp !== undefined;
    if (progress.state === 'failed') {
      const cause = explainFailure(progress.cause);
      const retry = noteFailure(resource, () => (isDeleted ? firstRetryMs : firstRetryMs * 5));
      await events.record(resource, 'Warning', 'Error', `The savepoint failed: ${cause}`);
      await writeStatus(resource, savepointFailedStatus(resource, cause));
      return retry;
    }
    attempts.delete(attemptKey(resource));
    await leaveUpgradeSnapshot(client, resource, progress.path);
    if (isDeleted) {
      await events.record(resource, 'Normal', 'Cleanup', `The job ended with savepoint ${progress.path}`);
    }
    const taken = savepointTakenStatus(resource, progress.path);
    return writeStatus(
      resource,
      keepsJobId ? taken : { ...taken, jobStatus: { ...taken.jobStatus, jobId: undefined } },
    );
  }

  async function noteStopped(
    resource: FlinkJobObject,
    { jobId, changes }: { readonly jobId: string | undefined; readonly changes: readonly SpecChange[] },
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const lookUp = jobId !== undefined && overview !== undefined;
    const checkpoint = lookUp ? await flink?.readLatestCheckpoint(jobId) : undefined;
    await announceEnd(resource, changes, overview?.state);
    return writeStatus(resource, stoppedStatus(resource, { state: overview?.state, checkpoint }));
  }

  async function resubmit(
    resource: FlinkJobObject,
    jobId: string | undefined,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const lost = overview === undefined;
    if (lost) await events.record(resource, 'Warning', 'Missing', 'Job Not Found');
    await announceState(resource, overview?.state);
    const checkpoint = jobId === undefined ? undefined : await flink?.readLatestCheckpoint(jobId);
    await announceChange(resource, 'UPGRADE', changesOnResumption(resource));
    return writeStatus(resource, resubmittedStatus(resource, { lost, checkpoint }));
  }

  async function noteState(
    resource: FlinkJobObject,
    { state, stable }: { readonly state: string; readonly stable: boolean },
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const changed = await announceState(resource, state);
    const troubled = state === 'FAILED' || state === 'RESTARTING' || state === 'FAILING';
    const isAsked = (troubled || state === 'RUNNING') && overview !== undefined;
    const [last] = isAsked ? ((await flink?.readExceptions(overview.jid)) ?? []) : [];
    // Between two looks it may have failed and run again.
    const isFresh = last !== undefined && now() - last.timestamp < quietMs;
    const restarted = state === 'RUNNING' && isFresh;
    const cause =
      last !== undefined && (troubled || restarted)
        ? explainFailure(last.stacktrace, resource.spec.job.jarURI)
        : undefined;
    const { uid = '' } = resource.metadata;
    if (cause !== undefined && (changed || told.get(uid) !== last?.timestamp)) {
      await events.record(resource, 'Warning', state === 'FAILED' ? 'Error' : 'JobException', cause);
    }
    if (last !== undefined) told.set(uid, last.timestamp);
    const settled = stable && (!restarted || resource.status?.lifecycleState === 'STABLE');
    const ended = changed && overview !== undefined && (state === 'FINISHED' || state === 'FAILED');
    const checkpoint = ended ? await flink?.readLatestCheckpoint(overview.jid) : undefined;
    await writeStatus(
      resource,
      observedStatus(resource, {
        state,
        stable: settled,
        overview,
        cause,
        checkpoint,
        now: now(),
      }),
    );
    return settled || state === 'FAILED' ? steadyCheck : progressCheck;
  }

  async function writeStatus(resource: FlinkJobObject, status: FlinkJobStatus): Promise<ReconcileResult> {
    const clean = JSON.parse(JSON.stringify(status)) as FlinkJobStatus;
    if (!isDeepStrictEqual(clean, resource.status)) {
      await client.updateStatus(type, { ...resource, status: clean });
    }
    return atOnce;
  }

  return {
    ...announcements,
    readAttempts,
    noteFailure,
    refuse,
    resubmit,
    forgetFailures: (resource: FlinkJobObject) => attempts.delete(attemptKey(resource)),
    cancel,
    stopWithSavepoint,
    noteStopped,
    noteState,
    writeStatus,
  };
}

/** When what failed is tried again: after 2 s, then half as long again each time. */
export function retryDelayMs(count: number): number {
  return Math.round(firstRetryMs * 1.5 ** (count - 1));
}

/** Job and trigger ids of Flink: 16 bytes in hexadecimal. */
export function newFlinkId(): string {
  return randomBytes(16).toString('hex');
}

/** Recorded: what ended by itself counts as suspended, and is compared with the spec as such. */
function changesOnResumption({ spec, status }: FlinkJobObject): readonly SpecChange[] {
  const text = status?.reconciliationStatus?.lastReconciledSpec;
  const recorded = readReconciledSpec<FlinkJobObject['spec']>(text)?.spec ?? spec;
  const withState = (state: 'suspended' | 'running', { job, ...rest }: FlinkJobObject['spec']) => ({
    job: { ...job, state },
    ...rest,
  });
  return compareSpecs(withState('suspended', recorded), withState('running', spec));
}
