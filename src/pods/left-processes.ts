import { join } from 'node:path';
import { isAlive } from '../process/process-identity.ts';
import { byPriority, type ContainerRecord, openRecordStore, type RecordStore } from './container-record.ts';
import { stopProcessGroup } from './process-group.ts';

/**
 * Ends the processes that a daemon left when it was killed, without starting another one. Answers how many there were.
 * Their pods stay, to be started again by the next daemon.
 */
export async function stopLeftProcesses(dataFolder: string): Promise<number> {
  const records = openRecordStore(join(dataFolder, 'pods'));
  let stopped = 0;
  for (const group of byPriority(await records.readAll())) {
    const ended = await Promise.all(group.map((record) => stopIfAlive(records, record)));
    stopped += ended.filter(Boolean).length;
  }
  return stopped;
}

async function stopIfAlive(records: RecordStore, record: ContainerRecord): Promise<boolean> {
  if (record.state.is !== 'running') return false;
  const { process, since } = record.state;
  if (!(await isAlive(process))) return false;
  await stopProcessGroup(process, record.graceSeconds * 1000);
  const exit = { at: new Date().toISOString(), asked: true };
  await records.write({ ...record, failures: 0, state: { is: 'exited', exit, since } });
  return true;
}
