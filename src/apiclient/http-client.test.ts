import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ApiClient } from './client.ts';
import { createApiClient } from './http-client.ts';
import type { KubernetesObject, Manifest, ResourceType } from './object.ts';

const THINGS: ResourceType = { group: 'g', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true };
const thing: Manifest = { apiVersion: 'g/v1', kind: 'Thing', metadata: { name: 'a' } };

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** A server that plays a script: one step for each request, the last one again and again. */
type Step = (response: ServerResponse) => void;

let server: Server;
let client: ApiClient;
let seen: Seen[];
let script: Step[];

const answer =
  (code: number, body: object, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const status = (code: number, reason: string, details: object = {}) =>
  answer(code, { kind: 'Status', status: 'Failure', code, reason, message: `${reason}!`, details });
const hangUp: Step = (response) => response.destroy();

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, body, headers });
      const step = script.length > 1 ? script.shift() : script[0];
      step?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createApiClient(
    { server: `http://127.0.0.1:${port}/base`, token: async () => 'secret', namespace: 'home' },
    'tester',
  );
});

afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

describe('requests', () => {
  beforeEach(() => {
    script = [answer(200, { ...thing, items: [], metadata: { resourceVersion: '7' } })];
  });

  const WRITES: [string, (client: ApiClient) => Promise<unknown>, string, string, string | undefined][] = [
    ['get', (c) => c.get(THINGS, { name: 'a', namespace: 'n' }), 'GET', '/namespaces/n/things/a', undefined],
    [
      'get in the home namespace',
      (c) => c.get(THINGS, { name: 'a' }),
      'GET',
      '/namespaces/home/things/a',
      undefined,
    ],
    [
      'list of all namespaces',
      (c) => c.list(THINGS, { labelSelector: 'x=y' }),
      'GET',
      '/things?labelSelector=x%3Dy&limit=1000',
      undefined,
    ],
    [
      'create',
      (c) => c.create(THINGS, thing, { fieldManager: 'm', dryRun: true }),
      'POST',
      '/namespaces/home/things?fieldManager=m&dryRun=All',
      'application/json',
    ],
    ['update', (c) => c.update(THINGS, thing), 'PUT', '/namespaces/home/things/a', 'application/json'],
    [
      'updateStatus',
      (c) => c.updateStatus(THINGS, thing),
      'PUT',
      '/namespaces/home/things/a/status',
      'application/json',
    ],
    [
      'merge patch',
      (c) => c.patch(THINGS, { name: 'a' }, { spec: {} }),
      'PATCH',
      '/namespaces/home/things/a',
      'application/merge-patch+json',
    ],
    [
      'JSON patch of status',
      (c) => c.patch(THINGS, { name: 'a' }, [], { subresource: 'status' }),
      'PATCH',
      '/namespaces/home/things/a/status',
      'application/json-patch+json',
    ],
    [
      'apply',
      (c) => c.apply(THINGS, thing, { fieldManager: 'm', force: true }),
      'PATCH',
      '/namespaces/home/things/a?fieldManager=m&force=true',
      'application/apply-patch+yaml',
    ],
    [
      'delete',
      (c) => c.delete(THINGS, { name: 'a' }, { uid: 'u' }),
      'DELETE',
      '/namespaces/home/things/a',
      'application/json',
    ],
  ];

  test.each(WRITES)('%s', async (_what, call, method, path, contentType) => {
    await call(client);
    expect(seen).toMatchObject([{ method, url: `/base/apis/g/v1${path}` }]);
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'user-agent': 'tester' });
    expect(seen[0]?.headers['content-type']).toBe(contentType);
  });
});

describe('failures', () => {
  test('an object that is not there is undefined; deleting it is no failure', async () => {
    script = [status(404, 'NotFound', { name: 'a', kind: 'things' })];
    expect(await client.get(THINGS, { name: 'a' })).toBeUndefined();
    await client.delete(THINGS, { name: 'a' });
  });

  test('an unknown resource type, or a namespace that is not there, is a failure', async () => {
    script = [status(404, 'NotFound')];
    await expect(client.get(THINGS, { name: 'a' })).rejects.toMatchObject({ reason: 'NotFound', code: 404 });
    script = [status(404, 'NotFound', { name: 'home', kind: 'namespaces' })];
    await expect(client.get(THINGS, { name: 'a' })).rejects.toMatchObject({ reason: 'NotFound' });
  });

  test('causes are passed on', async () => {
    const causes = [{ reason: 'FieldManagerConflict', field: '.spec.x', message: 'conflict with "m"' }];
    script = [status(409, 'Conflict', { causes })];
    const applying = client.apply(THINGS, thing, { fieldManager: 'n' });
    await expect(applying).rejects.toMatchObject({ reason: 'Conflict', retryable: false, causes });
    expect(seen).toHaveLength(1);
  });

  test('an answer that is no Status has the reason of its code', async () => {
    script = [(response) => response.writeHead(403).end('<html>go away</html>')];
    await expect(client.list(THINGS)).rejects.toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining('go away'),
    });
  });

  test('a server that is not there is Unreachable', async () => {
    const stop = new AbortController();
    server.close();
    setTimeout(() => stop.abort(), 300);
    const listing = client.list(THINGS, { signal: stop.signal });
    await expect(listing).rejects.toMatchObject({ name: 'ApiError', code: 0 });
  });

  test('an aborted request is an ApiError', async () => {
    script = [() => undefined];
    await expect(client.list(THINGS, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'ApiError',
      reason: 'Timeout',
    });
  });
});

