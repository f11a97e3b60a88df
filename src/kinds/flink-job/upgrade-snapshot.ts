import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
import { flinkStateSnapshotType } from '../flink-state-snapshot/resource-type.ts';
import type { FlinkJobObject } from './resource.ts';

/**
 * Leaves a FlinkStateSnapshot for the savepoint that a job ended with, as the operator does (recorded): it names the
 * savepoint for whoever wants to go back, outlives the job, and deleting it leaves the files. Named by the time of the
 * trigger, so that one savepoint has one.
 */
export async function leaveUpgradeSnapshot(
  client: ApiClient,
  { kind, metadata: { namespace = 'default', name }, status }: FlinkJobObject,
  path: string,
): Promise<void> {
  const triggered = status?.jobStatus?.savepointInfo?.triggerTimestamp;
  const reference = { kind, name };
  const manifest = {
    apiVersion: apiVersionOf(flinkStateSnapshotType),
    kind: flinkStateSnapshotType.kind,
    metadata: {
      namespace,
      name: `${name}-savepoint-upgrade-${String(triggered)}`,
      labels: { 'snapshot.trigger-type': 'UPGRADE' },
    },
    spec: {
      backoffLimit: 0,
      jobReference: reference,
      savepoint: { path, alreadyExists: true, disposeOnDelete: false, formatType: 'CANONICAL' },
    },
  };
  try {
    await client.create(flinkStateSnapshotType, manifest);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
}
