import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient } from '../../apiclient/http-client.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../testing/start-test-server.ts';
import { CONFIG_MAPS, configMap } from '../testing/widget-definition.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({
    watchesPerUser: 3,
    tokens: [
      { token: TEST_TOKEN, user: 'admin', groups: ['system:masters'] },
      { token: 'b', user: 'b', groups: ['system:masters'] },
    ],
  });
});
afterEach(() => server.close());

const watchPath = '/api/v1/namespaces/default/configmaps?watch=true';

test('a user has so many watches and no more; who closes one has room again', async () => {
  const ends = Array.from({ length: 3 }, () => new AbortController());
  for (const { signal } of ends) {
    expect((await server.client.request('GET', watchPath, { signal })).status).toBe(200);
  }
  const refused = await server.client.request('GET', watchPath);
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('1');
  expect(JSON.parse(await refused.text())).toMatchObject({ reason: 'TooManyRequests' });
  const other = createApiClient({ ...server.access, token: async () => 'b' });
  const end = new AbortController();
  expect((await other.request('GET', watchPath, { signal: end.signal })).status).toBe(200);
  end.abort();
  ends[0]?.abort();
  await expect
    .poll(async () => {
      const again = new AbortController();
      const { status } = await server.client.request('GET', watchPath, { signal: again.signal });
      again.abort();
      return status;
    })
    .toBe(200);
  for (const open of ends) open.abort();
  await other.close();
});

test('headers have a size that is taken', async () => {
  const answer = await server.client.request('GET', '/version', {
    headers: { 'x-long': 'x'.repeat(20_000) },
  });
  expect(answer.status).toBe(431);
  await answer.text();
});

/** Reads a watch's first bytes and then no more. */
async function openStalledWatch(): Promise<{ closed: Promise<void>; bytesRead(): number; end(): void }> {
  const { hostname, port } = new URL(server.access.server);
  const socket = connect({ host: hostname, port: Number(port), ca: server.access.ca ?? '' });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const started = new Promise((resolve) => socket.once('data', resolve));
  socket.write(
    `GET ${watchPath} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TEST_TOKEN}\r\nconnection: close\r\n\r\n`,
  );
  await started;
  socket.pause();
  return { closed, bytesRead: () => socket.bytesRead, end: () => socket.resume() };
}

test('a watcher that does not read is cut off, and holds nobody up', async () => {
  const stalled = await openStalledWatch();
  const large = { value: 'x'.repeat(500_000) };
  const begin = performance.now();
  for (let count = 0; count < 60; count += 1) {
    await server.client.apply(
      CONFIG_MAPS,
      { ...configMap('large'), data: { ...large, count: String(count) } },
      { fieldManager: 'test' },
    );
  }
  expect(performance.now() - begin).toBeLessThan(20_000);
  // What is left in the sockets is read, and then the end is seen.
  stalled.end();
  await stalled.closed;
  expect(stalled.bytesRead()).toBeLessThan(60 * 500_000);
});
