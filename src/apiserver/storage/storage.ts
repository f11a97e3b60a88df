import { setTimeout as sleep } from 'node:timers/promises';
import { open } from 'lmdb';
import type { ApiObject } from '../json.ts';
import { expired, serviceUnavailable } from '../status.ts';

/** `resource` is `<group>/<plural>`; `namespace` is '' for cluster-scoped objects. */
export interface ObjectKey {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** One entry of the event log. The object of a deletion is its last state, at the revision of the deletion. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: ObjectKey;
  readonly object: ApiObject;
  readonly previous?: ApiObject;
}

/** The objects as they are after every write so far, committed or on its way to disk. */
export interface Transaction {
  get(key: ObjectKey): ApiObject | undefined;
  /** Creates or replaces; answers the object with its new resourceVersion. */
  put(key: ObjectKey, object: ApiObject): ApiObject;
  /** Removes the object; answers its last state. */
  delete(key: ObjectKey, object: ApiObject): ApiObject;
}

export interface Page {
  /** The newest when absent. */
  readonly atRevision?: number | undefined;
  /** Only objects behind this one. */
  readonly after?: Pick<ObjectKey, 'namespace' | 'name'> | undefined;
  /** More objects may come when the past has to be rebuilt. */
  readonly limit?: number | undefined;
}

export interface Snapshot {
  readonly revision: number;
  readonly objects: readonly ApiObject[];
  /** How many objects there are, with those that a limit left out. */
  readonly total: number;
}

export interface Storage {
  /** The newest revision on disk. */
  revision(): number;
  /** Changes up to this revision are no longer in the log. */
  compactedRevision(): number;
  get(key: ObjectKey): ApiObject | undefined;
  /**
   * The objects of a resource in key order, as of one revision. A past revision is rebuilt from the log.
   * Throws `Expired` when the log no longer reaches back so far.
   */
  list(resource: string, namespace?: string, page?: Page): Snapshot;
  /** Every object of every resource, in key order. */
  all(): Iterable<{ readonly key: ObjectKey; readonly object: ApiObject }>;
  /**
   * Runs `action` at once and resolves when what it wrote is on disk. Writes that arrive while the disk is busy share
   * the next commit. An action that throws writes nothing.
   */
  write<T>(action: (transaction: Transaction) => T): Promise<T>;
  /** Changes after a revision in order. Throws `Expired` when some of them are compacted. */
  changesSince(revision: number, resource?: string): Iterable<Change>;
  /** Called with every commit, in order, before its writers learn of it. Listeners do not throw. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  close(): Promise<void>;
}

export interface StorageOptions {
  /** How many changes the log keeps for watches. */
  readonly keptChanges?: number;
}

interface Batch {
  readonly objects: Map<string, { key: ObjectKey; text: string | undefined }>;
  readonly changes: Change[];
  readonly log: Map<number, string>;
  readonly settled: { resolve(): void; reject(error: unknown): void }[];
}

type LmdbKey = [resource: string, namespace: string, name: string];

const toLmdbKey = (key: ObjectKey): LmdbKey => [key.resource, key.namespace, key.name];
const identify = (key: ObjectKey): string => `${key.resource}\0${key.namespace}\0${key.name}`;
const parseObject = (text: string): ApiObject => JSON.parse(text) as ApiObject;

/** Sorts after every string in lmdb's ordered key encoding. */
const AFTER_STRINGS = '\u{10ffff}';
const COMPACTION_STEP = 1_000;
const REASON_TIMEOUT_MS = 500;

/**
 * The durable store of all objects: LMDB with a key per object, a global revision and a log of changes by revision.
 * One process opens a folder at a time.
 */
