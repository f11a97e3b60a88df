import type { DeclaredMetadata } from '../kind.ts';
import type { Verdict } from '../verdict.ts';
import { savepointOnDeletion } from './changes.ts';
import type { Configuration } from './configuration.ts';
import { isSuspended } from './job-change.ts';
import { isCheckpoint, type JobDigest } from './job-digest.ts';
import { type RestorableJob, restorePoint } from './restore.ts';
import type { JobSpec } from './spec.ts';
import { lastStatePath } from './status.ts';

export interface EndingJob {
  readonly name: string;
  readonly before: JobSpec;
  /** What it runs under: the job's own configuration over its cluster's. */
  readonly running: Configuration;
  readonly digest: JobDigest | undefined;
}

/** What a deletion does to a job and to its state. */
export function judgeDeletion({ name, before, running, digest }: EndingJob): Verdict {
  const job = `Job ${name}`;
  const declared = (before.upgradeMode ?? 'stateless') === 'stateless';
  const lost = (why: string): Verdict => ({
    effect: 'state-lost',
    reason: `${job} is deleted with its state: ${why}`,
    ...(!declared && { guard: 'allowStateLoss' }),
  });
  const harmless = (why: string): Verdict => ({ effect: 'stop', reason: `${job} is deleted: ${why}` });
  const asked = running[savepointOnDeletion] === 'true';
  const state = digest?.state ?? 'RUNNING';
  const from = digest?.startsFrom;
  if (digest !== undefined) {
    if (neverRan(digest)) {
      return harmless(
        `it never ran, and ${from === undefined ? 'nothing is lost' : `${from} stays as it is`}.`,
      );
    }
    if (digest.error === 'lost') return harmless('its cluster has lost it already ("Job Not Found").');
  }
  const suspended = digest?.recorded?.state === 'suspended' || (digest === undefined && isSuspended(before));
  if (suspended && from !== undefined && !isCheckpoint(from)) {
    return harmless(`it is stopped, and its savepoint stays: ${from}, kept by a FlinkStateSnapshot.`);
  }
  if (suspended && digest === undefined && before.upgradeMode === 'savepoint') {
    return harmless('it is stopped, and its savepoint stays, kept by a FlinkStateSnapshot.');
  }
  if (state === 'FINISHED' && !suspended) return harmless('it has FINISHED, and nothing is lost.');
  const hasEnded = suspended || state === 'CANCELED' || state === 'FAILED';
  if (digest !== undefined && hasEnded && from === undefined) {
    return harmless('it has ended, and has neither a checkpoint nor a savepoint.');
  }
  if (hasEnded) {
    const what = suspended ? 'it is stopped' : state === 'CANCELED' ? 'it was CANCELED' : 'it has FAILED';
    const where = from === undefined || from === lastStatePath ? '' : ` (${from})`;
    return lost(
      `${what}, no savepoint can be taken of it any more, and nothing names its last checkpoint${where} once it is gone.`,
    );
  }
  if (!asked) {
    return lost(
      `no savepoint is taken. To keep it set ${savepointOnDeletion} = "true" in flink_configuration, and apply before.`,
    );
  }
  if (state === 'RUNNING') {
    return harmless(
      `it stops with a savepoint, which stays, kept by a FlinkStateSnapshot ${name}-savepoint-upgrade-<time> that nobody deletes. If none can be taken, the deletion waits until one can or ${savepointOnDeletion} is "false".`,
    );
  }
  return {
    effect: 'refused',
    reason: `${job} is ${state}: no savepoint can be taken of it, and its deletion waits until it is RUNNING. To delete it with its state set ${savepointOnDeletion} = "false" and apply before.`,
  };
}

/** A new job. */
export function judgeCreation(name: string, made: RestorableJob): Verdict {
  const from = restorePoint(made);
  const latest = 'from the newest savepoint that is kept of it, or empty if none is';
  const point = from === undefined ? 'empty' : from === 'latest' ? latest : `from ${from}`;
  return made.job?.state === 'suspended'
    ? { effect: 'create', reason: `Job ${name} is made and not started: resumed, it starts ${point}.` }
    : { effect: 'create', reason: `Job ${name} starts ${point}.` };
}

export interface MadeJob extends RestorableJob {
  readonly name: string;
  /** Of the same name in the same namespace: what is kept of the one is found by the other. */
  readonly inPlace: boolean;
}

export function placeOf(
  before: DeclaredMetadata,
  after: DeclaredMetadata,
): Pick<MadeJob, 'name' | 'inPlace'> {
  const inPlace = before.name === after.name && before.namespace === after.namespace;
  return { name: after.name, inPlace };
}

/** One job is deleted and another made in its place. */
export function judgeReplacement(ending: EndingJob, made: MadeJob, why: string): readonly Verdict[] {
  const deletion = judgeDeletion(ending);
  const creation = judgeCreation(made.name, made);
  const told = { ...deletion, reason: `${why} ${deletion.reason}` };
  const keepsNothing = ending.digest !== undefined && deletion.effect === 'stop' && !hasState(ending.digest);
  if (keepsNothing || deletion.effect === 'refused') return [told, creation];
  const point = restorePoint(made);
  if (point !== undefined && point !== 'latest') {
    return [
      told.effect === 'state-lost' ? { effect: 'stop', reason: told.reason } : told,
      {
        effect: 'reprocessed',
        reason: `${creation.reason.replace(/\.$/, '')}: what was done since is done again.`,
      },
    ];
  }
  const isFound = point === 'latest' && made.inPlace;
  if (isFound && deletion.effect === 'stop') {
    return [
      {
        effect: 'restart-from-savepoint',
        reason: `${told.reason} Job ${made.name} then starts from that savepoint.`,
      },
    ];
  }
  const declared = (ending.before.upgradeMode ?? 'stateless') === 'stateless';
  const start = isFound ? 'from an older savepoint, or EMPTY if none is kept' : 'EMPTY';
  return [
    {
      effect: 'state-lost',
      reason: `${told.reason} Job ${made.name} then starts ${start}: set initial_savepoint_path to a savepoint to start from.`,
      ...(!declared && { guard: 'allowStateLoss' }),
    },
  ];
}

function hasState(digest: JobDigest): boolean {
  if (neverRan(digest) || digest.error === 'lost') return false;
  return !(digest.state === 'FINISHED' && digest.recorded?.state === 'running');
}

/** What a first deployment was to start from is not its own. */
function neverRan({ recorded, ran, startsFrom }: JobDigest): boolean {
  return recorded === undefined || (!ran && (startsFrom === undefined || recorded.first));
}
