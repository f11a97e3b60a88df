import type { ApiClient } from '../../apiclient/client.ts';
import { configMapType } from '../../apiclient/core-types.ts';
import { listHighAvailabilityMaps } from '../../engines/flink/high-availability-maps.ts';

/**
 * What Flink's Kubernetes high availability keeps of a cluster: `<cluster>-cluster-config-map` with the programs of its
 * jobs, and `<cluster>-<job id>-config-map` with a job's last checkpoints (recorded from Flink 2.2).
 */
export interface HighAvailabilityData {
  /** There is something to start a job from, or to know that it had no checkpoint yet. */
  readonly exists: boolean;
  hasCheckpoint(jobId: string): boolean;
  /** Nothing of the jobs is left for a cluster of the same name. */
  delete(): Promise<void>;
  /** Makes the next JobManager run the program anew; its jobs keep their checkpoints. */
  forgetPrograms(): Promise<void>;
}

export async function readHighAvailabilityData(
  client: ApiClient,
  namespace: string,
  cluster: string,
): Promise<HighAvailabilityData> {
  const maps = await listHighAvailabilityMaps(client, namespace, cluster);
  return {
    exists: maps.length > 0,
    hasCheckpoint: (jobId) =>
      maps.some(
        ({ metadata, data = {} }) =>
          metadata.name.includes(jobId) && Object.keys(data).some((key) => key.startsWith('checkpointID-')),
      ),
    async delete() {
      await Promise.all(maps.map(({ metadata }) => client.delete(configMapType, metadata)));
    },
    async forgetPrograms() {
      for (const { metadata, data = {} } of maps) {
        const programs = Object.keys(data).filter((key) => /^(executionPlan|jobGraph)-/.test(key));
        if (programs.length === 0) continue;
        const gone = Object.fromEntries(programs.map((key) => [key, null]));
        await client.patch(configMapType, { namespace, name: metadata.name }, { data: gone });
      }
    },
  };
}
