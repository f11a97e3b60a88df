import type { KubernetesObject } from '../apiclient/object.ts';
import { type Informer, keyOf, type ObjectKey } from './informer.ts';
import { createWorkQueue } from './work-queue.ts';

/** When to look again although nothing changed. `undefined`: not before something does. */
export interface ReconcileResult {
  readonly requeueAfterMs?: number | undefined;
}

export interface ControllerOptions<T extends KubernetesObject> {
  readonly name: string;
  readonly informer: Informer<T>;
  /** Brings the world nearer to the object. Called with the newest copy; `undefined` when the object is gone. */
  reconcile(key: ObjectKey, object: T | undefined): Promise<ReconcileResult | undefined>;
  /** Other objects whose changes concern an object of this type, with the keys they concern. */
  readonly alsoWatch?: readonly Dependency[];
  readonly concurrency?: number;
  onError(key: ObjectKey, error: unknown): void;
}

export interface Dependency {
  /** Calls back with keys to reconcile; returns the way to stop. */
  (enqueue: (key: ObjectKey) => void): () => void;
}

export interface Controller {
  /** Reconciles a key soon, whatever changed. */
  enqueue(key: ObjectKey): void;
  /** Resolves when no reconciliation is under way any more. */
  stop(): Promise<void>;
}

/** Objects of another type concern the objects that `toKeys` names. */
export function dependsOn<T extends KubernetesObject>(
  informer: Informer<T>,
  toKeys: (object: T) => readonly ObjectKey[],
): Dependency {
  return (enqueue) => informer.onChange((object) => toKeys(object).forEach(enqueue));
}

/** The keys of an object's owners of a kind. */
export function ownerKeys(object: KubernetesObject, kind: string): readonly ObjectKey[] {
  const { namespace, ownerReferences = [] } = object.metadata;
  return ownerReferences
    .filter((owner) => owner.kind === kind)
    .map((owner) => (namespace === undefined ? owner.name : `${namespace}/${owner.name}`));
}

/** Reconciles every object once at start, and then whenever it or what it depends on changes. */
export function startController<T extends KubernetesObject>(options: ControllerOptions<T>): Controller {
  const { informer } = options;
  const queue = createWorkQueue({
    concurrency: options.concurrency ?? 4,
    async work(key) {
      try {
        const result = await options.reconcile(key, informer.get(key));
        queue.forget(key);
        if (result?.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
      } catch (error) {
        options.onError(key, error);
        queue.addFailed(key);
      }
    },
  });
  const stops = [
    informer.onChange((object) => queue.add(keyOf(object))),
    ...(options.alsoWatch ?? []).map((watch) => watch(queue.add)),
  ];
  for (const object of informer.list()) queue.add(keyOf(object));
  return {
    enqueue: queue.add,
    async stop() {
      for (const stop of stops) stop();
      await queue.shutDown();
    },
  };
}
