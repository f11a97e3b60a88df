import { isDeepStrictEqual } from 'node:util';
import type { ReconcileResult } from '../../controller/controller.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { FlinkClient, JobOverview } from '../../engines/flink/client.ts';
import {
  atOnce,
  createJobSteps,
  newFlinkId,
  progressCheck,
  retryDelayMs,
  steadyCheck,
} from '../flink-job/job-steps.ts';
import { createSnapshotKeeper, type SnapshotKeeperOptions } from '../flink-job/keep-snapshots.ts';
import { hasEnded, observedJob } from '../flink-job/observed-job.ts';
import type { FlinkJobStatus } from '../flink-job/spec.ts';
import {
  deployedStatus,
  failedStatus,
  isDeploymentFailure,
  lastStatePath,
  missingStatus,
  preparedStatus,
  recordedStatus,
  redeployedStatus,
  retriedStatus,
  stoppedKeepingStateStatus,
  stoppingStatus,
  submissionFailedStatus,
  submittingStatus,
  suspendedStatus,
} from '../flink-job/status.ts';
import { createPythonWait, type PythonWaitOptions } from '../flink-job/wait-for-python.ts';
import { readReconciledSpec } from '../reconciled-spec.ts';
import { type ClusterOptions, type Clusters, taskManagersOf } from './cluster.ts';
import {
  type ApplicationAction,
  decideApplication,
  deploymentFinalizer,
  type FlinkApplicationObject,
} from './decide-application.ts';
import { type ApplicationStart, effectiveConfiguration } from './desired.ts';
import { readHighAvailabilityData } from './high-availability.ts';
import type { ObservedCluster } from './observe.ts';
import { flinkDeploymentType } from './resource-type.ts';
import type { FlinkDeploymentStatus } from './spec.ts';
import { parallelismOf, type SlotDemand } from './task-managers.ts';

export interface ApplicationReconcilerOptions
  extends ClusterOptions,
    PythonWaitOptions,
    Pick<SnapshotKeeperOptions, 'snapshotsOf'> {
  readonly clusters: Clusters;
  readSlots(flink: FlinkClient, jobs: readonly JobOverview[]): Promise<readonly SlotDemand[]>;
}

interface Upkeep {
  /** The resource with what its cluster says in its status. */
  readonly seen: FlinkApplicationObject;
  /** What keeps the job from running. */
  readonly trouble: string | undefined;
}

type Action<Name extends ApplicationAction['do']> = Extract<ApplicationAction, { do: Name }>;

