import { checkConfig } from '../apply/check-config.ts';
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
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound, staleObject } from '../status.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import type { ObjectFilter } from '../watch/selectors.ts';
import {
  admitCreate,
  attribution,
  decodeNulls,
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
      const sent = decodeNulls(resource, cloneJson(parseBody(resource, body, namespace, undefined)));
      const object = prepareCreate(resource, sent, context);
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
        const body = cloneJson(change(live));
        const sent = decodeNulls(
          target.resource,
          parseBody(target.resource, body, target.namespace, target.name),
        );
        requireVersion(target, sent, context);
        const expected = sent.metadata.resourceVersion ?? '';
        if (expected !== '' && expected !== live.metadata.resourceVersion) {
          throw staleObject(subjectOf(target.resource), target.name);
        }
        const next = prepareUpdate(target.resource, live, sent, context);
        validate(target.resource, next, live);
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
      const config = parseBody(resource, body, namespace, name, true);
      if (config.metadata.managedFields !== undefined) {
        throw badRequest('metadata.managedFields must be nil');
      }
      refuseUntyped(resource, config, body);
      const by = { ...attribution(resource, context, 'Apply'), force: context.force };
      return write(context.dryRun, (transaction) => {
        const stored = transaction.get(keyOf(resource, namespace, name));
        const expected = config.metadata.resourceVersion ?? '';
        delete config.metadata.resourceVersion;
        if (stored === undefined) {
          const { uid } = config.metadata;
          if (uid !== undefined) {
            const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
            throw conflict(subjectOf(resource), name, why);
          }
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
        validate(resource, next, live);
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

/** An applied configuration says what its sender means: what the schema does not have is never dropped. */
function refuseUntyped(resource: Resource, config: ApiObject, body: unknown): void {
  const errors = checkConfig(config, resource.schema, resource.isStructural);
  if (errors.length === 0) return;
  const { group, version, kind } = resource.type;
  const { name } = config.metadata;
  const full = `${stringAt(body, 'metadata', 'namespace') ?? ''}/${name}`;
  const list = errors.length === 1 ? errors[0] : ['errors:', ...errors.map((text) => `  ${text}`)].join('\n');
  throw badRequest(
    `failed to create typed patch object (${full}; ${group}/${version}, Kind=${kind}): ${list}`,
  );
}

/** Whoever replaces a custom object as a whole says which version of it was read. */
function requireVersion({ resource, name }: Target, sent: ApiObject, context: WriteContext): void {
  const isTold = (sent.metadata.resourceVersion ?? '') !== '';
  if (context.isReplacement !== true || !resource.isStructural || isTold) return;
  const message = 'Invalid value: 0x0: must be specified for an update';
  throw invalid({ ...subjectOf(resource), kind: resource.type.plural }, name, [
    { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message },
  ]);
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
      [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    );
  }
}

function checkDeletePreconditions(resource: Resource, live: ApiObject, options: DeletePreconditions): void {
  const { uid, resourceVersion, name } = live.metadata;
  // Of a deletion it is the kind that is named, not the resource.
  const subject = { ...subjectOf(resource), plural: resource.type.kind };
  if (options.uid !== undefined && options.uid !== uid) {
    const why = `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(subject, name, why);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(subject, name, why);
  }
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
