import type { JobOverview } from '../../engines/flink/client.ts';
import { readReconciledSpec, writeReconciledSpec } from '../reconciled-spec.ts';
import { writeError } from './operator-error.ts';
import type { FlinkJobObject, FlinkJobSpec } from './resource.ts';
import type { FlinkJobStatus, JobSpec } from './spec.ts';

/** What the status says after each step, field by field as recorded from operator 1.15.0. All functions are pure. */

export function refusedStatus({ status }: FlinkJobObject, message: string, first: boolean): FlinkJobStatus {
  return {
    ...status,
    error: writeError('ValidationException', message),
    ...(first && { lifecycleState: 'FAILED', reconciliationStatus: { state: 'UPGRADING' } }),
  };
}

/** The spec is about to be deployed, from a savepoint or empty. */
export function preparedStatus(
  { status, spec, metadata }: FlinkJobObject,
  savepointPath: string | undefined,
): FlinkJobStatus {
  const before = readReconciledSpec<FlinkJobSpec>(status?.reconciliationStatus?.lastReconciledSpec);
  const firstDeployment = before?.firstDeployment ?? true;
  const mode =
    before === undefined || firstDeployment ? modeOf(savepointPath) : inheritedMode(spec, before.spec);
  return {
    ...status,
    error: undefined,
    lifecycleState: 'UPGRADING',
    observedGeneration: metadata.generation ?? 1,
    jobStatus: { ...status?.jobStatus, upgradeSavepointPath: savepointPath },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(spec, mode, firstDeployment),
      state: 'UPGRADING',
    },
  };
}

/** What ran is cancelled; another savepoint, or none, is what the spec starts from. */
export function redeployedStatus(
  { status, spec, metadata }: FlinkJobObject,
  savepointPath: string | undefined,
): FlinkJobStatus {
  return {
    ...status,
    error: undefined,
    lifecycleState: 'UPGRADING',
    observedGeneration: metadata.generation ?? 1,
    jobStatus: { ...status?.jobStatus, jobId: undefined, upgradeSavepointPath: savepointPath },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(spec, 'savepoint', false),
      state: 'UPGRADING',
    },
  };
}

/** What ended without the operator is about to start again: a lost job empty, a cancelled one as it was recorded. */
export function resubmittedStatus(
  { status, spec }: FlinkJobObject,
  ended: { readonly lost: boolean; readonly checkpoint: string | undefined },
): FlinkJobStatus {
  const recorded = recordedSpec(status) ?? spec;
  const mode = ended.lost ? 'stateless' : modeOf(recorded.job.upgradeMode);
  return {
    ...status,
    error: undefined,
    lifecycleState: 'UPGRADING',
    jobStatus: {
      ...status?.jobStatus,
      jobId: undefined,
      state: ended.lost ? 'RECONCILING' : 'CANCELED',
      upgradeSavepointPath: ended.checkpoint ?? status?.jobStatus?.upgradeSavepointPath,
    },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(recorded, mode, false),
      state: 'UPGRADING',
    },
  };
}

export function submittingStatus({ status }: FlinkJobObject, jobId: string): FlinkJobStatus {
  return { ...status, jobStatus: { ...status?.jobStatus, jobId, state: 'RECONCILING' } };
}

export function submissionFailedStatus({ status }: FlinkJobObject, cause: string): FlinkJobStatus {
  return { ...status, error: writeError('ReconciliationException', cause) };
}

export function retriedStatus({ status }: FlinkJobObject): FlinkJobStatus {
  return { ...status, error: undefined, lifecycleState: 'UPGRADING' };
}

/**
 * The cluster has the job, as it was recorded: what the spec says by now may be newer. An error stays: recorded, it is
 * all that tells of a program of which only the first half was submitted.
 */
export function deployedStatus({ status, spec }: FlinkJobObject, now: number): FlinkJobStatus {
  const recorded = readReconciledSpec<FlinkJobSpec>(status?.reconciliationStatus?.lastReconciledSpec);
  const deployed = recorded ?? { spec, firstDeployment: true };
  return {
    ...status,
    lifecycleState: 'DEPLOYED',
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: writeReconciledSpec({
        ...deployed,
        spec: { ...deployed.spec, job: { ...deployed.spec.job, state: 'running' } },
      }),
      reconciliationTimestamp: now,
      state: 'DEPLOYED',
    },
  };
}

export interface SeenJob {
  readonly state: string;
  readonly stable: boolean;
  readonly overview: JobOverview | undefined;
  /** Root cause when the job is in trouble. */
  readonly cause: string | undefined;
  /** Its last checkpoint, when it has just ended. */
  readonly checkpoint?: string | undefined;
  readonly now: number;
}

