import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { AskColumns, ColumnsAnswer } from '../../sql/column-origins.ts';
import type { AskPlanner, PlannerQuestion } from '../../sql/planner-checks.ts';
import type { PlannerProblem } from '../../sql/planner-problem.ts';
import { formatHostAliases, type HostAliases, hostAliasesVariable } from '../host-aliases.ts';
import { classDataArchive, keepClassDataArchive } from '../java.ts';
import type { FlinkInstallation } from './install.ts';
import { moduleOptions, runnerJar } from './java-options.ts';

/** What a preview shows: columns once, then rows. */
export interface PreviewListener {
  columns(names: readonly string[]): void;
  /** `kind`: `+I`, `-U`, `+U` or `-D`. Values are texts as Flink prints them, or null. */
  row(kind: string, values: readonly (string | null)[]): void;
}

/** Flink's planner as a process beside this one. */
export interface Planner {
  readonly ask: AskPlanner;
  /** The problems, and where the columns come from that the INSERTs write. */
  readonly columns: AskColumns;
  /**
   * Runs a query, the last of the statements, in the planner's process, until it ends, has had so many rows or is aborted. Answers
   * the problems that kept it from running.
   */
  preview(
    question: PlannerQuestion,
    rows: number,
    listener: PreviewListener,
    signal: AbortSignal,
  ): Promise<readonly PlannerProblem[]>;
  /** Ends it well; questions that it has not begun fail. */
  stop(): Promise<void>;
}

/** A line that the planner writes about the question of the same id; the one with `problems` or `failure` is the last. */
interface Answer {
  readonly id: number;
  readonly columns?: readonly string[];
  readonly kind?: string;
  readonly row?: readonly (string | null)[];
  readonly problems?: readonly PlannerProblem[];
  /** Of a question about columns, with its problems. */
  readonly inserts?: ColumnsAnswer['inserts'];
  /** Of a question about it: JSON as `COMPILE PLAN` writes it, node ids from 1; null where there is none. Secrets are dummies in it. */
  readonly plan?: string | null;
  /** A bug of ours or of Flink's. */
  readonly failure?: string;
}

interface Waiting {
  readonly listener?: PreviewListener | undefined;
  resolve(answer: ColumnsAnswer): void;
  reject(error: Error): void;
}

type PlannerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** How many of its last lines tell why it ended. */
const keptLines = 20;

/**
 * Starts `internal.sdp.runner.Planner` with the classpath of a cluster's JobManager. A question is a line of JSON on its standard
 * input: `id`, what `PlannerQuestion` has and, of a preview, `rows`, or, of one about columns, `columns` that is true,
 * or, of one about the compiled plan, `plan` that is true; or `id` and `cancel`, which ends a preview. An `Answer` is a line on its
 * standard output. Nobody else can reach it: what it plans may load jars and run functions. `signal` ends it at once.
 */
export async function startPlanner(
  installation: FlinkInstallation,
  signal: AbortSignal,
  hostAliases: HostAliases = {},
): Promise<Planner> {
  signal.throwIfAborted();
  const workFolder = await mkdtemp(join(tmpdir(), 'sdp-planner-'));
  const libraries = [...installation.libraries, await runnerJar()];
  const archive = await classDataArchive('flink-planner', libraries, workFolder);
  const child = spawn(
    'java',
    [
      '-Xmx1g',
      '-XX:+UseSerialGC',
      // Short of start time, not of peak speed.
      '-XX:TieredStopAtLevel=1',
      ...archive.options,
      ...moduleOptions,
      `-Djava.io.tmpdir=${workFolder}`,
      '-Duser.language=en',
      '-cp',
      libraries.join(':'),
      'internal.sdp.runner.Planner',
    ],
    // A group of its own: Ctrl-C is for who started it, who then ends it and clears up.
    {
      cwd: workFolder,
      env: { ...process.env, [hostAliasesVariable]: formatHostAliases(hostAliases) },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    },
  );
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  const { ended, ...questions } = talkTo(child);
  return {
    ...questions,
    async stop() {
      child.stdin.end();
      await ended;
      signal.removeEventListener('abort', kill);
      process.removeListener('exit', kill);
      if (archive.record !== undefined) await keepClassDataArchive(archive.record);
      await rm(workFolder, { recursive: true, force: true });
    },
  };
}

function talkTo(child: PlannerProcess): Omit<Planner, 'stop'> & { readonly ended: Promise<void> } {
  const waiting = new Map<number, Waiting>();
  const lines: string[] = [];
  let next = 0;
  let end: Error | undefined;
  const finish = (error: Error) => {
    end ??= error;
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
  };
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, columns, kind = '', row, problems, inserts = [], failure } = JSON.parse(line) as Answer;
    const asked = waiting.get(id);
    if (columns !== undefined) asked?.listener?.columns(columns);
    else if (row !== undefined) asked?.listener?.row(kind, row);
    else {
      waiting.delete(id);
      if (problems !== undefined) asked?.resolve({ problems, inserts });
      else asked?.reject(plannerFailed(failure ?? line, lines));
    }
  });
  // Told by its end.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      finish(error.code === 'ENOENT' ? noJava() : error);
      resolve();
    });
    child.once('close', (code, signal) => {
      finish(plannerFailed(`it ended with ${code ?? signal}`, lines));
      resolve();
    });
  });
  const write = (line: object) => child.stdin.write(`${JSON.stringify(line)}\n`);
  const put = (
    question: PlannerQuestion & { rows?: number; columns?: true },
    listener?: PreviewListener,
    signal?: AbortSignal,
  ) => {
    const id = next;
    next += 1;
    const cancel = () => write({ id, cancel: true });
    return new Promise<ColumnsAnswer>((resolve, reject) => {
      if (end !== undefined) return reject(end);
      waiting.set(id, { listener, resolve, reject });
      write({ id, ...question });
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  };
  return {
    ended,
    ask: async (question) => (await put(question)).problems,
    columns: (question) => put({ ...question, columns: true }),
    preview: async (question, rows, listener, signal) =>
      (await put({ ...question, rows }, listener, signal)).problems,
  };
}

function plannerFailed(seen: string, lines: readonly string[]): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'PlannerFailed',
    summary: "Flink's planner failed",
    detail: [`${seen}.`, ...lines].join('\n'),
  });
}

function noJava(): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'JavaMissing',
    summary: 'There is no Java',
    detail: "Flink's planner needs Java 17: install it, or do without the planner (sdp validate --static).",
  });
}
