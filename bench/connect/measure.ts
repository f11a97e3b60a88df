import { loadavg } from 'node:os';
import { type Figure, printFigures } from '../figures.ts';
import { type BenchPlatform, startPlatform } from '../flink/platform.ts';
import { topics } from './topics.ts';

/** One value of a figure, in seconds. */
export type Keep = (figure: string, value: number) => void;

/** One thing that is measured, round by round, on a platform that runs. */
export interface Part {
  readonly name: string;
  readonly figures: readonly Figure[];
  measure(platform: BenchPlatform, round: number, keep: Keep): Promise<void>;
}

const parts: readonly Part[] = [topics];

export async function measure(rounds: number, named: readonly string[]): Promise<void> {
  const unknown = named.filter((name) => parts.every((part) => part.name !== name));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}`);
  const chosen = parts.filter(({ name }) => named.length === 0 || named.includes(name));
  const results = new Map<string, number[]>();
  const keep: Keep = (figure, value) => {
    results.set(figure, [...(results.get(figure) ?? []), value]);
  };
  const platform = await startPlatform();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const part of chosen) {
        console.error(`• round ${round}: ${part.name}, load ${loadavg()[0]?.toFixed(1)}`);
        await part.measure(platform, round, keep);
      }
    }
  } finally {
    await platform.stop();
  }
  printFigures(
    chosen.flatMap(({ figures }) => figures),
    ['sdp'],
    new Map([['sdp', results]]),
  );
}
