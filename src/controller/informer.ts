import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';

/** `namespace/name`, or the name alone for cluster-scoped objects. */
export type ObjectKey = string;

export function keyOf(object: KubernetesObject): ObjectKey {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseKey(key: ObjectKey): { namespace?: string; name: string } {
  const [first = '', second] = key.split('/', 2);
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** A local copy of all objects of a type, kept current by a watch. Objects in it must not be changed. */
export interface Informer<T extends KubernetesObject> {
  readonly type: ResourceType;
  get(key: ObjectKey): T | undefined;
  list(): readonly T[];
  /** Called with the object after the copy changed; `deleted` with its last state. Returns the way to stop it. */
  onChange(listener: (object: T, change: 'set' | 'deleted') => void): () => void;
  /** Resolves when the first list is in. */
  readonly synced: Promise<void>;
}

export interface InformerOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly signal: AbortSignal;
  onError?(error: unknown): void;
}

/** Lists, then watches; lists again when the server has forgotten where the watch was. Ends with the signal. */
export function startInformer<T extends KubernetesObject>(
  client: ApiClient,
  type: ResourceType,
  options: InformerOptions,
): Informer<T> {
  const objects = new Map<ObjectKey, T>();
  const listeners = new Set<(object: T, change: 'set' | 'deleted') => void>();
  let markSynced: () => void = () => undefined;
  const synced = new Promise<void>((resolve) => {
    markSynced = resolve;
  });
  const selection = {
    namespace: options.namespace,
    labelSelector: options.labelSelector,
    signal: options.signal,
  };

  const set = (object: T) => {
    const key = keyOf(object);
    if (objects.get(key)?.metadata.resourceVersion === object.metadata.resourceVersion) return;
    objects.set(key, object);
    for (const listener of listeners) listener(object, 'set');
  };
  const remove = (object: T) => {
    if (!objects.delete(keyOf(object))) return;
    for (const listener of listeners) listener(object, 'deleted');
  };

  const listAll = async () => {
    const list = await client.list<T>(type, selection);
    const present = new Set(list.items.map(keyOf));
    for (const [key, object] of objects) if (!present.has(key)) remove(object);
    for (const object of list.items) set(object);
    markSynced();
    return list.resourceVersion;
  };

  const run = async () => {
    let resourceVersion: string | undefined;
    let failures = 0;
    while (!options.signal.aborted) {
      try {
        resourceVersion ??= await listAll();
        for await (const event of client.watch<T>(type, { ...selection, resourceVersion })) {
          failures = 0;
          if (event.type === 'DELETED') remove(event.object);
          else if (event.type !== 'BOOKMARK') set(event.object);
          resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
        }
      } catch (error) {
        if (options.signal.aborted) return;
        // An answer, not a lost connection: the server no longer knows the version, or never did.
        if (error instanceof ApiError && error.code !== 0) resourceVersion = undefined;
        if (!(error instanceof ApiError && error.reason === 'Expired')) options.onError?.(error);
        failures += 1;
        await sleep(Math.min(100 * 2 ** failures, 5000), undefined, { signal: options.signal }).catch(
          () => undefined,
        );
      }
    }
  };
  void run();

  return {
    type,
    get: (key) => objects.get(key),
    list: () => [...objects.values()],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    synced,
  };
}
