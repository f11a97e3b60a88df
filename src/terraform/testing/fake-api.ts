import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  ApiError,
  type ApplyOptions,
  type Patch,
  type WatchEvent,
} from '../../apiclient/client.ts';
import type { KubernetesObject, ManagedFieldsEntry, Manifest, ResourceType } from '../../apiclient/object.ts';
import { resourcePath } from '../../apiclient/object.ts';

/**
 * A stateful stand-in for the Kubernetes API in unit tests: objects, server-side apply with owned leaf fields and
 * conflicts, finalizers, watches. It knows no schema, so lists are atomic.
 */
export interface FakeApi extends ApiClient {
  readonly objects: Map<string, Manifest>;
  /** Every request, as `verb path`. */
  readonly requests: string[];
  /** What raw GET requests answer, by path; 404 for others. */
  readonly answers: Map<string, unknown>;
  /** The next request whose `verb path` starts with this fails. */
  failNext(request: string, error: ApiError): void;
  /** Requests whose `verb path` starts with this get no answer until `release`. */
  hold(request: string): { release(): void };
  /** Changes an object as another client would: `kubectl edit`. */
  edit(
    type: ResourceType,
    namespace: string,
    name: string,
    change: (object: Manifest) => void,
    manager?: string,
  ): void;
}

