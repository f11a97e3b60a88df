import type { KubernetesObject } from '../../apiclient/object.ts';
import {
  compareSpecs,
  type ReconciledSpec,
  readReconciledSpec,
  type SpecChange,
} from '../reconciled-spec.ts';
import type { FlinkSessionJobSpec, FlinkSessionJobStatus } from './spec.ts';

export interface FlinkSessionJobObject extends KubernetesObject {
  spec: FlinkSessionJobSpec;
  status?: FlinkSessionJobStatus;
}

/** Recorded from operator 1.15.0. */
export const sessionJobFinalizer = 'flinksessionjobs.flink.apache.org/finalizer';

/** The job of the status in the cluster, in the operator's states; `missing`: the cluster does not know it. */
export type ObservedJob =
  | { readonly state: string; readonly name: string; readonly startTime: number }
  | { readonly state: 'missing' };

export interface ObservedSessionJob {
  readonly resource: FlinkSessionJobObject;
  /** `absent`: no such FlinkDeployment; `starting`: its REST API does not answer yet. */
  readonly cluster: 'absent' | 'starting' | 'application' | 'ready';
  /** `undefined` when the status names no job or the cluster is not ready. */
  readonly job: ObservedJob | undefined;
  /** Failed submissions in a row. */
  readonly attempts: number;
}

