import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, printFigures } from '../figures.ts';
import { apply, create, get, installKinds, list, type Throughput, watchLag } from './steps.ts';
import { findTargets, type RunningServer, type Target, withFolder } from './targets.ts';

interface Plan {
  readonly rounds: number;
  /** How many objects there are when lists, watches and memory are measured. */
  readonly objects: number;
}

/** The first requests of a server meet code that is not compiled yet. */
const first = 500;
const created = 2_000;
const applied = 1_000;
const read = 3_000;
const lists = 5;
const settleMs = 3_000;

const figures: readonly Figure[] = [
  { name: 'start to ready, empty (s)', digits: 2, most: 0.5 },
  { name: 'start to ready, full (s)', digits: 2, most: 0.5 },
  { name: '  processor time, full (s)', digits: 2 },
  { name: 'create, the first 500 (1/s)', digits: 0 },
  { name: 'create (1/s)', digits: 0, least: 500, leastRatio: 1 },
  { name: '  p50 (ms)', digits: 1 },
  { name: '  p99 (ms)', digits: 1 },
  { name: '  processor time of one (ms)', digits: 2 },
  { name: 'apply, new (1/s)', digits: 0 },
  { name: 'apply, unchanged (1/s)', digits: 0 },
  { name: 'get (1/s)', digits: 0 },
  { name: 'list at once (ms)', digits: 0, most: 300 },
  { name: 'list in pages (ms)', digits: 0 },
  { name: 'watch lag from sent, p50 (ms)', digits: 1 },
  { name: 'watch lag from sent, p99 (ms)', digits: 1, most: 100 },
  { name: 'watch lag from answer, p99 (ms)', digits: 1 },
  { name: 'watches that the server ended', digits: 0 },
  { name: 'memory with all kinds (MB)', digits: 0, most: 150 },
  { name: 'memory, full (MB)', digits: 0, most: 250 },
  { name: 'memory, full, after all of it (MB)', digits: 0 },
  { name: 'memory, full, started anew (MB)', digits: 0 },
];

/** By target and figure, a value of each round. */
type Results = Map<string, Map<string, number[]>>;

/** Measures every target in turns and prints the medians. */
export async function measure(plan: Plan): Promise<void> {
  const targets = findTargets();
  const results: Results = new Map(targets.map(({ name }) => [name, new Map()]));
  for (let round = 1; round <= plan.rounds; round += 1) {
    // Who goes first has the quieter or the warmer machine: it changes.
    const order = round % 2 === 0 ? targets.toReversed() : targets;
    await withFolder((folder) => runRound(order, plan, folder, results));
    console.error(`round ${round} of ${plan.rounds}, load ${loadavg()[0]?.toFixed(1)}`);
  }
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${plan.rounds} rounds, ${plan.objects} objects`,
  );
  printFigures(
    figures,
    targets.map(({ name }) => name),
    results,
  );
}

async function runRound(
  targets: readonly Target[],
  plan: Plan,
  folder: string,
  results: Results,
): Promise<void> {
  const servers = new Map<string, RunningServer>();
  const record = (target: string, figure: string, value: number): void => {
    const values = results.get(target)?.get(figure) ?? [];
    results.get(target)?.set(figure, [...values, value]);
  };
  /** One step with every server, one after the other. */
  const each = async (
    step: (server: RunningServer, keep: (figure: string, value: number) => void) => Promise<void>,
  ): Promise<void> => {
    for (const { name } of targets) {
      const server = servers.get(name);
      if (server === undefined) throw new Error(`${name} does not run`);
      await step(server, (figure, value) => record(name, figure, value)).catch((cause: unknown) => {
        throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      });
    }
  };
  const start = async (figure: string): Promise<void> => {
    for (const target of targets) {
      const server = await target.start(join(folder, target.name));
      servers.set(target.name, server);
      record(target.name, figure, server.startTime / 1000);
    }
  };
  try {
    await start('start to ready, empty (s)');
    await each(installKinds);
    await sleep(settleMs);
    await each(async (server, keep) => keep('memory with all kinds (MB)', server.memory() / 1e6));
    const throughput = (
      figure: string,
      step: (server: RunningServer) => Promise<Throughput>,
    ): Promise<void> => each(async (server, keep) => keep(figure, (await step(server)).perSecond));
    await throughput('create, the first 500 (1/s)', (server) => create(server, 'first', first));
    await each(async (server, keep) => {
      const before = server.processorTime();
      const { perSecond, times } = await create(server, 'made', created);
      keep('  processor time of one (ms)', (server.processorTime() - before) / created);
      keep('create (1/s)', perSecond);
      keep('  p50 (ms)', quantile(times, 0.5));
      keep('  p99 (ms)', quantile(times, 0.99));
    });
    await throughput('apply, new (1/s)', (server) => apply(server, 'applied', applied));
    await throughput('apply, unchanged (1/s)', (server) => apply(server, 'applied', applied));
    await throughput('get (1/s)', (server) => get(server, 'made', read));
    await each(
      async (server) => void (await create(server, 'more', plan.objects - first - created - applied)),
    );
    await sleep(settleMs);
    await each(async (server, keep) => keep('memory, full (MB)', server.memory() / 1e6));
    for (const [figure, pages] of [
      ['list at once (ms)', false],
      ['list in pages (ms)', true],
    ] as const) {
      const times = new Map<RunningServer, number[]>();
      for (let turn = 0; turn < lists; turn += 1) {
        await each(async (server) => {
          times.set(server, [...(times.get(server) ?? []), await list(server, pages, plan.objects)]);
        });
      }
      await each(async (server, keep) => keep(figure, quantile(times.get(server) ?? [], 0.5)));
    }
    await each(async (server, keep) => {
      const { fromSent, fromAcknowledged, ended } = await watchLag(server, 'made');
      keep('watch lag from sent, p50 (ms)', quantile(fromSent, 0.5));
      keep('watch lag from sent, p99 (ms)', quantile(fromSent, 0.99));
      keep('watch lag from answer, p99 (ms)', quantile(fromAcknowledged, 0.99));
      keep('watches that the server ended', ended);
    });
    await sleep(settleMs);
    await each(async (server, keep) => keep('memory, full, after all of it (MB)', server.memory() / 1e6));
    await each((server) => server.stop());
    servers.clear();
    await start('start to ready, full (s)');
    await each(async (server, keep) => keep('  processor time, full (s)', server.startProcessorTime / 1000));
    await sleep(settleMs);
    await each(async (server, keep) => keep('memory, full, started anew (MB)', server.memory() / 1e6));
  } finally {
    for (const server of servers.values()) await server.stop();
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
