import { cpus, loadavg } from 'node:os';
import { type Figure, printFigures } from '../figures.ts';
import { type BenchPlatform, startPlatform } from '../flink/platform.ts';
import { connectors } from './connectors.ts';
import { topics } from './topics.ts';
import { upserts } from './upserts.ts';
import { workers } from './workers.ts';

/** One value of a figure: of sdp, or of what it is compared with. */
export type Keep = (figure: string, value: number, target?: string) => void;

/** One thing that is measured, round by round, on a platform that runs. */
export interface Part {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** What sdp is compared with, each in a table of its own. */
  readonly others?: readonly { readonly name: string; readonly figures: readonly Figure[] }[];
  /** What all rounds need is made, and no time of it is taken. */
  open(platform: BenchPlatform, keep: Keep): Promise<OpenPart>;
}

export interface OpenPart {
  measure(round: number, keep: Keep): Promise<void>;
  close?(keep: Keep): Promise<void>;
}

const parts: readonly Part[] = [topics, workers, connectors, upserts];

export async function measure(rounds: number, named: readonly string[]): Promise<void> {
  const unknown = named.filter((name) => parts.every((part) => part.name !== name));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}`);
  const chosen = parts.filter(({ name }) => named.length === 0 || named.includes(name));
  const results = new Map<string, Map<string, number[]>>();
  const keep: Keep = (figure, value, target = 'sdp') => {
    const values = results.get(target) ?? new Map<string, number[]>();
    values.set(figure, [...(values.get(figure) ?? []), value]);
    results.set(target, values);
  };
  const platform = await startPlatform();
  try {
    for (const part of chosen) await measurePart(part, platform, rounds, keep);
  } finally {
    await platform.stop();
  }
  console.log(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.versions.node}, ${rounds} rounds`,
  );
  for (const { figures, others = [] } of chosen) {
    printFigures(figures, ['sdp'], results);
    for (const other of others) printFigures(other.figures, ['sdp', other.name], results);
  }
}

async function measurePart(part: Part, platform: BenchPlatform, rounds: number, keep: Keep): Promise<void> {
  const open = await part.open(platform, keep);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      console.error(`• ${part.name}, round ${round}, load ${loadavg()[0]?.toFixed(1)}`);
      await open.measure(round, keep);
    }
  } finally {
    await open.close?.(keep);
  }
}
