import { applyConfig, trackUpdate } from '../apply/field-manager.ts';
import {
  type ApiObject,
  cloneJson,
  equalJson,
  formatTime,
  type JsonObject,
  objectAt,
  stringAt,
} from '../json.ts';
import { pruneUnknownFields } from '../schema/prune.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  notFound,
  StatusError,
  staleObject,
} from '../status.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import type { ObjectFilter } from '../watch/selectors.ts';
import {
  admitCreate,
  attribution,
  parseBody,
  prepareCreate,
  prepareUpdate,
  validate,
} from './prepare-object.ts';
import { isHeld, keyOf, present, type Resource, storageName, subjectOf } from './resource.ts';
import type { DeletePreconditions, WriteContext } from './write-options.ts';

export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The life of objects: everything that a write passes through before it is stored. Failures are `StatusError`s. */
export interface Store {
  get(target: Target): ApiObject;
  create(
    resource: Resource,
    namespace: string | undefined,
    body: unknown,
    context: WriteContext,
  ): Promise<ApiObject>;
  /** Replaces the object by what `change` makes of it, in one step with reading it. */
  modify(target: Target, change: (live: ApiObject) => JsonObject, context: WriteContext): Promise<ApiObject>;
  /** Gives a pod its node, once. */
  bind(pod: Target, node: string, context: WriteContext): Promise<void>;
  /** Server-side apply; `created` tells 201 from 200. */
  apply(
    target: Target,
    body: unknown,
    context: WriteContext & { readonly force: boolean },
  ): Promise<{ readonly object: ApiObject; readonly created: boolean }>;
  /** `gone` is false when finalizers or a grace period keep the object. */
  delete(
    target: Target,
    options: DeletePreconditions,
  ): Promise<{ readonly object: ApiObject; readonly gone: boolean }>;
  deleteCollection(
    resource: Resource,
    namespace: string | undefined,
    filter: ObjectFilter | undefined,
    options: DeletePreconditions,
  ): Promise<readonly ApiObject[]>;
}

const NAMESPACES = '/namespaces';

