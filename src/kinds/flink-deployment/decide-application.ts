import { compareJobs, isIgnored, isRedeployment, savepointOnDeletion } from '../flink-job/changes.ts';
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
import type { JobSpec } from '../flink-job/spec.ts';
import { lastStatePath } from '../flink-job/status.ts';
import { type ReconciledSpec, readReconciledSpec, type SpecChange } from '../reconciled-spec.ts';
import type { FlinkDeploymentObject } from './desired.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** `<plural>.flink.apache.org/finalizer`, recorded from operator 1.15.0. */
export const deploymentFinalizer = 'flinkdeployments.flink.apache.org/finalizer';

/** A FlinkDeployment with a job: a cluster of its own for it. */
export interface FlinkApplicationObject extends FlinkDeploymentObject {
  spec: FlinkDeploymentSpec & { job: JobSpec };
}

export interface ObservedApplication extends Attempts {
  readonly resource: FlinkApplicationObject;
  /** What the validator says of the spec. */
  readonly refusal: string | undefined;
  /** `failing`: its process does not come up; `ready`: its REST API answers. */
  readonly jobManager: 'absent' | 'starting' | 'failing' | 'ready';
  /** Whether any pod of the cluster is there, also one that ends. */
  readonly hasPods: boolean;
  /** `undefined` when the status names no job or the JobManager is not ready. */
  readonly job: ObservedJob | undefined;
  /** Whether high availability keeps something of the job. */
  readonly hasHighAvailabilityData: boolean;
}

