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
  const first = status?.reconciliationStatus?.lastReconciledSpec === undefined;
  return {
    ...status,
    error: undefined,
    lifecycleState: 'UPGRADING',
    observedGeneration: metadata.generation ?? 1,
    jobStatus: { ...status?.jobStatus, upgradeSavepointPath: savepointPath },
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(spec, first, savepointPath),
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
  return { ...status, error: errorText('ReconciliationException', cause), lifecycleState: 'FAILED' };
}

/** The cluster has the job. A first deployment keeps the upgrade mode it was recorded with. */
export function deployedStatus(
  { status, spec, metadata }: FlinkSessionJobObject,
  now: number,
): FlinkSessionJobStatus {
  const recorded = readReconciledSpec<FlinkSessionJobSpec>(status?.reconciliationStatus?.lastReconciledSpec);
  const deployed = recorded ?? { spec, firstDeployment: true };
  return {
    ...status,
    error: undefined,
    lifecycleState: 'DEPLOYED',
    observedGeneration: metadata.generation ?? 1,
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
  readonly now: number;
}

export function observedStatus({ status }: FlinkSessionJobObject, seen: SeenJob): FlinkSessionJobStatus {
  const { state, stable, overview, cause, now } = seen;
  const recorded = status?.reconciliationStatus?.lastReconciledSpec;
  const failed = state === 'FAILED';
  return {
    ...status,
    error: failed
      ? errorText('JobException', cause ?? 'the job failed without a cause')
      : stable
        ? undefined
        : status?.error,
    lifecycleState: failed ? 'FAILED' : stable ? 'STABLE' : (status?.lifecycleState ?? 'DEPLOYED'),
    jobStatus: {
      ...status?.jobStatus,
      state,
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

export function missingStatus({ status }: FlinkSessionJobObject): FlinkSessionJobStatus {
  return { ...status, error: 'Job Not Found', jobStatus: { ...status?.jobStatus, state: 'RECONCILING' } };
}

/** Only ignored fields changed: the record follows, and nothing else happens. */
export function recordedStatus({ status, spec, metadata }: FlinkSessionJobObject): FlinkSessionJobStatus {
  return {
    ...status,
    observedGeneration: metadata.generation ?? 1,
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: writeReconciledSpec({ spec, firstDeployment: false }),
    },
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

export function savepointFailedStatus(
  { status }: FlinkSessionJobObject,
  cause: string,
): FlinkSessionJobStatus {
  return {
    ...status,
    error: errorText('UpgradeFailureException', `The savepoint failed: ${cause}`),
    jobStatus: {
      ...status?.jobStatus,
      savepointInfo: { ...status?.jobStatus?.savepointInfo, triggerId: '' },
    },
    reconciliationStatus: { ...status?.reconciliationStatus, state: 'DEPLOYED' },
  };
}

/** The job has ended with a savepoint: it has no id until it is deployed again. */
export function savepointTakenStatus(resource: FlinkSessionJobObject, path: string): FlinkSessionJobStatus {
  const jobStatus = resource.status?.jobStatus;
  return {
    ...stoppedFor(resource),
    jobStatus: {
      ...jobStatus,
      jobId: undefined,
      state: 'FINISHED',
      upgradeSavepointPath: path,
      savepointInfo: { ...jobStatus?.savepointInfo, triggerId: '' },
    },
  };
}

/** The job has ended without a savepoint; with `keepState` the next one starts from its last checkpoint. */
export function stoppedStatus(
  resource: FlinkSessionJobObject,
  stopped: {
    readonly keepState: boolean;
    readonly state: string | undefined;
    readonly checkpoint: string | undefined;
  },
): FlinkSessionJobStatus {
  const jobStatus = resource.status?.jobStatus;
  const { keepState, state, checkpoint } = stopped;
  return {
    ...stoppedFor(resource),
    jobStatus: {
      ...jobStatus,
      ...(state !== undefined && { state }),
      upgradeSavepointPath: keepState ? (checkpoint ?? jobStatus?.upgradeSavepointPath) : undefined,
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

/** The new spec is to be deployed, or to stay suspended; recorded, only savepoint jobs reach SUSPENDED. */
function stoppedFor({ spec, status, metadata }: FlinkSessionJobObject): FlinkSessionJobStatus {
  const suspended = spec.job.state === 'suspended' && spec.job.upgradeMode === 'savepoint';
  const deleted = metadata.deletionTimestamp !== undefined;
  return {
    ...status,
    error: undefined,
    observedGeneration: metadata.generation ?? 1,
    lifecycleState: deleted ? 'DELETING' : suspended ? 'SUSPENDED' : 'UPGRADING',
    reconciliationStatus: {
      ...status?.reconciliationStatus,
      lastReconciledSpec: suspendedSpec(spec, false, undefined),
      state: 'UPGRADING',
    },
  };
}

/**
 * The record of a spec that is about to be deployed. Recorded: a first deployment is noted as `stateless` unless it has
 * a savepoint, and none as `last-state`.
 */
function suspendedSpec(spec: FlinkSessionJobSpec, first: boolean, savepoint: string | undefined): string {
  const { upgradeMode: mode } = spec.job;
  const stateless = mode === undefined || mode === 'stateless' || (first && savepoint === undefined);
  const upgradeMode = stateless ? 'stateless' : 'savepoint';
  return writeReconciledSpec({
    spec: { ...spec, job: { ...spec.job, state: 'suspended', upgradeMode } },
    firstDeployment: first,
  });
}

function errorText(type: string, message: string): string {
  const name = `org.apache.flink.kubernetes.operator.exception.${type}`;
  return JSON.stringify({ type: name, message: message.slice(0, 2048) });
}
