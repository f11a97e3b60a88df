import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ApiClient, WatchEvent } from '../../apiclient/client.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { CONFIG_MAPS, configMap } from '../testing/widget-definition.ts';

let server: TestServer;
let client: ApiClient;
let stop: AbortController;

beforeEach(async () => {
  server = await startTestServer({ keptChanges: 50 });
  client = server.client;
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await server.close();
});

interface Selection {
  readonly resourceVersion: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Collects the events of a watch as `TYPE name`. */
function follow(selection: Selection): { readonly seen: string[]; readonly ended: Promise<void> } {
  const seen: string[] = [];
  const events = client.watch<KubernetesObject>(CONFIG_MAPS, {
    ...selection,
    namespace: 'default',
    signal: stop.signal,
  });
  const ended = (async () => {
    for await (const event of events) {
      if (event.type !== 'BOOKMARK') seen.push(`${event.type} ${event.object.metadata.name}`);
    }
  })();
  ended.catch(() => undefined);
  return { seen, ended };
}

const create = (name: string, labels: Record<string, string> = {}) =>
  client.create(CONFIG_MAPS, configMap(name, { a: '1' }, { labels }));
const label = (name: string, labels: Record<string, string | null>) =>
  client.patch(CONFIG_MAPS, { name }, { metadata: { labels } });
const version = async (): Promise<string> => (await client.list(CONFIG_MAPS)).resourceVersion;

describe('a watch', () => {
  test('from a version delivers what happened since, then what happens', async () => {
    const resourceVersion = await version();
    await create('a');
    const { seen } = follow({ resourceVersion });
    await expect.poll(() => seen).toEqual(['ADDED a']);
    await label('a', { x: 'y' });
    await client.delete(CONFIG_MAPS, { name: 'a' });
    await expect.poll(() => seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('without a version begins with what is there', async () => {
    await create('a');
    await create('b');
    const { seen } = follow({ resourceVersion: '0' });
    await expect.poll(() => seen).toEqual(['ADDED a', 'ADDED b']);
  });

  test('by labels sees an object come and go with its labels', async () => {
    const { seen } = follow({ resourceVersion: await version(), labelSelector: 'x in (y),!hidden' });
    await create('a');
    await label('a', { x: 'y' });
    await label('a', { other: '1' });
    await label('a', { hidden: '1' });
    await client.delete(CONFIG_MAPS, { name: 'a' });
    await create('b', { x: 'y' });
    await expect.poll(() => seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b']);
  });

  test('by field sees one object', async () => {
    const { seen } = follow({ resourceVersion: await version(), fieldSelector: 'metadata.name=b' });
    await create('a');
    await create('b');
    await expect.poll(() => seen).toEqual(['ADDED b']);
  });

  test('from a compacted version fails as Expired', async () => {
    const resourceVersion = await version();
    for (let index = 0; index < 1_100; index += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, offset) => create(`c${index + offset}`)));
    }
    await expect(follow({ resourceVersion }).ended).rejects.toMatchObject({ reason: 'Expired', code: 410 });
  });

  test('from a version of another history fails', async () => {
    await expect(follow({ resourceVersion: '999999' }).ended).rejects.toMatchObject({ reason: 'Timeout' });
  });

  test('loses nothing while a list and a watch follow each other under load', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const writing = Promise.all(names.map((name) => create(name)));
    const listed = await client.list(CONFIG_MAPS, { namespace: 'default' });
    const { seen } = follow({ resourceVersion: listed.resourceVersion });
    await writing;
    const all = () => [...listed.items.map((item) => `ADDED ${item.metadata.name}`), ...seen].toSorted();
    await expect.poll(all).toEqual(names.map((name) => `ADDED ${name}`).toSorted());
  });

  test('ends when the server closes', async () => {
    const { ended } = follow({ resourceVersion: await version() });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server.close();
    // The client is closed first: to it the end is a failure, but it is told at once.
    await expect(ended).rejects.toMatchObject({ name: 'ApiError' });
    await closed;
    server = await startTestServer();
  });
});

/** The raw lines of a watch that ends by its own timeout. */
async function readRaw(
  query: string,
  headers: Record<string, string> = {},
): Promise<WatchEvent<KubernetesObject>[]> {
  const path = `/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1&${query}`;
  const answer = await client.request('GET', path, { headers });
  const lines = (await answer.text()).trim().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as WatchEvent<KubernetesObject>);
}

describe('the wire', () => {
  test('ends after timeoutSeconds', async () => {
    const started = Date.now();
    expect(await readRaw(`resourceVersion=${await version()}`)).toEqual([]);
    expect(Date.now() - started).toBeGreaterThan(900);
  });

  test('sendInitialEvents ends the present state with a marked bookmark', async () => {
    await create('a');
    const events = await readRaw(
      'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
    );
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(events[1]?.object.metadata).toMatchObject({
      resourceVersion: await version(),
      annotations: { 'k8s.io/initial-events-end': 'true' },
    });
  });

  test('rows of a Table name their columns once', async () => {
    await create('a');
    await create('b');
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const tables = (await readRaw('resourceVersion=0', { accept })).map(({ object }) => object as unknown);
    expect(tables).toMatchObject([
      { kind: 'Table', columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }] },
      { kind: 'Table', columnDefinitions: null },
    ]);
  });
});

describe('a list', () => {
  test('in pages is of one version, whatever happens between them', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await create(name);
    const page = async (query: string) => {
      const answer = await client.request('GET', `/api/v1/namespaces/default/configmaps?limit=2${query}`);
      return JSON.parse(await answer.text()) as {
        metadata: { resourceVersion: string; continue?: string };
        items: KubernetesObject[];
      };
    };
    const first = await page('');
    await client.delete(CONFIG_MAPS, { name: 'c' });
    await create('cc');
    const second = await page(`&continue=${first.metadata.continue}`);
    expect(second.items.map((item) => item.metadata.name)).toEqual(['c', 'd']);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  test('of an exact version shows the past', async () => {
    await create('a');
    const before = await version();
    await create('b');
    const path = `/api/v1/namespaces/default/configmaps?resourceVersion=${before}&resourceVersionMatch=Exact`;
    const answer = await client.request('GET', path);
    const { items } = JSON.parse(await answer.text()) as { items: KubernetesObject[] };
    expect(items.map((item) => item.metadata.name)).toEqual(['a']);
  });
});
