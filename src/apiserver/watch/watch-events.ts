import type { ApiObject } from '../json.ts';
import { present, type Resource, storageName } from '../registry/resource.ts';
import { resourceVersionTooLarge } from '../status.ts';
import type { Change, Storage } from '../storage/storage.ts';
import type { ObjectFilter } from './selectors.ts';

export interface ObjectEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ApiObject;
}

export interface WatchQuery {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly filter: ObjectFilter | undefined;
  /** Changes after this revision; absent: the present state as ADDED events, then changes. */
  readonly after: number | undefined;
}

export interface Watch {
  /** Everything up to here has been handed out or concerns other objects. */
  revision(): number;
  stop(): void;
}

/**
 * Hands the changes to `emit`: those in the log at once, later ones as they are committed, none twice and none left
 * out. Throws `Expired` when the log no longer reaches back to `after`.
 */
export function openWatch(storage: Storage, query: WatchQuery, emit: (event: ObjectEvent) => void): Watch {
  const { resource, namespace } = query;
  const stored = storageName(resource.type);
  let reached: number;

  function deliver(change: Change): void {
    if (change.revision <= reached) return;
    reached = change.revision;
    if (change.key.resource !== stored) return;
    if (namespace !== undefined && change.key.namespace !== namespace) return;
    const event = selectChange(change, query.filter);
    if (event !== undefined) emit({ ...event, object: present(resource, event.object) });
  }

  if (query.after === undefined) {
    const snapshot = storage.list(stored, namespace);
    reached = snapshot.revision;
    for (const object of snapshot.objects) {
      if (query.filter?.(object) ?? true) emit({ type: 'ADDED', object: present(resource, object) });
    }
  } else {
    if (query.after > storage.revision()) throw resourceVersionTooLarge(query.after, storage.revision());
    reached = query.after;
    for (const change of storage.changesSince(query.after, stored)) deliver(change);
  }
  // Nothing is committed between the replay and this line: both happen in one turn of the event loop.
  const unsubscribe = storage.subscribe((changes) => {
    for (const change of changes) deliver(change);
  });
  return { revision: () => Math.max(reached, storage.revision()), stop: unsubscribe };
}

/** To a selecting client an object that starts to match is added, one that ceases to match is deleted. */
function selectChange(change: Change, filter: ObjectFilter | undefined): ObjectEvent | undefined {
  const { type, object, previous } = change;
  if (filter === undefined) return { type, object };
  const matched = previous !== undefined && filter(previous);
  if (type === 'DELETED') return matched ? { type, object } : undefined;
  const matches = filter(object);
  if (matches) return { type: matched ? 'MODIFIED' : 'ADDED', object };
  if (!matched || previous === undefined) return undefined;
  const { resourceVersion } = object.metadata;
  return {
    type: 'DELETED',
    object: {
      ...previous,
      metadata: {
        ...previous.metadata,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
    },
  };
}
