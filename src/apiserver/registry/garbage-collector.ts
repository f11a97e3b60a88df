import type { OwnerReference } from '../../apiclient/object.ts';
import type { ApiObject } from '../json.ts';
import { StatusError } from '../status.ts';
import type { Change, ObjectKey, Storage } from '../storage/storage.ts';
import { type BackgroundWork, startBackgroundWork } from './background-work.ts';
import type { Catalog } from './catalog.ts';
import type { Store, Target } from './store.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

interface Node {
  readonly key: ObjectKey;
  readonly owners: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  readonly isDeleting: boolean;
}

/**
 * Deletes dependents whose owners are all gone, and carries out foreground deletion and orphaning. It keeps the graph
 * of owners in memory and follows the commits, so a restart rebuilds it and goes on.
 */
export function startGarbageCollector(
  storage: Storage,
  catalog: Catalog,
  store: Store,
  report: (error: unknown) => void,
): BackgroundWork {
  const nodes = new Map<string, Node>();
  const dependents = new Map<string, Set<string>>();
  const due = new Set<string>();

  function remember(key: ObjectKey, object: ApiObject): void {
    const { uid, ownerReferences = [], finalizers = [], deletionTimestamp } = object.metadata;
    if (uid === undefined) return;
    forget(uid);
    nodes.set(uid, { key, owners: ownerReferences, finalizers, isDeleting: deletionTimestamp !== undefined });
    for (const owner of ownerReferences) {
      const known = dependents.get(owner.uid) ?? new Set();
      dependents.set(owner.uid, known.add(uid));
    }
    const waits = finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN);
    if (ownerReferences.length > 0 || (deletionTimestamp !== undefined && waits)) due.add(uid);
  }

  function forget(uid: string): void {
    for (const owner of nodes.get(uid)?.owners ?? []) {
      const siblings = dependents.get(owner.uid);
      siblings?.delete(uid);
      if (siblings?.size === 0) dependents.delete(owner.uid);
    }
    nodes.delete(uid);
  }

  function follow({ type, key, object }: Change): void {
    const { uid } = object.metadata;
    if (uid === undefined) return;
    if (type !== 'DELETED') {
      remember(key, object);
      return;
    }
    // Owners that wait for this one, and those that depended on it, have to be looked at again.
    for (const owner of nodes.get(uid)?.owners ?? []) due.add(owner.uid);
    forget(uid);
    due.delete(uid);
    for (const dependent of dependents.get(uid) ?? []) due.add(dependent);
  }

  const work = startBackgroundWork(async () => {
    while (due.size > 0) {
      const batch = [...due];
      due.clear();
      await Promise.all(batch.map(process));
    }
  }, report);

  async function process(uid: string): Promise<void> {
    const node = nodes.get(uid);
    if (node === undefined) return;
    try {
      if (node.isDeleting && node.finalizers.includes(ORPHAN)) await orphan(uid, node);
      else if (node.isDeleting && node.finalizers.includes(FOREGROUND)) await deleteForeground(uid, node);
      else await collect(uid, node);
    } catch (error) {
      // The object changed or went meanwhile: the change brings it back here if something is left to do.
      if (!(error instanceof StatusError) || error.status.code === 503) report(error);
    }
  }

  async function collect(uid: string, node: Node): Promise<void> {
    if (node.isDeleting || node.owners.length === 0) return;
    const present = node.owners.filter((owner) => nodes.has(owner.uid));
    const remaining = present.filter((owner) => !isDeletingForeground(owner.uid));
    if (remaining.length > 0) {
      if (present.length < node.owners.length) await dropOwners(node, (owner) => !nodes.has(owner.uid));
      return;
    }
    await remove(uid, node, present.length > 0);
  }

  function isDeletingForeground(uid: string): boolean {
    const owner = nodes.get(uid);
    return owner !== undefined && owner.isDeleting && owner.finalizers.includes(FOREGROUND);
  }

  async function remove(uid: string, node: Node, ownerWaits: boolean): Promise<void> {
    const target = targetOf(node);
    if (target === undefined) return;
    // What waits for its dependents makes them wait for theirs.
    const propagationPolicy =
      ownerWaits && (dependents.get(uid)?.size ?? 0) > 0 ? 'Foreground' : 'Background';
    await store.delete(target, { uid, propagationPolicy, dryRun: false });
  }

  async function deleteForeground(uid: string, node: Node): Promise<void> {
    const waiting = [...(dependents.get(uid) ?? [])].flatMap((id) => nodes.get(id) ?? []);
    for (const id of dependents.get(uid) ?? []) {
      const dependent = nodes.get(id);
      if (dependent !== undefined && !dependent.isDeleting) await collect(id, dependent);
    }
    const blocks = waiting.some((dependent) =>
      dependent.owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
    );
    if (!blocks) await dropFinalizer(node, FOREGROUND);
  }

  async function orphan(uid: string, node: Node): Promise<void> {
    for (const id of dependents.get(uid) ?? []) {
      const dependent = nodes.get(id);
      if (dependent !== undefined) await dropOwners(dependent, (owner) => owner.uid === uid);
    }
    await dropFinalizer(node, ORPHAN);
  }

  async function dropOwners(node: Node, isDropped: (owner: OwnerReference) => boolean): Promise<void> {
    await change(node, (metadata) => {
      const ownerReferences = (metadata.ownerReferences ?? []).filter((owner) => !isDropped(owner));
      const { ownerReferences: _before, ...rest } = metadata;
      return ownerReferences.length === 0 ? rest : { ...rest, ownerReferences };
    });
  }

  async function dropFinalizer(node: Node, finalizer: string): Promise<void> {
    await change(node, (metadata) => {
      const finalizers = (metadata.finalizers ?? []).filter((item) => item !== finalizer);
      const { finalizers: _before, ...rest } = metadata;
      return finalizers.length === 0 ? rest : { ...rest, finalizers };
    });
  }

  async function change(
    node: Node,
    edit: (metadata: ApiObject['metadata']) => ApiObject['metadata'],
  ): Promise<void> {
    const target = targetOf(node);
    if (target === undefined) return;
    await store.modify(target, (live) => ({ ...live, metadata: edit(live.metadata) }), {
      manager: 'garbage-collector',
      dryRun: false,
      fieldValidation: 'Ignore',
      warnings: [],
    });
  }

  function targetOf({ key }: Node): Target | undefined {
    const resource = catalog.findStored(key.resource);
    const namespace = key.namespace === '' ? undefined : key.namespace;
    return resource === undefined ? undefined : { resource, namespace, name: key.name };
  }

  for (const { key, object } of storage.all()) remember(key, object);
  const unsubscribe = storage.subscribe((changes) => {
    for (const one of changes) follow(one);
    if (due.size > 0) work.wake();
  });
  if (due.size > 0) work.wake();
  return {
    wake: () => work.wake(),
    async stop() {
      unsubscribe();
      await work.stop();
    },
  };
}
