import { cpus, loadavg } from 'node:os';
import { type Figure, printFigures } from '../figures.ts';
import { measureManyJobs } from './many-jobs.ts';
import { measureRealFlink } from './real-flink.ts';

export type Keep = (figure: string, value: number) => void;

const figures: readonly Figure[] = [
  { name: 'plan that changes nothing (s)', digits: 1 },
  { name: 'plan that changes 300 jobs (s)', digits: 1 },
  { name: '  by the plan that changes nothing', digits: 2, most: 2 },
  { name: '  as sdp plan, with its table (s)', digits: 1 },
  { name: 'apply of 1 rollouts (s)', digits: 1 },
  { name: '  API requests, 1 rollouts', digits: 0 },
  { name: '  of them for waiting, 1 rollouts', digits: 0, most: 10 },
  { name: 'apply of 50 rollouts (s)', digits: 1 },
  { name: '  API requests, 50 rollouts', digits: 0 },
  { name: '  of them for waiting, 50 rollouts', digits: 0, most: 10 },
  { name: 'apply of 300 rollouts (s)', digits: 1 },
  { name: '  API requests, 300 rollouts', digits: 0 },
  { name: '  of them for waiting, 300 rollouts', digits: 0, most: 10 },
  { name: 'checkpoint to end of rollout (s)', digits: 1, most: 2 },
  { name: 'first failure to report (s)', digits: 1, most: 10 },
];

/** Measures what is named, or everything, and prints medians. */
export async function measure(rounds: number, named: readonly string[]): Promise<void> {
  const results = new Map<string, number[]>();
  const keep: Keep = (figure, value) => {
    results.set(figure, [...(results.get(figure) ?? []), value]);
    console.error(`${figure.trim()} ${value.toFixed(2)}, load ${loadavg()[0]?.toFixed(1)}`);
  };
  const wanted = (name: string) => named.length === 0 || named.includes(name);
  if (wanted('plan') || wanted('requests')) await measureManyJobs(rounds, wanted, keep);
  if (wanted('healthy') || wanted('dies')) await measureRealFlink(rounds, wanted, keep);
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${rounds} rounds, load ${loadavg()[0]?.toFixed(1)}`,
  );
  const measured = figures.filter(({ name }) => results.has(name));
  printFigures(measured, ['sdp'], new Map([['sdp', results]]));
}
