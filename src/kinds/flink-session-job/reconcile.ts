import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../apiclient/client.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import type { EventRecorder } from '../../controller/events.ts';
import {
  createFlinkClient,
  type FlinkClient,
  FlinkRestError,
  type JobOverview,
} from '../../engines/flink/client.ts';
import { findRootCause } from '../../engines/flink/root-cause.ts';
import type { Pod } from '../../pods/pod.ts';
import { type FlinkDeploymentObject, jobManagerPodName } from '../flink-deployment/desired.ts';
import { restAddressOf } from '../flink-deployment/reconcile.ts';
import { describeChanges, type SpecChange } from '../reconciled-spec.ts';
import {
  decideSessionJob,
  type FlinkSessionJobObject,
  type JobAction,
  type ObservedJob,
  type ObservedSessionJob,
  sessionJobFinalizer,
} from './decide.ts';
import { flinkSessionJobType } from './kind.ts';
import type { FlinkSessionJobStatus } from './spec.ts';
import {
  cancellingStatus,
  deployedStatus,
  missingStatus,
  observedStatus,
  preparedStatus,
  recordedStatus,
  refusedStatus,
  savepointFailedStatus,
  savepointTakenStatus,
  stoppedStatus,
  submissionFailedStatus,
  submittingStatus,
  triggeredStatus,
} from './status.ts';

export interface SessionJobReconcilerOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  deploymentOf(namespace: string, name: string): FlinkDeploymentObject | undefined;
  podOf(namespace: string, name: string): Pod | undefined;
}

/** The cluster as one reconciliation sees it. */
interface Cluster {
  readonly flink: FlinkClient | undefined;
  readonly overview: JobOverview | undefined;
}

type Action<Name extends JobAction['do']> = Extract<JobAction, { do: Name }>;

const atOnce: ReconcileResult = { requeueAfterMs: 0 };
const progressCheck: ReconcileResult = { requeueAfterMs: 300 };
const steadyCheck: ReconcileResult = { requeueAfterMs: 2_000 };
const firstRetryMs = 2_000;

