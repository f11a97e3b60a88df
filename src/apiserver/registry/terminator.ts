import { randomUUID } from 'node:crypto';
import { type ApiObject, formatTime, listAt } from '../json.ts';
import type { Storage } from '../storage/storage.ts';
import { type BackgroundWork, startBackgroundWork } from './background-work.ts';
import { type Catalog, DEFINITIONS } from './catalog.ts';
import { NAMESPACE_RULES } from './core-rules.ts';
import { CRD_FINALIZER } from './custom-resource-definition.ts';
import type { Resource } from './resource.ts';
import type { Store } from './store.ts';

const NAMESPACES = '/namespaces';

/** Creates namespaces that are not there yet. */
export async function ensureNamespaces(storage: Storage, names: readonly string[]): Promise<void> {
  await storage.write((transaction) => {
    for (const name of new Set(names)) {
      const key = { resource: NAMESPACES, namespace: '', name };
      if (transaction.get(key) !== undefined) continue;
      const namespace: ApiObject = {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, uid: randomUUID(), creationTimestamp: formatTime(new Date()) },
      };
      NAMESPACE_RULES.prepare?.(namespace, undefined);
      transaction.put(key, namespace);
    }
  });
}

/** Empties deleted namespaces and deletes the objects of deleted definitions; then lets these go. */
export function startTerminator(
  storage: Storage,
  catalog: Catalog,
  store: Store,
  report: (error: unknown) => void,
): BackgroundWork {
  const work = startBackgroundWork(async () => {
    for (const namespace of storage.list(NAMESPACES).objects) {
      if (namespace.metadata.deletionTimestamp !== undefined) await terminateNamespace(namespace);
    }
    for (const definition of storage.list(DEFINITIONS).objects) {
      if (definition.metadata.deletionTimestamp !== undefined) await terminateDefinition(definition);
    }
  }, report);

  async function terminateNamespace({ metadata: { name } }: ApiObject): Promise<void> {
    const served = new Map(
      catalog
        .all()
        .filter(({ type }) => type.namespaced)
        .map((resource) => [`${resource.type.group}/${resource.type.plural}`, resource]),
    );
    let left = 0;
    for (const resource of served.values()) left += await deleteAll(resource, name);
    if (left > 0) return;
    await storage.write((transaction) => {
      const key = { resource: NAMESPACES, namespace: '', name };
      const live = transaction.get(key);
      if (live === undefined) return;
      const next: ApiObject = { ...live, spec: { finalizers: [] } };
      if ((live.metadata.finalizers ?? []).length > 0) {
        if (listAt(live, 'spec', 'finalizers').length > 0) transaction.put(key, next);
      } else transaction.delete(key, next);
    });
  }

  async function terminateDefinition({ metadata: { name } }: ApiObject): Promise<void> {
    const [plural, ...group] = name.split('.');
    const resource = catalog.findStored(`${group.join('.')}/${plural}`);
    if (resource !== undefined && (await deleteAll(resource, undefined)) > 0) return;
    await storage.write((transaction) => {
      const key = { resource: DEFINITIONS, namespace: '', name };
      const live = transaction.get(key);
      if (live === undefined) return;
      const finalizers = (live.metadata.finalizers ?? []).filter((item) => item !== CRD_FINALIZER);
      const next: ApiObject = { ...live, metadata: { ...live.metadata, finalizers } };
      if (finalizers.length === 0) transaction.delete(key, next);
      else if (finalizers.length < (live.metadata.finalizers ?? []).length) transaction.put(key, next);
    });
  }

  /** Answers how many objects stay for now: finalizers and grace periods hold them. */
  async function deleteAll(resource: Resource, namespace: string | undefined): Promise<number> {
    await store.deleteCollection(
      resource,
      namespace,
      (object) => object.metadata.deletionTimestamp === undefined,
      { dryRun: false },
    );
    return storage.list(`${resource.type.group}/${resource.type.plural}`, namespace).objects.length;
  }

  const unsubscribe = storage.subscribe((changes) => {
    // Any object that goes may be the last one of a namespace or definition that waits.
    const matters = changes.some(
      ({ type, object, key }) =>
        type === 'DELETED' ||
        ((key.resource === NAMESPACES || key.resource === DEFINITIONS) &&
          object.metadata.deletionTimestamp !== undefined),
    );
    if (matters) work.wake();
  });
  work.wake();
  return {
    wake: () => work.wake(),
    async stop() {
      unsubscribe();
      await work.stop();
    },
  };
}
