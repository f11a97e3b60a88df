import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureServerCertificate, type ServerCertificate } from '../apiserver/certificates.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../apiserver/testing/start-test-server.ts';
import type { ApiClient } from './client.ts';
import { configMapType } from './core-types.ts';
import { createApiClient } from './http-client.ts';
import { type KubeconfigOptions, readKubeconfig } from './kubeconfig.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
/** A JSON Web Token whose signature nobody checks here. */
const jwt = (name: string, exp: number) =>
  `${base64('{}')}.${Buffer.from(JSON.stringify({ name, exp })).toString('base64url')}.x`;
const future = Math.floor(Date.now() / 1000) + 3_600;
const renewed = jwt('renewed', future);

let server: TestServer;
let folder: string;
let kubeconfig: string;
const clients: ApiClient[] = [];

beforeAll(async () => {
  const tokens = [TEST_TOKEN, 'second', 'third', renewed];
  server = await startTestServer({
    tokens: tokens.map((token) => ({ token, user: 'me', groups: ['system:masters'] })),
  });
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-credentials-'));
  kubeconfig = join(folder, 'config');
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await rm(folder, { recursive: true });
});

async function open(user: object, cluster: object = {}, options: KubeconfigOptions = {}): Promise<ApiClient> {
  const address = {
    server: server.access.server,
    'certificate-authority-data': base64(server.access.ca ?? ''),
  };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      clusters: [{ name: 'x', cluster: { ...address, ...cluster } }],
      users: [{ name: 'x', user }],
    }),
  );
  const client = createApiClient(await readKubeconfig(kubeconfig, options));
  clients.push(client);
  return client;
}
const list = async (client: ApiClient) => (await client.list(configMapType)).resourceVersion;

