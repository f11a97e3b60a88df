import type { ReconciledSpec, SpecChange } from '../reconciled-spec.ts';
import { maxAttempts, savepointOnDeletion } from './changes.ts';
import { hasEnded, type ObservedJob, openTrigger } from './observed-job.ts';
import type { FlinkJobObject, FlinkJobSpec } from './resource.ts';

/** Steps that the operators of session jobs and of application clusters decide by the same rules. */
export type SharedJobAction =
  | { readonly do: 'observe'; readonly state: string; readonly stable: boolean }
  /** Starts again what ended without the operator. */
  | { readonly do: 'resubmit'; readonly jobId: string | undefined }
  | {
      readonly do: 'stop-with-savepoint';
      readonly jobId: string;
      readonly triggerId: string | undefined;
      readonly changes: readonly SpecChange[];
    }
  | { readonly do: 'cancel'; readonly jobId: string; readonly changes: readonly SpecChange[] }
  | { readonly do: 'wait-for-cancel' }
  /** The last attempt failed: its error is cleared before the next. */
  | { readonly do: 'retry' }
  | { readonly do: 'give-up' }
  | { readonly do: 'wait'; readonly milliseconds?: number };

/** Failures in a row at what this generation asks for, and how long to wait before it is tried again; 0: not at all. */
export interface Attempts {
  readonly attempts: number;
  readonly retryInMs: number;
}

/** A job that is there while its spec is carried out. */
export function decideObservation({ status }: FlinkJobObject, { state }: ObservedJob): SharedJobAction {
  // Recorded: a job that was cancelled behind the operator is started again in every mode.
  if (state === 'CANCELED') return { do: 'resubmit', jobId: status?.jobStatus?.jobId };
  return { do: 'observe', state, stable: state === 'RUNNING' || state === 'FINISHED' };
}

/** What holds back the next try at a deployment. `undefined`: nothing. */
export function decideRetry(
  { status }: FlinkJobObject,
  { attempts, retryInMs }: Attempts,
): SharedJobAction | undefined {
  if (attempts >= maxAttempts) return { do: 'give-up' };
  if (retryInMs > 0) return { do: 'wait', milliseconds: retryInMs };
  return status?.error === undefined ? undefined : { do: 'retry' };
}

/** What the recorded spec starts from. */
export function restorePath(
  { status }: FlinkJobObject,
  { spec }: ReconciledSpec<FlinkJobSpec>,
): string | undefined {
  return spec.job.upgradeMode === 'stateless' ? undefined : status?.jobStatus?.upgradeSavepointPath;
}

/** A change that came in while nothing ran replaces what was to be deployed; it starts from this. */
export function replacementPath(
  { spec, status }: FlinkJobObject,
  { firstDeployment }: ReconciledSpec<FlinkJobSpec>,
): string | undefined {
  return firstDeployment ? spec.job.initialSavepointPath : status?.jobStatus?.upgradeSavepointPath;
}

/** A job that runs and is to be stopped with a savepoint. */
export function decideSavepoint(
  jobId: string,
  { state }: ObservedJob,
  changes: readonly SpecChange[],
  { attempts, retryInMs }: Attempts,
): SharedJobAction {
  // The last savepoint failed, and the job runs on.
  if (attempts >= maxAttempts || retryInMs > 0) return { do: 'observe', state, stable: true };
  return { do: 'stop-with-savepoint', jobId, triggerId: undefined, changes };
}

/** How a job whose resource is deleted is ended. `undefined`: it has ended. */
export function decideLastStop(
  resource: FlinkJobObject,
  jobId: string,
  job: ObservedJob | undefined,
  retryInMs: number,
): SharedJobAction | undefined {
  const triggerId = openTrigger(resource);
  if (triggerId !== undefined) return { do: 'stop-with-savepoint', jobId, triggerId, changes: [] };
  if (hasEnded(job)) return undefined;
  if (job?.state === 'CANCELLING') return { do: 'wait-for-cancel' };
  if (resource.spec.flinkConfiguration?.[savepointOnDeletion] === 'true' && job?.state === 'RUNNING') {
    // Recorded: tried again without end; taking the option back is the way out.
    if (retryInMs > 0) return { do: 'wait', milliseconds: retryInMs };
    return { do: 'stop-with-savepoint', jobId, triggerId: undefined, changes: [] };
  }
  return { do: 'cancel', jobId, changes: [] };
}
