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
import {
  describeChanges,
  readReconciledSpec,
  type SpecChange,
  writeReconciledSpec,
} from '../reconciled-spec.ts';
import {
  decideSessionJob,
  type FlinkSessionJobObject,
  type JobAction,
  type ObservedJob,
  type ObservedSessionJob,
  sessionJobFinalizer,
} from './decide.ts';
import { flinkSessionJobType } from './kind.ts';
import type { FlinkSessionJobSpec, FlinkSessionJobStatus } from './spec.ts';

export interface SessionJobReconcilerOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  deploymentOf(namespace: string, name: string): FlinkDeploymentObject | undefined;
  podOf(namespace: string, name: string): Pod | undefined;
}

const stepMs = 0;
const progressCheckMs = 300;
const steadyCheckMs = 2_000;
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
    const { observed, flink, overview } = await observe(resource);
    return carryOut(decideSessionJob(observed), observed, flink, overview);
  };

  async function observe(resource: FlinkSessionJobObject) {
    const { namespace = 'default' } = resource.metadata;
    const deployment = options.deploymentOf(namespace, resource.spec.deploymentName);
    const count = attempts.get(attemptKey(resource)) ?? 0;
    const without = (cluster: ObservedSessionJob['cluster']) => ({
      observed: { resource, cluster, job: undefined, attempts: count },
      flink: undefined,
      overview: undefined,
    });
    if (deployment === undefined) return without('absent');
    if (deployment.spec.job !== undefined) return without('application');
    const address = restAddressOf(deployment, options.podOf(namespace, jobManagerPodName(deployment)));
    if (address === undefined) return without('starting');
    const flink = createFlinkClient(address);
    const jobId = resource.status?.jobStatus?.jobId;
    try {
      const jobs = await flink.listJobs();
      const overview = jobs.find((job) => job.jid === jobId);
      const job = jobId === undefined ? undefined : observedJob(overview);
      const observed: ObservedSessionJob = { resource, cluster: 'ready', job, attempts: count };
      return { observed, flink, overview };
    } catch (error) {
      if (error instanceof FlinkRestError && error.status === 0) return without('starting');
      throw error;
    }
  }

  async function carryOut(
    action: JobAction,
    { resource }: ObservedSessionJob,
    flink: FlinkClient | undefined,
    overview: JobOverview | undefined,
  ): Promise<ReconcileResult | undefined> {
    const status = resource.status ?? {};
    const reconciled = readReconciledSpec<FlinkSessionJobSpec>(
      status.reconciliationStatus?.lastReconciledSpec,
    );
    switch (action.do) {
      case 'add-finalizer':
        await setFinalizer(resource, true);
        return { requeueAfterMs: stepMs };
      case 'remove-finalizer':
        await events.record(resource, 'Normal', 'Cleanup', 'Cleaning up FlinkSessionJob');
        await setFinalizer(resource, false);
        return undefined;
      case 'wait-for-cluster':
        if (action.message !== undefined) {
          await events.record(resource, 'Warning', 'UnsupportedFlinkVersion', action.message);
        }
        return { requeueAfterMs: action.message === undefined ? progressCheckMs : 5_000 };
      case 'refuse': {
        const error = errorText('ValidationException', action.message);
        await events.record(resource, 'Warning', 'ValidationError', action.message);
        await writeStatus(resource, {
          ...status,
          error,
          ...(action.first && { lifecycleState: 'FAILED', reconciliationStatus: { state: 'UPGRADING' } }),
        });
        return undefined;
      }
      case 'prepare':
        await writeStatus(resource, {
          ...status,
          error: undefined,
          lifecycleState: 'UPGRADING',
          observedGeneration: resource.metadata.generation ?? 1,
          jobStatus: { ...status.jobStatus, upgradeSavepointPath: action.savepointPath },
          reconciliationStatus: {
            ...status.reconciliationStatus,
            lastReconciledSpec: suspendedSpec(resource.spec, reconciled === undefined, action.savepointPath),
            state: 'UPGRADING',
          },
        });
        return { requeueAfterMs: stepMs };
      case 'assign-job-id':
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        await writeStatus(resource, {
          ...status,
          jobStatus: { ...status.jobStatus, jobId: randomBytes(16).toString('hex'), state: 'RECONCILING' },
        });
        return { requeueAfterMs: stepMs };
      case 'submit':
        return flink === undefined ? undefined : submit(resource, flink, action);
      case 'give-up':
        return undefined;
      case 'note-deployed':
        attempts.delete(attemptKey(resource));
        await writeStatus(resource, {
          ...status,
          error: undefined,
          lifecycleState: 'DEPLOYED',
          observedGeneration: resource.metadata.generation ?? 1,
          reconciliationStatus: {
            ...status.reconciliationStatus,
            lastReconciledSpec: writeReconciledSpec({
              ...(reconciled ?? { spec: resource.spec, firstDeployment: true }),
              ...(reconciled !== undefined && {
                spec: { ...reconciled.spec, job: { ...reconciled.spec.job, state: 'running' } },
              }),
            }),
            reconciliationTimestamp: Date.now(),
            state: 'DEPLOYED',
          },
        });
        return { requeueAfterMs: stepMs };
      case 'observe':
        return noteState(resource, action, flink, overview);
      case 'note-missing':
        await events.record(resource, 'Warning', 'Missing', 'Job Not Found');
        await writeStatus(resource, {
          ...status,
          error: 'Job Not Found',
          jobStatus: { ...status.jobStatus, state: 'RECONCILING' },
        });
        return { requeueAfterMs: steadyCheckMs };
      case 'record-spec':
        await writeStatus(resource, {
          ...status,
          observedGeneration: resource.metadata.generation ?? 1,
          reconciliationStatus: {
            ...status.reconciliationStatus,
            lastReconciledSpec: writeReconciledSpec({ spec: resource.spec, firstDeployment: false }),
          },
        });
        return { requeueAfterMs: stepMs };
      case 'stop-with-savepoint':
        return flink === undefined ? undefined : stopWithSavepoint(resource, flink, action);
      case 'cancel':
        if (resource.metadata.deletionTimestamp === undefined) await announceStop(resource, action.changes);
        else await events.record(resource, 'Normal', 'Cleanup', 'Cleaning up FlinkSessionJob');
        await flink?.cancel(action.jobId);
        await writeStatus(resource, {
          ...status,
          lifecycleState: resource.metadata.deletionTimestamp === undefined ? 'UPGRADING' : 'DELETING',
          jobStatus: { ...status.jobStatus, state: 'CANCELLING' },
          reconciliationStatus: { ...status.reconciliationStatus, state: 'UPGRADING' },
        });
        return { requeueAfterMs: progressCheckMs };
      case 'wait-for-cancel':
        return { requeueAfterMs: progressCheckMs };
      case 'note-stopped':
        return noteStopped(resource, action, flink, overview);
      case 'wait':
        return undefined;
    }
  }

  async function submit(
    resource: FlinkSessionJobObject,
    flink: FlinkClient,
    { jobId, savepointPath }: Extract<JobAction, { do: 'submit' }>,
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
      return { requeueAfterMs: stepMs };
    } catch (error) {
      if (!(error instanceof FlinkRestError)) throw error;
      const count = (attempts.get(attemptKey(resource)) ?? 0) + 1;
      attempts.set(attemptKey(resource), count);
      const cause = findRootCause(error.message);
      await events.record(resource, 'Warning', 'Error', cause);
      const status = resource.status ?? {};
      await writeStatus(resource, {
        ...status,
        error: errorText('ReconciliationException', cause),
        lifecycleState: 'FAILED',
      });
      return { requeueAfterMs: firstRetryMs * 1.5 ** (count - 1) };
    }
  }

  async function stopWithSavepoint(
    resource: FlinkSessionJobObject,
    flink: FlinkClient,
    { jobId, triggerId, changes }: Extract<JobAction, { do: 'stop-with-savepoint' }>,
  ): Promise<ReconcileResult> {
    const status = resource.status ?? {};
    if (triggerId === undefined) {
      await announceStop(resource, changes);
      const id = randomBytes(16).toString('hex');
      const info = {
        triggerId: id,
        triggerTimestamp: Date.now(),
        triggerType: 'UPGRADE',
        formatType: 'CANONICAL',
      };
      // Recorded before it is asked for: an operator that is killed here asks again with the same id.
      await writeStatus(resource, {
        ...status,
        lifecycleState: 'UPGRADING',
        jobStatus: { ...status.jobStatus, savepointInfo: { ...status.jobStatus?.savepointInfo, ...info } },
        reconciliationStatus: { ...status.reconciliationStatus, state: 'UPGRADING' },
      });
      await flink.stopWithSavepoint(jobId, id);
      return { requeueAfterMs: stepMs };
    }
    const progress = await readOrRepeat(flink, jobId, triggerId);
    if (progress.state === 'in-progress') return { requeueAfterMs: 100 };
    const { triggerId: _, ...info } = status.jobStatus?.savepointInfo ?? {};
    if (progress.state === 'failed') {
      const cause = findRootCause(progress.cause);
      await events.record(resource, 'Warning', 'Error', `The savepoint for the upgrade failed: ${cause}`);
      await writeStatus(resource, {
        ...status,
        error: errorText('UpgradeFailureException', `The savepoint for the upgrade failed: ${cause}`),
        jobStatus: { ...status.jobStatus, savepointInfo: { ...info, triggerId: '' } },
        reconciliationStatus: { ...status.reconciliationStatus, state: 'DEPLOYED' },
      });
      return { requeueAfterMs: firstRetryMs * 5 };
    }
    await writeStatus(resource, {
      ...status,
      jobStatus: {
        ...status.jobStatus,
        jobId: undefined,
        state: 'FINISHED',
        upgradeSavepointPath: progress.path,
        savepointInfo: { ...info, triggerId: '' },
      },
      ...stoppedFor(resource),
    });
    return { requeueAfterMs: stepMs };
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
    { jobId, keepState }: Extract<JobAction, { do: 'note-stopped' }>,
    flink: FlinkClient | undefined,
    overview: JobOverview | undefined,
  ): Promise<ReconcileResult> {
    const status = resource.status ?? {};
    const checkpoint =
      keepState && jobId !== undefined && overview !== undefined
        ? await flink?.readLatestCheckpoint(jobId)
        : undefined;
    await writeStatus(resource, {
      ...status,
      jobStatus: {
        ...status.jobStatus,
        ...(overview !== undefined && { state: overview.state }),
        upgradeSavepointPath: keepState ? (checkpoint ?? status.jobStatus?.upgradeSavepointPath) : undefined,
      },
      ...stoppedFor(resource),
    });
    return { requeueAfterMs: stepMs };
  }

  async function noteState(
    resource: FlinkSessionJobObject,
    { state, stable }: Extract<JobAction, { do: 'observe' }>,
    flink: FlinkClient | undefined,
    overview: JobOverview | undefined,
  ): Promise<ReconcileResult> {
    const status = resource.status ?? {};
    const before = status.jobStatus?.state;
    if (before !== state && before !== undefined) {
      const message = `Job status changed from ${before} to ${state}`;
      await events.record(resource, state === 'FAILED' ? 'Warning' : 'Normal', 'JobStatusChanged', message);
    }
    const troubled = state === 'FAILED' || state === 'RESTARTING' || state === 'FAILING';
    const [trace] =
      troubled && overview !== undefined ? ((await flink?.readExceptions(overview.jid)) ?? []) : [];
    const cause = trace === undefined ? undefined : findRootCause(trace);
    if (cause !== undefined && before !== state)
      await events.record(resource, 'Warning', 'JobException', cause);
    const text = status.reconciliationStatus?.lastReconciledSpec;
    await writeStatus(resource, {
      ...status,
      error:
        state === 'FAILED'
          ? errorText('JobException', cause ?? 'the job failed without a cause')
          : stable
            ? undefined
            : status.error,
      lifecycleState:
        state === 'FAILED' ? 'FAILED' : stable ? 'STABLE' : (status.lifecycleState ?? 'DEPLOYED'),
      jobStatus: {
        ...status.jobStatus,
        state,
        ...(overview !== undefined && {
          jobName: overview.name,
          startTime: String(overview['start-time']),
          ...(before !== state && { updateTime: String(Date.now()) }),
        }),
      },
      reconciliationStatus: {
        ...status.reconciliationStatus,
        ...(state === 'RUNNING' && text !== undefined && { lastStableSpec: text }),
      },
    });
    return { requeueAfterMs: stable ? steadyCheckMs : progressCheckMs };
  }

  async function announceStop(
    resource: FlinkSessionJobObject,
    changes: readonly SpecChange[],
  ): Promise<void> {
    const message = `UPGRADE change(s) detected (Diff: FlinkSessionJobSpec[${describeChanges(changes)}]), starting reconciliation.`;
    await events.record(resource, 'Normal', 'SpecChanged', message);
    await events.record(resource, 'Normal', 'Suspended', 'Suspending existing deployment.');
  }

  async function setFinalizer(resource: FlinkSessionJobObject, wanted: boolean): Promise<void> {
    const { namespace, name, finalizers = [] } = resource.metadata;
    const rest = finalizers.filter((finalizer) => finalizer !== sessionJobFinalizer);
    const patch = { metadata: { finalizers: wanted ? [...rest, sessionJobFinalizer] : rest } };
    await client.patch(flinkSessionJobType, { namespace, name }, patch);
  }

  async function writeStatus(resource: FlinkSessionJobObject, status: FlinkSessionJobStatus): Promise<void> {
    const clean = JSON.parse(JSON.stringify(status)) as FlinkSessionJobStatus;
    if (isDeepStrictEqual(clean, resource.status)) return;
    await client.updateStatus(flinkSessionJobType, { ...resource, status: clean });
  }

  /** What becomes of the record when the job has stopped: the new spec is to be deployed, or to stay suspended. */
  function stoppedFor(resource: FlinkSessionJobObject): Partial<FlinkSessionJobStatus> {
    const { spec, status = {}, metadata } = resource;
    const suspended = spec.job.state === 'suspended';
    return {
      error: undefined,
      observedGeneration: metadata.generation ?? 1,
      lifecycleState: suspended && spec.job.upgradeMode === 'savepoint' ? 'SUSPENDED' : 'UPGRADING',
      reconciliationStatus: {
        ...status.reconciliationStatus,
        lastReconciledSpec: suspendedSpec(spec, false, 'kept'),
        state: 'UPGRADING',
      },
    };
  }
}

