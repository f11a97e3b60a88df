import type { SpecChange } from '../reconciled-spec.ts';
import type { Verdict } from '../verdict.ts';
import { capitalized, describeCause, isMetadata, pathOf } from './describe-change.ts';
import { describePoint, describeUpgrade, effectOf } from './describe-fate.ts';
import { decideFate, type Fate } from './fate.ts';
import { type FieldRule, ruleOf } from './field-rules.ts';
import { isSuspended, type JobChange } from './job-change.ts';
import type { JobDigest } from './job-digest.ts';
import { judgeResumption, judgeSuspension, judgeWhileSuspended } from './judge-suspension.ts';
import { describeNewFlink, olderReadsNothing } from './new-flink.ts';
import type { JobSpec } from './spec.ts';

/** What the change does to the job and to its state, as operator 1.15.0 does it. */
export function judgeJob(change: JobChange): readonly Verdict[] {
  const { before, after, digest } = change;
  const sorted = sortChanges(change);
  if (sorted.redeploying.length > 0) return [judgeRedeployment(change, sorted.redeploying)];
  const [was, is] = [isSuspended(before), isSuspended(after)];
  if (was && is) return [judgeWhileSuspended(change)];
  if (was) return [judgeResumptionOn(change)];
  if (is) return [judgeSuspension(change)];
  // A start that has not come through, or was refused, is tried by any new spec.
  const pending =
    digest !== undefined && (digest.upgrading || digest.error === 'refused' || isGivenUp(change));
  const restarting = pending ? [...sorted.restarting, ...sorted.later, ...sorted.atOnce] : sorted.restarting;
  if (restarting.length > 0) return [judgeUpgrade(change, restarting)];
  return judgeQuiet(change, sorted);
}

function judgeResumptionOn(change: JobChange): Verdict {
  const { name, newVersion } = change;
  const verdict = judgeResumption(change);
  if (newVersion === undefined || !verdict.effect.startsWith('restart-from')) return verdict;
  if (newVersion !== 'older')
    return { ...verdict, reason: `${verdict.reason}${describeNewFlink(newVersion)}` };
  return {
    ...verdict,
    effect: 'refused',
    reason: `Job ${name} is resumed and FAILS: ${olderReadsNothing}`,
  };
}

/** Recorded: a session job that its cluster has lost starts again as soon as nothing of it is to be kept. */
function isGivenUp({ kind, digest, after }: JobChange): boolean {
  return kind === 'session' && digest?.error === 'lost' && (after.upgradeMode ?? 'stateless') === 'stateless';
}

interface SortedChanges {
  readonly restarting: readonly SpecChange[];
  readonly redeploying: readonly SpecChange[];
  readonly later: readonly SpecChange[];
  readonly atOnce: readonly SpecChange[];
  readonly scaling: readonly SpecChange[];
  readonly creation: readonly SpecChange[];
}

function sortChanges({ changes, rules, reactive, digest }: JobChange): SortedChanges {
  const sorted = {
    restarting: [] as SpecChange[],
    redeploying: [] as SpecChange[],
    later: [] as SpecChange[],
    atOnce: [] as SpecChange[],
    scaling: [] as SpecChange[],
    creation: [] as SpecChange[],
  };
  for (const change of changes) {
    if (isMetadata(change) || isUnsaidState(change)) continue;
    const rule = ruleOf(rules, change.path) ?? 'upgrade';
    sorted[groupOf(rule, change, digest, reactive)].push(change);
  }
  return sorted;
}

/** A job without a state runs: to say so is no change. */
function isUnsaidState({ path, before, after }: SpecChange): boolean {
  return path === 'job.state' && (before ?? 'running') === (after ?? 'running');
}

function groupOf(
  rule: FieldRule,
  { after }: SpecChange,
  digest: JobDigest | undefined,
  reactive: boolean,
): keyof SortedChanges {
  const { restartNonce, savepointRedeployNonce } = digest?.recorded ?? {};
  switch (rule) {
    case 'later':
      return 'later';
    case 'creation':
      return 'creation';
    case 'at-once':
      return 'atOnce';
    case 'scale':
      return reactive ? 'scaling' : 'restarting';
    // One that is taken away, or that was carried out before it was taken away, asks for nothing.
    case 'restart-nonce':
      return (after ?? null) === null || after === restartNonce ? 'later' : 'restarting';
    case 'redeploy-nonce':
      return (after ?? null) === null || after === savepointRedeployNonce ? 'later' : 'redeploying';
    case 'upgrade':
    case 'state':
    case 'replace':
      return 'restarting';
  }
}

