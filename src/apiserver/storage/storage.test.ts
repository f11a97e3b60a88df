import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ApiObject } from '../json.ts';
import { type Change, type ObjectKey, openStorage, type Storage } from './storage.ts';

let folder: string;
let storage: Storage;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-storage-'));
  storage = openStorage(folder);
});

afterEach(async () => {
  await storage.close();
  await rm(folder, { recursive: true });
});

const key = (name: string, namespace = 'n', resource = 'g/things'): ObjectKey => ({
  resource,
  namespace,
  name,
});
const thing = (name: string, value: unknown = 0): ApiObject => ({
  apiVersion: 'g/v1',
  kind: 'Thing',
  metadata: { name, namespace: 'n' },
  value,
});
const put = (name: string, value?: unknown): Promise<ApiObject> =>
  storage.write((transaction) => transaction.put(key(name), thing(name, value)));
const remove = (name: string): Promise<unknown> =>
  storage.write((transaction) => transaction.delete(key(name), thing(name)));
const names = (objects: readonly ApiObject[]): string[] => objects.map((object) => object.metadata.name);

async function reopen(): Promise<void> {
  await storage.close();
  storage = openStorage(folder);
}

describe('writing', () => {
  test('an acknowledged write is there after reopening', async () => {
    await put('a', 1);
    await reopen();
    expect(storage.get(key('a'))).toMatchObject({ value: 1, metadata: { resourceVersion: '1' } });
    expect(storage.revision()).toBe(1);
  });

  test('every change has a revision of its own, also after reopening', async () => {
    const written = await Promise.all(['a', 'b', 'c'].map((name) => put(name)));
    await reopen();
    written.push(await put('d'));
    expect(written.map((object) => object.metadata.resourceVersion)).toEqual(['1', '2', '3', '4']);
  });

  test('a write sees those before it, on disk or not', async () => {
    const increments = Array.from({ length: 50 }, () =>
      storage.write((transaction) => {
        const before = transaction.get(key('counter'));
        const count = typeof before?.['value'] === 'number' ? before['value'] : 0;
        return transaction.put(key('counter'), thing('counter', count + 1));
      }),
    );
    await Promise.all(increments);
    expect(storage.get(key('counter'))?.['value']).toBe(50);
  });

  test('an action that throws writes nothing and keeps no revision', async () => {
    const failing = storage.write((transaction) => {
      transaction.put(key('a'), thing('a'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await put('b');
    expect(storage.get(key('a'))).toBeUndefined();
    expect(storage.get(key('b'))?.metadata.resourceVersion).toBe('1');
  });

  test('nobody is told of a write before it is on disk', async () => {
    const seen: number[] = [];
    storage.subscribe((changes) => seen.push(...changes.map((change) => change.revision)));
    const writing = put('a');
    expect(storage.get(key('a'))).toBeUndefined();
    expect(seen).toEqual([]);
    await writing;
    expect(seen).toEqual([1]);
  });

  test('after closing, writes are refused', async () => {
    await storage.close();
    await expect(put('a')).rejects.toThrow('shutting down');
    storage = openStorage(folder);
  });
});

describe('listing', () => {
  test('objects come in key order, of one resource and namespace', async () => {
    await storage.write((transaction) => {
      for (const [namespace, name] of [
        ['n', 'b'],
        ['m', 'c'],
        ['n', 'a'],
        ['nn', 'd'],
      ] as const) {
        transaction.put(key(name, namespace), thing(name));
      }
      transaction.put(key('other', 'n', 'g/thingsandmore'), thing('other'));
    });
    expect(names(storage.list('g/things').objects)).toEqual(['c', 'a', 'b', 'd']);
    expect(names(storage.list('g/things', 'n').objects)).toEqual(['a', 'b']);
  });

  test('the past is rebuilt from the log', async () => {
    await put('a', 1);
    await put('b', 1);
    const { revision } = storage.list('g/things');
    await put('a', 2);
    await remove('b');
    await put('c', 1);
    const past = storage.list('g/things', undefined, { atRevision: revision });
    expect(past.objects.map((object) => [object.metadata.name, object['value']])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(past.revision).toBe(revision);
  });
});

describe('the log', () => {
  test('holds every change in order, with what was there before', async () => {
    await put('a', 1);
    await put('a', 2);
    await remove('a');
    await reopen();
    const changes = Array.from(storage.changesSince(0));
    expect(changes.map(({ type, revision }) => [type, revision])).toEqual([
      ['ADDED', 1],
      ['MODIFIED', 2],
      ['DELETED', 3],
    ]);
    expect(changes[1]?.previous?.['value']).toBe(1);
    expect(changes[2]?.object.metadata.resourceVersion).toBe('3');
  });

  test('can be read for one resource', async () => {
    await put('a');
    await storage.write((transaction) => transaction.put(key('x', 'n', 'g/others'), thing('x')));
    expect(Array.from(storage.changesSince(0, 'g/others'), (change) => change.revision)).toEqual([2]);
  });

  test('is compacted by count; what went is Expired', async () => {
    await storage.close();
    storage = openStorage(folder, { keptChanges: 10 });
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => put(`a${index}`, round)));
    }
    expect(storage.compactedRevision()).toBeGreaterThan(0);
    expect(() => Array.from(storage.changesSince(0))).toThrow('too old resource version');
    expect(() => storage.list('g/things', undefined, { atRevision: 1 })).toThrow('too old resource version');
    const kept = Array.from(storage.changesSince(storage.compactedRevision()));
    expect(kept.at(-1)?.revision).toBe(storage.revision());
    expect(storage.list('g/things').objects).toHaveLength(100);
  });
});

type Step = { readonly name: string; readonly action: 'put' | 'remove' | 'wait' | 'reopen' };

test('whatever is written, a follower of the log sees every revision once and ends with the same objects', async () => {
  const step: fc.Arbitrary<Step> = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    action: fc.constantFrom('put', 'put', 'remove', 'wait', 'reopen'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const start = storage.revision();
      const followed: Change[] = [];
      const follow = (changes: readonly Change[]) => followed.push(...changes);
      storage.subscribe(follow);
      let pending: Promise<unknown>[] = [];
      for (const { name, action } of steps) {
        if (action === 'put') pending.push(put(name, followed.length));
        else if (action === 'remove') {
          pending.push(
            storage.write((transaction) => {
              const live = transaction.get(key(name));
              if (live !== undefined) transaction.delete(key(name), live);
            }),
          );
        } else {
          await Promise.all(pending);
          pending = [];
          if (action === 'reopen') {
            await reopen();
            storage.subscribe(follow);
          }
        }
      }
      await Promise.all(pending);
      expect(followed).toEqual(Array.from(storage.changesSince(start)));
      expect(followed.map((change) => change.revision)).toEqual(
        followed.map((_, index) => start + index + 1),
      );
      const replayed = new Map<string, unknown>();
      for (const { type, key: at, object } of storage.changesSince(0)) {
        if (type === 'DELETED') replayed.delete(at.name);
        else replayed.set(at.name, object);
      }
      const stored = storage.list('g/things').objects;
      expect(new Map(stored.map((object) => [object.metadata.name, object]))).toEqual(replayed);
    }),
    { numRuns: 60 },
  );
});
