import type { ReconciledSpec, SpecChange } from '../reconciled-spec.ts';
import { lastStateFallback, maxAttempts, savepointOnDeletion } from './changes.ts';
import type { Configuration } from './configuration.ts';
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

/** Whether a savepoint is waited for, where the job does not run and none can be taken of it. */
export function waitsForSavepoint(configuration: Configuration): boolean {
  return configuration[lastStateFallback] === 'false';
}

/** How often a job that is deleted is looked at until a savepoint can be taken of it. */
const unsavedCheckMs = 2_000;

/** How a job whose resource is deleted is ended. `undefined`: it has ended. */
export function decideLastStop(
  resource: FlinkJobObject,
  jobId: string,
  job: ObservedJob | undefined,
  configuration: Configuration,
  retryInMs: number,
): SharedJobAction | undefined {
  const triggerId = openTrigger(resource);
  if (triggerId !== undefined) return { do: 'stop-with-savepoint', jobId, triggerId, changes: [] };
  if (hasEnded(job)) return undefined;
  if (job?.state === 'CANCELLING') return { do: 'wait-for-cancel' };
  // One that never ran has nothing to keep.
  const keeps = resource.status?.reconciliationStatus?.lastStableSpec !== undefined;
  if (configuration[savepointOnDeletion] === 'true' && (keeps || job?.state === 'RUNNING')) {
    // Recorded: tried again without end; taking the option back is the way out.
    if (job?.state !== 'RUNNING') return { do: 'wait', milliseconds: unsavedCheckMs };
    if (retryInMs > 0) return { do: 'wait', milliseconds: retryInMs };
    return { do: 'stop-with-savepoint', jobId, triggerId: undefined, changes: [] };
  }
  return { do: 'cancel', jobId, changes: [] };
}
