import type { ReconcileResult } from '../../controller/controller.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { type FlinkClient, FlinkRestError } from '../../engines/flink/client.ts';
import { explainFailure } from '../../engines/flink/explain-failure.ts';
import { fetchJobJar, type JobJar, JobJarError } from '../../engines/flink/job-jar.ts';
import type { HostAliases } from '../../engines/host-aliases.ts';
import { missingDefaults } from '../flink-job/configuration.ts';
import {
  atOnce,
  type Cluster,
  createJobSteps,
  newFlinkId,
  progressCheck,
  retryDelayMs,
  steadyCheck,
} from '../flink-job/job-steps.ts';
import { createSnapshotKeeper, type SnapshotKeeperOptions } from '../flink-job/keep-snapshots.ts';
import {
  deployedStatus,
  failedStatus,
  isDeploymentFailure,
  missingStatus,
  preparedStatus,
  recordedStatus,
  redeployedStatus,
  retriedStatus,
  submissionFailedStatus,
  submittingStatus,
} from '../flink-job/status.ts';
import { createPythonWait, type PythonWaitOptions } from '../flink-job/wait-for-python.ts';
import { readReconciledSpec, type SpecChange } from '../reconciled-spec.ts';
import {
  decideSessionJob,
  type FlinkSessionJobObject,
  type JobAction,
  sessionJobFinalizer,
} from './decide.ts';
import { type ObserveOptions, observe } from './observe.ts';
import { flinkSessionJobType } from './resource-type.ts';
import type { FlinkSessionJobSpec } from './spec.ts';
import { validateSessionJob } from './validate.ts';

