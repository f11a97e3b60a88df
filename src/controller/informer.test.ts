import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiClient, ApiError, type WatchEvent } from '../apiclient/client.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { type Informer, keyOf, parseKey, startInformer } from './informer.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

let server: TestServer;
let ending: AbortController;
beforeEach(async () => {
  server = await startTestServer();
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await server.close();
});

const create = (name: string, value = '1') =>
  server.client.create(configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name },
    data: { value },
  });
const start = (client: ApiClient, onError?: (error: unknown) => void) =>
  startInformer<KubernetesObject & { data?: Record<string, string> }>(client, configMaps, {
    namespace: 'default',
    signal: ending.signal,
    ...(onError && { onError }),
  });
/** Resolves when the informer's copy satisfies the condition. */
function reaches<T extends KubernetesObject>(informer: Informer<T>, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (holds()) return resolve();
    const stop = informer.onChange(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

/** A client whose watches can be broken off, with what has happened so far withheld from the next. */
function breakable(client: ApiClient) {
  const watches = new Set<AbortController>();
  const problems: ApiError[] = [];
  let lists = 0;
  const wrapped: ApiClient = {
    ...client,
    list(type, options) {
      lists += 1;
      return client.list(type, options);
    },
    async *watch<T extends KubernetesObject>(...[type, options]: Parameters<ApiClient['watch']>) {
      const problem = problems.shift();
      if (problem !== undefined) throw problem;
      const broken = new AbortController();
      watches.add(broken);
      options.signal?.addEventListener('abort', () => broken.abort());
      yield* client.watch(type, { ...options, signal: broken.signal }) as AsyncIterable<WatchEvent<T>>;
      watches.delete(broken);
    },
  };
  return {
    client: wrapped,
    lists: () => lists,
    /** The watch ends, and the next one fails with this first. */
    breakOff(problem?: ApiError) {
      if (problem !== undefined) problems.push(problem);
      for (const watch of watches) watch.abort();
    },
  };
}

describe('an informer', () => {
  it('holds what there was and follows what comes, changes and goes', async () => {
    await create('a');
    const informer = start(server.client);
    await informer.synced;
    expect(informer.list().map(keyOf)).toContain('default/a');
    await create('b');
    await reaches(informer, () => informer.get('default/b') !== undefined);
    await server.client.patch(configMaps, { namespace: 'default', name: 'b' }, { data: { value: '2' } });
    await reaches(informer, () => informer.get('default/b')?.data?.value === '2');
    await server.client.delete(configMaps, { namespace: 'default', name: 'a' });
    await reaches(informer, () => informer.get('default/a') === undefined);
  });

  it('tells of a deletion with the last state', async () => {
    await create('a');
    const informer = start(server.client);
    await informer.synced;
    const told = new Promise((resolve) => {
      informer.onChange((object, change) => resolve([keyOf(object), change]));
    });
    await server.client.delete(configMaps, { namespace: 'default', name: 'a' });
    expect(await told).toEqual(['default/a', 'deleted']);
  });

  it('goes on where it was when a watch ends, without another list', async () => {
    const { client, lists, breakOff } = breakable(server.client);
    const informer = start(client);
    await informer.synced;
    await create('a');
    await reaches(informer, () => informer.get('default/a') !== undefined);
    breakOff();
    await create('b');
    await reaches(informer, () => informer.get('default/b') !== undefined);
    expect(lists()).toBe(1);
  });

  it('lists again when the server has forgotten where it was, and misses no deletion', async () => {
    const { client, lists, breakOff } = breakable(server.client);
    await create('a');
    const informer = start(client);
    await informer.synced;
    await create('b');
    await reaches(informer, () => informer.get('default/b') !== undefined);
    const deleted: string[] = [];
    informer.onChange((object, change) => {
      if (change === 'deleted') deleted.push(keyOf(object));
    });
    breakOff(new ApiError('Expired', 'too old resource version', { code: 410 }));
    await server.client.delete(configMaps, { namespace: 'default', name: 'a' });
    await create('c');
    await reaches(informer, () => informer.get('default/c') !== undefined);
    await reaches(informer, () => informer.get('default/a') === undefined);
    expect(deleted).toEqual(['default/a']);
    expect(lists()).toBe(2);
  });

  it('comes back after the server did not answer, and says so', async () => {
    const { client, breakOff } = breakable(server.client);
    const errors: unknown[] = [];
    const informer = start(client, (error) => errors.push(error));
    await informer.synced;
    breakOff(new ApiError('Unreachable', 'connection refused'));
    await create('a');
    await reaches(informer, () => informer.get('default/a') !== undefined);
    expect(errors).toEqual([expect.objectContaining({ reason: 'Unreachable' })]);
  });

  it('is told of nothing that it was told of before', async () => {
    await create('a');
    const { client, breakOff } = breakable(server.client);
    const informer = start(client);
    await informer.synced;
    const told: string[] = [];
    informer.onChange((object) => told.push(keyOf(object)));
    breakOff(new ApiError('Expired', 'too old resource version', { code: 410 }));
    await create('b');
    await reaches(informer, () => informer.get('default/b') !== undefined);
    expect(told).toEqual(['default/b']);
  });
});

describe('keys', () => {
  it.each([
    ['a/b', { namespace: 'a', name: 'b' }],
    ['b', { name: 'b' }],
  ])('%s', (key, parsed) => {
    expect(parseKey(key)).toEqual(parsed);
    expect(keyOf({ apiVersion: 'v1', kind: 'X', metadata: parsed })).toBe(key);
  });
});
