import { lastStateFallback } from './changes.ts';
import { type Configuration, isHighlyAvailable, retainsCheckpoints, retentionKey } from './configuration.ts';
import { isCheckpoint, type JobDigest } from './job-digest.ts';
import { type NewFlink, olderReadsNothing } from './new-flink.ts';
import type { JobSpec } from './spec.ts';
import { lastStatePath } from './status.ts';

/** A job whose change takes effect by a stop and a start. */
export interface StoppingJob {
  readonly name: string;
  readonly kind: 'session' | 'application';
  readonly after: JobSpec;
  /** The configuration that it runs under, and that it shall. */
  readonly running: Configuration;
  readonly planned: Configuration;
  /** Another Flink version: high availability's data is not read across versions. */
  readonly newVersion: NewFlink | undefined;
  readonly digest: JobDigest | undefined;
}

/** What a stopped job starts from, and why. */
export type Fate =
  /** Taken by the stop. */
  | { readonly from: 'savepoint' }
  /** Its last, after it was cancelled, or of what high availability keeps. `why`: a savepoint was asked for. */
  | {
      readonly from: 'checkpoint';
      readonly why?: string;
      readonly kept?: boolean;
      readonly unknown?: boolean;
    }
  /** It has ended, or was never started from it. */
  | { readonly from: 'path'; readonly path: string; readonly why: string; readonly again?: boolean }
  /** There is no state. */
  | { readonly from: 'nothing'; readonly why: string }
  /** Its state is lost. */
  | { readonly from: 'empty'; readonly why: string; readonly declared: boolean }
  /** The operator leaves it as it is, or fails at it. */
  | { readonly from: 'refused'; readonly why: string };

/** The ways out where the operator has nothing to start a stateful job from. */
export const waysOut =
  'Give savepoint_redeploy_nonce a new value and initial_savepoint_path a savepoint, or set upgrade_mode = "stateless".';

/** `AbstractJobReconciler.getJobUpgrade` of operator 1.15.0, rule by rule, with what becomes of the state. */
export function decideFate(job: StoppingJob): Fate {
  const fate = decideStartingPoint(job);
  const hasState = fate.from === 'savepoint' || fate.from === 'checkpoint' || fate.from === 'path';
  return hasState && job.newVersion === 'older' ? { from: 'refused', why: olderReadsNothing } : fate;
}

function decideStartingPoint(job: StoppingJob): Fate {
  const { digest, after } = job;
  const mode = after.upgradeMode ?? 'stateless';
  if (digest !== undefined && digest.recorded === undefined) {
    return { from: 'nothing', why: 'has not been started yet' };
  }
  if (digest?.error === 'lost') return decideLost(job, mode);
  if (digest?.error === 'gone' && mode !== 'stateless') {
    return {
      from: 'refused',
      why: `what it was to start from is not there (${digest.startsFrom ?? 'its last checkpoint'}), and it FAILS again. ${waysOut}`,
    };
  }
  if (digest?.upgrading === true && digest.recorded?.state === 'suspended') return decideStart(digest, mode);
  if (mode === 'stateless') return decideStateless(digest);
  if (digest?.state === 'FINISHED') return decideFinished(digest);
  if (digest?.state === 'FAILED' || digest?.state === 'CANCELED') return decideEnded(digest, digest.state);
  return mode === 'savepoint' ? decideSavepoint(job) : decideLastState(job);
}

function decideLost({ kind, running, planned, name }: StoppingJob, mode: string): Fate {
  if (mode === 'stateless')
    return { from: 'nothing', why: 'was lost by its cluster, and starts again empty' };
  if (kind === 'application' && isHighlyAvailable(running) && isHighlyAvailable(planned)) {
    return { from: 'checkpoint', kept: true, why: 'does not run' };
  }
  return {
    from: 'refused',
    why: `the cluster has lost job ${name} ("Job Not Found"), and nobody knows its last checkpoint. ${waysOut}`,
  };
}

/** Its last start has not come through: another one takes its place. */
function decideStart({ recorded, startsFrom, ran, state }: JobDigest, mode: string): Fate {
  const why = 'did not come up by its last change, and is tried anew';
  if (mode === 'stateless' || recorded?.upgradeMode === 'stateless' || startsFrom === undefined) {
    return ran && mode === 'stateless' && startsFrom !== undefined
      ? { from: 'empty', declared: true, why: 'upgrade_mode is stateless' }
      : { from: 'nothing', why };
  }
  if (startsFrom === lastStatePath) return { from: 'checkpoint', kept: true, why };
  return { from: 'path', path: startsFrom, why: state === 'CANCELED' ? 'is being started again' : why };
}

