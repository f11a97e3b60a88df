import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A process that can be told from a later one with the same pid. `startTime` is `ps -o lstart`: on Linux and macOS
 * alike, to the second.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** The identities of those of `pids` that are alive (zombies are not). Throws when that cannot be told. */
export async function readProcessIdentities(pids: readonly number[]): Promise<Map<number, ProcessIdentity>> {
  const alive = new Map<number, ProcessIdentity>();
  if (pids.length === 0) return alive;
  const { stdout } = await run('ps', ['-o', 'pid=,stat=,lstart=', '-p', pids.join(',')], {
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  }).catch((error: { code?: unknown; stdout?: string }) => {
    // 1 says that some or all are gone. Anything else says nothing: to take it for an end would start a second process.
    if (error.code !== 1) throw error;
    return { stdout: error.stdout ?? '' };
  });
  for (const line of stdout.split('\n')) {
    const match = /^\s*(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) continue;
    if (match[2].startsWith('Z')) continue;
    alive.set(Number(match[1]), { pid: Number(match[1]), startTime: match[3] });
  }
  return alive;
}

export async function readProcessIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  return (await readProcessIdentities([pid])).get(pid);
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await readProcessIdentity(identity.pid))?.startTime === identity.startTime;
}
