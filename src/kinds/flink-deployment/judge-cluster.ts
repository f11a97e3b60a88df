import { type Configuration, isHighlyAvailable } from '../flink-job/configuration.ts';
import { capitalized, describeCause, isMetadata, joinWords, pathOf } from '../flink-job/describe-change.ts';
import { type FieldRules, ruleOf } from '../flink-job/field-rules.ts';
import type { JobSpec } from '../flink-job/spec.ts';
import type { SpecChange } from '../reconciled-spec.ts';
import type { Verdict } from '../verdict.ts';

/** A session job as far as a change of its cluster matters to it. */
export interface ClusterJob {
  readonly name: string;
  readonly upgradeMode: NonNullable<JobSpec['upgradeMode']>;
  /** `ended`: nothing runs, and what it starts from does not depend on the cluster. */
  readonly state: 'runs' | 'finished' | 'ended';
  /** It runs and has none that high availability could bring it back from. Absent where that is not known, or no matter. */
  readonly checkpoint?: 'none' | undefined;
}

export interface ClusterChange {
  readonly name: string;
  /** What the JobManager runs with, and shall. */
  readonly running: Configuration;
  readonly planned: Configuration;
  /** TaskManagers come and go without a restart (standalone, reactive). */
  readonly reactive: boolean;
  readonly rules: FieldRules;
  readonly changes: readonly SpecChange[];
  /** The restart nonce that was carried out. */
  readonly restartNonce: number | undefined;
  /** Undefined: nobody knows. */
  readonly jobs: readonly ClusterJob[] | undefined;
}

/** A changed session cluster: all of its processes are replaced at once, and no job is stopped with a savepoint (recorded). */
export function judgeCluster(change: ClusterChange): readonly Verdict[] {
  const { name, rules, reactive, restartNonce } = change;
  const own = change.changes.filter((one) => !isMetadata(one));
  const ruled = own.map((one) => ({ one, rule: ruleOf(rules, one.path) ?? 'upgrade' }));
  const isDone = ({ after }: SpecChange) => (after ?? null) === null || after === restartNonce;
  const quiet = ruled.filter(
    ({ one, rule }) =>
      rule === 'later' ||
      rule === 'at-once' ||
      rule === 'creation' ||
      (rule === 'scale' && reactive) ||
      (rule === 'restart-nonce' && isDone(one)),
  );
  const restarting = ruled.filter((each) => !quiet.includes(each)).map(({ one }) => one);
  if (restarting.length > 0) return judgeRestart(change, restarting);
  const pick = (...names: readonly string[]) =>
    quiet.filter(({ rule }) => names.includes(rule)).map(({ one }) => one);
  const [later, atOnce] = [pick('later', 'creation', 'restart-nonce'), pick('at-once', 'scale')];
  const verdicts: Verdict[] = [];
  if (later.length > 0) {
    verdicts.push({
      effect: 'ignored',
      reason: `${capitalized(describeCause(later))} changed alone: cluster ${name} goes on as it is, and goes by it from its next restart.`,
      ...pathOf(later),
    });
  }
  if (atOnce.length > 0) {
    verdicts.push({
      effect: 'in-place',
      reason: `${capitalized(describeCause(atOnce))} changed: it holds at once, and cluster ${name} goes on.`,
      ...pathOf(atOnce),
    });
  }
  if (verdicts.length > 0) return verdicts;
  return [{ effect: 'in-place', reason: `Only labels or annotations of ${name} change: nothing restarts.` }];
}

