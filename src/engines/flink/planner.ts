import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { AskPlanner, PlannerProblem } from '../../sql/planner-checks.ts';
import { classDataArchive, keepClassDataArchive } from '../java.ts';
import type { FlinkInstallation } from './install.ts';
import { moduleOptions, runnerJar } from './java-options.ts';

/** Flink's planner as a process beside this one. */
export interface Planner {
  readonly ask: AskPlanner;
  /** Ends it well; questions that it has not begun fail. */
  stop(): Promise<void>;
}

/** A line that the planner writes: the answer to the question of the same id. `failure`: a bug of ours or of Flink's. */
interface Answer {
  readonly id: number;
  readonly problems: readonly PlannerProblem[];
  readonly failure?: string;
}

interface Waiting {
  resolve(problems: readonly PlannerProblem[]): void;
  reject(error: Error): void;
}

type PlannerProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** How many of its last lines tell why it ended. */
const keptLines = 20;

/**
 * Starts `internal.sdp.runner.Planner` with the classpath of a cluster's JobManager. A question is a line of JSON, `id` and
 * what `PlannerQuestion` has, on its standard input; an `Answer` a line on its standard output. Nobody else can reach it: what
 * it plans may load jars and run functions. `signal` ends it at once.
 */
export async function startPlanner(installation: FlinkInstallation, signal: AbortSignal): Promise<Planner> {
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
    { cwd: workFolder, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  const kill = () => child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  const { ask, ended } = talkTo(child);
  return {
    ask,
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

function talkTo(child: PlannerProcess): { readonly ask: AskPlanner; readonly ended: Promise<void> } {
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
    const { id, problems, failure } = JSON.parse(line) as Answer;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) asked?.resolve(problems);
    else asked?.reject(plannerFailed(failure, lines));
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
  return {
    ended,
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) return reject(end);
        const id = next;
        next += 1;
        waiting.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
      }),
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
    detail: "Flink's planner needs Java 17: install it, or check without Flink (--static).",
  });
}
