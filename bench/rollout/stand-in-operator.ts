import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../src/apiclient/client.ts';
import type { FlinkSessionJobObject } from '../../src/kinds/flink-session-job/decide.ts';
import { flinkSessionJobType } from '../../src/kinds/flink-session-job/resource-type.ts';
import { writeReconciledSpec } from '../../src/kinds/reconciled-spec.ts';

const namespace = 'default';
const lookMs = 250;

/** Says of every job, so many milliseconds after it was written, what the operator says of one that runs. */
export function startStandInOperator(client: ApiClient, afterMs: number): { stop(): Promise<void> } {
  const seen = new Map<string, number>();
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      const { items } = await client.list<FlinkSessionJobObject>(flinkSessionJobType, { namespace });
      const now = Date.now();
      const due = items.filter(({ metadata, status }) => {
        if (status?.observedGeneration === metadata.generation) return false;
        const key = `${metadata.name} ${metadata.generation}`;
        if (!seen.has(key)) seen.set(key, now);
        return now - (seen.get(key) ?? now) >= afterMs;
      });
      await Promise.all(due.map((job) => markRunning(client, job)));
      await sleep(lookMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

async function markRunning(client: ApiClient, { metadata, spec }: FlinkSessionJobObject): Promise<void> {
  const lastReconciledSpec = writeReconciledSpec({ spec, firstDeployment: metadata.generation === 1 });
  const status = {
    observedGeneration: metadata.generation,
    lifecycleState: 'STABLE',
    jobStatus: { state: 'RUNNING', jobId: 'a'.repeat(32), jobName: metadata.name },
    reconciliationStatus: { state: 'DEPLOYED', lastReconciledSpec, lastStableSpec: lastReconciledSpec },
  };
  const reference = { namespace, name: metadata.name };
  await client.patch(flinkSessionJobType, reference, { status }, { subresource: 'status' });
}