export function openStorage(folder: string, options: StorageOptions = {}): Storage {
  const keptChanges = options.keptChanges ?? 10_000;
  // Without overlapping sync a commit is visible only once it is on disk: nobody reads what a power cut could take.
  // Batches are made here, explicitly; lmdb's own would leave a rejection behind that nobody can handle.
  const root = open({
    path: folder,
    maxDbs: 4,
    overlappingSync: false,
    eventTurnBatching: false,
    encoding: 'string',
  });
  const objects = root.openDB<string, LmdbKey>('objects', { encoding: 'string' });
  const log = root.openDB<string, number>('log', { encoding: 'string', keyEncoding: 'uint32' });
  const meta = root.openDB<number, string>('meta', { encoding: 'json' });

  let committed = meta.get('revision') ?? 0;
  let compacted = meta.get('compacted') ?? 0;
  let assigned = committed;
  let pending = newBatch();
  let inFlight: Batch | undefined;
  let committing = false;
  let idle: Promise<void> = Promise.resolve();
  let closed = false;
  const listeners = new Set<(changes: readonly Change[]) => void>();

  function textOf(key: ObjectKey): string | undefined {
    const id = identify(key);
    const written = pending.objects.get(id) ?? inFlight?.objects.get(id);
    return written === undefined ? objects.get(toLmdbKey(key)) : written.text;
  }

  function openTransaction(batch: Batch): Transaction & { apply(): void } {
    const writes: (() => void)[] = [];
    const own = new Map<string, string | undefined>();
    let revision = assigned;
    const read = (key: ObjectKey): string | undefined => {
      const id = identify(key);
      return own.has(id) ? own.get(id) : textOf(key);
    };
    const record = (type: Change['type'], key: ObjectKey, object: ApiObject, before: string | undefined) => {
      const stored: ApiObject = {
        ...object,
        metadata: { ...object.metadata, resourceVersion: String(revision) },
      };
      const text = JSON.stringify(stored);
      const kept = type === 'DELETED' ? undefined : text;
      const change: Change = {
        type,
        revision,
        key,
        object: stored,
        ...(before === undefined ? {} : { previous: parseObject(before) }),
      };
      const at = revision;
      own.set(identify(key), kept);
      writes.push(() => {
        batch.objects.set(identify(key), { key, text: kept });
        batch.changes.push(change);
        batch.log.set(at, encodeChange(type, key, text, before));
      });
      return parseObject(text);
    };
    return {
      get(key) {
        const text = read(key);
        return text === undefined ? undefined : parseObject(text);
      },
      put(key, object) {
        const before = read(key);
        revision += 1;
        return record(before === undefined ? 'ADDED' : 'MODIFIED', key, object, before);
      },
      delete(key, object) {
        const before = read(key);
        revision += 1;
        return record('DELETED', key, object, before);
      },
      apply() {
        for (const write of writes) write();
        assigned = revision;
      },
    };
  }

  async function commitPending(): Promise<void> {
    while (pending.settled.length > 0) {
      const batch = pending;
      inFlight = batch;
      pending = newBatch();
      try {
        if (batch.changes.length > 0) await commit(batch);
      } catch (error) {
        failAll(batch, await explainFailure(error));
        continue;
      }
      inFlight = undefined;
      if (batch.changes.length > 0) for (const listener of listeners) listener(batch.changes);
      for (const writer of batch.settled) writer.resolve();
    }
    committing = false;
  }

  async function commit(batch: Batch): Promise<void> {
    const last = batch.changes.at(-1)?.revision ?? committed;
    const excess = last - compacted - keptChanges;
    const compactTo = excess >= COMPACTION_STEP ? last - keptChanges : compacted;
    const writes: Promise<unknown>[] = [];
    const committing = root.batch(() => {
      for (const { key, text } of batch.objects.values()) {
        writes.push(text === undefined ? objects.remove(toLmdbKey(key)) : objects.put(toLmdbKey(key), text));
      }
      for (const [revision, text] of batch.log) writes.push(log.put(revision, text));
      for (let revision = compacted + 1; revision <= compactTo; revision += 1)
        writes.push(log.remove(revision));
      writes.push(meta.put('revision', last), meta.put('compacted', compactTo));
    });
    // All of them fail when the commit does.
    await Promise.all([committing, ...writes]);
    root.resetReadTxn();
    committed = last;
    compacted = compactTo;
  }

  /** What was written on top of a failed commit saw objects that do not exist: it fails with it. */
  function failAll(batch: Batch, why: string): void {
    const later = pending;
    pending = newBatch();
    inFlight = undefined;
    assigned = committed;
    const error = serviceUnavailable(
      `the change could not be written to ${folder} and did not happen: ${why}`,
    );
    for (const writer of [...batch.settled, ...later.settled]) writer.reject(error);
  }

  function entriesAfter(revision: number): Iterable<{ key: number; value: string }> {
    if (revision < compacted) {
      throw expired(`too old resource version: ${revision} (${compacted})`);
    }
    return log.getRange({ start: revision + 1 });
  }

  function* changesSince(revision: number, resource?: string): Iterable<Change> {
    // The resource stands first in an entry: others are passed over without being parsed.
    const prefix = resource === undefined ? '' : changePrefix(resource);
    for (const { key, value } of entriesAfter(revision)) {
      if (value.startsWith(prefix)) yield decodeChange(key, value);
    }
  }

  function list(resource: string, namespace?: string, page: Page = {}): Snapshot {
    const revision = meta.get('revision') ?? 0;
    const { atRevision = revision, after, limit } = page;
    const prefix = namespace === undefined ? [resource] : [resource, namespace];
    const start = after === undefined ? prefix : [resource, after.namespace, after.name];
    const isPast = atRevision < revision;
    const bounds = {
      start: start as LmdbKey,
      end: [...prefix, AFTER_STRINGS] as unknown as LmdbKey,
      exclusiveStart: after !== undefined,
    };
    const range = objects.getRange({ ...bounds, ...(isPast || limit === undefined ? {} : { limit }) });
    if (!isPast) {
      const listed = Array.from(range, ({ value }) => parseObject(value));
      const total = listed.length === limit ? objects.getKeysCount(bounds) : listed.length;
      return { revision, objects: listed, total };
    }

    const past = new Map<string, { key: LmdbKey; object: ApiObject }>();
    for (const { key, value } of range) past.set(key.join('\0'), { key, object: parseObject(value) });
    for (const change of Array.from(changesSince(atRevision, resource)).toReversed()) {
      const key = toLmdbKey(change.key);
      if (namespace !== undefined && change.key.namespace !== namespace) continue;
      if (after !== undefined && compareKeys(key, start as LmdbKey) <= 0) continue;
      if (change.previous === undefined) past.delete(key.join('\0'));
      else past.set(key.join('\0'), { key, object: change.previous });
    }
    const ordered = [...past.values()].toSorted((a, b) => compareKeys(a.key, b.key));
    return { revision: atRevision, objects: ordered.map(({ object }) => object), total: ordered.length };
  }

  return {
    revision: () => committed,
    compactedRevision: () => compacted,
    get(key) {
      const text = objects.get(toLmdbKey(key));
      return text === undefined ? undefined : parseObject(text);
    },
    list,
    *all() {
      for (const { key, value } of objects.getRange()) {
        yield {
          key: { resource: key[0], namespace: key[1], name: key[2] },
          object: parseObject(value),
        };
      }
    },
    async write(action) {
      if (closed) throw serviceUnavailable('the server is shutting down');
      const transaction = openTransaction(pending);
      const result = action(transaction);
      transaction.apply();
      const done = new Promise<void>((resolve, reject) => pending.settled.push({ resolve, reject }));
      if (!committing) {
        committing = true;
        idle = Promise.resolve().then(commitPending);
      }
      await done;
      return result;
    },
    changesSince,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      await idle;
      listeners.clear();
      await root.close();
    },
  };
}

