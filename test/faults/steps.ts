import type { Random } from './random.ts';
import type { Fault, Step, Upgrade } from './scenario.ts';

const upgrades: readonly [Upgrade, ...Upgrade[]] = ['parallelism', 'script', 'suspend and resume'];
const faults: readonly [Fault, ...Fault[]] = ['daemon', 'Kafka', 'JobManager', 'TaskManager', 'everything'];

/** Each fault and each upgrade once, in an order that the seed decides, and both absences of the daemon. */
export function everyStepOnce(random: Random): readonly Step[] {
  const steps: Step[] = [
    ...faults.map((victim): Step => ({ do: 'kill', victim, absentMs: random.between(0, 3_000) })),
    ...upgrades.map((upgrade): Step => anUpgrade(random, upgrade)),
  ];
  return [
    { do: 'leave-unnoticed', absentMs: 5_000 },
    ...random.shuffle([...steps, { do: 'leave-long', absentMs: 40_000 } as const]),
  ];
}

/** Whatever comes, until the time is over. */
export function* stepsUntil(deadline: number, random: Random): Iterable<Step> {
  while (Date.now() < deadline) yield aStep(random);
}

function aStep(random: Random): Step {
  const kind = random.between(0, 100);
  if (kind < 40) {
    return { do: 'kill', victim: random.pick(faults), absentMs: random.between(0, 8_000) };
  }
  if (kind < 80) return anUpgrade(random, random.pick(upgrades));
  if (kind < 88) return { do: 'leave-unnoticed', absentMs: 5_000 };
  if (kind < 94) return { do: 'restart-platform' };
  return { do: 'leave-long', absentMs: random.between(30_000, 75_000) };
}

function anUpgrade(random: Random, upgrade: Upgrade): Step {
  if (random.chance(0.4)) return { do: 'upgrade', upgrade };
  const during = { victim: random.pick(faults), afterMs: random.between(0, 6_000) };
  return { do: 'upgrade', upgrade, during };
}