/** Carries out FlinkSessionJobs: observe, decide one step, act, record; again until nothing is left to do. */
export function createSessionJobReconciler(options: SessionJobReconcilerOptions) {
  const { client, events } = options;
  /** Failed submissions by uid and generation; a new spec starts anew. */
  const attempts = new Map<string, number>();

  return async (key: string): Promise<ReconcileResult | undefined> => {
    const [namespace = '', name = ''] = key.split('/');
    // The copy of the informer may be older than our last write: a step must never be taken twice.
    const resource = await client.get<FlinkSessionJobObject>(flinkSessionJobType, { namespace, name });
    if (resource === undefined) return undefined;
    const { observed, cluster } = await observe(resource);
    return carryOut(decideSessionJob(observed), resource, cluster);
  };

  async function observe(
    resource: FlinkSessionJobObject,
  ): Promise<{ observed: ObservedSessionJob; cluster: Cluster }> {
    const { namespace = 'default' } = resource.metadata;
    const deployment = options.deploymentOf(namespace, resource.spec.deploymentName);
    const count = attempts.get(attemptKey(resource)) ?? 0;
    const without = (cluster: ObservedSessionJob['cluster']) => ({
      observed: { resource, cluster, job: undefined, attempts: count },
      cluster: { flink: undefined, overview: undefined },
    });
    if (deployment === undefined) return without('absent');
    if (deployment.spec.job !== undefined) return without('application');
    const address = restAddressOf(deployment, options.podOf(namespace, jobManagerPodName(deployment)));
    if (address === undefined) return without('starting');
    const flink = createFlinkClient(address);
    const jobId = resource.status?.jobStatus?.jobId;
    try {
      const overview = (await flink.listJobs()).find((job) => job.jid === jobId);
      const job = jobId === undefined ? undefined : observedJob(overview);
      return { observed: { resource, cluster: 'ready', job, attempts: count }, cluster: { flink, overview } };
    } catch (error) {
      if (error instanceof FlinkRestError && error.status === 0) return without('starting');
      throw error;
    }
  }

  async function carryOut(
    action: JobAction,
    resource: FlinkSessionJobObject,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult | undefined> {
    switch (action.do) {
      case 'add-finalizer':
        return setFinalizer(resource, true);
      case 'remove-finalizer':
        await announceCleanup(resource);
        return setFinalizer(resource, false);
      case 'wait-for-cluster':
        if (action.message === undefined) return progressCheck;
        await events.record(resource, 'Warning', 'UnsupportedFlinkVersion', action.message);
        return undefined;
      case 'refuse':
        await events.record(resource, 'Warning', 'ValidationError', action.message);
        await writeStatus(resource, refusedStatus(resource, action.message, action.first));
        return undefined;
      case 'prepare':
        return writeStatus(resource, preparedStatus(resource, action.savepointPath));
      case 'assign-job-id':
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        return writeStatus(resource, submittingStatus(resource, newId()));
      case 'submit':
        return flink && submit(resource, flink, action);
      case 'note-deployed':
        attempts.delete(attemptKey(resource));
        return writeStatus(resource, deployedStatus(resource, Date.now()));
      case 'observe':
        return noteState(resource, action, { flink, overview });
      case 'note-missing':
        await events.record(resource, 'Warning', 'Missing', 'Job Not Found');
        await writeStatus(resource, missingStatus(resource));
        return steadyCheck;
      case 'record-spec':
        return writeStatus(resource, recordedStatus(resource));
      case 'stop-with-savepoint':
        return flink && stopWithSavepoint(resource, flink, action);
      case 'cancel':
        await announceStop(resource, action.changes);
        await flink?.cancel(action.jobId);
        await writeStatus(resource, cancellingStatus(resource));
        return progressCheck;
      case 'wait-for-cancel':
        return progressCheck;
      case 'note-stopped':
        return noteStopped(resource, action, { flink, overview });
      case 'give-up':
      case 'wait':
        return undefined;
    }
  }

  async function submit(
    resource: FlinkSessionJobObject,
    flink: FlinkClient,
    { jobId, savepointPath }: Action<'submit'>,
  ): Promise<ReconcileResult> {
    const { job, flinkConfiguration = {} } = resource.spec;
    try {
      await flink.run({
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
      if (!(error instanceof FlinkRestError)) throw error;
      const count = (attempts.get(attemptKey(resource)) ?? 0) + 1;
      attempts.set(attemptKey(resource), count);
      const cause = findRootCause(error.message);
      await events.record(resource, 'Warning', 'Error', cause);
      await writeStatus(resource, submissionFailedStatus(resource, cause));
      return { requeueAfterMs: firstRetryMs * 1.5 ** (count - 1) };
    }
  }

  async function stopWithSavepoint(
    resource: FlinkSessionJobObject,
    flink: FlinkClient,
    { jobId, triggerId, changes }: Action<'stop-with-savepoint'>,
  ): Promise<ReconcileResult> {
    if (triggerId === undefined) {
      await announceStop(resource, changes);
      const id = newId();
      await writeStatus(resource, triggeredStatus(resource, id, Date.now()));
      await flink.stopWithSavepoint(jobId, id);
      return atOnce;
    }
    const progress = await readOrRepeat(flink, jobId, triggerId);
    if (progress.state === 'in-progress') return { requeueAfterMs: 100 };
    if (progress.state === 'failed') {
      const cause = findRootCause(progress.cause);
      await events.record(resource, 'Warning', 'Error', `The savepoint failed: ${cause}`);
      await writeStatus(resource, savepointFailedStatus(resource, cause));
      return { requeueAfterMs: firstRetryMs * 5 };
    }
    if (resource.metadata.deletionTimestamp !== undefined) {
      await events.record(resource, 'Normal', 'Cleanup', `The job ended with savepoint ${progress.path}`);
    }
    return writeStatus(resource, savepointTakenStatus(resource, progress.path));
  }

  /** A trigger that the cluster does not know was never received: asking with the same id starts it. */
  async function readOrRepeat(flink: FlinkClient, jobId: string, triggerId: string) {
    try {
      return await flink.readSavepoint(jobId, triggerId);
    } catch (error) {
      if (!(error instanceof FlinkRestError) || error.status !== 404) throw error;
      await flink.stopWithSavepoint(jobId, triggerId);
      return { state: 'in-progress' } as const;
    }
  }

  async function noteStopped(
    resource: FlinkSessionJobObject,
    { jobId, keepState }: Action<'note-stopped'>,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const lookUp = keepState && jobId !== undefined && overview !== undefined;
    const checkpoint = lookUp ? await flink?.readLatestCheckpoint(jobId) : undefined;
    return writeStatus(resource, stoppedStatus(resource, { keepState, state: overview?.state, checkpoint }));
  }

  async function noteState(
    resource: FlinkSessionJobObject,
    { state, stable }: Action<'observe'>,
    { flink, overview }: Cluster,
  ): Promise<ReconcileResult> {
    const before = resource.status?.jobStatus?.state;
    const changed = before !== undefined && before !== state;
    if (changed) {
      const type = state === 'FAILED' ? 'Warning' : 'Normal';
      await events.record(
        resource,
        type,
        'JobStatusChanged',
        `Job status changed from ${before} to ${state}`,
      );
    }
    const troubled = state === 'FAILED' || state === 'RESTARTING' || state === 'FAILING';
    const [trace] =
      troubled && overview !== undefined ? ((await flink?.readExceptions(overview.jid)) ?? []) : [];
    const cause = trace === undefined ? undefined : findRootCause(trace);
    if (cause !== undefined && changed) await events.record(resource, 'Warning', 'JobException', cause);
    await writeStatus(
      resource,
      observedStatus(resource, { state, stable, overview, cause, now: Date.now() }),
    );
    return stable ? steadyCheck : progressCheck;
  }

  async function announceStop(
    resource: FlinkSessionJobObject,
    changes: readonly SpecChange[],
  ): Promise<void> {
    if (resource.metadata.deletionTimestamp !== undefined) return announceCleanup(resource);
    const message = `UPGRADE change(s) detected (Diff: FlinkSessionJobSpec[${describeChanges(changes)}]), starting reconciliation.`;
    await events.record(resource, 'Normal', 'SpecChanged', message);
    await events.record(resource, 'Normal', 'Suspended', 'Suspending existing deployment.');
  }

  function announceCleanup(resource: FlinkSessionJobObject): Promise<void> {
    return events.record(resource, 'Normal', 'Cleanup', 'Cleaning up FlinkSessionJob');
  }

  async function setFinalizer(resource: FlinkSessionJobObject, wanted: boolean): Promise<ReconcileResult> {
    const { namespace, name, finalizers = [] } = resource.metadata;
    const rest = finalizers.filter((finalizer) => finalizer !== sessionJobFinalizer);
    const patch = { metadata: { finalizers: wanted ? [...rest, sessionJobFinalizer] : rest } };
    await client.patch(flinkSessionJobType, { namespace, name }, patch);
    return atOnce;
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

/** RUNNING means that all tasks run: recorded, the operator counts tasks and does not ask for the job's own state. */
function observedJob(overview: JobOverview | undefined): ObservedJob {
  if (overview === undefined) return { state: 'missing' };
  const { running = 0, finished = 0, total = 0 } = overview.tasks;
  const state = overview.state === 'RUNNING' && running + finished < total ? 'CREATED' : overview.state;
  return { state, name: overview.name, startTime: overview['start-time'] };
}

/** Job and trigger ids of Flink: 16 bytes in hexadecimal. */
function newId(): string {
  return randomBytes(16).toString('hex');
}

function attemptKey({ metadata }: FlinkSessionJobObject): string {
  return `${metadata.uid} ${metadata.generation}`;
}
