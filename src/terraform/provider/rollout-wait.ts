import { setTimeout as delay } from 'node:timers/promises';
import type { KubernetesObject, ObjectReference } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { KindDefinition } from '../../kinds/kind.ts';
import { describeObject } from './api-diagnostics.ts';
import type { ObjectFeed } from './object-feed.ts';
import { revisionAnnotation } from './ownership.ts';

export interface Awaited {
  readonly kind: KindDefinition;
  readonly reference: ObjectReference;
  readonly revision: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds for which the object has to stay healthy. */
  readonly settle: number;
}

/** Where the object stood whenever that changed. */
export type Progress = (message: string) => void;

export type Outcome =
  | { readonly outcome: 'healthy'; readonly object: KubernetesObject }
  | { readonly outcome: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** Waits until the object is at the revision and healthy, has failed, or time or `signal` end the wait. */
export async function waitForRollout(
  feed: ObjectFeed,
  awaited: Awaited,
  signal: AbortSignal,
  progress: Progress,
): Promise<Outcome> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), awaited.timeout);
  const ended = AbortSignal.any([signal, over.signal]);
  const versions = feed.follow(awaited.kind.type, awaited.reference, ended)[Symbol.asyncIterator]();
  let standing: Standing = { state: 'progressing', message: 'waiting for an answer of the API' };
  let healthy: { readonly object: KubernetesObject; readonly since: number } | undefined;
  try {
    let next = versions.next();
    for (;;) {
      const patience = healthy === undefined ? undefined : healthy.since + awaited.settle - Date.now();
      if (healthy !== undefined && healthy.since + awaited.settle <= Date.now()) {
        return { outcome: 'healthy', object: healthy.object };
      }
      const step = await (patience === undefined ? next : Promise.race([next, settled(patience, ended)]));
      if (step === 'settled') continue;
      if (step.done === true) break;
      next = versions.next();
      standing = assess(awaited, step.value);
      if (standing.state === 'failed') return { outcome: 'failed', diagnostics: standing.diagnostics };
      progress(standing.message);
      healthy =
        standing.state === 'healthy' && step.value !== undefined
          ? { object: step.value, since: healthy?.since ?? Date.now() }
          : undefined;
    }
    return { outcome: 'failed', diagnostics: [unfinished(awaited, signal.aborted, standing.message)] };
  } finally {
    clearTimeout(timer);
    over.abort();
    await versions.return?.(undefined);
  }
}

type Standing =
  | { readonly state: 'healthy' | 'progressing'; readonly message: string }
  | { readonly state: 'failed'; readonly diagnostics: readonly Diagnostic[] };

function assess({ kind, revision }: Awaited, object: KubernetesObject | undefined): Standing {
  if (object === undefined) return { state: 'progressing', message: 'waiting for the object to exist' };
  const live = object.metadata.annotations?.[revisionAnnotation];
  if (live !== revision) {
    return {
      state: 'progressing',
      message: `waiting for revision ${revision}; the object carries ${live ?? 'none'}`,
    };
  }
  return kind.assessHealth(object);
}

async function settled(patience: number, signal: AbortSignal): Promise<'settled'> {
  await delay(patience, undefined, { signal }).catch(() => undefined);
  return 'settled';
}

function unfinished({ kind, reference, timeout }: Awaited, cancelled: boolean, message: string): Diagnostic {
  const object = {
    kind: kind.type.kind,
    name: reference.name,
    ...(reference.namespace !== undefined && { namespace: reference.namespace }),
  };
  return {
    severity: 'error',
    reason: cancelled ? 'Cancelled' : 'RolloutTimeout',
    summary: cancelled
      ? `Stopped waiting for ${describeObject(object)}`
      : `${describeObject(object)} was not healthy within ${Math.round(timeout / 1000)} s`,
    detail:
      `Last seen: ${message}. The object is applied and its operator goes on working on it; ` +
      'the next apply waits again. If it needs longer, raise timeout.',
    object,
  };
}
