import { type ApiClient, ApiError } from '../apiclient/client.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import type { FlinkStateSnapshotObject } from '../kinds/flink-state-snapshot/decide.ts';

/** A FlinkStateSnapshot of a job, as far as it is shown. */
export interface Snapshot {
  readonly name: string;
  readonly type: 'savepoint' | 'checkpoint';
  /** UPGRADE: left by the operator when a change stopped the job. */
  readonly trigger: string;
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly path: string | undefined;
  readonly error: string | undefined;
}

/** The snapshots of a job, the newest last; none where the API knows or shows none. */
export async function listSnapshots(
  client: ApiClient,
  { object, kind }: FlinkJob,
): Promise<readonly Snapshot[]> {
  const { flinkStateSnapshotType } = await import('../kinds/flink-state-snapshot/resource-type.ts');
  const { namespace, name } = object.metadata;
  try {
    const { items } = await client.list<FlinkStateSnapshotObject>(flinkStateSnapshotType, { namespace });
    return items
      .filter(({ spec: { jobReference: job } }) => job.kind === kind.type.kind && job.name === name)
      .map(toSnapshot)
      .toSorted((a, b) => a.time - b.time);
  } catch (error) {
    if (error instanceof ApiError && (error.reason === 'Forbidden' || error.reason === 'NotFound')) return [];
    throw error;
  }
}

function toSnapshot({ metadata, spec, status }: FlinkStateSnapshotObject): Snapshot {
  return {
    name: metadata.name,
    type: spec.savepoint === undefined ? 'checkpoint' : 'savepoint',
    trigger: metadata.labels?.['snapshot.trigger-type'] ?? 'MANUAL',
    state: status?.state ?? 'TRIGGER_PENDING',
    time: Date.parse(status?.resultTimestamp ?? metadata.creationTimestamp ?? ''),
    path: status?.path,
    error: status?.error,
  };
}