export interface SessionJobReconcilerOptions
  extends ObserveOptions,
    PythonWaitOptions,
    Pick<SnapshotKeeperOptions, 'snapshotsOf'> {
  /** Why there is no room for the slots that a job needs; `undefined`: there is. */
  shortageOf(namespace: string, name: string): string | undefined;
  /** Where jars are fetched from hosts that another server answers for. */
  readonly hostAliases?: HostAliases;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

type Action<Name extends JobAction['do']> = Extract<JobAction, { do: Name }>;

/** Carries out FlinkSessionJobs: observe, decide one step, act, record; again until nothing is left to do. */
export function createSessionJobReconciler(options: SessionJobReconcilerOptions) {
  const { client, events, now = Date.now } = options;
  const waitForPython = createPythonWait(flinkSessionJobType, options);
  const keepSnapshots = createSnapshotKeeper({ ...options, now });
  const steps = createJobSteps({
    client,
    type: flinkSessionJobType,
    events,
    now,
    keepsJobId: false,
    clusterOf: ({ metadata, spec }) =>
      options.deploymentOf(metadata.namespace ?? '', spec.deploymentName ?? ''),
  });
  const { announceState, announceChange, announceCleanup, writeStatus } = steps;
  /** The generation of each job whose changes were announced though they cannot be carried out. */
  const announced = new Map<string, number | undefined>();

  return async (key: string): Promise<ReconcileResult | undefined> => {
    const [namespace = '', name = ''] = key.split('/');
    // The copy of the informer may be older than our last write: a step must never be taken twice.
    const resource = await client.get<FlinkSessionJobObject>(flinkSessionJobType, { namespace, name });
    if (resource === undefined) return undefined;
    const { observed, cluster } = await observe(resource, options);
    const refusal = validateSessionJob(resource.spec, {
      before: readReconciledSpec<FlinkSessionJobSpec>(
        resource.status?.reconciliationStatus?.lastReconciledSpec,
      )?.spec,
      cluster: options.deploymentOf(namespace, resource.spec.deploymentName)?.spec,
    });
    const configuration = configurationOf(resource);
    const attempts = steps.readAttempts(resource);
    const action = decideSessionJob({ resource, refusal, configuration, ...observed, ...attempts });
    return carryOut(action, resource, cluster);
  };

  async function carryOut(
    action: JobAction,
    resource: FlinkSessionJobObject,
    cluster: Cluster,
  ): Promise<ReconcileResult | undefined> {
    const { flink, overview } = cluster;
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
        return steps.refuse(resource, action, overview);
      case 'prepare':
        if (action.changes.length > 0) await announceChange(resource, 'UPGRADE', action.changes);
        return writeStatus(resource, preparedStatus(resource, action.savepointPath));
      case 'assign-job-id':
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        return writeStatus(resource, submittingStatus(resource, newFlinkId()));
      case 'submit':
        return flink && submit(resource, flink, action);
      case 'retry':
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        return writeStatus(resource, retriedStatus(resource));
      case 'note-deployed':
        steps.forgetFailures(resource);
        return writeStatus(resource, deployedStatus(resource, now()));
      case 'observe':
        return observeState(resource, action, cluster);
      case 'note-missing':
        return noteMissing(resource, action.changes);
      case 'resubmit':
        return steps.resubmit(resource, action.jobId, cluster);
      case 'record-spec':
        return writeStatus(resource, recordedStatus(resource));
      case 'stop-with-savepoint':
        return flink && steps.stopWithSavepoint(resource, flink, action);
      case 'cancel':
        return steps.cancel(resource, cluster, action);
      case 'redeploy':
        await announceChange(resource, 'SAVEPOINT_REDEPLOY', action.changes);
        // Before its id is given up: a job without a resource would run for ever.
        if (action.jobId !== undefined) await flink?.cancel(action.jobId);
        return writeStatus(resource, redeployedStatus(resource, action.savepointPath));
      case 'wait-for-cancel':
        return progressCheck;
      case 'note-stopped':
        return steps.noteStopped(resource, action, cluster);
      case 'wait':
        return action.milliseconds === undefined ? undefined : { requeueAfterMs: action.milliseconds };
      case 'give-up':
        return undefined;
    }
  }

  /** What the job runs under: its own configuration over its cluster's. */
  function configurationOf({ metadata, spec }: FlinkSessionJobObject): Readonly<Record<string, string>> {
    const cluster = options.deploymentOf(metadata.namespace ?? '', spec.deploymentName);
    return { ...cluster?.spec.flinkConfiguration, ...spec.flinkConfiguration };
  }

  /** The original says nothing of a job that waits for slots for ever (recorded). */
  async function observeState(
    resource: FlinkSessionJobObject,
    action: Action<'observe'>,
    cluster: Cluster,
  ): Promise<ReconcileResult> {
    const { namespace = '', name } = resource.metadata;
    const shortage = action.stable ? undefined : options.shortageOf(namespace, name);
    const { error } = resource.status ?? {};
    if (shortage === undefined) {
      const { error: _mended, ...mended } = resource.status ?? {};
      if (isDeploymentFailure(error)) return writeStatus(resource, mended);
      if (action.state === 'RUNNING') await keepSnapshots(resource, configurationOf(resource));
      return steps.noteState(resource, action, cluster);
    }
    const status = failedStatus(resource, shortage);
    if (status.error === error) return steps.noteState(resource, action, cluster);
    await events.record(resource, 'Warning', 'Error', shortage);
    return writeStatus(resource, status);
  }

  async function submit(
    resource: FlinkSessionJobObject,
    flink: FlinkClient,
    { jobId, savepointPath }: Action<'submit'>,
  ): Promise<ReconcileResult> {
    const { job, flinkConfiguration = {} } = resource.spec;
    let jar: JobJar | undefined;
    try {
      const waiting = await waitForPython(resource, {
        ...job,
        flinkConfiguration: configurationOf(resource),
      });
      if (waiting !== undefined) return waiting;
      jar =
        job.jarURI === undefined
          ? undefined
          : await fetchJobJar(job.jarURI, { hostAliases: options.hostAliases });
      await flink.run({
        jar,
        entryClass: job.entryClass,
        args: job.args ?? [],
        parallelism: job.parallelism,
        jobId,
        savepointPath,
        allowNonRestoredState: job.allowNonRestoredState,
        flinkConfiguration: {
          'pipeline.name': resource.metadata.name,
          ...missingDefaults(job.upgradeMode, configurationOf(resource)),
          ...flinkConfiguration,
        },
      });
      // The status follows from what the cluster then knows.
      return atOnce;
    } catch (error) {
      if (
        !(error instanceof FlinkRestError || error instanceof JobJarError || error instanceof DiagnosticError)
      ) {
        throw error;
      }
      const retry = steps.noteFailure(resource, retryDelayMs);
      const cause =
        error instanceof FlinkRestError ? explainFailure(error.message, job.jarURI) : error.message;
      await events.record(resource, 'Warning', 'Error', cause);
      await writeStatus(resource, submissionFailedStatus(resource, cause));
      return retry;
    } finally {
      await jar?.release();
    }
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
}