describe('a credential plugin', () => {
  const apiVersion = 'client.authentication.k8s.io/v1';

  /** A script that notes each run and what it was told, then prints the answer of that run, the last one again. */
  async function writePlugin(answers: readonly object[]): Promise<void> {
    const cases = answers.map((status, index) => {
      const text = JSON.stringify({ kind: 'ExecCredential', apiVersion, status });
      return `  ${index === answers.length - 1 ? '*' : index + 1}) printf '%s' '${text}' ;;`;
    });
    const script = `#!/bin/sh
cd '${folder}'
echo "$1 $MODE $KUBERNETES_EXEC_INFO" >> runs
case $(wc -l < runs | tr -d ' ') in
${cases.join('\n')}
esac
`;
    await writeFile(join(folder, 'plugin.sh'), script);
    await chmod(join(folder, 'plugin.sh'), 0o755);
  }
  const runs = async () => (await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n');
  const exec = (more: object = {}) => ({ exec: { apiVersion, command: './plugin.sh', ...more } });

  it('is run once for many requests, with its arguments, its environment and the cluster', async () => {
    await writePlugin([{ token: TEST_TOKEN }]);
    const client = await open(
      exec({ args: ['get'], env: [{ name: 'MODE', value: 'test' }], provideClusterInfo: true }),
      { extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }] },
    );
    await Promise.all([list(client), list(client), list(client)]);
    const [run = '', ...others] = await runs();
    expect(others).toEqual([]);
    expect(run).toMatch(/^get test /);
    expect(JSON.parse(run.slice('get test '.length))).toMatchObject({
      apiVersion,
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: server.access.server, config: { audience: 'a' } } },
    });
  });

  it('is run again when the credential has run out', async () => {
    const expirationTimestamp = '2030-01-01T00:00:00Z';
    await writePlugin([{ token: TEST_TOKEN, expirationTimestamp }, { token: 'second' }]);
    let now = Date.parse('2029-12-31T23:59:59Z');
    const client = await open(exec(), {}, { now: () => now });
    await list(client);
    await list(client);
    expect(await runs()).toHaveLength(1);
    now += 1_000;
    await Promise.all([list(client), list(client)]);
    expect(await runs()).toHaveLength(2);
  });

  it('is run again, once, when the server refuses the credential', async () => {
    await writePlugin([{ token: 'taken back' }, { token: 'third' }, { token: 'never asked for' }]);
    const client = await open(exec());
    await Promise.all([list(client), list(client), list(client)]);
    expect(await runs()).toHaveLength(2);
  });

  it('ends in the failure when another credential is refused as well', async () => {
    await writePlugin([{ token: 'bad' }]);
    await expect(list(await open(exec()))).rejects.toMatchObject({ reason: 'Unauthorized', code: 401 });
    expect(await runs()).toHaveLength(2);
  });

  it.each([
    [
      'fails',
      '#!/bin/sh\necho "log in first" >&2\nexit 1',
      /gave no credential.*log in first.*Install it from x/s,
    ],
    ['prints something else', '#!/bin/sh\necho secret-token', /printed no ExecCredential(?!.*secret-token)/s],
    [
      'prints another version',
      `#!/bin/sh\necho '${JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1beta1', status: { token: 'secret-token' } })}'`,
      /answered in .*v1beta1(?!.*secret-token)/s,
    ],
  ])('that %s is told of', async (_what, script, message) => {
    await writeFile(join(folder, 'plugin.sh'), script);
    await chmod(join(folder, 'plugin.sh'), 0o755);
    const client = await open(exec({ installHint: 'Install it from x' }));
    await expect(list(client)).rejects.toMatchObject({
      reason: 'Unauthorized',
      message: expect.stringMatching(message),
    });
  });

  it('that is not installed is told of, with the way to install it', async () => {
    const client = await open(exec({ command: 'no-such-plugin', installHint: 'Install it from x' }));
    await expect(list(client)).rejects.toThrow(/no such command.*Install it from x/is);
  });

  it('may give a client certificate, and another one later', async () => {
    const [own, first, second] = await Promise.all(
      ['own', 'first', 'second'].map((name) => ensureServerCertificate(join(folder, name))),
    );
    if (own === undefined || first === undefined || second === undefined) throw new Error('unreachable');
    const seen: string[] = [];
    const target = createHttpsServer(
      { key: own.key, cert: own.certificate, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        seen.push((request.socket as TLSSocket).getPeerCertificate().raw?.toString('base64') ?? 'none');
        response.end(JSON.stringify({ metadata: {}, items: [] }));
      },
    );
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    try {
      const status = ({ certificate, key }: ServerCertificate, expirationTimestamp: string) => ({
        clientCertificateData: certificate,
        clientKeyData: key,
        expirationTimestamp,
      });
      await writePlugin([status(first, '2026-01-01T00:00:00Z'), status(second, '2027-01-01T00:00:00Z')]);
      let now = Date.parse('2025-12-31T00:00:00Z');
      const address = `https://127.0.0.1:${(target.address() as AddressInfo).port}`;
      const client = await open(
        exec(),
        { server: address, 'certificate-authority-data': base64(own.ca) },
        { now: () => now },
      );
      await list(client);
      now = Date.parse('2026-06-01T00:00:00Z');
      await list(client);
      await list(client);
      const raw = (pem: string) => /CERTIFICATE-----([^-]*)/.exec(pem)?.[1]?.replace(/\s/g, '');
      expect(seen).toEqual([first, second, second].map(({ certificate }) => raw(certificate)));
    } finally {
      target.closeAllConnections();
      target.close();
    }
  });
});

