import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../e2e/commands.ts';
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
  let project: ParityProject;
  let verdicts: Readonly<Record<string, PlannedVerdict>> = {};
  let output = '';
  let before: Awaited<ReturnType<typeof readLive>> = new Map();

  beforeAll(async () => {
    place = world.place(group);
    project = await createParityProject(`parity-${group}`, place);
    const created = await project.plan(byName(scenarios, 'before'));
    expect(created.result.code, created.result.output).toBe(0);
    const first = await project.apply();
    expect(first.code, first.output).toBe(0);
    before = await readLive(place, group);
    const planned = await project.plan(byName(scenarios, 'after'));
    expect(planned.result.code, planned.result.output).toBe(0);
    verdicts = planned.verdicts;
    const changed = await project.apply();
    output = changed.output;
    const expected = scenarios.map(inWorld);
    if (expected.some(({ fails }) => fails !== undefined)) expect(changed.code, output).toBe(1);
    else if (!expected.some(({ mayFail }) => mayFail)) expect(changed.code, output).toBe(0);
  }, 900_000);
  afterAll(async () => {
    const result = await project?.remove();
    expect(result?.code ?? 0, result?.output).toBe(0);
  }, 300_000);

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))(
    '%s',
    async (_title, scenario) => {
      const { object, verdict, fails, end } = inWorld(scenario);
      const [, name = ''] = object.split('/');
      expect(verdicts[object]).toMatchObject({ verdict });
      if (fails !== undefined) expect(output).toMatch(new RegExp(fails));
      const wanted = expectedEnd(end);
      let last: End = {};
      const live = before.get(name);
      const see = async () => {
        last = await observe(place, group, name, live);
        return last;
      };
      await eventually(see, (end) => matches(end, wanted), endWithinMs).catch(() => undefined);
      expect(last).toMatchObject(wanted);
    },
    180_000,
  );
});

/** As it is expected in the world that the test runs in. */
function inWorld({ object, verdict, differences, ...scenario }: Scenario) {
  const difference = world.name === 'embedded' ? undefined : differences?.[world.name];
  const mayFail = difference?.mayFail === true;
  return {
    object,
    verdict,
    fails: mayFail ? undefined : scenario.fails,
    mayFail,
    end: { ...scenario.end, ...difference?.end },
  };
}

function byName(scenarios: readonly Scenario[], which: 'before' | 'after'): Record<string, string> {
  return Object.fromEntries(scenarios.map((scenario) => [scenario.name, scenario[which]]));
}

function expectedEnd({ error, ...rest }: End): End {
  return typeof error === 'string' ? { ...rest, error: expect.stringMatching(error) as unknown } : rest;
}

function matches(end: End, wanted: End): boolean {
  try {
    expect(end).toMatchObject(wanted);
    return true;
  } catch {
    return false;
  }
}
