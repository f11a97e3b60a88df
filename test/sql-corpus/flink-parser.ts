import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { installFlink } from '../../src/engines/flink/install.ts';

export interface ParsedStatement {
  /** Sorted, parts joined by dots. */
  readonly tables: readonly string[];
  readonly creates?: string;
}

/** What Flink's parser makes of a text; an error has the place of the first thing that it does not take. */
export type Parsed =
  | { readonly statements: readonly ParsedStatement[]; readonly error?: undefined }
  | { readonly error: string; readonly line: number; readonly column: number };

/** Asks the parser of the installed Flink, whose planner lies as a jar in the jar that loads it. */
export async function parseByFlink(texts: readonly string[]): Promise<readonly Parsed[]> {
  const { libraries } = await installFlink(() => undefined, new AbortController().signal);
  const isLoader = (jar: string) => jar.includes('flink-table-planner-loader');
  const folder = await mkdtemp(join(tmpdir(), 'sdp-flink-parser-'));
  try {
    const planner = 'flink-table-planner.jar';
    await promisify(execFile)('jar', ['xf', libraries.find(isLoader) ?? '', planner], { cwd: folder });
    const classpath = [join(folder, planner), ...libraries.filter((jar) => !isLoader(jar))];
    const source = join(import.meta.dirname, 'FlinkParser.java');
    const child = spawn('java', ['-cp', classpath.join(delimiter), source], { stdio: 'pipe' });
    // A source that does not compile ends it before it reads; what it said is told below.
    child.stdin.on('error', () => undefined);
    child.stdin.end(texts.map((script) => `${JSON.stringify({ text: script })}\n`).join(''));
    const [output, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const lines = output.split('\n').filter((line) => line !== '');
    if (lines.length !== texts.length) throw new Error(`Flink's parser failed: ${said}`);
    return lines.map((line) => JSON.parse(line) as Parsed);
  } finally {
    await rm(folder, { recursive: true });
  }
}
