import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import {
  type KubernetesObject,
  type ObjectReference,
  type ResourceType,
  resourcePath,
} from '../../apiclient/object.ts';

const pollInterval = 2_000;

/** What waits for objects: every version of one object, from one watch per kind and namespace for all who wait. */
export interface ObjectFeed {
  /**
   * Yields the object as it is now, then whenever it changed; `undefined` when it is not there. Ends when `signal`
   * aborts. Several changes may be yielded as one. Failures of the API are tried again until `signal` aborts,
   * except those that waiting does not cure (no permission, unknown kind).
   */
  follow<T extends KubernetesObject>(
    type: ResourceType,
    reference: ObjectReference,
    signal: AbortSignal,
  ): AsyncIterable<T | undefined>;
  /** Why what was yielded may be old: the API has not answered since. Undefined while it does. */
  trouble(type: ResourceType, namespace: string | undefined): string | undefined;
}

export function createObjectFeed(connect: () => Promise<ApiClient>): ObjectFeed {
  const feeds = new Map<string, SharedFeed>();
  return {
    async *follow<T extends KubernetesObject>(
      type: ResourceType,
      reference: ObjectReference,
      signal: AbortSignal,
    ) {
      const key = resourcePath(type, { namespace: reference.namespace });
      const forget = (feed: SharedFeed) => feeds.get(key) === feed && feeds.delete(key);
      const shared = feeds.get(key) ?? startFeed(connect, type, reference.namespace, forget);
      feeds.set(key, shared);
      yield* shared.follow(reference.name, signal) as AsyncIterable<T | undefined>;
    },
    trouble: (type, namespace) => feeds.get(resourcePath(type, { namespace }))?.trouble(),
  };
}

interface SharedFeed {
  trouble(): string | undefined;
  follow(name: string, signal: AbortSignal): AsyncIterable<KubernetesObject | undefined>;
}

function startFeed(
  connect: () => Promise<ApiClient>,
  type: ResourceType,
  namespace: string | undefined,
  ended: (feed: SharedFeed) => void,
): SharedFeed {
  let objects: Map<string, KubernetesObject> | undefined;
  let failure: unknown;
  let trouble: string | undefined;
  let version = 0;
  const wake = new Set<() => void>();
  const stop = new AbortController();
  const changed = () => {
    version += 1;
    for (const resolve of wake) resolve();
  };

  const run = async () => {
    while (!stop.signal.aborted) {
      let isListed = false;
      try {
        const client = await connect();
        const list = await client.list<KubernetesObject>(type, { namespace, signal: stop.signal });
        objects = new Map(list.items.map((item) => [item.metadata.name, item]));
        trouble = undefined;
        isListed = true;
        changed();
        const options = { namespace, resourceVersion: list.resourceVersion, signal: stop.signal };
        for await (const event of client.watch<KubernetesObject>(type, options)) {
          if (event.type === 'BOOKMARK') continue;
          if (event.type === 'DELETED') objects.delete(event.object.metadata.name);
          else objects.set(event.object.metadata.name, event.object);
          changed();
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        if (isFinal(error, isListed || objects === undefined)) {
          failure = error;
          changed();
          return;
        }
        if (!(error instanceof ApiError) || error.reason !== 'Expired') trouble = describe(error);
        changed();
        await delay(pollInterval, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    }
  };

  let followers = 0;
  const feed: SharedFeed = {
    trouble: () => trouble,
    async *follow(name, signal) {
      followers += 1;
      try {
        let seen = -1;
        let last: KubernetesObject | undefined | null = null;
        while (!signal.aborted) {
          if (failure !== undefined) throw failure;
          if (objects !== undefined && seen !== version) {
            seen = version;
            const current = objects.get(name);
            if (current !== last) {
              last = current;
              yield current;
              continue;
            }
          }
          await untilWoken(wake, signal);
        }
      } finally {
        followers -= 1;
        if (followers === 0) {
          stop.abort();
          ended(feed);
        }
      }
    },
  };
  void run().finally(() => ended(feed));
  return feed;
}

function untilWoken(wake: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      wake.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    wake.add(done);
    signal.addEventListener('abort', done);
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An API that comes up again (not `settled`) may not know its kinds and users yet. */
function isFinal(error: unknown, settled: boolean): boolean {
  if (!(error instanceof ApiError)) return true;
  return settled && ['Forbidden', 'Unauthorized', 'NotFound'].includes(error.reason);
}
