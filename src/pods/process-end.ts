import type { Engine } from '../engines/engine.ts';
import { lastLines } from './container-logs.ts';

/** Stack traces are long, and the shutdown that follows them is told at length. */
const searchedLines = 600;

/** What the log of a process that ended says of the cause: what its engine finds in it, else its last lines. */
export async function describeEnd(engine: Engine | undefined, file: string): Promise<string> {
  const lines = await lastLines(file, searchedLines);
  const cause = engine?.findCause?.(lines);
  return cause ?? `Last lines of its log: ${lines.slice(-3).join(' | ')}`;
}