function judgeUpgrade(change: JobChange, causes: readonly SpecChange[]): Verdict {
  const { name, digest, after, newVersion } = change;
  const fate = decideFate(change);
  const cause = `${capitalized(describeCause(causes))} changed`;
  const refused =
    digest?.error === 'refused' ? ' What the operator refused before is carried out with it.' : '';
  const newFlink = restores(fate) ? describeNewFlink(newVersion) : '';
  const reason = `${cause}: ${describeUpgrade(name, fate)}${refused}${newFlink}${describeDropped(after, fate, causes)}`;
  return { ...effectOf(fate), reason, ...pathOf(causes) };
}

function restores({ from }: Fate): boolean {
  return from === 'savepoint' || from === 'checkpoint' || from === 'path';
}

/** Allowed beforehand, and nobody is told when it happens. */
function describeDropped(after: JobSpec, fate: Fate, causes: readonly SpecChange[]): string {
  const program = /^(sql|python|job\.(jarURI|entryClass|args)|image|flinkVersion)\b/;
  if (
    after.allowNonRestoredState !== true ||
    !restores(fate) ||
    !causes.some(({ path }) => program.test(path))
  )
    return '';
  return ' State that no operator of the new program takes is dropped without a word: allow_non_restored_state is true.';
}

/** Recorded: what runs is cancelled, whatever its state, and no savepoint of it is taken. */
function judgeRedeployment(change: JobChange, causes: readonly SpecChange[]): Verdict {
  const { name, after, digest } = change;
  const cause = `${capitalized(describeCause(causes))} changed`;
  const initial = after.initialSavepointPath?.trim() ?? '';
  const start = isSuspended(after) ? 'when it is resumed it starts' : 'it starts';
  if (initial !== '') {
    return {
      effect: 'reprocessed',
      reason: `${cause}: job ${name} is cancelled without a savepoint, and ${start} from ${describePoint(initial)}: what it did since is done again.`,
      ...pathOf(causes),
    };
  }
  const empty =
    digest !== undefined && ((!digest.ran && digest.startsFrom === undefined) || digest.state === 'FINISHED');
  if (empty) {
    return { effect: 'restart', reason: `${cause}: job ${name} starts again, empty.`, ...pathOf(causes) };
  }
  const declared = (after.upgradeMode ?? 'stateless') === 'stateless';
  return {
    effect: 'state-lost',
    reason: `${cause} without initial_savepoint_path: job ${name} is cancelled without a savepoint, ${start} EMPTY, and the operator forgets what it could have started from. To restart it with its state give restart_nonce a new value instead.`,
    ...(!declared && { guard: 'allowStateLoss' as const }),
    ...pathOf(causes),
  };
}

function describeStanding(digest: JobDigest | undefined): string {
  if (digest?.error === 'lost') return 'is lost, and stays so';
  if (digest?.state === 'FAILED' || digest?.state === 'FINISHED') {
    return `has ${digest.state} and is not started by that (restart_nonce with a new value starts it)`;
  }
  return 'runs on as it is';
}

function judgeQuiet({ name, changes, digest }: JobChange, sorted: SortedChanges): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const { later, atOnce, scaling } = sorted;
  if (later.length > 0) {
    const initial = later.some(({ path }) => path === 'job.initialSavepointPath')
      ? ' To start from initial_savepoint_path now give savepoint_redeploy_nonce a new value.'
      : '';
    verdicts.push({
      effect: 'ignored',
      reason: `${capitalized(describeCause(later))} changed alone: job ${name} ${describeStanding(digest)}, and goes by it from its next start.${initial}`,
      ...pathOf(later),
    });
  }
  if (atOnce.length > 0) {
    verdicts.push({
      effect: 'in-place',
      reason: `${capitalized(describeCause(atOnce))} changed: the operator goes by it at once, and job ${name} runs on.`,
      ...pathOf(atOnce),
    });
  }
  if (scaling.length > 0) {
    verdicts.push({
      effect: 'in-place',
      reason: `${capitalized(describeCause(scaling))} changed: TaskManagers come or go, and job ${name} is scaled by its reactive scheduler.`,
      ...pathOf(scaling),
    });
  }
  if (verdicts.length > 0) return verdicts;
  if (sorted.creation.length > 0) {
    const cause = capitalized(describeCause(sorted.creation));
    return [
      {
        effect: 'in-place',
        reason: `${cause} changed: job ${name} goes by it when it is made anew.`,
        ...pathOf(sorted.creation),
      },
    ];
  }
  return [
    {
      effect: 'in-place',
      reason: changes.every(isMetadata)
        ? `Only labels or annotations of ${name} change: nothing restarts.`
        : `Job ${name} runs already: nothing restarts.`,
      ...pathOf(changes),
    },
  ];
}
