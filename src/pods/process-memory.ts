import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readLockHolder } from '../process/lock-file.ts';
import { openRecordStore } from './container-record.ts';

export interface PlatformMemory {
  /** Resident bytes by process: the daemon and each pod. */
  readonly processes: Readonly<Record<string, number>>;
  readonly totalBytes: number;
}

/** Resident memory of everything that a platform runs, whole process groups of pods counted (`ps -o rss`). */
export async function readPlatformMemory(folder: {
  runtime: string;
  lockFile: string;
}): Promise<PlatformMemory> {
  const names = new Map<number, string>();
  const daemon = await readLockHolder(folder.lockFile);
  for (const { state, name } of await openRecordStore(join(folder.runtime, 'pods')).readAll()) {
    if (state.is === 'running') names.set(state.process.pid, name);
  }
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=,rss=']);
  const processes: Record<string, number> = {};
  for (const line of stdout.split('\n')) {
    const [pid, group, kilobytes] = line.trim().split(/\s+/).map(Number);
    // The daemon may run in somebody's group: a shell's, or that of npm.
    const name = pid === daemon?.pid ? 'daemon' : names.get(group ?? 0);
    if (name !== undefined) processes[name] = (processes[name] ?? 0) + (kilobytes ?? 0) * 1024;
  }
  return { processes, totalBytes: Object.values(processes).reduce((sum, bytes) => sum + bytes, 0) };
}
