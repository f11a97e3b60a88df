import type { ContainerRecord } from './container-record.ts';
import type { Pod } from './pod.ts';

export interface Observed {
  /** `undefined`: the object is gone. */
  readonly pod: Pod | undefined;
  readonly record: ContainerRecord | undefined;
  /** Whether the process of the record is alive. */
  readonly alive: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Action =
  | { readonly do: 'start' }
  /** A process may still be coming up from a daemon that was killed while starting it. */
  | { readonly do: 'find-started' }
  | { readonly do: 'watch' }
  | { readonly do: 'note-exit' }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'stop' }
  | { readonly do: 'forget' }
  | { readonly do: 'nothing' };

/** The restart back-off starts here, doubles with each failure, and ends after a while of running. */
const firstBackOffMs = 500;
const longestBackOffMs = 60_000;
export const steadyAfterMs = 120_000;

/** How long after a failed start the next one comes; the first restart is immediate. */
export function backOffMs(failures: number): number {
  return failures <= 1 ? 0 : Math.min(firstBackOffMs * 2 ** (failures - 2), longestBackOffMs);
}

/** What is to be done for a pod, in the order in which the rules hold. */
export function decidePod({ pod, record, alive, now }: Observed): Action {
  const wanted = pod !== undefined && pod.metadata.deletionTimestamp === undefined;
  if (record?.state.is === 'starting') return { do: 'find-started' };
  if (record?.state.is === 'running') {
    if (!alive) return { do: 'note-exit' };
    return wanted ? { do: 'watch' } : { do: 'stop' };
  }
  if (!wanted) return { do: 'forget' };
  if (record === undefined) return { do: 'start' };
  if (!shallRestart(pod, record)) return { do: 'nothing' };
  const readyAt =
    Date.parse(record.state.exit.at) + (record.state.exit.asked ? 0 : backOffMs(record.failures));
  return now >= readyAt ? { do: 'start' } : { do: 'wait', milliseconds: readyAt - now };
}

function shallRestart(pod: Pod, record: ContainerRecord): boolean {
  if (record.state.is !== 'exited') return false;
  const { asked, code } = record.state.exit;
  const policy = pod.spec.restartPolicy ?? 'Always';
  return asked || policy === 'Always' || (policy === 'OnFailure' && code !== 0);
}