export type ApplicationAction =
  | SharedJobAction
  | { readonly do: 'add-finalizer' }
  /** Ends the pods, and forgets the cluster once they are gone. */
  | { readonly do: 'clean-up' }
  | { readonly do: 'refuse'; readonly message: string; readonly first: boolean }
  /** Records the spec as about to be deployed. `changes`: it wakes a suspended job. */
  | {
      readonly do: 'prepare';
      readonly savepointPath: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  /** The pods of the start before are to go. */
  | { readonly do: 'tear-down' }
  /** Writes the job id of the start that follows. `undefined`: a new one. */
  | { readonly do: 'assign-job-id'; readonly jobId: string | undefined }
  | { readonly do: 'deploy'; readonly jobId: string; readonly savepointPath: string | undefined }
  /** Its JobManager does not answer yet. */
  | { readonly do: 'await-job-manager' }
  /** main() has not come to the submission, or the job is lost. */
  | { readonly do: 'note-missing' }
  | { readonly do: 'record-spec' }
  /** Ends the processes and leaves the job to high availability's data. `fallback`: a savepoint was asked for. */
  | {
      readonly do: 'stop-keeping-state';
      readonly changes: readonly SpecChange[];
      readonly fallback: string | undefined;
    }
  | {
      readonly do: 'redeploy';
      readonly savepointPath: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  | {
      readonly do: 'note-stopped';
      readonly jobId: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  /** Suspended: its JobManager goes on telling of the job, as upstream leaves it. */
  | { readonly do: 'keep-suspended' };

/**
 * The next step for an application cluster: the rules in the order in which they hold. Each step is recorded in the
 * status before the next one is decided, so that an operator that is killed goes on where it was.
 */
export function decideApplication(observed: ObservedApplication): ApplicationAction {
  const { resource, refusal } = observed;
  const { status = {}, spec, metadata } = resource;
  const reconciled = readReconciledSpec<FlinkApplicationObject['spec']>(
    status.reconciliationStatus?.lastReconciledSpec,
  );
  if (metadata.deletionTimestamp !== undefined) return decideDeletion(observed);
  if (!metadata.finalizers?.includes(deploymentFinalizer)) return { do: 'add-finalizer' };
  if (refusal !== undefined) return { do: 'refuse', message: refusal, first: reconciled === undefined };
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
      return { do: 'redeploy', savepointPath: spec.job.initialSavepointPath, changes };
    }
    return upgrading
      ? decideDeployment(observed, reconciled, changed)
      : decideResumption(resource, changes, changed);
  }
  if (upgrading) return decideStop(observed, changes);
  if (changed) return changes.every(isIgnored) ? { do: 'record-spec' } : decideStop(observed, changes);
  return decideSteady(observed);
}

/** The spec is carried out: only the job itself and its processes can change. */
function decideSteady({ resource, jobManager, job }: ObservedApplication): ApplicationAction {
  if (jobManager !== 'ready' || job === undefined) return { do: 'await-job-manager' };
  if (job.state === 'missing') return { do: 'note-missing' };
  return decideObservation(resource, job);
}

/** Nothing of the recorded spec runs; what is left of the start before it goes first. */
function decideDeployment(
  observed: ObservedApplication,
  reconciled: ReconciledSpec<FlinkApplicationObject['spec']>,
  changed: boolean,
): ApplicationAction {
  const { resource, hasPods } = observed;
  const { jobId, state, upgradeSavepointPath } = resource.status?.jobStatus ?? {};
  // Its id is written down, and its pods may be there already.
  const assigned = jobId !== undefined && state === 'RECONCILING';
  if (!assigned && hasPods) return { do: 'tear-down' };
  if (changed) return { do: 'prepare', savepointPath: replacementPath(resource, reconciled), changes: [] };
  const keepsJob = upgradeSavepointPath === lastStatePath && reconciled.spec.job.upgradeMode !== 'stateless';
  if (!assigned) return { do: 'assign-job-id', jobId: keepsJob ? jobId : undefined };
  const retry = decideRetry(resource, observed);
  return retry ?? { do: 'deploy', jobId, savepointPath: restorePath(resource, reconciled) };
}

function decideResumption(
  { spec, status }: FlinkApplicationObject,
  changes: readonly SpecChange[],
  changed: boolean,
): ApplicationAction {
  if (!changed) return { do: 'keep-suspended' };
  if (spec.job.state === 'suspended') return { do: 'record-spec' };
  return { do: 'prepare', savepointPath: status?.jobStatus?.upgradeSavepointPath, changes };
}

/** Something runs (or ran) that is to be stopped, by the new spec's upgrade mode. */
function decideStop(observed: ObservedApplication, changes: readonly SpecChange[]): ApplicationAction {
  const { resource, jobManager, job, hasHighAvailabilityData } = observed;
  const { spec, status = {} } = resource;
  const { jobId, state } = status.jobStatus ?? {};
  const mode = spec.job.upgradeMode ?? 'stateless';
  const triggerId = openTrigger(resource);
  if (jobId !== undefined && triggerId !== undefined) {
    return jobManager === 'ready'
      ? { do: 'stop-with-savepoint', jobId, triggerId, changes }
      : { do: 'await-job-manager' };
  }
  if (changes.some(isRedeployment)) {
    return { do: 'redeploy', savepointPath: spec.job.initialSavepointPath, changes };
  }
  if (jobId === undefined || (job !== undefined && job.state !== 'missing' && hasEnded(job))) {
    return { do: 'note-stopped', jobId, changes };
  }
  if (job?.state === 'CANCELLING') return { do: 'wait-for-cancel' };
  if (mode === 'stateless') {
    return job === undefined || job.state === 'missing'
      ? { do: 'note-stopped', jobId: undefined, changes }
      : { do: 'cancel', jobId, changes };
  }
  if (mode === 'savepoint' && job?.state === 'RUNNING') {
    return decideSavepoint(jobId, job, changes, observed);
  }
  const configuration = spec.flinkConfiguration ?? {};
  if (
    mode === 'savepoint' &&
    job !== undefined &&
    job.state !== 'missing' &&
    waitsForSavepoint(configuration)
  ) {
    return decideObservation(resource, job);
  }
  if (hasHighAvailabilityData) {
    const fallback = mode === 'savepoint' ? (job?.state ?? 'unreachable') : undefined;
    return { do: 'stop-keeping-state', changes, fallback };
  }
  // It never ran, so what it was to start from is all there is.
  if (jobManager === 'failing' && state === 'RECONCILING')
    return { do: 'note-stopped', jobId: undefined, changes };
  if (job === undefined) return { do: 'await-job-manager' };
  return job.state === 'missing' ? { do: 'note-missing' } : { do: 'cancel', jobId, changes };
}

function decideDeletion({ resource, jobManager, job, retryInMs }: ObservedApplication): ApplicationAction {
  const { metadata, spec, status } = resource;
  if (!metadata.finalizers?.includes(deploymentFinalizer)) return { do: 'wait' };
  const jobId = status?.jobStatus?.jobId;
  const triggerId = openTrigger(resource);
  if (jobManager !== 'ready' || jobId === undefined) {
    // A savepoint was asked for, and the process may come back.
    const wanted = spec.flinkConfiguration?.[savepointOnDeletion] === 'true' || triggerId !== undefined;
    return wanted && jobManager === 'starting' && status?.lifecycleState !== 'SUSPENDED'
      ? { do: 'await-job-manager' }
      : { do: 'clean-up' };
  }
  return decideLastStop(resource, jobId, job, spec.flinkConfiguration ?? {}, retryInMs) ?? { do: 'clean-up' };
}
