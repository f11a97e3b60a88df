import type { SpecChange } from '../reconciled-spec.ts';
import type { Verdict } from '../verdict.ts';
import { isHighlyAvailable } from './configuration.ts';
import { capitalized, describeCause, isMetadata, pathOf } from './describe-change.ts';
import { describePoint, describeUpgrade, effectOf } from './describe-fate.ts';
import { decideFate, waysOut } from './fate.ts';
import type { JobChange } from './job-change.ts';
import { isCheckpoint } from './job-digest.ts';
import { lastStatePath } from './status.ts';

/** A job that runs is to be suspended. */
export function judgeSuspension(change: JobChange): Verdict {
  const { name, kind, changes, digest } = change;
  const fate = decideFate(change);
  const path = pathOf(changes.filter((one) => one.path === 'job.state'));
  const job = `job ${name}`;
  const resumed = 'when it is resumed';
  const others = describeOthers(changes);
  const look =
    kind === 'session' && fate.from !== 'savepoint'
      ? ' It then shows as UPGRADING and CANCELED, and never as SUSPENDED.'
      : '';
  switch (fate.from) {
    case 'savepoint':
      return {
        effect: 'stop',
        reason: `Job ${name} stops with a savepoint, and starts from it ${resumed}.${others}`,
        ...path,
      };
    case 'checkpoint': {
      const why = fate.why === undefined ? `Job ${name} is` : `Job ${name} ${fate.why}: it is`;
      const unknown = fate.unknown ? ', or EMPTY if it has none: its cluster did not say' : '';
      return {
        effect: 'stop',
        reason: `${why} ${fate.kept ? 'stopped' : 'cancelled'}, and starts from its last checkpoint ${resumed}${unknown}.${look}${others}`,
        ...path,
      };
    }
    case 'path':
      return {
        effect: 'stop',
        reason: `Job ${name} ${fate.why}, and starts from ${describePoint(fate.path)} ${resumed}.${others}`,
        ...path,
      };
    case 'nothing':
      return {
        effect: 'stop',
        reason: `Nothing of ${job} is lost: it ${fate.why.replace(/,.*/, '')}.${others}`,
        ...path,
      };
    case 'empty':
      return {
        ...effectOf(fate),
        reason: `Job ${name} is cancelled, and starts EMPTY ${resumed}: ${fate.why}.${look}`,
        ...path,
      };
    case 'refused':
      if (digest?.state === 'FINISHED') {
        return {
          effect: 'stop',
          reason: `Job ${name} has FINISHED: nothing is left to stop. It FAILS ${resumed}, for Flink has deleted its last checkpoint.`,
          ...path,
        };
      }
      return { effect: 'refused', reason: `The operator does not stop ${job}: ${fate.why}`, ...path };
  }
}

function describeOthers(changes: readonly SpecChange[]): string {
  const others = changes.filter(
    (change) => !['job.state', 'job.upgradeMode'].includes(change.path) && !isMetadata(change),
  );
  return others.length === 0 ? '' : ` ${capitalized(describeCause(others))} goes with its next start.`;
}

/** A suspended job is changed, and stays so. */
export function judgeWhileSuspended({ name, changes }: JobChange): Verdict {
  const own = changes.filter((change) => !isMetadata(change));
  const cause = describeCause(own.length > 0 ? own : changes);
  return {
    effect: 'in-place',
    reason: `${capitalized(cause)} changed: job ${name} is suspended, and goes by it when it is resumed.`,
    ...pathOf(own),
  };
}

/** Recorded: what it starts from was settled when it was suspended; only `stateless` is heeded now. */
export function judgeResumption(change: JobChange): Verdict {
  const { name, before, after, digest, kind, planned } = change;
  const path = pathOf(change.changes.filter((one) => one.path === 'job.state'));
  const resumed = `Job ${name} is resumed and`;
  if (digest !== undefined && digest.recorded === undefined) {
    const initial = after.initialSavepointPath;
    const from = initial === undefined || initial === '' ? 'empty' : `from ${describePoint(initial)}`;
    return { effect: 'create', reason: `Job ${name} starts for the first time, ${from}.`, ...path };
  }
  if (digest?.recorded?.state === 'running') {
    const fate = decideFate(change);
    return {
      ...effectOf(fate),
      reason: `Job ${name} was not stopped yet: ${describeUpgrade(name, fate)}`,
      ...path,
    };
  }
  const mode = digest?.recorded?.upgradeMode ?? before.upgradeMode ?? 'stateless';
  const declared = (after.upgradeMode ?? 'stateless') === 'stateless';
  const from = digest?.startsFrom;
  if (digest !== undefined && from === undefined && mode !== 'last-state') {
    return {
      effect: 'restart',
      reason: `${resumed} starts empty: it was stopped without any state.`,
      ...path,
    };
  }
  if (declared) {
    return { effect: 'state-lost', reason: `${resumed} starts EMPTY: upgrade_mode is stateless.`, ...path };
  }
  if (mode === 'stateless') {
    const kept =
      from === undefined
        ? ''
        : ` Its last checkpoint was ${from}: to start from there give savepoint_redeploy_nonce a new value and initial_savepoint_path that path.`;
    return {
      effect: 'state-lost',
      reason: `${resumed} starts EMPTY: it was suspended when upgrade_mode was stateless, and the operator keeps to that.${kept}`,
      guard: 'allowStateLoss',
      ...path,
    };
  }
  const kept = kind === 'application' && (from === lastStatePath || mode === 'last-state');
  if (kept && !isHighlyAvailable(planned)) {
    return {
      effect: 'refused',
      reason: `Job ${name} cannot be resumed without high availability, which alone knows its last checkpoint. Resume it first.`,
      ...path,
    };
  }
  if (from !== undefined && digest?.state === 'FINISHED' && isCheckpoint(from) && !kept) {
    return {
      effect: 'refused',
      reason: `${resumed} FAILS: it had FINISHED before it was suspended, and Flink has deleted its last checkpoint. ${waysOut}`,
      ...path,
    };
  }
  if (from === undefined) {
    const point = mode === 'last-state' ? 'its last checkpoint' : 'the savepoint that it was stopped with';
    const effect = mode === 'last-state' ? 'restart-from-checkpoint' : 'restart-from-savepoint';
    return { effect, reason: `${resumed} starts from ${point}.`, ...path };
  }
  const effect = isCheckpoint(from) ? 'restart-from-checkpoint' : 'restart-from-savepoint';
  return { effect, reason: `${resumed} starts from ${describePoint(from)}.`, ...path };
}