function judgeRestart(
  { name, running, planned, jobs }: ClusterChange,
  causes: readonly SpecChange[],
): readonly Verdict[] {
  const start = `${capitalized(describeCause(causes))} changed: cluster ${name} is started anew`;
  const path = pathOf(causes);
  const sameFlink = !causes.some(({ path: changed }) => changed === 'flinkVersion');
  const isAvailable = isHighlyAvailable(running) && isHighlyAvailable(planned);
  const highlyAvailable = isAvailable && sameFlink;
  // In its data are jobs as the version that ran them writes them.
  const without = isAvailable
    ? 'on another Flink version, which does not read what high availability keeps of jobs'
    : 'without high availability';
  if (jobs === undefined) {
    const fate = highlyAvailable
      ? 'jobs that run on it go on from their last checkpoints'
      : `${without}${isAvailable ? ',' : ''} jobs that run on it are lost`;
    return [
      {
        effect: highlyAvailable ? 'restart-from-checkpoint' : 'restart',
        reason: `${start}; ${fate}.`,
        ...path,
      },
    ];
  }
  const verdicts: Verdict[] = [];
  const busy = jobs.filter(({ state }) => state === 'runs');
  const [stateless, stateful] = [true, false].map((wanted) =>
    busy.filter(({ upgradeMode }) => (upgradeMode === 'stateless') === wanted),
  ) as [ClusterJob[], ClusterJob[]];
  if (busy.length === 0)
    verdicts.push({ effect: 'restart', reason: `${start}. No job runs on it.`, ...path });
  else if (highlyAvailable) {
    const [restored, young] = [false, true].map((wanted) =>
      busy.filter(({ checkpoint }) => (checkpoint === 'none') === wanted),
    ) as [ClusterJob[], ClusterJob[]];
    if (restored.length > 0) {
      verdicts.push({
        effect: 'restart-from-checkpoint',
        reason: `${start}; high availability brings back ${namesOf(restored)} from ${restored.length === 1 ? 'its last checkpoint' : 'their last checkpoints'}.`,
        ...path,
      });
    }
    if (young.length > 0) {
      const declared = young.every(({ upgradeMode }) => upgradeMode === 'stateless');
      verdicts.push({
        effect: 'state-lost',
        reason: `${start}: ${namesOf(young)} ${young.length === 1 ? 'starts' : 'start'} again EMPTY, without a checkpoint yet.`,
        ...(!declared && { guard: 'allowStateLoss' as const }),
        ...path,
      });
    }
  } else {
    if (stateful.length > 0) {
      verdicts.push({
        effect: 'state-lost',
        reason: `${start} ${without}: ${namesOf(stateful)} ${stateful.length === 1 ? 'ends' : 'end'} in "Job Not Found" and no change brings ${stateful.length === 1 ? 'it' : 'them'} back. Suspend ${stateful.length === 1 ? 'it' : 'them'} first (state = "suspended"), and apply before.`,
        guard: 'allowStateLoss',
        ...path,
      });
    }
    if (stateless.length > 0) {
      verdicts.push({
        effect: 'state-lost',
        reason: `${start}: ${namesOf(stateless)} ${stateless.length === 1 ? 'starts' : 'start'} again EMPTY, as upgrade_mode is stateless.`,
        ...path,
      });
    }
  }
  return [...verdicts, ...judgeFinished(jobs, highlyAvailable, path)];
}

/** Recorded: a new JobManager knows nothing of jobs that have ended. */
function judgeFinished(
  jobs: readonly ClusterJob[],
  highlyAvailable: boolean,
  path: ReturnType<typeof pathOf>,
): readonly Verdict[] {
  const finished = jobs.filter(({ state }) => state === 'finished');
  const again = finished.filter(({ upgradeMode }) => upgradeMode === 'stateless');
  const lost = finished.filter(({ upgradeMode }) => upgradeMode !== 'stateless');
  const verdicts: Verdict[] = [];
  if (again.length > 0) {
    verdicts.push({
      effect: 'reprocessed',
      reason: `${capitalized(namesOf(again))} had FINISHED and ${again.length === 1 ? 'runs' : 'run'} a second time${highlyAvailable ? ', in spite of high availability' : ''}.`,
      ...path,
    });
  }
  if (lost.length > 0) {
    verdicts.push({
      effect: 'in-place',
      reason: `${capitalized(namesOf(lost))} had FINISHED, and ${lost.length === 1 ? 'shows' : 'show'} as RECONCILING, "Job Not Found", from then on.`,
      ...path,
    });
  }
  return verdicts;
}

/** Recorded: a session cluster waits for its jobs to be deleted, unless it is told not to. */
export function judgeClusterDeletion(
  name: string,
  running: Configuration,
  jobs: readonly ClusterJob[] | undefined,
): readonly Verdict[] {
  const waits = running['kubernetes.operator.session.deletion.block-on-session-jobs'] !== 'false';
  if (jobs === undefined || jobs.length === 0) {
    return [
      {
        effect: 'stop',
        reason: `Cluster ${name} is deleted.${jobs === undefined ? ' It waits for its session jobs to be deleted.' : ''}`,
      },
    ];
  }
  if (waits) {
    return [
      {
        effect: 'stop',
        reason: `Cluster ${name} is deleted, and goes on until its ${jobs.length === 1 ? 'session job' : 'session jobs'} ${joinWords(jobs.map((job) => job.name))} ${jobs.length === 1 ? 'is' : 'are'} deleted, too.`,
      },
    ];
  }
  const stateful = jobs.filter(({ state, upgradeMode }) => state === 'runs' && upgradeMode !== 'stateless');
  if (stateful.length === 0)
    return [{ effect: 'stop', reason: `Cluster ${name} is deleted under ${namesOf(jobs)}.` }];
  return [
    {
      effect: 'state-lost',
      reason: `Cluster ${name} is deleted under ${namesOf(stateful)}, and what high availability keeps with it: block-on-session-jobs is "false".`,
      guard: 'allowStateLoss',
    },
  ];
}

function namesOf(jobs: readonly ClusterJob[]): string {
  return `${jobs.length === 1 ? 'job' : 'jobs'} ${joinWords(jobs.map(({ name }) => name))}`;
}
