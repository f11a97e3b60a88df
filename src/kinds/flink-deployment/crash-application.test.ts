import { describe, expect, it } from 'vitest';
import type { ApplicationSimulation } from './testing/simulation.ts';
import { program, useApplicationSimulation } from './testing/use-simulation.ts';

/** The operator is killed at every point where it has or has not yet done something, and another one goes on. */

const simulation = useApplicationSimulation();

class Killed extends Error {}

/** Settles with an operator that is killed at its nth effect. Answers whether it came that far. */
async function settleWithCrash(app: ApplicationSimulation, nth: number): Promise<boolean> {
  let effects = 0;
  const mayDie = () => {
    effects += 1;
    if (effects === nth) throw new Killed();
  };
  app.onWrite = mayDie;
  app.flink.onCall = mayDie;
  try {
    await app.settle();
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  } finally {
    app.onWrite = undefined;
    app.flink.onCall = undefined;
    app.restartOperator();
    await app.settle();
  }
}

/** Runs a scenario once for each point at which the operator can be killed. Answers how many there are. */
async function killEverywhere(
  prepare: (app: ApplicationSimulation) => Promise<void>,
  check: (app: ApplicationSimulation, nth: number) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth += 1) {
    const app = await simulation.open();
    await prepare(app);
    const died = await settleWithCrash(app, nth);
    await check(app, nth);
    if (!died) return nth - 1;
  }
}

const startsOf = (app: ApplicationSimulation) => app.log.filter((line) => line.startsWith('START'));

describe('an operator that is killed', () => {
  it('while it deploys starts one application', { timeout: 120_000 }, async () => {
    const points = await killEverywhere(
      (app) => app.create({ ...program, upgradeMode: 'savepoint' }),
      async (app, nth) => {
        expect(startsOf(app), `point ${nth}`).toEqual(['START runs']);
        expect(await app.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'STABLE' });
      },
    );
    expect(points).toBeGreaterThan(10);
  });

  it.each([
    ['a savepoint', 'savepoint', false, 'START runs 2 from file:/sp/savepoint-1'],
    ['last-state and high availability', 'last-state', true, 'START runs 2 from file:/cp/ID/chk-1'],
  ] as const)(
    'while it upgrades with %s starts the new program once, with the state',
    { timeout: 240_000 },
    async (_what, upgradeMode, highlyAvailable, start) => {
      const points = await killEverywhere(
        async (app) => {
          app.highlyAvailable = highlyAvailable;
          await app.create({ ...program, upgradeMode });
          await app.settle();
          await app.change({ args: ['runs', '2'] });
        },
        async (app, nth) => {
          const starts = startsOf(app).map((line) => line.replace(/[0-9a-f]{32}/, 'ID'));
          expect(starts, `point ${nth}`).toEqual(['START runs', start]);
          expect(await app.standing()).toMatchObject({
            state: 'RUNNING',
            lifecycle: 'STABLE',
            observedGeneration: 2,
          });
        },
      );
      expect(points).toBeGreaterThan(10);
    },
  );
});