function decideStateless(digest: JobDigest | undefined): Fate {
  if (digest?.state === 'FINISHED')
    return { from: 'nothing', why: 'has FINISHED, and runs again from the start' };
  if (digest?.ran === false && digest.startsFrom === undefined) {
    return { from: 'nothing', why: 'has not run yet, and is submitted anew' };
  }
  return { from: 'empty', declared: true, why: 'upgrade_mode is stateless' };
}

/** Recorded: Flink deletes the last checkpoint of a job that finishes, and the operator starts from it all the same. */
function decideFinished({ startsFrom }: JobDigest): Fate {
  if (startsFrom === undefined)
    return { from: 'nothing', why: 'has FINISHED, and runs again from the start' };
  if (!isCheckpoint(startsFrom)) return { from: 'path', path: startsFrom, why: 'has FINISHED', again: true };
  return {
    from: 'refused',
    why:
      'it has FINISHED, and Flink has deleted its last checkpoint with that: the operator starts it from there, and it FAILS for good. ' +
      'To run it again from the start set upgrade_mode = "stateless" with the change; to run it from a savepoint give savepoint_redeploy_nonce a new value and initial_savepoint_path the savepoint.',
  };
}

function decideEnded({ startsFrom, ran }: JobDigest, state: string): Fate {
  if (startsFrom === lastStatePath) {
    return {
      from: 'refused',
      why: `it has ${state}, and the operator does not know its last checkpoint. ${waysOut}`,
    };
  }
  if (startsFrom !== undefined) return { from: 'path', path: startsFrom, why: `has ${describeEnd(state)}` };
  return ran
    ? { from: 'empty', declared: false, why: `it has ${describeEnd(state)} and has no checkpoint` }
    : { from: 'nothing', why: `has ${describeEnd(state)} before it ever ran` };
}

function describeEnd(state: string): string {
  return state === 'CANCELED' ? 'been CANCELED' : state;
}

function decideSavepoint(job: StoppingJob): Fate {
  const { digest, planned, newVersion } = job;
  const state = digest?.state ?? 'RUNNING';
  if (state === 'RUNNING') return { from: 'savepoint' };
  if (planned[lastStateFallback] === 'false' && newVersion === undefined) {
    return {
      from: 'refused',
      why: `it is ${state}, no savepoint can be taken of it, and ${lastStateFallback} is false: the operator waits until it is RUNNING.`,
    };
  }
  return decideCheckpoint(job, `is ${state}, and no savepoint can be taken of it`);
}

function decideLastState(job: StoppingJob): Fate {
  // Recorded in the source alone: a savepoint carries the state to another version.
  if (job.newVersion !== undefined && (job.digest?.state ?? 'RUNNING') === 'RUNNING')
    return { from: 'savepoint' };
  return decideCheckpoint(job, undefined);
}

function decideCheckpoint(job: StoppingJob, why: string | undefined): Fate {
  const { kind, digest, running, planned, newVersion } = job;
  const kept = kind === 'application' && isHighlyAvailable(running) && newVersion === undefined;
  if (digest?.checkpoint === 'none') {
    return digest.ran
      ? { from: 'empty', declared: false, why: 'it has no checkpoint yet' }
      : { from: 'nothing', why: 'has not run yet, and is submitted anew' };
  }
  if (kept && !isHighlyAvailable(planned)) {
    return {
      from: 'empty',
      declared: false,
      why: 'its last checkpoint is known to high availability alone, which this change switches off. Change upgrade_mode to savepoint with it',
    };
  }
  if (!kept && !retainsCheckpoints(running)) {
    return {
      from: 'empty',
      declared: false,
      why: `${retentionKey} is ${running[retentionKey]}, so that Flink deletes its checkpoints when it is cancelled, and it FAILS for good`,
    };
  }
  return {
    from: 'checkpoint',
    ...(why !== undefined && { why }),
    ...(kept && { kept }),
    ...(digest?.checkpoint === 'unknown' && { unknown: true }),
  };
}
