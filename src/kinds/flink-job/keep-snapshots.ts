import type { ApiClient } from '../../apiclient/client.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
import type { EventRecorder } from '../../controller/events.ts';
import type { FlinkStateSnapshotObject } from '../flink-state-snapshot/decide.ts';
import { flinkStateSnapshotType } from '../flink-state-snapshot/resource-type.ts';
import type { FlinkJobObject } from './resource.ts';
import { decideSnapshots, type SnapshotType } from './snapshots.ts';

export interface SnapshotKeeperOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  /** FlinkStateSnapshots of a namespace. */
  snapshotsOf(namespace: string): readonly FlinkStateSnapshotObject[];
  readonly now: () => number;
}

/** Takes the periodic snapshots of jobs that run, and deletes those that are not kept any longer. */
export function createSnapshotKeeper({ client, events, snapshotsOf, now }: SnapshotKeeperOptions) {
  /** When each was last asked for, by the job's uid: the informer may not have it yet. */
  const taken = new Map<string, number>();

  return async (resource: FlinkJobObject, configuration: Readonly<Record<string, string>>): Promise<void> => {
    const { namespace = 'default', name, uid = '', creationTimestamp = '' } = resource.metadata;
    const decision = decideSnapshots({
      configuration,
      snapshots: snapshotsOf(namespace).filter(
        ({ spec: { jobReference } }) => jobReference.kind === resource.kind && jobReference.name === name,
      ),
      createdAt: Date.parse(creationTimestamp) || 0,
      now: now(),
    });
    for (const key of decision.illegible) {
      const text = configuration[key];
      const message = `${key} is ${JSON.stringify(text)}, which is neither a duration (10 min) nor a cron expression with seconds (0 0 3 * * ?): no such snapshots are taken.`;
      await events.record(resource, 'Warning', 'InvalidSchedule', message);
    }
    for (const type of decision.take) {
      if (now() - (taken.get(`${uid} ${type}`) ?? 0) < 1_000) continue;
      taken.set(`${uid} ${type}`, now());
      await client.create(flinkStateSnapshotType, buildSnapshot(resource, type, configuration, now()));
    }
    await Promise.all(
      decision.remove.map((snapshot) => client.delete(flinkStateSnapshotType, { namespace, name: snapshot })),
    );
  };
}

function buildSnapshot(
  { kind, metadata: { namespace = 'default', name } }: FlinkJobObject,
  type: SnapshotType,
  configuration: Readonly<Record<string, string>>,
  at: number,
) {
  const savepoint = {
    alreadyExists: false,
    disposeOnDelete: configuration['kubernetes.operator.savepoint.dispose-on-delete'] === 'true',
    formatType: configuration['kubernetes.operator.savepoint.format.type'] ?? 'CANONICAL',
  };
  return {
    apiVersion: apiVersionOf(flinkStateSnapshotType),
    kind: flinkStateSnapshotType.kind,
    metadata: {
      namespace,
      name: `${name}-${type}-periodic-${at}`,
      labels: { 'snapshot.trigger-type': 'PERIODIC' },
    },
    spec: { jobReference: { kind, name }, ...(type === 'savepoint' ? { savepoint } : { checkpoint: {} }) },
  };
}
