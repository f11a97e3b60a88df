import type { KubernetesObject } from '../../apiclient/object.ts';
import type { FlinkStateSnapshotSpec, FlinkStateSnapshotStatus } from './spec.ts';

export interface FlinkStateSnapshotObject extends KubernetesObject {
  spec: FlinkStateSnapshotSpec;
  status?: FlinkStateSnapshotStatus;
}

/** As the operator names those of its other kinds (recorded). */
export const snapshotFinalizer = 'flinkstatesnapshots.flink.apache.org/finalizer';

export type SnapshotTarget =
  | { readonly is: 'absent' }
  /** Its cluster does not answer, so nothing is known of the job. */
  | { readonly is: 'unreachable' }
  /** `jobId` only while the job runs. */
  | { readonly is: 'there'; readonly jobId: string | undefined };

export interface ObservedSnapshot {
  readonly resource: FlinkStateSnapshotObject;
  readonly target: SnapshotTarget;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type SnapshotAction =
  | { readonly do: 'add-finalizer' }
  /** `left`: a savepoint that should have been deleted and is not. */
  | { readonly do: 'remove-finalizer'; readonly left?: string }
  /** Labels that say of what job it is, what it is and how it stands. */
  | { readonly do: 'label'; readonly labels: Readonly<Record<string, string>> }
  | { readonly do: 'refuse'; readonly message: string }
  /** The savepoint was there before. */
  | { readonly do: 'believe'; readonly path: string | undefined }
  | { readonly do: 'abandon'; readonly message: string }
  | { readonly do: 'trigger'; readonly jobId: string }
  | { readonly do: 'poll'; readonly jobId: string; readonly triggerId: string }
  | { readonly do: 'dispose'; readonly path: string }
  | { readonly do: 'wait'; readonly milliseconds?: number };

const unreachableCheck = 2_000;
const firstBackoff = 10_000;
const longestBackoff = 300_000;

/** The next step for a snapshot: the rules in the order in which they hold (recorded from operator 1.15.0). */
export function decideSnapshot({ resource, target, now }: ObservedSnapshot): SnapshotAction {
  const { metadata, spec, status = {} } = resource;
  if (metadata.deletionTimestamp !== undefined) return decideDeletion(resource, target);
  if (!metadata.finalizers?.includes(snapshotFinalizer)) return { do: 'add-finalizer' };
  const labels = buildLabels(resource);
  // Recorded: only once there is a status.
  if (status.state !== undefined && !hasLabels(resource, labels)) return { do: 'label', labels };
  const { namespace } = metadata;
  const { kind, name } = spec.jobReference;
  switch (status.state) {
    case undefined:
    case 'TRIGGER_PENDING': {
      if ((spec.savepoint === undefined) === (spec.checkpoint === undefined)) {
        return {
          do: 'refuse',
          message: 'Exactly one of checkpoint or savepoint configurations has to be set.',
        };
      }
      if (spec.savepoint?.alreadyExists === true) return { do: 'believe', path: spec.savepoint.path };
      if (target.is === 'absent')
        return { do: 'refuse', message: `Target for snapshot ${namespace}/${name} was not found` };
      const due = nextAttempt(status);
      if (due > now) return { do: 'wait', milliseconds: due - now };
      if (target.is === 'unreachable') return { do: 'wait', milliseconds: unreachableCheck };
      if (target.jobId === undefined) return abandon(kind, name, resource);
      return { do: 'trigger', jobId: target.jobId };
    }
    case 'IN_PROGRESS':
      if (target.is === 'unreachable') return { do: 'wait', milliseconds: unreachableCheck };
      if (target.is === 'absent' || target.jobId === undefined) return abandon(kind, name, resource);
      return { do: 'poll', jobId: target.jobId, triggerId: status.triggerId ?? '' };
    case 'COMPLETED':
    case 'FAILED':
    case 'ABANDONED':
      return { do: 'wait' };
  }
}

function decideDeletion(
  { metadata, spec, status = {} }: FlinkStateSnapshotObject,
  target: SnapshotTarget,
): SnapshotAction {
  if (!metadata.finalizers?.includes(snapshotFinalizer)) return { do: 'wait' };
  const { path } = status;
  // Recorded: the savepoint goes unless the resource says otherwise.
  const isDisposed = spec.savepoint !== undefined && spec.savepoint.disposeOnDelete !== false;
  if (!isDisposed || status.state !== 'COMPLETED' || path === undefined) return { do: 'remove-finalizer' };
  if (target.is === 'absent') return { do: 'remove-finalizer', left: path };
  if (target.is === 'unreachable') return { do: 'wait', milliseconds: unreachableCheck };
  return { do: 'dispose', path };
}

function buildLabels({ metadata, spec, status }: FlinkStateSnapshotObject): Record<string, string> {
  return {
    'job-reference.kind': spec.jobReference.kind,
    'job-reference.name': spec.jobReference.name,
    'snapshot.type': spec.savepoint === undefined ? 'CHECKPOINT' : 'SAVEPOINT',
    'snapshot.trigger-type': metadata.labels?.['snapshot.trigger-type'] ?? 'MANUAL',
    ...(status?.state !== undefined && { 'snapshot.state': status.state }),
  };
}

function hasLabels(
  { metadata }: FlinkStateSnapshotObject,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value);
}

function abandon(kind: string, name: string, { metadata }: FlinkStateSnapshotObject): SnapshotAction {
  return {
    do: 'abandon',
    message: `Secondary resource ${name} (${kind}) for savepoint ${metadata.name} is not running`,
  };
}

/** Failed attempts are repeated after 10 s, then twice as long each time. */
function nextAttempt({ failures = 0, resultTimestamp }: FlinkStateSnapshotStatus): number {
  const last = Date.parse(resultTimestamp ?? '');
  if (failures === 0 || Number.isNaN(last)) return 0;
  return last + Math.min(firstBackoff * 2 ** (failures - 1), longestBackoff);
}
