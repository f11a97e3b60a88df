import { expect, it } from 'vitest';
import { runScenario } from '../faults/scenario.ts';
import { everyStepOnce } from '../faults/steps.ts';

const seed = Number(process.env.SDP_FAULTS_SEED ?? Math.floor(Math.random() * 2 ** 31));

it(`loses and doubles nothing while processes are killed and the job is upgraded (SDP_FAULTS_SEED=${seed})`, async () => {
  const { total, mistakes, kills } = await runScenario({
    seed,
    recordsPerSecond: 400,
    steps: everyStepOnce,
    report: (line) => console.log(line),
  });
  expect(mistakes).toEqual([]);
  expect(total).toBeGreaterThan(10_000);
  // The daemon by itself: absences included.
  expect(kills.daemon).toBeGreaterThanOrEqual(3);
  // Three minutes on a machine with nothing else to do.
}, 900_000);