export function observedStatus({ status }: FlinkJobObject, seen: SeenJob): FlinkJobStatus {
  const { state, stable, overview, cause, checkpoint, now } = seen;
  const recorded = status?.reconciliationStatus?.lastReconciledSpec;
  const failed = state === 'FAILED';
  return {
    ...status,
    error: failed
      ? writeError('JobException', cause ?? 'the job failed without a cause')
      : status?.error === jobNotFound
        ? undefined
        : status?.error,
    lifecycleState: failed ? 'FAILED' : stable ? 'STABLE' : (status?.lifecycleState ?? 'DEPLOYED'),
    jobStatus: {
      ...status?.jobStatus,
      state,
      ...(checkpoint !== undefined && { upgradeSavepointPath: checkpoint }),
      ...(overview !== undefined && {
        jobName: overview.name,
        startTime: String(overview['start-time']),
        ...(status?.jobStatus?.state !== state && { updateTime: String(now) }),
      }),
    },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      ...(state === 'RUNNING' && recorded !== undefined && { lastStableSpec: recorded }),
    },
  };
}

/** Plain text, unlike other errors: recorded. */
const jobNotFound = 'Job Not Found';

export function missingStatus({ status }: FlinkJobObject): FlinkJobStatus {
  return { ...status, error: jobNotFound, jobStatus: { ...status?.jobStatus, state: 'RECONCILING' } };
}

/** The change is seen and nothing follows from it: recorded, not even the recorded spec does while the job runs. */
export function recordedStatus({ status, spec, metadata }: FlinkJobObject): FlinkJobStatus {
  const recorded = recordedSpec(status);
  return {
    ...status,
    // What could not be stopped is no longer to be.
    ...(status?.error?.includes(upgradeFailed) && { error: undefined }),
    observedGeneration: metadata.generation ?? 1,
    ...(recorded?.job.state === 'suspended' && {
      reconciliationStatus: {
        ...status?.reconciliationStatus,
        lastReconciledSpec: suspendedSpec(spec, recorded.job.upgradeMode ?? 'stateless', false),
      },
    }),
  };
}

export function cancellingStatus(resource: FlinkJobObject): FlinkJobStatus {
  const status = stoppingStatus(resource);
  return { ...status, jobStatus: { ...status.jobStatus, state: 'CANCELLING' } };
}

/** A savepoint is asked for with this trigger. Recorded before it is: a killed operator asks again with the same id. */
export function triggeredStatus(resource: FlinkJobObject, triggerId: string, now: number): FlinkJobStatus {
  const status = stoppingStatus(resource);
  const info = { triggerId, triggerTimestamp: now, triggerType: 'UPGRADE', formatType: 'CANONICAL' };
  return {
    ...status,
    jobStatus: { ...status.jobStatus, savepointInfo: { ...status.jobStatus?.savepointInfo, ...info } },
  };
}

/** The job runs on as it did before the savepoint was asked for. */
export function savepointFailedStatus({ status, metadata }: FlinkJobObject, cause: string): FlinkJobStatus {
  const deleted = metadata.deletionTimestamp !== undefined;
  return {
    ...status,
    ...(!deleted && {
      error: writeError(upgradeFailed, `The savepoint failed: ${cause}`),
      lifecycleState: 'STABLE',
    }),
    jobStatus: {
      ...status?.jobStatus,
      savepointInfo: { ...status?.jobStatus?.savepointInfo, triggerId: '' },
    },
    reconciliationStatus: { ...status?.reconciliationStatus, state: 'DEPLOYED' },
  };
}

/** The job has ended with a savepoint. Recorded: of a session job's stops only this reaches SUSPENDED. */
export function savepointTakenStatus(
  { spec, status, metadata }: FlinkJobObject,
  path: string,
): FlinkJobStatus {
  const suspended = spec.job.state === 'suspended';
  const deleted = metadata.deletionTimestamp !== undefined;
  return {
    ...status,
    error: undefined,
    observedGeneration: metadata.generation ?? 1,
    lifecycleState: deleted ? 'DELETING' : suspended ? 'SUSPENDED' : 'UPGRADING',
    jobStatus: {
      ...status?.jobStatus,
      state: 'FINISHED',
      upgradeSavepointPath: path,
      savepointInfo: { ...status?.jobStatus?.savepointInfo, triggerId: '' },
    },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(spec, modeOf(spec.job.upgradeMode), false),
      state: suspended ? 'DEPLOYED' : 'UPGRADING',
    },
  };
}

/**
 * The job has ended without a savepoint. Its last checkpoint is noted in every mode; whether the next job starts from
 * it is decided when that is recorded. A job that the cluster no longer knows has no id to be submitted again with.
 */
