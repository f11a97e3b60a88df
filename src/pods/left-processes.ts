import { join } from 'node:path';
import { readProcessIdentity } from '../process/process-identity.ts';
import { openRecordStore } from './container-record.ts';
import { stopProcessGroup } from './process-group.ts';

/**
 * Ends the processes that a daemon left when it was killed, without starting another one. Answers how many there were.
 * Their pods stay, to be started again by the next daemon.
 */
export async function stopLeftProcesses(dataFolder: string): Promise<number> {
  const records = openRecordStore(join(dataFolder, 'pods'));
  const stopped = await Promise.all(
    (await records.readAll()).map(async (record) => {
      if (record.state.is !== 'running') return 0;
      const { process, since } = record.state;
      if ((await readProcessIdentity(process.pid))?.startTime !== process.startTime) return 0;
      await stopProcessGroup(process, record.graceSeconds * 1000);
      const exit = { at: new Date().toISOString(), asked: true };
      await records.write({ ...record, failures: 0, state: { is: 'exited', exit, since } });
      return 1;
    }),
  );
  return stopped.reduce<number>((total, count) => total + count, 0);
}
