import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ReconcileResult } from '../../controller/controller.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { type FlinkClient, FlinkRestError, type JobOverview } from '../../engines/flink/client.ts';
import { findRootCause } from '../../engines/flink/root-cause.ts';
import { fetchJobJar, type JobJar, JobJarError } from '../flink-job/job-jar.ts';
import { createPythonWait, type PythonWaitOptions } from '../flink-job/wait-for-python.ts';
import type { SpecChange } from '../reconciled-spec.ts';
import { createAnnouncements } from './announcements.ts';
import {
  decideSessionJob,
  type FlinkSessionJobObject,
  type JobAction,
  sessionJobFinalizer,
} from './decide.ts';
import { flinkSessionJobType } from './kind.ts';
import { type Cluster, type ObserveOptions, observe, observedJob } from './observe.ts';
import { readOrRepeatSavepoint } from './savepoint.ts';
import type { FlinkSessionJobStatus } from './spec.ts';
import {
  cancellingStatus,
  deployedStatus,
  missingStatus,
  observedStatus,
  preparedStatus,
  recordedStatus,
  redeployedStatus,
  refusedStatus,
  resubmittedStatus,
  retriedStatus,
  savepointFailedStatus,
  savepointTakenStatus,
  stoppedStatus,
  submissionFailedStatus,
  submittingStatus,
  triggeredStatus,
} from './status.ts';
import { leaveUpgradeSnapshot } from './upgrade-snapshot.ts';

export interface SessionJobReconcilerOptions extends ObserveOptions, PythonWaitOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

type Action<Name extends JobAction['do']> = Extract<JobAction, { do: Name }>;

const atOnce: ReconcileResult = { requeueAfterMs: 0 };
const progressCheck: ReconcileResult = { requeueAfterMs: 300 };
const steadyCheck: ReconcileResult = { requeueAfterMs: 2_000 };
const refusedCheck: ReconcileResult = { requeueAfterMs: 5_000 };
const firstRetryMs = 2_000;

