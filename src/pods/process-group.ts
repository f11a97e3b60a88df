import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, readProcessIdentity } from '../process/process-identity.ts';

export interface StartOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Standard output and error are appended here. */
  readonly logFile: string;
  /** The process writes its pid here before anything else: a daemon killed in between still finds it. */
  readonly pidFile: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartedProcess {
  /** `undefined` when it ended before it could be looked at: then `exited` resolves soon. */
  readonly identity: ProcessIdentity | undefined;
  readonly exited: Promise<Exit>;
}

/** Starts a process as the leader of a new session and process group, which outlives this process. */
export async function startProcessGroup(options: StartOptions): Promise<StartedProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(
    '/bin/sh',
    ['-c', 'echo "$$" >"$0.new" && mv "$0.new" "$0" && exec "$@"', options.pidFile, ...options.argv],
    { cwd: options.workingFolder, env: { ...options.env }, stdio: ['ignore', log, log], detached: true },
  );
  closeSync(log);
  child.unref();
  let hasExited = false;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      hasExited = true;
      resolve({ code, signal });
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', reject);
  });
  for (;;) {
    const identity = await readProcessIdentity(pid);
    if (identity !== undefined || hasExited) return { identity, exited };
    await sleep(10);
  }
}

/** Ends a whole process group: asks, waits, then kills. Resolves when its leader is gone. */
export async function stopProcessGroup(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (!(await isAlive(identity))) return killRemains(identity);
  signalGroup(identity.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && (await isAlive(identity))) await sleep(50);
  // Also for what the leader left behind, such as Python workers of a TaskManager.
  signalGroup(identity.pid, 'SIGKILL');
  while (await isAlive(identity)) await sleep(50);
}

/**
 * Kills what is left of a group whose leader has ended. A pid is not given out again while a group has its number: where
 * another process has it, nothing is left, and a group of that number is somebody else's.
 */
export async function killRemains({ pid }: ProcessIdentity): Promise<void> {
  if ((await readProcessIdentity(pid)) === undefined) signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone.
  }
}
