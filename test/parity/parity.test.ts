import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { Result } from '../e2e/commands.ts';
import type { PlannedVerdict } from '../e2e/sql-project.ts';
import { type End, observe, readLive } from './observe.ts';
import { createParityProject, type ParityProject } from './project.ts';
import { readScenarios, type Scenario } from './scenarios.ts';
import { groupsOf, openWorld, type Place, type World } from './worlds.ts';

/**
 * One folder of scenarios, wherever sdp runs: what a plan says of a change, and what then becomes of it. SDP_PARITY names
 * the world; the platform that other tests share when absent.
 */
const chosen = process.env.SDP_PARITY ?? 'embedded';
let world: World;
beforeAll(async () => {
  world = await openWorld(chosen, process.env.SDP_PARITY === undefined ? inject('dataFolder') : undefined);
}, 600_000);
afterAll(() => world?.close(), 120_000);

const isOriginal = !['embedded', 'kubernetes'].includes(chosen);
const endWithinMs = isOriginal ? 120_000 : 60_000;

describe.each(groupsOf(chosen))('%s', (group) => {
  const scenarios = readScenarios(group);
  let place: Place;
  let project: ParityProject | undefined;
  let verdicts: Readonly<Record<string, PlannedVerdict>> = {};
  let applied: Result;
  let before: Awaited<ReturnType<typeof readLive>> = new Map();

  beforeAll(async () => {
    place = world.place(group);
    project = await createParityProject(`parity-${group}`, place);
    await project.plan(byName(scenarios, 'before'));
    await project.applied();
    before = await readLive(place, group);
    verdicts = await project.plan(byName(scenarios, 'after'));
    applied = await project.apply();
  }, 900_000);
  afterAll(() => project?.remove(), 300_000);

  it('are changed by one apply, which fails where one of them does', () => {
    const expected = scenarios.map(inWorld);
    const codes = expected.some(({ fails }) => fails !== undefined) ? [1] : [0];
    if (expected.some(({ mayFail }) => mayFail)) codes.push(1);
    expect(codes, applied.output).toContain(applied.code);
  });

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    '%s',
    async (_title, scenario) => {
      const { object, verdict, fails, end } = inWorld(scenario);
      const [, name = ''] = object.split('/');
      expect(verdicts[object]).toMatchObject({ verdict });
      expect(applied.output).toMatch(new RegExp(fails ?? ''));
      const { error = '', ...rest } = end;
      await vi.waitFor(
        async () => {
          const seen = await observe(place, group, name, before.get(name));
          expect(seen).toMatchObject(rest);
          expect(String(seen['error'])).toMatch(new RegExp(String(error)));
        },
        { timeout: endWithinMs, interval: 250 },
      );
    },
    180_000,
  );
});

/** As it is expected in the world that the test runs in. */
function inWorld({ object, verdict, differences, ...scenario }: Scenario) {
  const difference = world.name === 'embedded' ? undefined : differences?.[world.name];
  const mayFail = difference?.mayFail === true;
  const end: End = { ...scenario.end, ...difference?.end };
  return { object, verdict, fails: mayFail ? undefined : scenario.fails, mayFail, end };
}

function byName(scenarios: readonly Scenario[], which: 'before' | 'after'): Record<string, string> {
  return Object.fromEntries(scenarios.map((scenario) => [scenario.name, scenario[which]]));
}
