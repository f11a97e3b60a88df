import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { describeError } from '../flink-job/operator-error.ts';
import type { Health } from '../kind.ts';
import type { FlinkStateSnapshotSpec, FlinkStateSnapshotStatus } from './spec.ts';

/** A snapshot is healthy once it is taken. Its status has no generation: it is taken once, whatever is changed later. */
export function assessSnapshotHealth(object: KubernetesObject): Health {
  const { spec, status = {} } = object as {
    spec?: FlinkStateSnapshotSpec;
    status?: FlinkStateSnapshotStatus;
  };
  const job = `${spec?.jobReference.kind ?? 'job'} ${spec?.jobReference.name ?? ''}`.trim();
  const what = spec?.checkpoint === undefined ? 'savepoint' : 'checkpoint';
  switch (status.state) {
    case 'COMPLETED':
      return { state: 'healthy', message: `the ${what} is ${status.path ?? 'taken'}` };
    case 'FAILED':
      return failure(object, `The ${what} of ${job} failed`, status);
    case 'ABANDONED':
      return failure(object, `The ${what} of ${job} was given up`, status);
    case 'IN_PROGRESS':
      return { state: 'progressing', message: `waiting for the ${what} of ${job} to be written` };
    case 'TRIGGER_PENDING':
    case undefined:
      return { state: 'progressing', message: describeWait(status, what, job) };
  }
}

function describeWait(
  { state, error, failures = 0 }: FlinkStateSnapshotStatus,
  what: string,
  job: string,
): string {
  if (failures > 0 && error !== undefined) {
    return `waiting for another try at the ${what} of ${job} after ${failures}; the last: ${describeError(error).detail}`;
  }
  // Recorded: the status stays empty while the job is not there.
  return state === undefined
    ? `waiting for the operator to find ${job}`
    : `waiting for the ${what} of ${job} to be triggered`;
}

function failure(
  { kind, metadata }: KubernetesObject,
  summary: string,
  { state, error }: FlinkStateSnapshotStatus,
): Health {
  const described: Pick<Diagnostic, 'reason' | 'detail'> =
    error === undefined ? { reason: 'Error', detail: 'The operator gave no reason.' } : describeError(error);
  return {
    state: 'failed',
    diagnostics: [
      {
        severity: 'error',
        // The reason of the operator's event.
        reason: state === 'ABANDONED' ? 'SnapshotAbandoned' : described.reason,
        summary,
        detail: described.detail,
        object: {
          kind,
          name: metadata.name,
          ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        },
      },
    ],
  };
}
