import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../../apiclient/client.ts';
import type { ResourceType } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { CONFIG_MAPS, PODS } from '../testing/widget-definition.ts';

const SERVICES: ResourceType = { ...CONFIG_MAPS, kind: 'Service', plural: 'services' };
const SLICES: ResourceType = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};

let server: TestServer;
let client: ApiClient;
let backend: Server;

beforeAll(async () => {
  backend = createServer((request, response) => {
    if (request.url === '/stream') {
      response.write('first\n');
      setTimeout(() => response.end('last\n'), 300);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.statusCode = request.url === '/missing' ? 404 : 200;
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  server = await startTestServer({
    podAddress: (pod, port) =>
      port === 'rest'
        ? { host: pod.metadata.labels?.['host'] ?? '127.0.0.1', port: backendPort() }
        : undefined,
  });
  client = server.client;
  await client.create(SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'engine', namespace: 'default' },
    spec: { ports: [{ name: 'rest-api', port: 8083 }] },
  });
  await addSlice('engine', '127.0.0.1', backendPort());
  await client.create(SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'outside', namespace: 'default' },
    spec: { ports: [{ name: 'rest-api', port: 80 }] },
  });
  await addSlice('outside', '192.0.2.1', 80);
});

afterAll(async () => {
  await server.close();
  backend.close();
});

function backendPort(): number {
  return (backend.address() as AddressInfo).port;
}

function addSlice(service: string, address: string, port: number): Promise<unknown> {
  return client.create(SLICES, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: service,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'rest-api', port }],
  });
}

const PROXY = '/api/v1/namespaces/default/services';

test.each(['engine:8083', 'engine:rest-api', 'http:engine:8083', 'engine'])('%s is reached', async (name) => {
  const answer = await client.request('GET', `${PROXY}/${name}/proxy/connectors/a%2Fb?expand=status&x=1`);
  expect(answer.status).toBe(200);
  expect(JSON.parse(await answer.text())).toMatchObject({
    method: 'GET',
    url: '/connectors/a%2Fb?expand=status&x=1',
    headers: expect.not.objectContaining({ authorization: expect.anything() }),
  });
});

test('a body is passed on', async () => {
  const answer = await client.request('PUT', `${PROXY}/engine/proxy/x`, {
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect(JSON.parse(await answer.text())).toMatchObject({ method: 'PUT', url: '/x', body: '{"a":1}' });
});

test('the answer is that of the service', async () => {
  const answer = await client.request('GET', `${PROXY}/engine/proxy/missing`);
  expect(answer.status).toBe(404);
  await answer.text();
});

test('the answer is streamed', async () => {
  const answer = await client.request('GET', `${PROXY}/engine/proxy/stream`);
  const times: number[] = [];
  const started = Date.now();
  for await (const _chunk of answer.body) times.push(Date.now() - started);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(150);
});

test.each([
  ['nobody', 404, 'services "nobody" not found'],
  ['engine:9999', 503, 'no service port "9999" found for service "engine"'],
  ['outside', 503, 'no endpoints available for service "outside"'],
  ['https:engine:8083', 400, 'only http is proxied'],
])('%s is answered with %i', async (name, code, message) => {
  const answer = await client.request('GET', `${PROXY}/${name}/proxy/`);
  expect(answer.status).toBe(code);
  expect(JSON.parse(await answer.text())).toMatchObject({ message: expect.stringContaining(message) });
});

test('a pod is reached by the name of its port, on this machine only', async () => {
  for (const [name, labels] of Object.entries({ inside: {}, outside: { host: '192.0.2.1' } })) {
    await client.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', labels },
      spec: { containers: [{ name: 'main', image: 'x' }] },
    });
  }
  const ask = async (name: string) => {
    const answer = await client.request('GET', `/api/v1/namespaces/default/pods/${name}/proxy/x?y=1`);
    return { status: answer.status, told: JSON.parse(await answer.text()) as object };
  };
  expect(await ask('inside:rest')).toMatchObject({ status: 200, told: { url: '/x?y=1' } });
  expect(await ask('inside:none')).toMatchObject({ status: 503, told: { reason: 'ServiceUnavailable' } });
  expect(await ask('outside:rest')).toMatchObject({ status: 503 });
  expect(await ask('nobody:rest')).toMatchObject({ status: 404 });
});