export function stoppedStatus(
  { status, spec }: FlinkJobObject,
  stopped: { readonly state: string | undefined; readonly checkpoint: string | undefined },
): FlinkJobStatus {
  const recorded = recordedSpec(status) ?? spec;
  const { state, checkpoint } = stopped;
  return {
    ...status,
    lifecycleState: 'UPGRADING',
    jobStatus: {
      ...status?.jobStatus,
      ...(state === undefined ? { jobId: undefined } : { state }),
      upgradeSavepointPath: checkpoint ?? status?.jobStatus?.upgradeSavepointPath,
    },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(recorded, modeOf(spec.job.upgradeMode), false),
      state: 'UPGRADING',
    },
  };
}

/** What runs is being stopped. */
export function stoppingStatus({ status, metadata }: FlinkJobObject): FlinkJobStatus {
  return {
    ...status,
    lifecycleState: metadata.deletionTimestamp === undefined ? 'UPGRADING' : 'DELETING',
    reconciliationStatus: { ...status?.reconciliationStatus, state: 'UPGRADING' },
  };
}

/** The application has ended without a word to it: high availability keeps its job for the next start (recorded). */
export function stoppedKeepingStateStatus({ spec, status, metadata }: FlinkJobObject): FlinkJobStatus {
  const suspended = spec.job.state === 'suspended';
  return {
    ...status,
    error: undefined,
    observedGeneration: metadata.generation ?? 1,
    lifecycleState: suspended ? 'SUSPENDED' : 'UPGRADING',
    jobStatus: { ...status?.jobStatus, state: 'FINISHED', upgradeSavepointPath: lastStatePath },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(spec, 'last-state', false),
      state: suspended ? 'DEPLOYED' : 'UPGRADING',
    },
  };
}

/** The application's job was cancelled, or had ended, for a suspension. */
export function suspendedStatus(
  { spec, status, metadata }: FlinkJobObject,
  stopped: { readonly state: string | undefined; readonly checkpoint: string | undefined },
): FlinkJobStatus {
  const { state = 'FINISHED', checkpoint } = stopped;
  return {
    ...status,
    error: undefined,
    observedGeneration: metadata.generation ?? 1,
    lifecycleState: 'SUSPENDED',
    jobStatus: {
      ...status?.jobStatus,
      state,
      upgradeSavepointPath: checkpoint ?? status?.jobStatus?.upgradeSavepointPath,
    },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(spec, modeOf(spec.job.upgradeMode), false),
      state: 'DEPLOYED',
    },
  };
}

/** The processes of the cluster do not come up. What ran is still what is to run. */
export function failedStatus({ status }: FlinkJobObject, cause: string): FlinkJobStatus {
  return { ...status, error: writeError(deploymentFailed, cause) };
}

const upgradeFailed = 'UpgradeFailureException';
export const deploymentFailed = 'DeploymentFailedException';

/** Whether an error is of the processes, which may be mended without the spec. */
export function isDeploymentFailure(error: string | undefined): boolean {
  return error?.includes(deploymentFailed) ?? false;
}

/** What an operator writes as the savepoint of a job that starts from its own high availability data (1.15.0). */
export const lastStatePath = 'KUBERNETES_OPERATOR_LAST_STATE';

/** Recorded: `last-state` is noted as `savepoint`, and a first deployment by whether it has one to start from. */
function modeOf(modeOrSavepoint: string | undefined): 'stateless' | 'savepoint' {
  return modeOrSavepoint === undefined || modeOrSavepoint === 'stateless' ? 'stateless' : 'savepoint';
}

/** What was stopped starts as it was stopped, unless it is to start empty (`AbstractJobReconciler`, 1.15.0). */
function inheritedMode({ job }: FlinkJobSpec, recorded: FlinkJobSpec): NonNullable<JobSpec['upgradeMode']> {
  const isStateless = (job.upgradeMode ?? 'stateless') === 'stateless';
  return isStateless ? 'stateless' : (recorded.job.upgradeMode ?? 'stateless');
}

/** The record of a spec that is about to be deployed. */
function suspendedSpec(
  spec: FlinkJobSpec,
  upgradeMode: NonNullable<FlinkJobSpec['job']['upgradeMode']>,
  firstDeployment: boolean,
): string {
  return writeReconciledSpec({
    spec: { ...spec, job: { ...spec.job, state: 'suspended', upgradeMode } },
    firstDeployment,
  });
}

function recordedSpec(status: FlinkJobStatus | undefined): FlinkJobSpec | undefined {
  return readReconciledSpec<FlinkJobSpec>(status?.reconciliationStatus?.lastReconciledSpec)?.spec;
}
