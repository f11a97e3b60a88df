import { describe, expect, it } from 'vitest';
import type { Simulation } from './testing/simulation.ts';
import { program, useSimulation } from './testing/use-simulation.ts';

/** The operator is killed at every point where it has or has not yet done something, and another one goes on. */

const simulation = useSimulation();

class Killed extends Error {}

/** Settles with an operator that is killed at its nth effect. Answers whether it came that far. */
async function settleWithCrash(job: Simulation, nth: number): Promise<boolean> {
  let effects = 0;
  const mayDie = () => {
    effects += 1;
    if (effects === nth) throw new Killed();
  };
  job.onWrite = mayDie;
  job.flink.onCall = mayDie;
  try {
    await job.settle();
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  } finally {
    job.onWrite = undefined;
    job.flink.onCall = undefined;
    job.restartOperator();
    // Time passes until somebody else looks.
    job.flink.tick();
    await job.settle();
  }
}

/** Runs a scenario once for each point at which the operator can be killed. */
async function killEverywhere(
  prepare: (job: Simulation) => Promise<void>,
  check: (job: Simulation, nth: number) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth += 1) {
    const job = await simulation.open();
    await prepare(job);
    const died = await settleWithCrash(job, nth);
    await check(job, nth);
    if (!died) return nth - 1;
  }
}

const alive = (job: Simulation) =>
  [...job.flink.jobs.values()].filter(({ state }) => state === 'RUNNING' || state === 'CREATED');

const deployed =
  (upgradeMode: 'savepoint' | 'last-state' | 'stateless', then: (job: Simulation) => Promise<void>) =>
  async (job: Simulation) => {
    await job.create({ ...program, upgradeMode });
    await job.settle();
    await then(job);
  };

describe('an operator that is killed', () => {
  it('while it starts a job submits it once', async () => {
    const points = await killEverywhere(
      (job) => job.create(program),
      async (job, nth) => {
        expect([...job.flink.jobs.values()], `point ${nth}`).toHaveLength(1);
        expect(await job.standing()).toMatchObject({
          state: 'RUNNING',
          lifecycle: 'STABLE',
          observedGeneration: 1,
        });
      },
    );
    expect(points).toBeGreaterThan(8);
  });

  it('while it upgrades with a savepoint takes one savepoint and starts one job from it', async () => {
    const points = await killEverywhere(
      deployed('savepoint', (job) => job.change({ args: ['runs', '2'] })),
      async (job, nth) => {
        expect([...job.flink.jobs.values()], `point ${nth}`).toHaveLength(2);
        expect(alive(job).map(({ request }) => [request.args, request.savepointPath])).toEqual([
          [['runs', '2'], 'file:/sp/savepoint-1'],
        ]);
        expect(await job.standing()).toEqual({
          state: 'RUNNING',
          lifecycle: 'STABLE',
          reconciliation: 'DEPLOYED',
          observedGeneration: 2,
          recorded: 'running savepoint runs 2',
          savepoint: 'file:/sp/savepoint-1',
          error: undefined,
        });
      },
    );
    expect(points).toBeGreaterThan(10);
  });

  it('while it upgrades with last-state starts one job from the last checkpoint', async () => {
    await killEverywhere(
      deployed('last-state', (job) => job.change({ args: ['runs', '2'] })),
      async (job, nth) => {
        expect([...job.flink.jobs.values()], `point ${nth}`).toHaveLength(2);
        expect(alive(job).map(({ request }) => request.savepointPath)).toEqual([
          expect.stringMatching(/^file:\/cp\/\w+\/chk-1$/),
        ]);
        expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 2 });
      },
    );
  });

  it('while it suspends and resumes keeps the savepoint', async () => {
    await killEverywhere(
      deployed('savepoint', async (job) => {
        await job.change({ state: 'suspended' });
        await job.settle();
        await job.change({ state: 'running' });
      }),
      async (job, nth) => {
        expect(
          alive(job).map(({ request }) => request.savepointPath),
          `point ${nth}`,
        ).toEqual(['file:/sp/savepoint-1']);
        expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
      },
    );
  });

  it('while it suspends ends suspended', async () => {
    await killEverywhere(
      deployed('savepoint', (job) => job.change({ state: 'suspended' })),
      async (job, nth) => {
        expect(alive(job), `point ${nth}`).toEqual([]);
        expect(await job.standing()).toMatchObject({
          lifecycle: 'SUSPENDED',
          savepoint: 'file:/sp/savepoint-1',
        });
      },
    );
  });

  it('while it deploys from another savepoint leaves nothing of the old job', async () => {
    await killEverywhere(
      deployed('savepoint', async (job) => {
        job.flink.files.add('file:/sp/other');
        await job.change({ savepointRedeployNonce: 1, initialSavepointPath: 'file:/sp/other' });
      }),
      async (job, nth) => {
        expect(
          alive(job).map(({ request }) => request.savepointPath),
          `point ${nth}`,
        ).toEqual(['file:/sp/other']);
      },
    );
  });

  it.each([
    ['', {}],
    [' with a savepoint', { 'kubernetes.operator.job.savepoint-on-deletion': 'true' }],
  ])('while it deletes%s leaves neither job nor resource', async (_, options: Record<string, string>) => {
    await killEverywhere(
      async (job) => {
        await job.create({ ...program, upgradeMode: 'savepoint' }, options);
        await job.settle();
        await job.remove();
      },
      async (job, nth) => {
        expect(alive(job), `point ${nth}`).toEqual([]);
        expect(await job.resource()).toBeUndefined();
      },
    );
  });
});
