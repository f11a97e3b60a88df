import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { runScenario } from './scenario.ts';
import { stepsUntil } from './steps.ts';

/** `npm run soak -- --minutes 30 --seed N`: faults and upgrades at random for so long, then whether all of it came out once. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const deadline = Date.now() + Number(values.minutes) * 60_000;
const outcome = await runScenario({
  seed,
  recordsPerSecond: 400,
  steps: (random) => stepsUntil(deadline, random),
  report: (line) => console.log(`${line}   load ${loadavg()[0]?.toFixed(1)}`),
});

console.log(`numbers              ${outcome.total}`);
for (const [fault, times] of Object.entries(outcome.kills))
  console.log(`kill -9 ${fault.padEnd(13)}${times}`);
for (const [upgrade, times] of Object.entries(outcome.upgrades)) console.log(`${upgrade.padEnd(21)}${times}`);
console.log(`applies repeated     ${outcome.repeatedApplies}`);
console.log(
  outcome.mistakes.length === 0
    ? 'Every number once, every sum right.'
    : `Wrong:\n${outcome.mistakes.join('\n')}\nRepeat with --seed ${seed}.`,
);
process.exitCode = outcome.mistakes.length === 0 ? 0 : 1;
