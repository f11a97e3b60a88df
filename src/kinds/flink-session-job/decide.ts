import type { KubernetesObject } from '../../apiclient/object.ts';
import { compareJobs, isIgnored, isRedeployment } from '../flink-job/changes.ts';
import type { Configuration } from '../flink-job/configuration.ts';
import {
  type Attempts,
  decideLastStop,
  decideObservation,
  decideRetry,
  decideSavepoint,
  replacementPath,
  restorePath,
  type SharedJobAction,
  waitsForSavepoint,
} from '../flink-job/decisions.ts';
import { hasEnded, type ObservedJob, openTrigger } from '../flink-job/observed-job.ts';
import type { FlinkJobStatus } from '../flink-job/spec.ts';
import { type ReconciledSpec, readReconciledSpec, type SpecChange } from '../reconciled-spec.ts';
import type { FlinkSessionJobSpec } from './spec.ts';

export interface FlinkSessionJobObject extends KubernetesObject {
  spec: FlinkSessionJobSpec;
  status?: FlinkJobStatus;
}

/** Recorded from operator 1.15.0. */
export const sessionJobFinalizer = 'flinksessionjobs.flink.apache.org/finalizer';

export interface ObservedSessionJob extends Attempts {
  readonly resource: FlinkSessionJobObject;
  /** What the validator says of the spec. */
  readonly refusal: string | undefined;
  /** `absent`: no such FlinkDeployment; `starting`: its REST API does not answer yet. */
  readonly cluster: 'absent' | 'starting' | 'application' | 'ready';
  /** `undefined` when the status names no job or the cluster is not ready. */
  readonly job: ObservedJob | undefined;
  /** What the job runs under: its own configuration over its cluster's. */
  readonly configuration: Configuration;
}

export type JobAction =
  | SharedJobAction
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
  /** The submission went through. */
  | { readonly do: 'note-deployed' }
  /** `changes`: they cannot be carried out, for the state to start from is lost. */
  | { readonly do: 'note-missing'; readonly changes: readonly SpecChange[] }
  /** Nothing follows from the change, or only once the job is resumed. */
  | { readonly do: 'record-spec' }
  /** Another savepoint is named to start from: what runs is cancelled, whatever its state. */
  | {
      readonly do: 'redeploy';
      readonly jobId: string | undefined;
      readonly savepointPath: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  /** The job has ended for an upgrade or a suspension. */
  | {
      readonly do: 'note-stopped';
      readonly jobId: string | undefined;
      readonly changes: readonly SpecChange[];
    };

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
    // As upstream: it is there, and starts once it is to run.
    if (spec.job.state === 'suspended') return { do: 'wait' };
    return { do: 'prepare', savepointPath: spec.job.initialSavepointPath, changes: [] };
  }

  const upgrading = status.reconciliationStatus?.state === 'UPGRADING';
  const changes = compareJobs(reconciled.spec, spec);
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
function decideSteady({ resource, job }: ObservedSessionJob): JobAction {
  if (job === undefined) return { do: 'wait' };
  if (job.state === 'missing') {
    const stateless = (resource.spec.job.upgradeMode ?? 'stateless') === 'stateless';
    return stateless ? { do: 'resubmit', jobId: undefined } : { do: 'note-missing', changes: [] };
  }
  return decideObservation(resource, job);
}

/** Nothing runs that the record knows of; the recorded spec says what is to be deployed. */
function decideDeployment(
  observed: ObservedSessionJob,
  reconciled: ReconciledSpec<FlinkSessionJobSpec>,
  changed: boolean,
): JobAction {
  const { resource, job } = observed;
  const { spec, status = {} } = resource;
  const { jobId, state } = status.jobStatus ?? {};
  const known = jobId !== undefined && job !== undefined && job.state !== 'missing';
  // Submitted as it is recorded, whatever became of it and of the spec since.
  if (known && state === 'RECONCILING') return { do: 'note-deployed' };
  if (spec.job.state === 'suspended') return { do: 'wait' };
  if (changed) return { do: 'prepare', savepointPath: replacementPath(resource, reconciled), changes: [] };
  if (jobId === undefined || known) return { do: 'assign-job-id' };
  const retry = decideRetry(resource, observed);
  return retry ?? { do: 'submit', jobId, savepointPath: restorePath(resource, reconciled) };
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
  const { resource, job } = observed;
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
    return decideSavepoint(jobId, job, changes, observed);
  }
  if (mode === 'savepoint' && job !== undefined && waitsForSavepoint(observed.configuration)) {
    return decideObservation(resource, job);
  }
  return { do: 'cancel', jobId, changes };
}

function decideDeletion({ resource, cluster, job, configuration, retryInMs }: ObservedSessionJob): JobAction {
  if (!resource.metadata.finalizers?.includes(sessionJobFinalizer)) return { do: 'wait' };
  const jobId = resource.status?.jobStatus?.jobId;
  if (jobId === undefined || cluster === 'absent' || cluster === 'application') {
    return { do: 'remove-finalizer' };
  }
  if (cluster === 'starting') return { do: 'wait-for-cluster', message: undefined };
  return decideLastStop(resource, jobId, job, configuration, retryInMs) ?? { do: 'remove-finalizer' };
}

function describeAbsence({ deploymentName }: FlinkSessionJobSpec): string {
  return `Flink version null is not supported by this operator version: there is no session cluster (FlinkDeployment) ${deploymentName} in this namespace`;
}
