import type { KubernetesObject } from '../../apiclient/object.ts';
import { isIgnored, isRedeployment, maxAttempts, savepointOnDeletion } from '../flink-job/changes.ts';
import { hasEnded, type ObservedJob, openTrigger } from '../flink-job/observed-job.ts';
import type { FlinkJobStatus } from '../flink-job/spec.ts';
import {
  compareSpecs,
  type ReconciledSpec,
  readReconciledSpec,
  type SpecChange,
} from '../reconciled-spec.ts';
import type { FlinkSessionJobSpec } from './spec.ts';

export interface FlinkSessionJobObject extends KubernetesObject {
  spec: FlinkSessionJobSpec;
  status?: FlinkJobStatus;
}

/** Recorded from operator 1.15.0. */
export const sessionJobFinalizer = 'flinksessionjobs.flink.apache.org/finalizer';

export interface ObservedSessionJob {
  readonly resource: FlinkSessionJobObject;
  /** What the validator says of the spec. */
  readonly refusal: string | undefined;
  /** `absent`: no such FlinkDeployment; `starting`: its REST API does not answer yet. */
  readonly cluster: 'absent' | 'starting' | 'application' | 'ready';
  /** `undefined` when the status names no job or the cluster is not ready. */
  readonly job: ObservedJob | undefined;
  /** Failures in a row at what this generation asks for. */
  readonly attempts: number;
  /** How long to wait before it is tried again; 0: not at all. */
  readonly retryInMs: number;
}

