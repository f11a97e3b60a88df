import { randomBytes } from 'node:crypto';
import type { ApiClient } from '../../apiclient/client.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import type { EventRecorder } from '../../controller/events.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import { type FlinkClient, FlinkRestError, type SavepointProgress } from '../../engines/flink/client.ts';
import { explainFailure } from '../../engines/flink/explain-failure.ts';
import {
  decideSnapshot,
  type FlinkStateSnapshotObject,
  type SnapshotAction,
  type SnapshotTarget,
  snapshotFinalizer,
} from './decide.ts';
import { flinkStateSnapshotType } from './resource-type.ts';
import type { FlinkStateSnapshotStatus } from './spec.ts';

/** A job and its cluster, as a snapshot refers to it. */
export interface FoundTarget {
  readonly target: SnapshotTarget;
  /** Undefined while the cluster does not answer. */
  readonly flink: FlinkClient | undefined;
}

export interface SnapshotReconcilerOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  findTarget(namespace: string, reference: { kind: string; name: string }): Promise<FoundTarget>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

const atOnce: ReconcileResult = { requeueAfterMs: 0 };
const progressCheck: ReconcileResult = { requeueAfterMs: 200 };
const refusedCheck: ReconcileResult = { requeueAfterMs: 30_000 };

/** Carries out FlinkStateSnapshots: each step is in the status before it is taken. */
export function createSnapshotReconciler(options: SnapshotReconcilerOptions) {
  const { client, events, findTarget, now = Date.now } = options;

  return async (key: string): Promise<ReconcileResult | undefined> => {
    const [namespace = '', name = ''] = key.split('/');
    const reference = { namespace, name };
    const resource = await client.get<FlinkStateSnapshotObject>(flinkStateSnapshotType, reference);
    if (resource === undefined) return undefined;
    const { target, flink } = await findTarget(namespace, resource.spec.jobReference);
    return carryOut(decideSnapshot({ resource, target, now: now() }), resource, flink);
  };

  async function carryOut(
    action: SnapshotAction,
    resource: FlinkStateSnapshotObject,
    flink: FlinkClient | undefined,
  ): Promise<ReconcileResult | undefined> {
    switch (action.do) {
      case 'add-finalizer':
        await setFinalizer(client, flinkStateSnapshotType, resource, snapshotFinalizer, true);
        return atOnce;
      case 'remove-finalizer':
        if (action.left !== undefined) {
          const message = `Savepoint ${action.left} stays: the cluster of its job is gone, and nobody else deletes it.`;
          await events.record(resource, 'Warning', 'SavepointNotDisposed', message);
        }
        await setFinalizer(client, flinkStateSnapshotType, resource, snapshotFinalizer, false);
        return atOnce;
      case 'label':
        await client.patch(flinkStateSnapshotType, resource.metadata, {
          metadata: { labels: action.labels },
        });
        return atOnce;
      case 'refuse':
        await events.record(resource, 'Warning', 'ValidationError', action.message);
        return refusedCheck;
      case 'believe':
        return writeStatus(resource, {
          state: 'COMPLETED',
          failures: 0,
          ...(action.path !== undefined && { path: action.path }),
          resultTimestamp: time(),
        });
      case 'abandon':
        await events.record(resource, 'Warning', 'SnapshotAbandoned', action.message);
        return writeStatus(resource, {
          ...resource.status,
          state: 'ABANDONED',
          error: action.message,
          failures: resource.status?.failures ?? 0,
          resultTimestamp: time(),
        });
      case 'trigger':
        return flink && trigger(resource, flink, action.jobId);
      case 'poll':
        return flink && poll(resource, flink, action);
      case 'dispose':
        await flink?.disposeSavepoint(action.path);
        await setFinalizer(client, flinkStateSnapshotType, resource, snapshotFinalizer, false);
        return atOnce;
      case 'wait':
        return action.milliseconds === undefined ? undefined : { requeueAfterMs: action.milliseconds };
    }
  }

  async function trigger(
    resource: FlinkStateSnapshotObject,
    flink: FlinkClient,
    jobId: string,
  ): Promise<ReconcileResult> {
    const triggerId = randomBytes(16).toString('hex');
    await writeStatus(resource, {
      ...resource.status,
      state: 'IN_PROGRESS',
      triggerId,
      triggerTimestamp: time(),
      failures: resource.status?.failures ?? 0,
    });
    await ask(resource, flink, jobId, triggerId);
    return progressCheck;
  }

  /** With the same id it is one snapshot, however often it is asked for. */
  async function ask(
    { spec: { savepoint } }: FlinkStateSnapshotObject,
    flink: FlinkClient,
    jobId: string,
    triggerId: string,
  ): Promise<void> {
    if (savepoint === undefined) await flink.triggerCheckpoint(jobId, triggerId);
    else await flink.triggerSavepoint(jobId, triggerId, savepoint);
  }

  async function poll(
    resource: FlinkStateSnapshotObject,
    flink: FlinkClient,
    { jobId, triggerId }: Extract<SnapshotAction, { do: 'poll' }>,
  ): Promise<ReconcileResult> {
    let progress: SavepointProgress;
    try {
      progress =
        resource.spec.savepoint === undefined
          ? await flink.readCheckpoint(jobId, triggerId)
          : await flink.readSavepoint(jobId, triggerId);
    } catch (error) {
      if (!(error instanceof FlinkRestError) || error.status !== 404) throw error;
      // Written into the status and never sent, or lost with the JobManager.
      await ask(resource, flink, jobId, triggerId);
      return progressCheck;
    }
    if (progress.state === 'in-progress') return progressCheck;
    if (progress.state === 'completed') {
      const { error: _before, ...status } = resource.status ?? {};
      return writeStatus(resource, {
        ...status,
        state: 'COMPLETED',
        path: progress.path,
        resultTimestamp: time(),
      });
    }
    return noteFailure(resource, explainFailure(progress.cause));
  }

  async function noteFailure(resource: FlinkStateSnapshotObject, cause: string): Promise<ReconcileResult> {
    const failures = (resource.status?.failures ?? 0) + 1;
    const { backoffLimit = -1, savepoint } = resource.spec;
    const isLast = backoffLimit >= 0 && failures > backoffLimit;
    const reason = savepoint === undefined ? 'CheckpointError' : 'SavepointError';
    await events.record(resource, 'Warning', reason, cause);
    return writeStatus(resource, {
      ...resource.status,
      state: isLast ? 'FAILED' : 'TRIGGER_PENDING',
      error: cause,
      failures,
      resultTimestamp: time(),
    });
  }

  async function writeStatus(
    resource: FlinkStateSnapshotObject,
    status: FlinkStateSnapshotStatus,
  ): Promise<ReconcileResult> {
    await client.updateStatus(flinkStateSnapshotType, { ...resource, status });
    return atOnce;
  }

  function time(): string {
    return new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}