describe('repetition', () => {
  const good = answer(200, { ...thing, items: [], metadata: { resourceVersion: '7' } });

  test('429 is repeated after the time that the server names, also for writes', async () => {
    const busy = answer(429, { kind: 'Status', reason: 'TooManyRequests' }, { 'retry-after': '1' });
    script = [busy, good];
    const started = Date.now();
    await client.create(THINGS, thing);
    expect(seen).toHaveLength(2);
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_000);
  });

  test('503 is repeated for reads, for writes only when the server names a time', async () => {
    script = [status(503, 'ServiceUnavailable'), good];
    await client.list(THINGS);
    expect(seen).toHaveLength(2);
    script = [status(503, 'ServiceUnavailable'), good];
    await expect(client.create(THINGS, thing)).rejects.toMatchObject({
      reason: 'ServiceUnavailable',
      retryable: true,
    });
  });

  test('a connection that broke is repeated for reads, never for writes: they may have had effect', async () => {
    script = [hangUp, good];
    await client.get(THINGS, { name: 'a' });
    expect(seen).toHaveLength(2);
    script = [hangUp, good];
    await expect(client.create(THINGS, thing)).rejects.toMatchObject({ reason: 'Unreachable', code: 0 });
    expect(seen).toHaveLength(3);
  });
});

describe('lists', () => {
  test('pages are put together; items are told their kind', async () => {
    const page = (name: string, next?: string) =>
      answer(200, { metadata: { resourceVersion: '7', continue: next }, items: [{ metadata: { name } }] });
    script = [page('a', 'more'), page('b')];
    const listed = await client.list(THINGS);
    expect(listed.resourceVersion).toBe('7');
    expect(listed.items).toEqual(['a', 'b'].map((name) => ({ ...thing, metadata: { name } })));
    expect(seen[1]?.url).toContain('continue=more');
  });

  test('pages that became too old are read again as one', async () => {
    const first = answer(200, {
      metadata: { resourceVersion: '7', continue: 'more' },
      items: [{ metadata: { name: 'a' } }],
    });
    const whole = answer(200, { metadata: { resourceVersion: '9' }, items: [{ metadata: { name: 'a' } }] });
    script = [first, status(410, 'Expired'), whole];
    expect(await client.list(THINGS)).toMatchObject({ resourceVersion: '9', items: [{}] });
    expect(seen[2]?.url).not.toContain('limit');
  });
});

describe('watches', () => {
  const follow = async (): Promise<unknown[]> => {
    const events: unknown[] = [];
    const watch = client.watch<KubernetesObject>(THINGS, { resourceVersion: '5' });
    for await (const event of watch) events.push([event.type, event.object.metadata.resourceVersion]);
    return events;
  };
  const event = (type: string, resourceVersion: string): string =>
    JSON.stringify({ type, object: { ...thing, metadata: { name: 'ä', resourceVersion } } });

  test('events come whole, however they are cut on the way', async () => {
    const bytes = Buffer.from(`${event('ADDED', '6')}\n${event('BOOKMARK', '7')}\n`);
    script = [
      (response) => {
        response.writeHead(200);
        let at = 0;
        const timer = setInterval(() => {
          response.write(bytes.subarray(at, at + 7));
          at += 7;
          if (at < bytes.length) return;
          clearInterval(timer);
          response.end();
        }, 1);
      },
    ];
    expect(await follow()).toEqual([
      ['ADDED', '6'],
      ['BOOKMARK', '7'],
    ]);
    expect(seen[0]?.url).toBe('/base/apis/g/v1/things?watch=true&allowWatchBookmarks=true&resourceVersion=5');
  });

  test('an ERROR event is the failure that it tells of', async () => {
    const error = {
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' },
    };
    script = [(response) => response.writeHead(200).end(`${JSON.stringify(error)}\n`)];
    await expect(follow()).rejects.toMatchObject({ reason: 'Expired', code: 410 });
  });

  test('a stream that breaks off is a failure, one that ends is not', async () => {
    script = [
      (response) => {
        response.writeHead(200).write(`${event('ADDED', '6')}\n`);
        setTimeout(() => response.destroy(), 20);
      },
    ];
    await expect(follow()).rejects.toMatchObject({ reason: 'Unreachable', retryable: true });
    script = [(response) => response.writeHead(200).end()];
    expect(await follow()).toEqual([]);
  });

  test('a hundred watches leave room for requests', async () => {
    script = [(response) => response.writeHead(200).flushHeaders()];
    const stop = new AbortController();
    const watches = Array.from({ length: 100 }, async () => {
      const watch = client.watch(THINGS, { resourceVersion: '1', signal: stop.signal });
      for await (const _event of watch) continue;
    });
    await expect.poll(() => seen.length).toBe(100);
    script = [answer(200, thing)];
    await Promise.all(Array.from({ length: 64 }, () => client.get(THINGS, { name: 'a' })));
    stop.abort();
    await Promise.all(watches);
  });
});