/** lmdb tells why a commit failed (a full disk, say) by a second promise. */
async function explainFailure(error: unknown): Promise<string> {
  const { commitError } = (error ?? {}) as { commitError?: Promise<unknown> };
  try {
    await Promise.race([commitError, sleep(REASON_TIMEOUT_MS)]);
  } catch (reason) {
    return reason instanceof Error ? reason.message : String(reason);
  }
  return error instanceof Error ? error.message : String(error);
}

function newBatch(): Batch {
  return { objects: new Map(), changes: [], log: new Map(), settled: [] };
}

function changePrefix(resource: string): string {
  return `{"key":[${JSON.stringify(resource)},`;
}

function encodeChange(type: string, key: ObjectKey, object: string, previous: string | undefined): string {
  const tail = `${JSON.stringify(key.namespace)},${JSON.stringify(key.name)}],"type":"${type}","object":${object}`;
  return `${changePrefix(key.resource)}${tail}${previous === undefined ? '' : `,"previous":${previous}`}}`;
}

function decodeChange(revision: number, text: string): Change {
  const entry = JSON.parse(text) as {
    key: LmdbKey;
    type: Change['type'];
    object: ApiObject;
    previous?: ApiObject;
  };
  const [resource, namespace, name] = entry.key;
  return {
    type: entry.type,
    revision,
    key: { resource, namespace, name },
    object: entry.object,
    ...(entry.previous === undefined ? {} : { previous: entry.previous }),
  };
}

function compareKeys(left: LmdbKey, right: LmdbKey): number {
  for (const index of [0, 1, 2] as const) {
    if (left[index] !== right[index]) return left[index] < right[index] ? -1 : 1;
  }
  return 0;
}
