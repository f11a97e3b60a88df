import { type FlinkClient, FlinkRestError, type JobOverview } from '../../engines/flink/client.ts';
import type { SlotDemand } from './task-managers.ts';

const ended: readonly string[] = ['FINISHED', 'CANCELED', 'FAILED'];

/** Reads how many slots the jobs of a cluster take. A job's graph does not change, so each is asked for once. */
export function createSlotReader() {
  const known = new Map<string, number>();

  async function slotsOf(
    flink: FlinkClient,
    { jid, ['start-time']: startTime }: JobOverview,
  ): Promise<number> {
    // A last-state upgrade starts the same job id with another graph.
    const key = `${jid} ${startTime}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    try {
      const slots = await flink.readSlots(jid);
      // While a job is initializing it has no graph yet.
      if (slots > 0) known.set(key, slots);
      return slots;
    } catch (error) {
      // It ended since it was listed.
      if (error instanceof FlinkRestError && error.status === 404) return 0;
      throw error;
    }
  }

  /** By the job's id, oldest first. */
  return async (flink: FlinkClient, jobs: readonly JobOverview[]): Promise<readonly SlotDemand[]> => {
    const active = jobs
      .filter(({ state }) => !ended.includes(state))
      .toSorted((left, right) => left['start-time'] - right['start-time']);
    return Promise.all(active.map(async (job) => ({ job: job.jid, slots: await slotsOf(flink, job) })));
  };
}
