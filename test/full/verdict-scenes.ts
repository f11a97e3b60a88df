import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Effect } from '../../src/kinds/verdict.ts';
import { eventually, type PlatformCommands } from '../e2e/commands.ts';
import type { PlannedVerdict, SqlProject } from '../e2e/sql-project.ts';
import { fallsBackTo, readHistories } from './counting-jobs.ts';

/** What becomes of a job, seen from its numbers. */
export interface Ending {
  /** Whether Flink's job is the one that ran before. */
  readonly job: 'same' | 'other';
  /** As `fallsBackTo` has it, once all numbers are counted. */
  readonly falls: readonly number[];
  /** It counts nothing of what comes after the change. */
  readonly stops?: true;
  /** What the counts are called, where it is not the job's name. */
  readonly counts?: string;
  /** Job's state as its status has it, where it is not RUNNING. */
  readonly state?: string;
}

/** A change of one object, side by side with others. */
export interface Change {
  /** The rule that it shows. */
  readonly title: string;
  /** `FlinkSessionJob/orders` */
  readonly object: string;
  /** Its name from now on, where it is another. */
  readonly renamed?: string;
  /** Its HCL from now on; undefined where it is deleted. Asked with false it has no guard. */
  readonly to: (allowed: boolean) => string | undefined;
  /** Without the guard it is an error at plan. */
  readonly guarded?: true;
  /** Null: a deletion, of which no plan has an attribute. */
  readonly verdict: Effect | null;
  readonly says?: RegExp;
  /** In the output of the plan. */
  readonly warns?: RegExp;
  /** By job. */
  readonly ends: Readonly<Record<string, Ending>>;
}

interface LiveJob {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly generation: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status: {
    readonly error?: string;
    readonly jobStatus?: {
      readonly jobId?: string;
      readonly state?: string;
      readonly upgradeSavepointPath?: string;
    };
  };
}

export interface Scene {
  readonly platform: PlatformCommands;
  /** Of the project. */
  readonly name: string;
  readonly project: () => SqlProject;
  /** HCL by object. Changes are made to it. */
  readonly declared: Map<string, string>;
  /** How many numbers were sent, a third of them of each remainder. */
  sent: number;
}

export async function liveJobs({ platform }: Scene): Promise<ReadonlyMap<string, LiveJob>> {
  const { items } = await platform.getJson<{ items: readonly LiveJob[] }>([
    'flinksessionjobs,flinkdeployments',
  ]);
  return new Map(items.map((item) => [item.metadata.name, item]));
}

/** Sends 30 more numbers, ten of each remainder. */
export async function sendMore(scene: Scene): Promise<void> {
  await scene.project().sendNumbers(`${scene.name}-numbers`, scene.sent, scene.sent + 30);
  scene.sent += 30;
}

/** Waits until the jobs have counted all numbers, or so many of each remainder. */
export async function untilCounted(scene: Scene, names: readonly string[], count = scene.sent / 3) {
  return eventually(
    () => readHistories(scene.platform, scene.name),
    (histories) => names.every((name) => histories[name]?.at(-1) === count),
    90_000,
  );
}

/** Checkpoints every second: the last ones have all that was counted, and nothing of it is counted twice. */
export const untilCheckpointed = () => sleep(3_000);

/** Deletes what Terraform would not without guards, and then all else. */
export async function endScene(scene: Scene): Promise<void> {
  const live = [...(await liveJobs(scene)).values()].filter(
    ({ metadata }) => metadata.annotations?.['sdp.internal/project'] === scene.name,
  );
  for (const kind of ['FlinkSessionJob', 'FlinkDeployment']) {
    const names = live.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
    if (names.length > 0)
      await scene.platform.kubectl(['delete', kind, ...names, '--timeout=120s', '--ignore-not-found']);
  }
  await scene.project().remove();
}

const generations = (live: ReadonlyMap<string, LiveJob>) =>
  [...live].map(([name, { metadata }]) => `${name} ${metadata.generation}`);

/**
 * Plans the changes together, first without their guards; applies the plan; sends more numbers, and looks at each object.
 * `fails`: what the apply says of those that cannot come up.
 */
export function describeChanges(
  what: string,
  scene: Scene,
  changes: readonly Change[],
  { fails }: { readonly fails?: readonly RegExp[] } = {},
): void {
  describe(what, () => {
    let rows: Readonly<Record<string, PlannedVerdict>> = {};
    let before: ReadonlyMap<string, LiveJob> = new Map();
    let after = before;
    const guarded = changes.filter((change) => change.guarded);

    const change = (allowed: boolean) => {
      const texts = new Map(scene.declared);
      for (const { object, to } of changes) {
        const text = to(allowed);
        if (text === undefined) texts.delete(object);
        else texts.set(object, text);
      }
      return texts;
    };

    beforeAll(async () => {
      await untilCheckpointed();
      before = await liveJobs(scene);
    });

    if (guarded.length > 0) {
      it('is an error at plan where state would be lost that was to be kept, and nothing is written', async () => {
        const { code, output } = await scene.project().apply(...change(false).values());
        expect(code).toBe(1);
        for (const { object, says } of guarded) {
          expect(output).toMatch(new RegExp(`Error: \\w+ \\S+\\b${object.split('/')[1]}\\S*: state-lost`));
          if (says !== undefined) expect(output).toMatch(says);
        }
        expect(output.match(/Error: /g)).toHaveLength(guarded.length);
        expect(generations(await liveJobs(scene))).toEqual(generations(before));
      });
    }

    it('is planned with its verdicts, and applied', async () => {
      const texts = change(true);
      const planned = await scene.project().verdicts(...texts.values());
      expect(planned.code, planned.output).toBe(0);
      ({ rows } = planned);
      for (const { warns = /./ } of changes) expect(planned.output).toMatch(warns);
      const applied = await scene.project().applyPlan();
      scene.declared.clear();
      for (const [object, text] of texts) scene.declared.set(object, text);
      await sendMore(scene);
      expect(applied.code, applied.output).toBe(fails === undefined ? 0 : 1);
      for (const says of fails ?? []) expect(applied.output).toMatch(says);
    }, 400_000);

    describe('and afterwards', () => {
      let histories: Readonly<Record<string, readonly number[]>>;
      beforeAll(async () => {
        const counting = changes.flatMap(({ ends }) =>
          Object.entries(ends).flatMap(([name, { stops, counts = name }]) => (stops ? [] : [counts])),
        );
        // Which of them did not is told by its own test.
        histories = await untilCounted(scene, counting).catch(() =>
          readHistories(scene.platform, scene.name),
        );
        after = await liveJobs(scene);
      });

      it.each(changes.map((each) => [each.title, each] as const))('%s', (_title, each) => {
        const { object, renamed = object, verdict, says, ends } = each;
        expect(rows[renamed]).toMatchObject({
          verdict,
          ...(verdict !== null && { reason: expect.stringMatching(says ?? /./) as string }),
        });
        for (const [name, { job, falls, stops, counts = name, state = 'RUNNING' }] of Object.entries(ends)) {
          const history = histories[counts] ?? [];
          expect(fallsBackTo(history), name).toEqual(falls);
          if (stops) expect(history.at(-1)).toBeLessThan(scene.sent / 3);
          else expect(history.at(-1), name).toBe(scene.sent / 3);
          const [old, now] = [before, after].map((live) => live.get(name)?.status.jobStatus);
          if (now !== undefined || !stops) expect(now?.state, name).toBe(state);
          if (job === 'same') expect(now?.jobId).toBe(old?.jobId);
          else expect(now?.jobId).not.toBe(old?.jobId);
        }
      });
    });
  });
}
