import { join } from 'node:path';
import { dataFolder } from '../../src/platform/data-folder.ts';
import { openRecordStore } from '../../src/pods/container-record.ts';
import { readLockHolder } from '../../src/process/lock-file.ts';
import { isAlive, type ProcessIdentity } from '../../src/process/process-identity.ts';
import { eventually } from '../e2e/commands.ts';

export const enginePods = {
  Kafka: 'kafka-kafka-0',
  JobManager: 'session-jobmanager-0',
  TaskManager: 'session-taskmanager-1-1',
  Connect: 'di-connect-0',
} as const;

export type Process = 'daemon' | keyof typeof enginePods;

/** The process of a platform as its own records name it; `undefined` while none runs. */
export async function findProcess(data: string, process: Process): Promise<ProcessIdentity | undefined> {
  const folder = dataFolder(data);
  if (process === 'daemon') return readLockHolder(folder.lockFile);
  const records = await openRecordStore(join(folder.runtime, 'pods')).readAll();
  const state = records.find(({ name }) => name === enginePods[process])?.state;
  if (state?.is !== 'running' || !(await isAlive(state.process))) return undefined;
  return state.process;
}

/** kill -9, all at once; answers which there were, when they are gone. */
export async function killProcesses(data: string, victims: readonly Process[]): Promise<readonly Process[]> {
  const found = await Promise.all(victims.map((victim) => findProcess(data, victim)));
  for (const identity of found) if (identity !== undefined) kill(identity.pid);
  await eventually(
    () => Promise.all(found.map(async (identity) => identity !== undefined && isAlive(identity))),
    (alive) => !alive.includes(true),
  );
  return victims.filter((_, index) => found[index] !== undefined);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself, with what was killed before it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
