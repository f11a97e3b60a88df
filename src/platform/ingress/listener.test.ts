import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../pods/pod.ts';
import type { IngressObject } from './ingress.ts';
import { type IngressListener, startIngressListener } from './listener.ts';

let backend: Server;
let listener: IngressListener;
let port: number;
const errors: unknown[] = [];

const services: Service[] = ['web', 'asleep', 'gone', 'nowhere', 'closed'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: {
    selector: { app: name },
    ports: [{ name: 'http', port: 80, targetPort: name === 'nowhere' ? 9 : 'main' }],
  },
}));

function pod(name: string, ready: boolean, real: number): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-0`,
      namespace: 'default',
      labels: { app: name },
      annotations: { 'sdp.internal/ports': JSON.stringify({ main: real }) },
    },
    spec: { containers: [{ name: 'main', image: 'x', ports: [{ name: 'main', containerPort: 8080 }] }] },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

function ingress(name: string, service: string, servicePort: object): IngressObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default' },
    spec: {
      rules: [
        {
          host: `${name}.example.com`,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: service, port: servicePort } } },
            ],
          },
        },
      ],
    },
  };
}

const ingresses = [
  ingress('web', 'web', { number: 80 }),
  ingress('named', 'web', { name: 'http' }),
  ...['asleep', 'gone', 'nowhere', 'absent', 'closed'].map((name) => ingress(name, name, { number: 80 })),
  ingress('other-port', 'web', { number: 81 }),
];

beforeAll(async () => {
  backend = createServer((incoming, response) => {
    if (incoming.url === '/echo') {
      response.setHeader('connection', 'keep-alive, x-hop');
      response.setHeader('x-hop', 'not for others');
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      // Piece by piece, as it comes.
      incoming.pipe(response);
      return;
    }
    response.statusCode = 201;
    const { method, url, headers } = incoming;
    response.end(JSON.stringify({ method, url, headers }));
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const real = (backend.address() as AddressInfo).port;
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  port = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  const pods = [
    pod('web', true, real),
    pod('asleep', false, real),
    pod('nowhere', true, real),
    pod('closed', true, 1),
  ];
  listener = await startIngressListener({
    port,
    ingresses: () => ingresses,
    services: () => services,
    pods: () => pods,
    documents: { '/own': () => ({ own: true }) },
    onError: (error) => errors.push(error),
  });
});

afterAll(async () => {
  await listener.close();
  backend.close();
  if (errors.length > 0) throw new AggregateError(errors);
});

interface Answer {
  readonly code: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(
  host: string,
  path = '/',
  options: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { ...headers, host: `${host}:${port}` },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      void text(incoming).then(
        (read) => resolve({ code: incoming.statusCode, headers: incoming.headers, body: read }),
        reject,
      );
    });
    outgoing.end(body);
  });
}

describe('the ingress listener', () => {
  it.each(['web.example.com', 'NAMED.example.com', 'web.default.localhost'])(
    '%s reaches the pod',
    async (host) => {
      const { code, body } = await ask(host, '/a%2Fb/../c?x=1&y', {
        headers: { connection: 'x-secret', 'x-secret': '1' },
      });
      expect(code).toBe(201);
      const seen = JSON.parse(body) as { url: string; headers: Record<string, string> };
      expect(seen.url).toBe('/a%2Fb/../c?x=1&y');
      expect(seen.headers).toMatchObject({
        'x-forwarded-host': `${host}:${port}`,
        'x-forwarded-proto': 'http',
      });
      expect(seen.headers).not.toHaveProperty('x-secret');
    },
  );

  it.each([
    ['POST', { 'content-length': '300000' }],
    ['POST', { 'transfer-encoding': 'chunked' }],
    ['DELETE', { 'content-length': '300000' }],
    ['GET', { 'transfer-encoding': 'chunked' }],
  ])('passes the body of a %s with %j on, and its answer', async (method, headers) => {
    const body = 'x'.repeat(300_000);
    const answer = await ask('web.example.com', '/echo', { method, headers, body });
    expect(answer.body).toBe(body);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.headers).not.toHaveProperty('x-hop');
  });

  it('streams both ways', async () => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path: '/echo',
      method: 'POST',
      headers: { host: 'web.example.com' },
    });
    const answered = new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    outgoing.write('first');
    const incoming = await answered;
    const first = await new Promise<string>((resolve) =>
      incoming.once('data', (chunk: Buffer) => resolve(String(chunk))),
    );
    expect(first).toBe('first');
    outgoing.end('last');
    expect(await text(incoming)).toBe('last');
  });

  it('answers for itself under its own address only', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await ask(host, '/own')).toMatchObject({ code: 200, body: '{"own":true}' });
    }
    expect(await ask('rebound.example.org', '/own')).toMatchObject({ code: 404 });
  });

  it('answers 404 with what is known when no rule is for it', async () => {
    const { code, body } = await ask('nobody.example.com', '/x');
    expect(code).toBe(404);
    expect(body).toContain('No rule of an Ingress is for nobody.example.com/x');
    expect(body).toContain(`http://web.default.localhost:${port}/  Ingress default/web`);
  });

  it.each([
    ['asleep', 'No pod behind Service default/asleep is ready: asleep-0'],
    ['gone', 'No pod is behind Service default/gone: none has app=gone'],
    ['absent', 'Service default/absent is not there'],
    ['nowhere', 'No container of the pods behind Service default/nowhere declares port 9: nowhere-0'],
    ['other-port', 'Service default/web has no port 81; it has 80 (http)'],
  ])('answers 503 with what is missing: %s', async (name, reason) => {
    const { code, body } = await ask(`${name}.example.com`);
    expect(code).toBe(503);
    expect(body).toContain(`Ingress default/${name}: ${reason}`);
  });

  it('answers 502 when the process does not, also to an upload', async () => {
    for (const body of [undefined, 'x'.repeat(3_000_000)]) {
      const answer = await ask('closed.example.com', '/', { method: 'POST', ...(body && { body }) });
      expect(answer).toMatchObject({ code: 502, body: expect.stringContaining('port 1 did not answer') });
    }
  });

  it('refuses what a page of another site writes', async () => {
    const write = (origin: string) =>
      ask('web.example.com', '/jars/upload', { method: 'POST', headers: { origin }, body: 'x' });
    expect(await write('https://evil.example.org')).toMatchObject({ code: 403 });
    expect(await write('null')).toMatchObject({ code: 403 });
    expect(await write(`http://web.example.com:${port}`)).toMatchObject({ code: 201 });
    expect(
      await ask('web.example.com', '/', { headers: { origin: 'https://evil.example.org' } }),
    ).toMatchObject({
      code: 201,
    });
  });
});