export type JobAction =
  | { readonly do: 'add-finalizer' }
  | { readonly do: 'remove-finalizer' }
  /** The cluster is not there: nothing can be done until it is. */
  | { readonly do: 'wait-for-cluster'; readonly message: string | undefined }
  | { readonly do: 'refuse'; readonly message: string; readonly first: boolean }
  /** Records the spec as about to be deployed. `changes`: it wakes a suspended job. */
  | {
      readonly do: 'prepare';
      readonly savepointPath: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  /** Writes a new job id into the status, so that the submission after it can be repeated. */
  | { readonly do: 'assign-job-id' }
  | { readonly do: 'submit'; readonly jobId: string; readonly savepointPath: string | undefined }
  /** The last submission failed: its error is cleared before the next. */
  | { readonly do: 'retry' }
  | { readonly do: 'give-up' }
  /** The submission went through. */
  | { readonly do: 'note-deployed' }
  | { readonly do: 'observe'; readonly state: string; readonly stable: boolean }
  /** `changes`: they cannot be carried out, for the state to start from is lost. */
  | { readonly do: 'note-missing'; readonly changes: readonly SpecChange[] }
  /** Starts again what ended without the operator. */
  | { readonly do: 'resubmit'; readonly jobId: string | undefined }
  /** Nothing follows from the change, or only once the job is resumed. */
  | { readonly do: 'record-spec' }
  | {
      readonly do: 'stop-with-savepoint';
      readonly jobId: string;
      readonly triggerId: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  | { readonly do: 'cancel'; readonly jobId: string; readonly changes: readonly SpecChange[] }
  /** Another savepoint is named to start from: what runs is cancelled, whatever its state. */
  | {
      readonly do: 'redeploy';
      readonly jobId: string | undefined;
      readonly savepointPath: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  | { readonly do: 'wait-for-cancel' }
  /** The job has ended for an upgrade or a suspension. */
  | {
      readonly do: 'note-stopped';
      readonly jobId: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  | { readonly do: 'wait'; readonly milliseconds?: number };

/**
 * The next step for a session job: the rules in the order in which they hold. Each step is recorded in the status
 * before the next one is decided, so that an operator that is killed goes on where it was.
 */
export function decideSessionJob(observed: ObservedSessionJob): JobAction {
  const { resource, refusal, cluster } = observed;
  const { status = {}, spec, metadata } = resource;
  const reconciled = readReconciledSpec<FlinkSessionJobSpec>(status.reconciliationStatus?.lastReconciledSpec);

  if (metadata.deletionTimestamp !== undefined) return decideDeletion(observed);
  if (!metadata.finalizers?.includes(sessionJobFinalizer)) return { do: 'add-finalizer' };
  if (cluster === 'absent') return { do: 'wait-for-cluster', message: describeAbsence(spec) };
  if (refusal !== undefined) return { do: 'refuse', message: refusal, first: reconciled === undefined };
  if (cluster !== 'ready') return { do: 'wait-for-cluster', message: undefined };
  if (reconciled === undefined) {
    return { do: 'prepare', savepointPath: spec.job.initialSavepointPath, changes: [] };
  }

  const upgrading = status.reconciliationStatus?.state === 'UPGRADING';
  const changes = compareSpecs(reconciled.spec, spec);
  const changed = status.observedGeneration !== metadata.generation;
  if (reconciled.spec.job.state === 'suspended') {
    if (changed && spec.job.state !== 'suspended' && changes.some(isRedeployment)) {
      return decideStop(observed, changes);
    }
    return upgrading
      ? decideDeployment(observed, reconciled, changed)
      : decideResumption(resource, changes, changed);
  }
  if (upgrading) return decideStop(observed, changes);
  // Recorded: a first deployment's record differs in upgradeMode for as long as the spec is not touched.
  if (changed) return changes.every(isIgnored) ? { do: 'record-spec' } : decideStop(observed, changes);
  return decideSteady(observed);
}

/** The spec is carried out: only the job itself can change. */
function decideSteady({ resource: { spec, status }, job }: ObservedSessionJob): JobAction {
  if (job === undefined) return { do: 'wait' };
  if (job.state === 'missing') {
    const stateless = (spec.job.upgradeMode ?? 'stateless') === 'stateless';
    return stateless ? { do: 'resubmit', jobId: undefined } : { do: 'note-missing', changes: [] };
  }
  // Recorded: a job that was cancelled behind the operator is started again in every mode.
  if (job.state === 'CANCELED') return { do: 'resubmit', jobId: status?.jobStatus?.jobId };
  return { do: 'observe', state: job.state, stable: job.state === 'RUNNING' || job.state === 'FINISHED' };
}

/** Nothing runs that the record knows of; the recorded spec says what is to be deployed. */
function decideDeployment(
  { resource, job, attempts, retryInMs }: ObservedSessionJob,
  reconciled: ReconciledSpec<FlinkSessionJobSpec>,
  changed: boolean,
): JobAction {
  const { spec, status = {} } = resource;
  const { jobId, state, upgradeSavepointPath } = status.jobStatus ?? {};
  const known = jobId !== undefined && job !== undefined && job.state !== 'missing';
  // Submitted as it is recorded, whatever became of it and of the spec since.
  if (known && state === 'RECONCILING') return { do: 'note-deployed' };
  if (spec.job.state === 'suspended') return { do: 'wait' };
  // A change that came in while nothing ran replaces what was to be deployed.
  if (changed) {
    const savepointPath = reconciled.firstDeployment ? spec.job.initialSavepointPath : upgradeSavepointPath;
    return { do: 'prepare', savepointPath, changes: [] };
  }
  if (jobId === undefined || known) return { do: 'assign-job-id' };
  if (attempts >= maxAttempts) return { do: 'give-up' };
  if (retryInMs > 0) return { do: 'wait', milliseconds: retryInMs };
  if (status.error !== undefined) return { do: 'retry' };
  const stateless = reconciled.spec.job.upgradeMode === 'stateless';
  return { do: 'submit', jobId, savepointPath: stateless ? undefined : upgradeSavepointPath };
}

/** The job was suspended with a savepoint. */
function decideResumption(
  { spec, status }: FlinkSessionJobObject,
  changes: readonly SpecChange[],
  changed: boolean,
): JobAction {
  if (!changed) return { do: 'wait' };
  if (spec.job.state === 'suspended') return { do: 'record-spec' };
  return { do: 'prepare', savepointPath: status?.jobStatus?.upgradeSavepointPath, changes };
}

/** Something runs (or ran) that is to be stopped, by the new spec's upgrade mode. */
function decideStop(observed: ObservedSessionJob, changes: readonly SpecChange[]): JobAction {
  const { resource, job, attempts, retryInMs } = observed;
  const { spec, status = {} } = resource;
  const jobId = status.jobStatus?.jobId;
  const mode = spec.job.upgradeMode ?? 'stateless';
  const triggerId = openTrigger(resource);
  if (jobId !== undefined && triggerId !== undefined) {
    return { do: 'stop-with-savepoint', jobId, triggerId, changes };
  }
  if (changes.some(isRedeployment)) {
    return { do: 'redeploy', jobId, savepointPath: spec.job.initialSavepointPath, changes };
  }
  // Recorded: without the job nobody knows its last checkpoint, and it is not started from older state.
  if (job?.state === 'missing' && mode !== 'stateless') return { do: 'note-missing', changes };
  if (jobId === undefined || hasEnded(job)) return { do: 'note-stopped', jobId, changes };
  if (job?.state === 'CANCELLING') return { do: 'wait-for-cancel' };
  // Upstream falls back to the last checkpoint when the job does not run.
  if (mode === 'savepoint' && job?.state === 'RUNNING') {
    // The last savepoint failed, and the job runs on.
    if (attempts >= maxAttempts || retryInMs > 0) return { do: 'observe', state: job.state, stable: true };
    return { do: 'stop-with-savepoint', jobId, triggerId: undefined, changes };
  }
  return { do: 'cancel', jobId, changes };
}

function decideDeletion({ resource, cluster, job, retryInMs }: ObservedSessionJob): JobAction {
  if (!resource.metadata.finalizers?.includes(sessionJobFinalizer)) return { do: 'wait' };
  const jobId = resource.status?.jobStatus?.jobId;
  if (jobId === undefined || cluster === 'absent' || cluster === 'application') {
    return { do: 'remove-finalizer' };
  }
  if (cluster === 'starting') return { do: 'wait-for-cluster', message: undefined };
  const triggerId = openTrigger(resource);
  if (triggerId !== undefined) return { do: 'stop-with-savepoint', jobId, triggerId, changes: [] };
  if (hasEnded(job)) return { do: 'remove-finalizer' };
  if (job?.state === 'CANCELLING') return { do: 'wait-for-cancel' };
  if (resource.spec.flinkConfiguration?.[savepointOnDeletion] === 'true' && job?.state === 'RUNNING') {
    // Recorded: tried again without end; taking the option back is the way out.
    if (retryInMs > 0) return { do: 'wait', milliseconds: retryInMs };
    return { do: 'stop-with-savepoint', jobId, triggerId: undefined, changes: [] };
  }
  return { do: 'cancel', jobId, changes: [] };
}

function describeAbsence({ deploymentName }: FlinkSessionJobSpec): string {
  return `Flink version null is not supported by this operator version: there is no session cluster (FlinkDeployment) ${deploymentName} in this namespace`;
}