export function createStore(storage: Storage): Store {
  /** Runs a write; with dryRun everything but the storing happens. */
  function write<T>(dryRun: boolean, action: (transaction: Transaction) => T): Promise<T> {
    if (!dryRun) return storage.write(action);
    return storage.write((transaction) =>
      action({ ...transaction, put: (_key, object) => object, delete: (_key, object) => object }),
    );
  }

  function requireLive(transaction: Transaction, target: Target): ApiObject {
    const live = transaction.get(keyOf(target.resource, target.namespace, target.name));
    if (live === undefined) throw notFound(subjectOf(target.resource), target.name);
    return present(target.resource, live);
  }

  function insert(transaction: Transaction, resource: Resource, object: ApiObject): ApiObject {
    const { namespace, name } = object.metadata;
    requireNamespace(transaction, resource, namespace, name);
    const key = keyOf(resource, namespace, name);
    if (transaction.get(key) !== undefined) throw alreadyExists(subjectOf(resource), name);
    return transaction.put(key, object);
  }

  function replace(
    transaction: Transaction,
    resource: Resource,
    live: ApiObject,
    next: ApiObject,
  ): ApiObject {
    validate(resource, next, live);
    if (equalJson(live, next)) return live;
    const key = keyOf(resource, live.metadata.namespace, live.metadata.name);
    const isOver = next.metadata.deletionTimestamp !== undefined && !isHeld(resource, next);
    return isOver ? transaction.delete(key, next) : transaction.put(key, next);
  }

  function remove(
    transaction: Transaction,
    resource: Resource,
    live: ApiObject,
    options: DeletePreconditions,
  ): { object: ApiObject; gone: boolean } {
    checkDeletePreconditions(resource, live, options);
    const marked = markDeleted(resource, live, options);
    const key = keyOf(resource, live.metadata.namespace, live.metadata.name);
    if (!isHeld(resource, marked)) {
      return { object: transaction.delete(key, marked), gone: true };
    }
    const object = equalJson(live, marked) ? live : transaction.put(key, marked);
    return { object, gone: false };
  }

  return {
    get(target) {
      const object = storage.get(keyOf(target.resource, target.namespace, target.name));
      if (object === undefined) throw notFound(subjectOf(target.resource), target.name);
      return present(target.resource, object);
    },

    async create(resource, namespace, body, context) {
      const object = prepareCreate(resource, parseBody(resource, body, namespace, undefined), context);
      return write(context.dryRun, (transaction) => {
        requireNamespace(transaction, resource, namespace, object.metadata.name);
        admitCreate(resource, object, context);
        context.admit?.(object);
        return insert(transaction, resource, object);
      });
    },

    async modify(target, change, context) {
      return write(context.dryRun, (transaction) => {
        const live = requireLive(transaction, target);
        const sent = parseBody(target.resource, change(live), target.namespace, target.name);
        const expected = sent.metadata.resourceVersion ?? '';
        if (expected !== '' && expected !== live.metadata.resourceVersion) {
          throw staleObject(subjectOf(target.resource), target.name);
        }
        const next = prepareUpdate(target.resource, live, sent, context);
        next.metadata.managedFields = sent.metadata.managedFields ?? [];
        trackUpdate(live, next, attribution(target.resource, context, 'Update'));
        if (!equalJson(live, next)) context.admit?.(next);
        return replace(transaction, target.resource, live, next);
      });
    },

    async bind(pod, node, context) {
      await write(context.dryRun, (transaction) => {
        const live = requireLive(transaction, pod);
        const bound = stringAt(live, 'spec', 'nodeName') ?? '';
        if (bound !== '') {
          const why = `pod ${pod.name} is already assigned to node "${bound}"`;
          throw conflict({ group: '', plural: 'pods/binding', kind: 'Binding' }, pod.name, why);
        }
        const next = cloneJson(live);
        next['spec'] = { ...objectAt(next, 'spec'), nodeName: node };
        trackUpdate(live, next, attribution(pod.resource, context, 'Update'));
        transaction.put(keyOf(pod.resource, pod.namespace, pod.name), next);
      });
    },

    async apply(target, body, context) {
      const { resource, namespace, name } = target;
      const config = parseBody(resource, body, namespace, name);
      if (config.metadata.managedFields !== undefined) {
        throw badRequest('metadata.managedFields must be nil');
      }
      refuseUndeclared(resource, config);
      const by = { ...attribution(resource, context, 'Apply'), force: context.force };
      return write(context.dryRun, (transaction) => {
        const stored = transaction.get(keyOf(resource, namespace, name));
        const expected = config.metadata.resourceVersion ?? '';
        delete config.metadata.resourceVersion;
        if (stored === undefined) {
          if (expected !== '') throw staleObject(subjectOf(resource), name);
          if (config.metadata.uid !== undefined) throw uidMismatch(resource, name, config.metadata.uid, '');
          if (context.subresource !== undefined) throw notFound(subjectOf(resource), name);
          requireNamespace(transaction, resource, namespace, name);
          const applied = applyConfig(undefined, config, by);
          const owners = applied.metadata.managedFields ?? [];
          const object = prepareCreate(resource, applied, context);
          if (owners.length > 0) object.metadata.managedFields = owners;
          validate(resource, object, undefined);
          context.admit?.(object);
          return { object: insert(transaction, resource, object), created: true };
        }
        const live = present(resource, stored);
        if (expected !== '' && expected !== live.metadata.resourceVersion) {
          throw staleObject(subjectOf(resource), name);
        }
        const applied = applyConfig(live, config, by);
        const owners = applied.metadata.managedFields ?? [];
        const next = prepareUpdate(resource, live, applied, context);
        if (owners.length > 0) next.metadata.managedFields = owners;
        if (!equalJson(live, next)) context.admit?.(next);
        return { object: replace(transaction, resource, live, next), created: false };
      });
    },

    async delete(target, options) {
      return write(options.dryRun, (transaction) =>
        remove(transaction, target.resource, requireLive(transaction, target), options),
      );
    },

    async deleteCollection(resource, namespace, filter, options) {
      const { objects } = storage.list(storageName(resource.type), namespace);
      const chosen = filter === undefined ? objects : objects.filter(filter);
      return write(options.dryRun, (transaction) =>
        chosen.flatMap((object) => {
          const live = transaction.get(keyOf(resource, object.metadata.namespace, object.metadata.name));
          if (live === undefined) return [];
          return [remove(transaction, resource, present(resource, live), options).object];
        }),
      );
    },
  };
}

