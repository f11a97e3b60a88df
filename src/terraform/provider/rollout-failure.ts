import type { ObjectReference } from '../../apiclient/object.ts';
import type { Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import type { KindDefinition } from '../../kinds/kind.ts';
import { describeObject } from './api-diagnostics.ts';
import { type FailureCause, rules } from './rollout-tracker.ts';

interface Subject {
  readonly kind: KindDefinition;
  readonly reference: ObjectReference;
  readonly revision: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Why a rollout failed, in words. */
export function describeCause(cause: FailureCause, { kind, reference, revision }: Subject) {
  const object = nameOf(kind, reference);
  const name = describeObject(object);
  const error = (reason: string, summary: string, detail: string): readonly Diagnostic[] => [
    { severity: 'error', reason, summary, detail, object },
  ];
  switch (cause.is) {
    case 'failed':
      return cause.diagnostics;
    case 'stalled':
      return cause.diagnostics.map((item) => ({
        ...item,
        detail: `${item.detail}\nNothing has moved for ${rules.stalled / 1000} s.`,
      }));
    case 'failing': {
      const times = cause.failures > 1 ? `${cause.failures} times` : 'once, and has not come back';
      const why = cause.cause ?? 'Its engine gave no cause; the warnings of its operator may.';
      return error(
        'Failing',
        `${name} starts and fails`,
        `${why}\nIt failed ${times}, and is started again and again until it is changed.`,
      );
    }
    case 'probe-failed':
      return cause.diagnostics.map((item) => ({ ...item, object }));
    case 'superseded':
      return error(
        'Superseded',
        `${name} was changed by somebody else`,
        `It carries revision ${cause.by ?? '(none)'} instead of ${revision}: what this run applied is not what runs. ` +
          'See who applies it besides (sdp history, kubectl get --show-managed-fields), and plan again.',
      );
    case 'gone':
      return error(
        'Deleted',
        `${name} was deleted`,
        'Somebody deleted it while it was being waited for. Plan again.',
      );
  }
}

export interface Unfinished {
  readonly cancelled: boolean;
  readonly message: string;
  /** Why the API does not answer. */
  readonly trouble: string | undefined;
  /** Nothing was written to the object since it is at the revision. */
  readonly untouched: boolean;
}

/** Time is over, or the run was cancelled. */
export function unfinished(
  { kind, reference, timeout }: Subject,
  { cancelled, message, trouble, untouched }: Unfinished,
): Diagnostic {
  const object = nameOf(kind, reference);
  const now =
    trouble !== undefined
      ? `The API does not answer (${trouble}), so it may be another by now. `
      : untouched && !cancelled
        ? 'Its operator has not acted on the change at all: is it running? '
        : '';
  return {
    severity: 'error',
    reason: cancelled ? 'Cancelled' : 'RolloutTimeout',
    summary: cancelled
      ? `Stopped waiting for ${describeObject(object)}`
      : `${describeObject(object)} was not healthy within ${Math.round(timeout / 1000)} s`,
    detail:
      `Last seen: ${message}. ${now}The object is applied and its operator goes on working on it; ` +
      'the next apply waits again. If it needs longer, raise timeout.',
    object,
  };
}

function nameOf(kind: KindDefinition, { name, namespace }: ObjectReference): ObjectName {
  return { kind: kind.type.kind, name, ...(namespace !== undefined && { namespace }) };
}