/**
 * The record of a spec that is about to be deployed. Recorded: a first deployment is noted as `stateless` unless it has
 * a savepoint, and never as `last-state`.
 */
function suspendedSpec(
  spec: FlinkSessionJobSpec,
  firstDeployment: boolean,
  savepoint: string | undefined,
): string {
  const upgradeMode =
    firstDeployment && savepoint === undefined ? 'stateless' : recordedMode(spec.job.upgradeMode);
  return writeReconciledSpec({
    spec: { ...spec, job: { ...spec.job, state: 'suspended', upgradeMode } },
    firstDeployment,
  });
}

function recordedMode(mode: FlinkSessionJobSpec['job']['upgradeMode']): 'stateless' | 'savepoint' {
  return mode === undefined || mode === 'stateless' ? 'stateless' : 'savepoint';
}

/** RUNNING means that all tasks run: recorded, the operator counts tasks and does not ask for the job's own state. */
function observedJob(overview: JobOverview | undefined): ObservedJob {
  if (overview === undefined) return { state: 'missing' };
  const { running = 0, finished = 0, total = 0 } = overview.tasks;
  const state = overview.state === 'RUNNING' && running + finished < total ? 'CREATED' : overview.state;
  return { state, name: overview.name, startTime: overview['start-time'] };
}

function errorText(type: string, message: string): string {
  return JSON.stringify({
    type: `org.apache.flink.kubernetes.operator.exception.${type}`,
    message: message.slice(0, 2048),
  });
}

function attemptKey({ metadata }: FlinkSessionJobObject): string {
  return `${metadata.uid} ${metadata.generation}`;
}