describe('tokens of an identity provider', () => {
  let provider: Server;
  let issuer: string;
  let bodies: string[];
  beforeEach(async () => {
    bodies = [];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify({ token_endpoint: `${issuer}/token` }));
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      bodies.push(`${request.headers.authorization} ${Buffer.concat(chunks).toString()}`);
      const isGood = bodies.at(-1)?.includes('refresh_token=good') === true;
      response.statusCode = isGood ? 200 : 400;
      response.end(
        JSON.stringify(
          isGood ? { id_token: renewed, refresh_token: 'next' } : { error: 'invalid_grant', hint: 'secret' },
        ),
      );
    };
    provider = createHttpServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    provider.closeAllConnections();
    provider.close();
  });
  const user = (idToken: string, refreshToken?: string) => ({
    'auth-provider': {
      name: 'oidc',
      config: {
        'idp-issuer-url': issuer,
        'client-id': 'sdp',
        'client-secret': 's&t',
        'id-token': idToken,
        ...(refreshToken !== undefined && { 'refresh-token': refreshToken }),
      },
    },
  });

  it('are used as long as they are good', async () => {
    await list(await open(user(renewed, 'good')));
    expect(bodies).toEqual([]);
  });

  it.each([
    ['have run out', jwt('old', 1_000)],
    ['are refused', jwt('revoked', future)],
  ])('that %s are renewed, and kept for the next run', async (_what, token) => {
    await list(await open(user(token, 'good')));
    expect(bodies).toEqual([`Basic ${base64('sdp:s%26t')} grant_type=refresh_token&refresh_token=good`]);
    const { token: kept } = (await (await readKubeconfig(kubeconfig)).credentials?.get()) ?? {};
    expect(kept).toBe(renewed);
    expect(await readFile(kubeconfig, 'utf8')).toContain('"refresh-token": "next"');
  });

  it('that cannot be renewed are told of without the provider’s whole answer', async () => {
    const client = await open(user(jwt('old', 1_000), 'bad'));
    await expect(list(client)).rejects.toMatchObject({
      reason: 'Unauthorized',
      message: expect.stringMatching(/HTTP 400, invalid_grant(?!.*secret)/s),
    });
    await expect(list(await open(user(jwt('old', 1_000))))).rejects.toThrow(/no refresh token/);
  });
});

describe('a proxy', () => {
  let proxy: Server;
  let asked: string[];
  let mayPass: boolean;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    asked = [];
    mayPass = true;
    proxy = createHttpServer((_, response) => response.writeHead(400).end());
    proxy.on('connect', (request, socket: Socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
      if (!mayPass) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const [host = '', port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) {
        sockets.add(end);
        end.on('error', () => end.destroy());
      }
      return undefined;
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  const proxyUrl = () => `http://me:pw@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const target = () => new URL(server.access.server).host;

  it('is passed through, for requests and watches, with its own password', async () => {
    const client = await open({ token: TEST_TOKEN }, { 'proxy-url': proxyUrl() });
    const resourceVersion = await list(client);
    const stop = new AbortController();
    const watch = client.watch(configMapType, { resourceVersion, signal: stop.signal });
    const event = watch[Symbol.asyncIterator]().next();
    const name = 'through-proxy';
    await client.create(configMapType, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    expect(await event).toMatchObject({ value: { type: 'ADDED', object: { metadata: { name } } } });
    stop.abort();
    expect(new Set(asked)).toEqual(new Set([`${target()} Basic ${base64('me:pw')}`]));
  });

  it('that refuses is told of', async () => {
    mayPass = false;
    const client = await open({ token: TEST_TOKEN }, { 'proxy-url': proxyUrl() });
    await expect(list(client)).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringMatching(/the proxy gives no way to .*403/),
    });
  });

  it('is asked for in the environment for all but loopback', async () => {
    const environment = { HTTPS_PROXY: proxyUrl() };
    await list(await open({ token: TEST_TOKEN }, {}, { environment }));
    expect(asked).toEqual([]);
  });
});

describe('a token file', () => {
  it('is read again after it was replaced', async () => {
    const file = join(folder, 'token');
    await writeFile(file, TEST_TOKEN);
    const client = await open({ tokenFile: 'token' });
    await list(client);
    await writeFile(file, 'wrong');
    await expect(list(client)).rejects.toMatchObject({ reason: 'Unauthorized' });
    await writeFile(file, 'second\n');
    await list(client);
  });
});

it('a server whose certificate nobody vouches for is taken when the kubeconfig says so', async () => {
  const cluster = { 'certificate-authority-data': undefined };
  const careful = await open({ token: TEST_TOKEN }, cluster);
  await expect(list(careful)).rejects.toMatchObject({ reason: 'Untrusted', retryable: false });
  await list(await open({ token: TEST_TOKEN }, { ...cluster, 'insecure-skip-tls-verify': true }));
});