export type JobAction =
  | { readonly do: 'add-finalizer' }
  | { readonly do: 'remove-finalizer' }
  /** The cluster is not there: nothing can be done until it is. */
  | { readonly do: 'wait-for-cluster'; readonly message: string | undefined }
  | { readonly do: 'refuse'; readonly message: string; readonly first: boolean }
  /** Records the spec as about to be deployed. */
  | { readonly do: 'prepare'; readonly savepointPath: string | undefined }
  /** Writes a new job id into the status, so that the submission after it can be repeated. */
  | { readonly do: 'assign-job-id' }
  | { readonly do: 'submit'; readonly jobId: string; readonly savepointPath: string | undefined }
  | { readonly do: 'give-up' }
  /** The submission went through. */
  | { readonly do: 'note-deployed' }
  | { readonly do: 'observe'; readonly state: string; readonly stable: boolean }
  | { readonly do: 'note-missing' }
  /** Only fields changed that the operator ignores when they change alone. */
  | { readonly do: 'record-spec' }
  | {
      readonly do: 'stop-with-savepoint';
      readonly jobId: string;
      readonly triggerId: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  | {
      readonly do: 'cancel';
      readonly jobId: string;
      readonly changes: readonly SpecChange[];
      readonly keepState: boolean;
    }
  | { readonly do: 'wait-for-cancel' }
  /** The job has ended for an upgrade or a suspension. */
  | { readonly do: 'note-stopped'; readonly jobId: string | undefined; readonly keepState: boolean }
  | { readonly do: 'wait' };

export const maxAttempts = 15;

/** Configuration of a job that asks for a savepoint before its resource goes. */
const savepointOnDeletion = 'kubernetes.operator.job.savepoint-on-deletion';

const terminal: readonly string[] = ['FINISHED', 'CANCELED', 'FAILED'];

/** A change of these alone is recorded and has no effect (`ReconciliationUtils`, operator 1.15.0). */
function isIgnored({ path }: SpecChange): boolean {
  return (
    ['job.upgradeMode', 'job.initialSavepointPath', 'job.allowNonRestoredState'].includes(path) ||
    /^flinkConfiguration\.(job\.autoscaler|kubernetes\.operator|parallelism\.default)/.test(path)
  );
}

/** The operator's validator, in its words. */
export function validateSessionJob(
  spec: FlinkSessionJobSpec,
  reconciled: ReconciledSpec<FlinkSessionJobSpec> | undefined,
): string | undefined {
  if ((spec.job.parallelism ?? 1) < 1) return 'Job parallelism must be larger than 0';
  if (reconciled !== undefined && reconciled.spec.deploymentName !== spec.deploymentName) {
    return 'The deploymentName can not be changed';
  }
  return undefined;
}

/**
 * The next step for a session job: the rules in the order in which they hold. Each step is recorded in the status
 * before the next one is decided, so that an operator that is killed goes on where it was.
 */
export function decideSessionJob(observed: ObservedSessionJob): JobAction {
  const { resource, cluster, job, attempts } = observed;
  const { status = {}, spec, metadata } = resource;
  const reconciled = readReconciledSpec<FlinkSessionJobSpec>(status.reconciliationStatus?.lastReconciledSpec);
  const jobId = status.jobStatus?.jobId;
  const ended = job === undefined || job.state === 'missing' || terminal.includes(job.state);

  if (metadata.deletionTimestamp !== undefined) return decideDeletion(observed, ended);
  if (!metadata.finalizers?.includes(sessionJobFinalizer)) return { do: 'add-finalizer' };
  const refusal = validateSessionJob(spec, reconciled);
  if (refusal !== undefined && reconciled === undefined)
    return { do: 'refuse', message: refusal, first: true };
  if (cluster === 'application') {
    return {
      do: 'refuse',
      message: `${spec.deploymentName} is an application cluster`,
      first: reconciled === undefined,
    };
  }
  if (cluster !== 'ready') return { do: 'wait-for-cluster', message: describeAbsence(spec, cluster) };
  if (reconciled === undefined) return { do: 'prepare', savepointPath: spec.job.initialSavepointPath };
  if (refusal !== undefined) return { do: 'refuse', message: refusal, first: false };

  const upgrading = status.reconciliationStatus?.state === 'UPGRADING';
  const changes = compareSpecs(reconciled.spec, spec);
  if (upgrading && reconciled.spec.job.state === 'suspended') {
    return decideDeployment(observed, reconciled, changes, jobId, attempts);
  }
  if (upgrading) return decideStop(observed, changes, ended);
  // Recorded: a first deployment's record differs in upgradeMode for as long as the spec is not touched.
  if (changes.length > 0 && status.observedGeneration !== metadata.generation) {
    return changes.every(isIgnored) ? { do: 'record-spec' } : decideStop(observed, changes, ended);
  }
  if (job === undefined) return { do: 'wait' };
  if (job.state === 'missing') return { do: 'note-missing' };
  return { do: 'observe', state: job.state, stable: job.state === 'RUNNING' || job.state === 'FINISHED' };
}

/** Nothing runs; the recorded spec says what is to be deployed. */
function decideDeployment(
  { resource, job }: ObservedSessionJob,
  reconciled: ReconciledSpec<FlinkSessionJobSpec>,
  changes: readonly SpecChange[],
  jobId: string | undefined,
  attempts: number,
): JobAction {
  const { spec, status = {} } = resource;
  const beyondState = changes.filter(({ path }) => path !== 'job.state' && path !== 'job.upgradeMode');
  const savepointPath = status.jobStatus?.upgradeSavepointPath;
  // A change that came in while nothing ran replaces what was to be deployed.
  if (beyondState.length > 0) return { do: 'prepare', savepointPath };
  if (spec.job.state === 'suspended') return { do: 'wait' };
  if (jobId === undefined || (job !== undefined && terminal.includes(job.state)))
    return { do: 'assign-job-id' };
  if (job !== undefined && job.state !== 'missing') return { do: 'note-deployed' };
  if (attempts >= maxAttempts) return { do: 'give-up' };
  return {
    do: 'submit',
    jobId,
    savepointPath:
      reconciled.spec.job.upgradeMode === 'stateless' && savepointPath === undefined
        ? undefined
        : savepointPath,
  };
}

/** Something runs (or ran) that is to be stopped, by the new spec's upgrade mode. */
function decideStop(
  { resource, job }: ObservedSessionJob,
  changes: readonly SpecChange[],
  ended: boolean,
): JobAction {
  const { spec, status = {} } = resource;
  const jobId = status.jobStatus?.jobId;
  const mode = spec.job.upgradeMode ?? 'stateless';
  const keepState = mode !== 'stateless';
  const triggerId = openTrigger(resource);
  if (jobId !== undefined && triggerId !== undefined) {
    return { do: 'stop-with-savepoint', jobId, triggerId, changes };
  }
  if (jobId === undefined || ended) return { do: 'note-stopped', jobId, keepState };
  if (job !== undefined && job.state === 'CANCELLING') return { do: 'wait-for-cancel' };
  // Upstream falls back to the last checkpoint when the job does not run.
  if (mode === 'savepoint' && job?.state === 'RUNNING') {
    return { do: 'stop-with-savepoint', jobId, triggerId: undefined, changes };
  }
  return { do: 'cancel', jobId, changes, keepState };
}

function decideDeletion({ resource, cluster, job }: ObservedSessionJob, ended: boolean): JobAction {
  if (!resource.metadata.finalizers?.includes(sessionJobFinalizer)) return { do: 'wait' };
  const jobId = resource.status?.jobStatus?.jobId;
  if (cluster === 'starting' && jobId !== undefined) return { do: 'wait-for-cluster', message: undefined };
  const triggerId = openTrigger(resource);
  if (jobId !== undefined && triggerId !== undefined) {
    return { do: 'stop-with-savepoint', jobId, triggerId, changes: [] };
  }
  if (jobId === undefined || ended) return { do: 'remove-finalizer' };
  if (job?.state === 'CANCELLING') return { do: 'wait-for-cancel' };
  if (resource.spec.flinkConfiguration?.[savepointOnDeletion] === 'true' && job?.state === 'RUNNING') {
    return { do: 'stop-with-savepoint', jobId, triggerId: undefined, changes: [] };
  }
  return { do: 'cancel', jobId, changes: [], keepState: false };
}

function describeAbsence(spec: FlinkSessionJobSpec, cluster: 'absent' | 'starting'): string | undefined {
  if (cluster === 'starting') return undefined;
  return `Flink version null is not supported by this operator version: there is no session cluster (FlinkDeployment) ${spec.deploymentName} in this namespace`;
}

/** The savepoint that was asked for and has not been heard of since. */
function openTrigger({ status }: FlinkSessionJobObject): string | undefined {
  const triggerId = status?.jobStatus?.savepointInfo?.triggerId;
  return typeof triggerId === 'string' && triggerId !== '' ? triggerId : undefined;
}