/** Runs FlinkDeployments with a job: observe, decide one step, act, record; again until nothing is left to do. */
export function createApplicationReconciler(options: ApplicationReconcilerOptions) {
  const { client, events, clusters, readSlots, now = Date.now } = options;
  const steps = createJobSteps({ client, type: flinkDeploymentType, events, now, keepsJobId: true });
  const { announceState, announceChange, announceCleanup, announceFallback, announceStop, announceEnd } =
    steps;
  const waitForPython = createPythonWait(flinkDeploymentType, options);
  const keepSnapshots = createSnapshotKeeper({ client, events, snapshotsOf: options.snapshotsOf, now });

  return async (
    resource: FlinkApplicationObject,
    refusal: string | undefined,
  ): Promise<ReconcileResult | undefined> => {
    const { namespace = 'default', name } = resource.metadata;
    const [cluster, highAvailability] = await Promise.all([
      clusters.observe(resource),
      readHighAvailabilityData(client, namespace, name),
    ]);
    const jobId = resource.status?.jobStatus?.jobId;
    const overview = cluster.jobs.find(({ jid }) => jid === jobId);
    const pods = clusters.podsOf(resource);
    const action = decideApplication({
      resource,
      refusal,
      jobManager: cluster.jobManager,
      hasPods: pods.length > 0,
      job: cluster.flink === undefined || jobId === undefined ? undefined : observedJob(overview),
      hasHighAvailabilityData: highAvailability.exists,
      ...steps.readAttempts(resource),
    });
    return carryOut(action, resource, { ...cluster, overview }, highAvailability);
  };

  async function carryOut(
    action: ApplicationAction,
    resource: FlinkApplicationObject,
    cluster: ObservedCluster & { readonly overview: JobOverview | undefined },
    highAvailability: Awaited<ReturnType<typeof readHighAvailabilityData>>,
  ): Promise<ReconcileResult | undefined> {
    const { flink, overview } = cluster;
    switch (action.do) {
      case 'add-finalizer':
        await setFinalizer(client, flinkDeploymentType, resource, deploymentFinalizer, true);
        return atOnce;
      case 'clean-up':
        if (resource.status?.lifecycleState !== 'DELETING') await announceCleanup(resource);
        await announceState(resource, overview?.state);
        if (await clusters.end(clusters.podsOf(resource))) return progressCheck;
        await highAvailability.delete();
        await setFinalizer(client, flinkDeploymentType, resource, deploymentFinalizer, false);
        return undefined;
      case 'refuse':
        // What runs goes on as it was recorded.
        if (!action.first) await keepUp(resource, cluster);
        return steps.refuse(resource, action, overview);
      case 'prepare':
        if (action.changes.length > 0) await announceChange(resource, 'UPGRADE', action.changes);
        return write(resource, preparedStatus(resource, action.savepointPath));
      case 'tear-down':
        await clusters.end(clusters.podsOf(resource));
        return progressCheck;
      case 'assign-job-id':
        if (action.jobId === undefined) await highAvailability.delete();
        else await highAvailability.forgetPrograms();
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        return write(resource, submittingStatus(resource, action.jobId ?? newFlinkId()), 'MISSING');
      case 'deploy':
        return deploy(resource, action, highAvailability.hasCheckpoint(action.jobId), cluster);
      case 'retry':
        await events.record(resource, 'Normal', 'Submit', 'Starting deployment');
        return write(resource, retriedStatus(resource));
      case 'give-up':
        return undefined;
      case 'await-job-manager':
        return awaitJobManager(resource, cluster);
      case 'observe':
        return observe(resource, action, cluster);
      case 'note-missing':
        return noteMissing(resource, cluster);
      case 'resubmit':
        return steps.resubmit(resource, action.jobId, cluster);
      case 'record-spec':
        return write(resource, recordedStatus(resource));
      case 'stop-with-savepoint':
        return flink && steps.stopWithSavepoint(resource, flink, action);
      case 'stop-keeping-state':
        return stopKeepingState(resource, action);
      case 'cancel':
        return steps.cancel(resource, cluster, action);
      case 'redeploy':
        await announceChange(resource, 'SAVEPOINT_REDEPLOY', action.changes);
        return write(resource, redeployedStatus(resource, action.savepointPath));
      case 'wait-for-cancel':
        return progressCheck;
      case 'note-stopped':
        return noteStopped(resource, action, cluster);
      case 'keep-suspended':
        await clusters.end(taskManagersOf(resource, clusters.podsOf(resource)));
        return undefined;
      case 'wait':
        return action.milliseconds === undefined ? undefined : { requeueAfterMs: action.milliseconds };
    }
  }

  /** Starts the cluster as it is recorded. What it is started with is kept in its ConfigMap. */
  async function deploy(
    resource: FlinkApplicationObject,
    { jobId, savepointPath }: Action<'deploy'>,
    hasCheckpoint: boolean,
    cluster: ObservedCluster,
  ): Promise<ReconcileResult> {
    const recorded = recordedResource(resource);
    const { job, flinkConfiguration = {} } = recorded.spec;
    try {
      const waiting = await waitForPython(resource, { ...job, flinkConfiguration });
      if (waiting !== undefined) return waiting;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const retry = steps.noteFailure(resource, retryDelayMs);
      await events.record(resource, 'Warning', 'Error', error.message);
      await write(resource, submissionFailedStatus(resource, error.message));
      return retry;
    }
    const start: ApplicationStart = {
      jobId,
      // Without a checkpoint there is no state to lose: a path that leads nowhere would only keep it from starting.
      savepointPath: savepointPath === lastStatePath && !hasCheckpoint ? undefined : savepointPath,
      start: `${jobId}-${resource.status?.observedGeneration ?? 1}`,
    };
    await clusters.announceReplacements(recorded);
    const demands = [{ job: jobId, slots: parallelismOf(recorded.spec) }];
    const { plan } = await clusters.apply(
      recorded,
      effectiveConfiguration(recorded, start),
      cluster,
      demands,
    );
    steps.forgetFailures(resource);
    const status: FlinkDeploymentStatus = {
      ...deployedStatus(resource, now()),
      jobManagerDeploymentStatus: 'DEPLOYING',
      taskManager: describeTaskManagers(resource, plan.count),
    };
    return write(resource, status);
  }

  /** Pods that are gone come back, and TaskManagers follow the job's slots. */
  async function keepUp(resource: FlinkApplicationObject, cluster: ObservedCluster): Promise<Upkeep> {
    const recorded = recordedResource(resource);
    const configuration = await clusters.readConfiguration(resource);
    if (configuration === undefined || recorded.spec.job.state === 'suspended') {
      return { seen: withStatus(resource, cluster.status), trouble: undefined };
    }
    const demands = await demandsOf(recorded, cluster);
    const { plan, trouble } = await clusters.apply(recorded, configuration, cluster, demands);
    return {
      seen: withStatus(resource, {
        ...cluster.status,
        taskManager: describeTaskManagers(resource, plan.count),
      }),
      trouble: plan.shortage ?? plan.unfit[0]?.message ?? trouble,
    };
  }

  async function demandsOf(
    recorded: FlinkApplicationObject,
    { flink, jobs }: ObservedCluster,
  ): Promise<readonly SlotDemand[]> {
    const jobId = recorded.status?.jobStatus?.jobId ?? '';
    const overview = jobs.find(({ jid }) => jid === jobId);
    if (overview !== undefined && hasEnded(observedJob(overview))) return [];
    const running = flink === undefined ? [] : await readSlots(flink, jobs);
    const known = running.filter(({ slots }) => slots > 0);
    return known.length > 0 ? known : [{ job: jobId, slots: parallelismOf(recorded.spec) }];
  }

  async function awaitJobManager(
    resource: FlinkApplicationObject,
    cluster: ObservedCluster,
  ): Promise<ReconcileResult> {
    const { seen, trouble: missing } = await keepUp(resource, cluster);
    // Without a JobManager nothing else matters.
    const trouble = cluster.trouble ?? missing;
    if (trouble === undefined) await write(resource, withoutTrouble(seen));
    else await noteTrouble(resource, seen, trouble);
    return cluster.trouble === undefined ? progressCheck : steadyCheck;
  }

  async function noteMissing(
    resource: FlinkApplicationObject,
    cluster: ObservedCluster,
  ): Promise<ReconcileResult> {
    const { seen, trouble } = await keepUp(resource, cluster);
    if (trouble !== undefined) {
      await noteTrouble(resource, seen, trouble);
      return progressCheck;
    }
    const status = missingStatus(seen);
    // Once while main() runs: the original says it at each look.
    if (status.error !== resource.status?.error) {
      await events.record(resource, 'Warning', 'Missing', 'Job Not Found');
    }
    await write(resource, status);
    return progressCheck;
  }

  async function observe(
    resource: FlinkApplicationObject,
    action: Action<'observe'>,
    cluster: ObservedCluster & { readonly overview: JobOverview | undefined },
  ): Promise<ReconcileResult> {
    const { seen, trouble } = await keepUp(resource, cluster);
    if (trouble !== undefined && !action.stable) {
      await noteTrouble(resource, seen, trouble);
      return progressCheck;
    }
    const status = withoutTrouble(seen);
    // What the job itself says comes after what its cluster says.
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(status)), resource.status))
      return write(resource, status);
    if (action.state === 'RUNNING') await keepSnapshots(resource, resource.spec.flinkConfiguration ?? {});
    return steps.noteState(resource, action, cluster);
  }

  async function noteTrouble(
    resource: FlinkApplicationObject,
    seen: FlinkApplicationObject,
    trouble: string,
  ) {
    const status = failedStatus(seen, trouble);
    if (status.error !== resource.status?.error) await events.record(resource, 'Warning', 'Error', trouble);
    await write(resource, status);
  }

  /** The processes end and high availability keeps the job; the status follows once they are gone. */
  async function stopKeepingState(
    resource: FlinkApplicationObject,
    { changes, fallback }: Action<'stop-keeping-state'>,
  ): Promise<ReconcileResult> {
    if (resource.status?.reconciliationStatus?.state !== 'UPGRADING') {
      await announceStop(resource, changes);
      if (fallback !== undefined) await announceFallback(resource, fallback);
      return write(resource, stoppingStatus(resource));
    }
    if (await clusters.end(clusters.podsOf(resource))) return progressCheck;
    return write(resource, stoppedKeepingStateStatus(resource), 'MISSING');
  }

  async function noteStopped(
    resource: FlinkApplicationObject,
    action: Action<'note-stopped'>,
    cluster: ObservedCluster & { readonly overview: JobOverview | undefined },
  ): Promise<ReconcileResult> {
    if (resource.spec.job.state !== 'suspended') return steps.noteStopped(resource, action, cluster);
    const { jobId, changes } = action;
    const checkpoint = jobId === undefined ? undefined : await cluster.flink?.readLatestCheckpoint(jobId);
    await announceEnd(resource, changes, cluster.overview?.state);
    return write(resource, suspendedStatus(resource, { state: cluster.overview?.state, checkpoint }));
  }

  function write(
    resource: FlinkApplicationObject,
    status: FlinkJobStatus | FlinkDeploymentStatus,
    jobManagerDeploymentStatus?: FlinkDeploymentStatus['jobManagerDeploymentStatus'],
  ): Promise<ReconcileResult> {
    const extra = jobManagerDeploymentStatus === undefined ? {} : { jobManagerDeploymentStatus };
    return steps.writeStatus(resource, { ...status, ...extra } as FlinkJobStatus);
  }
}

/** The resource as it was last carried out. */
function recordedResource(resource: FlinkApplicationObject): FlinkApplicationObject {
  const text = resource.status?.reconciliationStatus?.lastReconciledSpec;
  const recorded = readReconciledSpec<FlinkApplicationObject['spec']>(text);
  return recorded === undefined ? resource : { ...resource, spec: recorded.spec };
}

function withStatus(resource: FlinkApplicationObject, status: FlinkDeploymentStatus): FlinkApplicationObject {
  return { ...resource, status: { ...resource.status, ...status } };
}

function describeTaskManagers({ metadata }: FlinkApplicationObject, replicas: number) {
  return { labelSelector: `component=taskmanager,app=${metadata.name}`, replicas };
}

function withoutTrouble({ status = {} }: FlinkApplicationObject): FlinkDeploymentStatus {
  return isDeploymentFailure(status.error) ? { ...status, error: undefined } : status;
}
