import { cpus, loadavg } from 'node:os';
import { type Figure, printFigures } from '../figures.ts';
import { appliedOf, measureManyJobs } from './many-jobs.ts';
import { measureRealFlink } from './real-flink.ts';

export type Keep = (figure: string, value: number) => void;

const figuresOf = (jobs: number): readonly Figure[] => [
  { name: 'plan that changes nothing (s)', digits: 1 },
  { name: 'plan that changes all jobs (s)', digits: 1 },
  { name: '  by the plan that changes nothing', digits: 2, most: 2 },
  { name: '  as sdp plan, with its table (s)', digits: 1 },
  ...appliedOf(jobs).flatMap((count): Figure[] => [
    { name: `apply with ${count} rollouts (s)`, digits: 1 },
    { name: `  API requests of ${count}`, digits: 0 },
    // The feed that all share, and a look at the engine every second.
    { name: `  reads for waiting, ${count}`, digits: 0, most: 50 },
  ]),
  { name: 'checkpoint to end of rollout (s)', digits: 1, most: 2 },
  { name: 'first failure to report (s)', digits: 1, most: 10 },
];

/** Measures what is named, or everything, and prints medians. */
export async function measure(jobs: number, rounds: number, named: readonly string[]): Promise<void> {
  const results = new Map<string, number[]>();
  const keep: Keep = (figure, value) => {
    results.set(figure, [...(results.get(figure) ?? []), value]);
    console.error(`${figure.trim()} ${value.toFixed(2)}, load ${loadavg()[0]?.toFixed(1)}`);
  };
  const wanted = (name: string) => named.length === 0 || named.includes(name);
  if (wanted('plan') || wanted('requests')) await measureManyJobs(jobs, rounds, wanted, keep);
  if (wanted('healthy') || wanted('dies')) await measureRealFlink(rounds, wanted, keep);
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${jobs} jobs, ${rounds} rounds, load ${loadavg()[0]?.toFixed(1)}`,
  );
  const measured = figuresOf(jobs).filter(({ name }) => results.has(name));
  printFigures(measured, ['sdp'], new Map([['sdp', results]]));
}
