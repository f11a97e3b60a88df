import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  onLine?(line: string): void;
}

/**
 * Runs a short-lived command to its end and answers its output. A failure is a `DiagnosticError` with the end of what
 * the command said; `purpose` completes "could not …".
 */
export async function runCommand(
  purpose: string,
  argv: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<string> {
  options.signal?.throwIfAborted();
  const [command, ...args] = argv;
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that ending it ends what it started.
    detached: true,
  });
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    options.onLine?.(line);
  };
  createInterface({ input: child.stdout }).on('line', keep);
  createInterface({ input: child.stderr }).on('line', keep);
  const end = () => endGroup(child.pid);
  options.signal?.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  try {
    const code = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 1));
    });
    options.signal?.throwIfAborted();
    if (code === 0) return lines.join('\n');
    throw commandFailed(purpose, command, `it ended with ${code}`, lines);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw commandFailed(purpose, command, `${command} is not installed or not on PATH`, []);
    }
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', end);
    process.removeListener('exit', end);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // Already gone.
  }
}

function commandFailed(purpose: string, command: string, seen: string, lines: readonly string[]) {
  const telling = lines.filter((line) => line.trim() !== '' && !/^\[INFO\]|Download(ing|ed) /.test(line));
  return new DiagnosticError({
    severity: 'error',
    reason: 'CommandFailed',
    summary: `Could not ${purpose}`,
    detail: [`${command}: ${seen}.`, ...telling.slice(-8)].join('\n'),
  });
}
