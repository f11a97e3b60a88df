import { type ApiObject, stringAt } from '../json.ts';
import { type BackgroundWork, startBackgroundWork } from './background-work.ts';
import type { Catalog } from './catalog.ts';
import type { Store } from './store.ts';

const EVENTS = '/events';
/** kube-apiserver's default `--event-ttl`. */
const LIFETIME_MS = 60 * 60 * 1000;
const INTERVAL_MS = 5 * 60 * 1000;

/** Deletes Events an hour after they were last seen. */
export function startEventExpiry(
  catalog: Catalog,
  store: Store,
  report: (error: unknown) => void,
): BackgroundWork {
  const work = startBackgroundWork(async () => {
    const resource = catalog.findStored(EVENTS);
    if (resource === undefined) return;
    const oldest = Date.now() - LIFETIME_MS;
    await store.deleteCollection(resource, undefined, (event) => lastSeen(event) < oldest, { dryRun: false });
  }, report);
  const timer = setInterval(() => work.wake(), INTERVAL_MS);
  timer.unref();
  work.wake();
  return {
    wake: () => work.wake(),
    async stop() {
      clearInterval(timer);
      await work.stop();
    },
  };
}

/** An Event without any readable time counts as just seen. */
function lastSeen(event: ApiObject): number {
  const times = [
    stringAt(event, 'series', 'lastObservedTime'),
    stringAt(event, 'lastTimestamp'),
    stringAt(event, 'eventTime'),
    event.metadata.creationTimestamp,
  ].map((time) => Date.parse(time ?? ''));
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length === 0 ? Date.now() : Math.max(...known);
}