export function createFakeApi(objects = new Map<string, Manifest>()): FakeApi {
  const requests: string[] = [];
  const answers = new Map<string, unknown>();
  const holds: { request: string; released: Promise<void> }[] = [];
  const failures: { request: string; error: ApiError }[] = [];
  const watchers = new Set<(path: string, event: WatchEvent<KubernetesObject>) => void>();
  let version = 1;

  const record = async (verb: string, path: string) => {
    requests.push(`${verb} ${path}`);
    await holds.find(({ request }) => `${verb} ${path}`.startsWith(request))?.released;
    const index = failures.findIndex(({ request }) => `${verb} ${path}`.startsWith(request));
    const [failure] = index < 0 ? [] : failures.splice(index, 1);
    if (failure !== undefined) throw failure.error;
  };
  const pathOf = (
    type: ResourceType,
    { namespace, name }: { namespace?: string | undefined; name: string },
  ) => resourcePath(type, { namespace, name });
  const announce = (type: 'ADDED' | 'MODIFIED' | 'DELETED', path: string, object: Manifest) => {
    for (const watcher of watchers) watcher(path, { type, object: structuredClone(object) });
  };
  const store = (path: string, object: Manifest): Manifest => {
    version += 1;
    const existed = objects.has(path);
    object.metadata.resourceVersion = String(version);
    if (object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0) {
      objects.delete(path);
      announce('DELETED', path, object);
    } else {
      objects.set(path, object);
      announce(existed ? 'MODIFIED' : 'ADDED', path, object);
    }
    return structuredClone(object);
  };

  const unsupported = (): never => {
    throw new Error('the fake API does not do this');
  };

  return {
    objects,
    requests,
    answers,
    failNext(request, error) {
      failures.push({ request, error });
    },
    hold(request) {
      let release = () => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      holds.push({ request, released });
      return { release };
    },
    edit(type, namespace, name, change, manager = 'kubectl-edit') {
      const path = pathOf(type, { namespace, name });
      const before = objects.get(path);
      if (before === undefined) throw new Error(`no object ${path}`);
      const after = structuredClone(before);
      change(after);
      const entries = new Map(leaves(after));
      const old = new Map(leaves(before));
      const changed = [...new Set([...entries.keys(), ...old.keys()])].filter(
        (field) => JSON.stringify(entries.get(field)) !== JSON.stringify(old.get(field)),
      );
      const managed = (after.metadata.managedFields ?? []).map((entry) => without(entry, changed));
      after.metadata.managedFields = [...managed, managedBy(manager, 'Update', changed)];
      after.metadata.generation = (after.metadata.generation ?? 1) + 1;
      store(path, after);
    },

    async get<T extends KubernetesObject>(
      type: ResourceType,
      reference: { namespace?: string | undefined; name: string },
    ) {
      await record('get', pathOf(type, reference));
      return structuredClone(objects.get(pathOf(type, reference))) as T | undefined;
    },

    async list<T extends KubernetesObject>(
      type: ResourceType,
      {
        namespace,
        labelSelector,
      }: { namespace?: string | undefined; labelSelector?: string | undefined } = {},
    ) {
      const prefix = `${resourcePath(type, { namespace })}/`;
      await record('list', prefix);
      const [label, wanted] = labelSelector?.split('=') ?? [];
      const items = [...objects]
        .filter(([path]) => path.startsWith(prefix))
        .map(([, object]) => object)
        .filter(({ metadata: { labels } }) => {
          if (label === undefined) return true;
          return wanted === undefined ? labels?.[label] !== undefined : labels?.[label] === wanted;
        });
      return { resourceVersion: String(version), items: structuredClone(items) as unknown as T[] };
    },

    async *watch<T extends KubernetesObject>(
      type: ResourceType,
      { namespace, signal }: { namespace?: string | undefined; signal?: AbortSignal | undefined },
    ) {
      const prefix = `${resourcePath(type, { namespace })}/`;
      await record('watch', prefix);
      const queue: WatchEvent<T>[] = [];
      let wake = () => {};
      const watcher = (path: string, event: WatchEvent<KubernetesObject>) => {
        if (path.startsWith(prefix)) queue.push(event as WatchEvent<T>);
        wake();
      };
      watchers.add(watcher);
      signal?.addEventListener('abort', () => wake());
      try {
        while (signal?.aborted !== true) {
          const event = queue.shift();
          if (event !== undefined) yield event;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        watchers.delete(watcher);
      }
    },

    async apply<T extends KubernetesObject>(type: ResourceType, manifest: Manifest, options: ApplyOptions) {
      const path = pathOf(type, manifest.metadata);
      await record(options.dryRun === true ? 'dry-run' : 'apply', path);
      if (options.dryRun === true) return structuredClone(manifest) as unknown as T;
      const before = objects.get(path);
      const wanted = leaves(manifest);
      const live = new Map(before === undefined ? [] : leaves(before));
      const managed = before?.metadata.managedFields ?? [];
      const others = managed.filter(({ manager }) => manager !== options.fieldManager);
      const conflicts = wanted.flatMap(([field, value]) =>
        JSON.stringify(live.get(field)) === JSON.stringify(value)
          ? []
          : others.filter(({ fieldsV1 }) => field in fieldsV1).map(({ manager }) => ({ manager, field })),
      );
      if (conflicts.length > 0 && options.force !== true) throw conflictError(conflicts);
      const mine = managed.find(({ manager }) => manager === options.fieldManager);
      const dropped = Object.keys(mine?.fieldsV1 ?? {}).filter(
        (field) =>
          !wanted.some(([name]) => name === field) && !others.some(({ fieldsV1 }) => field in fieldsV1),
      );
      const object: Manifest = structuredClone(before) ?? {
        apiVersion: manifest.apiVersion,
        kind: manifest.kind,
        metadata: {
          name: manifest.metadata.name,
          ...(manifest.metadata.namespace !== undefined && { namespace: manifest.metadata.namespace }),
          uid: randomUUID(),
          generation: 0,
          creationTimestamp: new Date().toISOString(),
        },
      };
      for (const field of dropped) setField(object, field, undefined);
      for (const [field, value] of wanted) setField(object, field, value);
      const specChanged = JSON.stringify(object.spec) !== JSON.stringify(before?.spec);
      if (specChanged) object.metadata.generation = (object.metadata.generation ?? 0) + 1;
      const taken = conflicts.map(({ field }) => field);
      object.metadata.managedFields = [
        ...others.map((entry) => without(entry, taken)),
        managedBy(
          options.fieldManager,
          'Apply',
          wanted.map(([field]) => field),
        ),
      ];
      return store(path, object) as unknown as T;
    },

    async delete(type, reference, { uid } = {}) {
      const path = pathOf(type, reference);
      await record('delete', path);
      const object = objects.get(path);
      if (object === undefined) return;
      if (uid !== undefined && object.metadata.uid !== uid) {
        throw new ApiError('Conflict', 'the UID in the precondition does not match', { code: 409 });
      }
      store(path, {
        ...structuredClone(object),
        metadata: { ...structuredClone(object.metadata), deletionTimestamp: new Date().toISOString() },
      });
    },

    async create<T extends KubernetesObject>(type: ResourceType, manifest: Manifest) {
      const path = pathOf(type, manifest.metadata);
      await record('create', path);
      if (objects.has(path)) throw new ApiError('AlreadyExists', `${path} exists`, { code: 409 });
      const { name, namespace, labels, annotations } = manifest.metadata;
      return store(path, {
        ...structuredClone(manifest),
        metadata: {
          name,
          ...(namespace !== undefined && { namespace }),
          ...(labels && { labels }),
          ...(annotations && { annotations }),
          uid: randomUUID(),
          generation: 1,
          creationTimestamp: new Date().toISOString(),
        },
      }) as unknown as T;
    },
    update: unsupported,
    updateStatus: unsupported,
    /** Only what replaces parts of metadata. */
    async patch<T extends KubernetesObject>(
      type: ResourceType,
      reference: { namespace?: string | undefined; name: string },
      patch: Patch,
    ) {
      const path = pathOf(type, reference);
      await record('patch', path);
      const object = structuredClone(objects.get(path));
      if (object === undefined || !Array.isArray(patch)) return unsupported();
      for (const operation of patch as readonly { path: string; value?: unknown }[]) {
        const field = operation.path.replace('/metadata/', '') as 'managedFields';
        object.metadata[field] = operation.value as ManagedFieldsEntry[];
      }
      return store(path, object) as unknown as T;
    },
    async request(method, path) {
      await record(method, path);
      const answer = answers.get(path);
      const text = JSON.stringify(answer ?? { kind: 'Status', code: 404 });
      return {
        status: answer === undefined ? 404 : 200,
        headers: {},
        body: (async function* () {
          yield Buffer.from(text);
        })(),
        text: async () => text,
      };
    },
    async close() {},
  };
}

const identifying = new Set(['.apiVersion', '.kind', '.metadata.name', '.metadata.namespace']);
const separator = '\u0000';

/** Leaf fields that a manifest sets. Keys with dots stay whole: steps are joined with a character that no key has. */
function leaves(object: Manifest): [string, unknown][] {
  const {
    apiVersion: _version,
    kind: _kind,
    status: _status,
    metadata,
    ...rest
  } = object as Manifest & { status?: unknown };
  const { labels, annotations } = metadata;
  return [
    ...walk('', rest),
    ...walk('.metadata', { ...(labels && { labels }), ...(annotations && { annotations }) }),
  ];
}

function walk(prefix: string, value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[prefix, value]];
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0 && prefix.lastIndexOf('.') > 0) return [[prefix, value]];
  return entries
    .flatMap(([key, item]) => walk(`${prefix}.${key.replaceAll('.', separator)}`, item))
    .filter(([field]) => !identifying.has(field));
}

function setField(object: object, field: string, value: unknown): void {
  const steps = field
    .split('.')
    .slice(1)
    .map((step) => step.replaceAll(separator, '.'));
  const last = steps.pop();
  let at = object as Record<string, unknown>;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  if (last === undefined) return;
  if (value === undefined) delete at[last];
  else if (isEmptyObject(value) && typeof at[last] === 'object') return;
  else at[last] = structuredClone(value);
}

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}

function managedBy(
  manager: string,
  operation: 'Apply' | 'Update',
  fields: readonly string[],
): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: Object.fromEntries(fields.map((field) => [field, {}])),
  };
}

function without(entry: ManagedFieldsEntry, fields: readonly string[]): ManagedFieldsEntry {
  return {
    ...entry,
    fieldsV1: Object.fromEntries(Object.entries(entry.fieldsV1).filter(([field]) => !fields.includes(field))),
  };
}

function conflictError(conflicts: readonly { manager: string; field: string }[]): ApiError {
  return new ApiError('Conflict', `Apply failed with ${conflicts.length} conflict(s)`, {
    code: 409,
    causes: conflicts.map(({ manager, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with "${manager}" using v1`,
      field: field.replaceAll(separator, '.'),
    })),
  });
}