/** Carries out FlinkSessionJobs: observe, decide one step, act, record; again until nothing is left to do. */
export function createSessionJobReconciler(options: SessionJobReconcilerOptions) {
  const { client, events, now = Date.now } = options;
  const waitForPython = createPythonWait(flinkSessionJobType, options);
  const { announceState, announceStop, announceChange, announceCleanup } = createAnnouncements(events);
  /** Failures in a row by uid and generation, and when the next attempt is due; a new spec starts anew. */
  const attempts = new Map<string, { readonly count: number; readonly dueAt: number }>();
  /** The generation of each job whose changes were announced though they cannot be carried out. */
  const announced = new Map<string, number | undefined>();

  return async (key: string): Promise<ReconcileResult | undefined> => {
    const [namespace = '', name = ''] = key.split('/');
    // The copy of the informer may be older than our last write: a step must never be taken twice.
    const resource = await client.get<FlinkSessionJobObject>(flinkSessionJobType, { namespace, name });
    if (resource === undefined) return undefined;
    const { count = 0, dueAt = 0 } = attempts.get(attemptKey(resource)) ?? {};
    const tries = { attempts: count, retryInMs: Math.max(0, dueAt - now()) };
    const { observed, cluster } = await observe(resource, options);
    return carryOut(decideSessionJob({ resource, ...observed, ...tries }), resource, cluster);
  };

  async function carryOut(
    action: JobAction,
    resource: FlinkSessionJobObject,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult | undefined> {
    switch (action.do) {
      case 'add-finalizer':
        await setFinalizer(client, flinkSessionJobType, resource, sessionJobFinalizer, true);
        return atOnce;
      case 'remove-finalizer':
        await announceCleanup(resource);
        await announceState(resource, overview?.state);
        await setFinalizer(client, flinkSessionJobType, resource, sessionJobFinalizer, false);
        return atOnce;
      case 'wait-for-cluster':
        if (action.message === undefined) return progressCheck;
        await events.record(resource, 'Warning', 'UnsupportedFlinkVersion', action.message);
        return undefined;
      case 'refuse':
        return refuse(resource, action, overview);
      case 'prepare':
        if (action.changes.length > 0) await announceChange(resource, 'UPGRADE', action.changes);
        return writeStatus(resource, preparedStatus(resource, action.savepointPath));
      case 'assign-job-id':
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        return writeStatus(resource, submittingStatus(resource, newId()));
      case 'submit':
        return flink && submit(resource, flink, action);
      case 'retry':
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        return writeStatus(resource, retriedStatus(resource));
      case 'note-deployed':
        attempts.delete(attemptKey(resource));
        return writeStatus(resource, deployedStatus(resource, now()));
      case 'observe':
        return noteState(resource, action, { flink, overview });
      case 'note-missing':
        return noteMissing(resource, action.changes);
      case 'resubmit':
        return resubmit(resource, action, { flink, overview });
      case 'record-spec':
        return writeStatus(resource, recordedStatus(resource));
      case 'stop-with-savepoint':
        return flink && stopWithSavepoint(resource, flink, action);
      case 'cancel':
        await announceStop(resource, action.changes);
        await flink?.cancel(action.jobId);
        await writeStatus(resource, cancellingStatus(resource));
        return progressCheck;
      case 'redeploy':
        await announceChange(resource, 'SAVEPOINT_REDEPLOY', action.changes);
        // Before its id is given up: a job without a resource would run for ever.
        if (action.jobId !== undefined) await flink?.cancel(action.jobId);
        return writeStatus(resource, redeployedStatus(resource, action.savepointPath));
      case 'wait-for-cancel':
        return progressCheck;
      case 'note-stopped':
        return noteStopped(resource, action, { flink, overview });
      case 'wait':
        return action.milliseconds === undefined ? undefined : { requeueAfterMs: action.milliseconds };
      case 'give-up':
        return undefined;
    }
  }

  /** A refused spec leaves what runs alone, and the status goes on telling of it. */
  async function refuse(
    resource: FlinkSessionJobObject,
    { message, first }: Action<'refuse'>,
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

  async function submit(
    resource: FlinkSessionJobObject,
    flink: FlinkClient,
    { jobId, savepointPath }: Action<'submit'>,
  ): Promise<ReconcileResult> {
    const { job, flinkConfiguration = {} } = resource.spec;
    let jar: JobJar | undefined;
    try {
      const cluster = options.deploymentOf(resource.metadata.namespace ?? '', resource.spec.deploymentName);
      const configuration = { ...cluster?.spec.flinkConfiguration, ...flinkConfiguration };
      const waiting = await waitForPython(resource, { ...job, flinkConfiguration: configuration });
      if (waiting !== undefined) return waiting;
      jar = job.jarURI === undefined ? undefined : await fetchJobJar(job.jarURI);
      await flink.run({
        jar,
        entryClass: job.entryClass,
        args: job.args ?? [],
        parallelism: job.parallelism,
        jobId,
        savepointPath,
        allowNonRestoredState: job.allowNonRestoredState,
        flinkConfiguration: { 'pipeline.name': resource.metadata.name, ...flinkConfiguration },
      });
      // The status follows from what the cluster then knows.
      return atOnce;
    } catch (error) {
      if (
        !(error instanceof FlinkRestError || error instanceof JobJarError || error instanceof DiagnosticError)
      ) {
        throw error;
      }
      const requeueAfterMs = noteFailure(resource, (count) => Math.round(firstRetryMs * 1.5 ** (count - 1)));
      const cause = error instanceof FlinkRestError ? findRootCause(error.message) : error.message;
      await events.record(resource, 'Warning', 'Error', cause);
      await writeStatus(resource, submissionFailedStatus(resource, cause));
      return { requeueAfterMs };
    } finally {
      await jar?.release();
    }
  }

  /** Answers when the next attempt is due. Writing a status brings the resource back at once, so it is kept here. */
  function noteFailure(resource: FlinkSessionJobObject, delay: (count: number) => number): number {
    const count = (attempts.get(attemptKey(resource))?.count ?? 0) + 1;
    const milliseconds = delay(count);
    attempts.set(attemptKey(resource), { count, dueAt: now() + milliseconds });
    return milliseconds;
  }

  async function stopWithSavepoint(
    resource: FlinkSessionJobObject,
    flink: FlinkClient,
    { jobId, triggerId, changes }: Action<'stop-with-savepoint'>,
  ): Promise<ReconcileResult> {
    if (triggerId === undefined) {
      await announceStop(resource, changes);
      const id = newId();
      await writeStatus(resource, triggeredStatus(resource, id, now()));
      await flink.stopWithSavepoint(jobId, id);
      return atOnce;
    }
    const progress = await readOrRepeatSavepoint(flink, jobId, triggerId);
    if (progress.state === 'in-progress') return { requeueAfterMs: 100 };
    if (progress.state === 'failed') {
      const cause = findRootCause(progress.cause);
      const requeueAfterMs = noteFailure(resource, () =>
        resource.metadata.deletionTimestamp === undefined ? firstRetryMs * 5 : firstRetryMs,
      );
      await events.record(resource, 'Warning', 'Error', `The savepoint failed: ${cause}`);
      await writeStatus(resource, savepointFailedStatus(resource, cause));
      return { requeueAfterMs };
    }
    attempts.delete(attemptKey(resource));
    await leaveUpgradeSnapshot(client, resource, progress.path);
    if (resource.metadata.deletionTimestamp !== undefined) {
      await events.record(resource, 'Normal', 'Cleanup', `The job ended with savepoint ${progress.path}`);
    }
    return writeStatus(resource, savepointTakenStatus(resource, progress.path));
  }

  async function noteStopped(
    resource: FlinkSessionJobObject,
    { jobId }: Action<'note-stopped'>,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const lookUp = jobId !== undefined && overview !== undefined;
    const checkpoint = lookUp ? await flink?.readLatestCheckpoint(jobId) : undefined;
    await announceState(resource, overview?.state);
    return writeStatus(resource, stoppedStatus(resource, { state: overview?.state, checkpoint }));
  }

  async function noteMissing(
    resource: FlinkSessionJobObject,
    changes: readonly SpecChange[],
  ): Promise<ReconcileResult> {
    const { uid = '', generation } = resource.metadata;
    if (changes.length > 0 && announced.get(uid) !== generation) {
      await announceChange(resource, 'UPGRADE', changes);
      announced.set(uid, generation);
    }
    await events.record(resource, 'Warning', 'Missing', 'Job Not Found');
    await writeStatus(resource, missingStatus(resource));
    return steadyCheck;
  }

  async function resubmit(
    resource: FlinkSessionJobObject,
    { jobId }: Action<'resubmit'>,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const lost = overview === undefined;
    if (lost) await events.record(resource, 'Warning', 'Missing', 'Job Not Found');
    await announceState(resource, overview?.state);
    const checkpoint = jobId === undefined ? undefined : await flink?.readLatestCheckpoint(jobId);
    const resumed = { path: 'job.state', before: 'suspended', after: 'running' };
    await announceChange(resource, 'UPGRADE', [resumed]);
    return writeStatus(resource, resubmittedStatus(resource, { lost, checkpoint }));
  }

  async function noteState(
    resource: FlinkSessionJobObject,
    { state, stable }: Action<'observe'>,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const changed = await announceState(resource, state);
    const troubled = state === 'FAILED' || state === 'RESTARTING' || state === 'FAILING';
    const [trace] =
      troubled && overview !== undefined ? ((await flink?.readExceptions(overview.jid)) ?? []) : [];
    const cause = trace === undefined ? undefined : findRootCause(trace);
    if (cause !== undefined && changed) {
      await events.record(resource, 'Warning', state === 'FAILED' ? 'Error' : 'JobException', cause);
    }
    const ended = changed && overview !== undefined && (state === 'FINISHED' || state === 'FAILED');
    const checkpoint = ended ? await flink?.readLatestCheckpoint(overview.jid) : undefined;
    await writeStatus(
      resource,
      observedStatus(resource, { state, stable, overview, cause, checkpoint, now: now() }),
    );
    return stable || state === 'FAILED' ? steadyCheck : progressCheck;
  }

  async function writeStatus(
    resource: FlinkSessionJobObject,
    status: FlinkSessionJobStatus,
  ): Promise<ReconcileResult> {
    const clean = JSON.parse(JSON.stringify(status)) as FlinkSessionJobStatus;
    if (!isDeepStrictEqual(clean, resource.status)) {
      await client.updateStatus(flinkSessionJobType, { ...resource, status: clean });
    }
    return atOnce;
  }
}

/** Job and trigger ids of Flink: 16 bytes in hexadecimal. */
function newId(): string {
  return randomBytes(16).toString('hex');
}

function attemptKey({ metadata }: FlinkSessionJobObject): string {
  return `${metadata.uid} ${metadata.generation}`;
}