/** An applied configuration says what its sender means: a field that the schema does not have is never dropped. */
function refuseUndeclared(resource: Resource, config: ApiObject): void {
  if (!resource.isStructural) return;
  const undeclared = pruneUnknownFields(cloneJson(config), resource.schema);
  if (undeclared.length === 0) return;
  const { group, version, kind } = resource.type;
  const { namespace, name } = config.metadata;
  const full = namespace === undefined ? name : `${namespace}/${name}`;
  const errors = undeclared.map((path) => `.${path}: field not declared in schema`).join(', ');
  throw badRequest(
    `failed to create typed patch object (${full}; ${group}/${version}, Kind=${kind}): ${errors}`,
  );
}

function requireNamespace(
  transaction: Transaction,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): void {
  if (!resource.type.namespaced || namespace === undefined) return;
  const found = transaction.get({ resource: NAMESPACES, namespace: '', name: namespace });
  if (found === undefined) {
    throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, namespace);
  }
  if (found.metadata.deletionTimestamp !== undefined) {
    throw forbidden(
      subjectOf(resource),
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
}

function checkDeletePreconditions(resource: Resource, live: ApiObject, options: DeletePreconditions): void {
  const { uid, resourceVersion, name } = live.metadata;
  if (options.uid !== undefined && options.uid !== uid) {
    throw uidMismatch(resource, name, options.uid, uid ?? '');
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw conflict(
      subjectOf(resource),
      name,
      `Precondition failed: ResourceVersion in precondition: ${options.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
}

function uidMismatch(resource: Resource, name: string, expected: string, found: string): StatusError {
  return conflict(
    subjectOf(resource),
    name,
    `Precondition failed: UID in precondition: ${expected}, UID in object meta: ${found}`,
  );
}

/** The object with its deletion begun: timestamp, grace period and the finalizers of the propagation policy. */
function markDeleted(resource: Resource, live: ApiObject, options: DeletePreconditions): ApiObject {
  const { rules } = resource;
  const metadata = { ...live.metadata };
  const marked: ApiObject = { ...live, metadata };
  const grace = rules.gracePeriodSeconds?.(live, options.gracePeriodSeconds) ?? 0;
  const finalizers = new Set(metadata.finalizers);
  if (options.propagationPolicy !== undefined) {
    finalizers.delete('foregroundDeletion');
    finalizers.delete('orphan');
    if (options.propagationPolicy === 'Foreground') finalizers.add('foregroundDeletion');
    if (options.propagationPolicy === 'Orphan') finalizers.add('orphan');
  }
  if (finalizers.size > 0) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
  const remaining = metadata.deletionGracePeriodSeconds;
  if (metadata.deletionTimestamp === undefined || (remaining !== undefined && grace < remaining)) {
    metadata.deletionTimestamp = formatTime(new Date(Date.now() + grace * 1000));
    metadata.deletionGracePeriodSeconds = grace;
    if (metadata.generation !== undefined) metadata.generation += 1;
    rules.prepareDeletion?.(marked);
  }
  return marked;
}
