import type { JobOverview } from '../../engines/flink/client.ts';
import { readReconciledSpec, writeReconciledSpec } from '../reconciled-spec.ts';
import type { FlinkSessionJobObject } from './decide.ts';
import type { FlinkSessionJobSpec, FlinkSessionJobStatus } from './spec.ts';

/** What the status says after each step, field by field as recorded from operator 1.15.0. All functions are pure. */

export function refusedStatus(
  { status }: FlinkSessionJobObject,
  message: string,
  first: boolean,
): FlinkSessionJobStatus {
  return {
    ...status,
    error: errorText('ValidationException', message),
    ...(first && { lifecycleState: 'FAILED', reconciliationStatus: { state: 'UPGRADING' } }),
  };
}

/** The spec is about to be deployed, from a savepoint or empty. */
export function preparedStatus(
  { status, spec, metadata }: FlinkSessionJobObject,
  savepointPath: string | undefined,
): FlinkSessionJobStatus {
  const { firstDeployment = true } =
    readReconciledSpec<FlinkSessionJobSpec>(status?.reconciliationStatus?.lastReconciledSpec) ?? {};
  const mode = firstDeployment ? modeOf(savepointPath) : modeOf(spec.job.upgradeMode);
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
  { status, spec, metadata }: FlinkSessionJobObject,
  savepointPath: string | undefined,
): FlinkSessionJobStatus {
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
  { status, spec }: FlinkSessionJobObject,
  ended: { readonly lost: boolean; readonly checkpoint: string | undefined },
): FlinkSessionJobStatus {
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

export function submittingStatus({ status }: FlinkSessionJobObject, jobId: string): FlinkSessionJobStatus {
  return { ...status, jobStatus: { ...status?.jobStatus, jobId, state: 'RECONCILING' } };
}

export function submissionFailedStatus(
  { status }: FlinkSessionJobObject,
  cause: string,
): FlinkSessionJobStatus {
  return { ...status, error: errorText('ReconciliationException', cause) };
}

export function retriedStatus({ status }: FlinkSessionJobObject): FlinkSessionJobStatus {
  return { ...status, error: undefined, lifecycleState: 'UPGRADING' };
}

/**
 * The cluster has the job, as it was recorded: what the spec says by now may be newer. An error stays: recorded, it is
 * all that tells of a program of which only the first half was submitted.
 */
export function deployedStatus({ status, spec }: FlinkSessionJobObject, now: number): FlinkSessionJobStatus {
  const recorded = readReconciledSpec<FlinkSessionJobSpec>(status?.reconciliationStatus?.lastReconciledSpec);
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

export function observedStatus({ status }: FlinkSessionJobObject, seen: SeenJob): FlinkSessionJobStatus {
  const { state, stable, overview, cause, checkpoint, now } = seen;
  const recorded = status?.reconciliationStatus?.lastReconciledSpec;
  const failed = state === 'FAILED';
  return {
    ...status,
    error: failed
      ? errorText('JobException', cause ?? 'the job failed without a cause')
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

export function missingStatus({ status }: FlinkSessionJobObject): FlinkSessionJobStatus {
  return { ...status, error: jobNotFound, jobStatus: { ...status?.jobStatus, state: 'RECONCILING' } };
}

/** The change is seen and nothing follows from it: recorded, not even the recorded spec does while the job runs. */
export function recordedStatus({ status, spec, metadata }: FlinkSessionJobObject): FlinkSessionJobStatus {
  const suspended = recordedSpec(status)?.job.state === 'suspended';
  return {
    ...status,
    observedGeneration: metadata.generation ?? 1,
    ...(suspended && {
      reconciliationStatus: {
        ...status?.reconciliationStatus,
        lastReconciledSpec: suspendedSpec(spec, modeOf(spec.job.upgradeMode), false),
      },
    }),
  };
}

export function cancellingStatus(resource: FlinkSessionJobObject): FlinkSessionJobStatus {
  const status = stoppingStatus(resource);
  return { ...status, jobStatus: { ...status.jobStatus, state: 'CANCELLING' } };
}

/** A savepoint is asked for with this trigger. Recorded before it is: a killed operator asks again with the same id. */
export function triggeredStatus(
  resource: FlinkSessionJobObject,
  triggerId: string,
  now: number,
): FlinkSessionJobStatus {
  const status = stoppingStatus(resource);
  const info = { triggerId, triggerTimestamp: now, triggerType: 'UPGRADE', formatType: 'CANONICAL' };
  return {
    ...status,
    jobStatus: { ...status.jobStatus, savepointInfo: { ...status.jobStatus?.savepointInfo, ...info } },
  };
}

/** The job runs on as it did before the savepoint was asked for. */
export function savepointFailedStatus(
  { status, metadata }: FlinkSessionJobObject,
  cause: string,
): FlinkSessionJobStatus {
  const deleted = metadata.deletionTimestamp !== undefined;
  return {
    ...status,
    ...(!deleted && {
      error: errorText('UpgradeFailureException', `The savepoint failed: ${cause}`),
      lifecycleState: 'STABLE',
    }),
    jobStatus: {
      ...status?.jobStatus,
      savepointInfo: { ...status?.jobStatus?.savepointInfo, triggerId: '' },
    },
    reconciliationStatus: { ...status?.reconciliationStatus, state: 'DEPLOYED' },
  };
}

/** The job has ended with a savepoint: it has no id until it is deployed again. Recorded: only this reaches SUSPENDED. */
export function savepointTakenStatus(
  { spec, status, metadata }: FlinkSessionJobObject,
  path: string,
): FlinkSessionJobStatus {
  const suspended = spec.job.state === 'suspended';
  const deleted = metadata.deletionTimestamp !== undefined;
  return {
    ...status,
    error: undefined,
    observedGeneration: metadata.generation ?? 1,
    lifecycleState: deleted ? 'DELETING' : suspended ? 'SUSPENDED' : 'UPGRADING',
    jobStatus: {
      ...status?.jobStatus,
      jobId: undefined,
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
  { status, spec }: FlinkSessionJobObject,
  stopped: { readonly state: string | undefined; readonly checkpoint: string | undefined },
): FlinkSessionJobStatus {
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

function stoppingStatus({ status, metadata }: FlinkSessionJobObject): FlinkSessionJobStatus {
  return {
    ...status,
    lifecycleState: metadata.deletionTimestamp === undefined ? 'UPGRADING' : 'DELETING',
    reconciliationStatus: { ...status?.reconciliationStatus, state: 'UPGRADING' },
  };
}

/** Recorded: `last-state` is noted as `savepoint`, and a first deployment by whether it has one to start from. */
function modeOf(modeOrSavepoint: string | undefined): 'stateless' | 'savepoint' {
  return modeOrSavepoint === undefined || modeOrSavepoint === 'stateless' ? 'stateless' : 'savepoint';
}

/** The record of a spec that is about to be deployed. */
function suspendedSpec(
  spec: FlinkSessionJobSpec,
  upgradeMode: 'stateless' | 'savepoint',
  firstDeployment: boolean,
): string {
  return writeReconciledSpec({
    spec: { ...spec, job: { ...spec.job, state: 'suspended', upgradeMode } },
    firstDeployment,
  });
}

function recordedSpec(status: FlinkSessionJobStatus | undefined): FlinkSessionJobSpec | undefined {
  return readReconciledSpec<FlinkSessionJobSpec>(status?.reconciliationStatus?.lastReconciledSpec)?.spec;
}

function errorText(type: string, message: string): string {
  const name = `org.apache.flink.kubernetes.operator.exception.${type}`;
  return JSON.stringify({ type: name, message: message.slice(0, 2048) });
}
