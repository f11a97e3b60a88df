import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { emptyJar } from '../../engines/flink/empty-jar.ts';
import { dataFolder } from '../data-folder.ts';
import type { ArtifactAnswer, TokenAnswer } from './api.ts';
import { startRegistry } from './start.ts';

let folder: string;
let server: string;
let port: number;
let registry: { close(): Promise<void> };
let users: KubernetesObject[];
const errors: unknown[] = [];

const start = async () => {
  const started = await startRegistry({
    folder: dataFolder(folder),
    port,
    hosts: ['pypi', 'maven', 'nexus.example.com'],
    token: 'secret',
    users: () => users,
    onError: (error) => errors.push(error),
  });
  server = started.url;
  registry = started;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-registry-'));
  port = 20_000 + Math.floor(Math.random() * 10_000);
  users = [];
  errors.length = 0;
  await start();
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
  if (errors.length > 0) throw new AggregateError(errors);
});

const basic = (password = 'secret', user = '__token__') =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const hash = (content: Uint8Array, algorithm = 'sha256') =>
  createHash(algorithm).update(content).digest('hex');
const sdist = gzipSync('a distribution');
const jar = emptyJar();

interface Send {
  readonly body?: FormData | string | Uint8Array<ArrayBuffer> | undefined;
  readonly headers?: Record<string, string>;
  readonly authorization?: string;
}

async function send(method: string, path: string, options: Send = {}) {
  const { body, headers = {}, authorization = basic() } = options;
  const answer = await fetch(`${server}${path}`, {
    method,
    headers: { ...(authorization !== '' && { authorization }), ...headers },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
  return {
    status: answer.status,
    reason: answer.statusText,
    text: await answer.text(),
    headers: answer.headers,
  };
}

interface Upload {
  readonly name?: string;
  readonly version?: string;
  readonly file?: string;
  readonly content?: Uint8Array<ArrayBuffer>;
  readonly fields?: Record<string, string>;
}

function form({ name = 'pyflink', version = '1.0.1', file, content = sdist, fields = {} }: Upload): FormData {
  const data = new FormData();
  const all = {
    ':action': 'file_upload',
    protocol_version: '1',
    name,
    version,
    filetype: 'sdist',
    sha256_digest: hash(content),
    ...fields,
  };
  for (const [key, value] of Object.entries(all)) data.append(key, value);
  data.append('content', new Blob([content]), file ?? `${name}-${version}.tar.gz`);
  return data;
}

const upload = (given: Upload = {}, options: Send = {}) =>
  send('POST', '/legacy/', { body: form(given), ...options });
const totals = '/maven/internal/shop/totals/1.1.0/totals-1.1.0.jar';
const list = async () => JSON.parse((await send('GET', '/api/v1/artifacts')).text) as ArtifactAnswer[];
const kept = async () =>
  (await readdir(join(folder, 'artifacts'), { recursive: true })).filter((name) =>
    /content|about/.test(name),
  );

/** With path and headers as they are: `fetch` resolves dots and sets the host. */
function sendRaw(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(
      { hostname: '127.0.0.1', port, method, path, headers: { authorization: basic(), ...headers } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    )
      .once('error', reject)
      .end();
  });
}

describe('a Python distribution', () => {
  it('is published, listed in the index, and fetched under every spelling of its name', async () => {
    expect(await upload({ name: 'My_Project', fields: { requires_python: '>=3.9,<4' } })).toMatchObject({
      status: 200,
    });
    const page = await send('GET', '/simple/my-project/', { authorization: '' });
    const url = '../../packages/my-project/1.0.1/My_Project-1.0.1.tar.gz';
    expect(page.text).toContain(
      `<a href="${url}#sha256=${hash(sdist)}" data-requires-python="&gt;=3.9,&lt;4">My_Project-1.0.1.tar.gz</a>`,
    );
    const json = await send('GET', '/simple/my-project/', {
      headers: { accept: 'application/vnd.pypi.simple.v1+json, text/html; q=0.01' },
    });
    expect(JSON.parse(json.text)).toMatchObject({
      meta: { 'api-version': '1.1' },
      name: 'my-project',
      versions: ['1.0.1'],
      files: [
        {
          filename: 'My_Project-1.0.1.tar.gz',
          url,
          hashes: { sha256: hash(sdist) },
          size: sdist.length,
          'requires-python': '>=3.9,<4',
        },
      ],
    });
    expect((await send('GET', '/simple/')).text).toContain('<a href="my-project/">');
    expect((await send('GET', '/simple/My.Project')).headers.get('location')).toBe('/simple/my-project/');
    for (const spelling of ['My_Project', 'my-project']) {
      const got = await fetch(`${server}/packages/${spelling}/1.0.1/My_Project-1.0.1.tar.gz`);
      expect(hash(new Uint8Array(await got.arrayBuffer()))).toBe(hash(sdist));
    }
    expect((await send('GET', '/simple/none/')).status).toBe(404);
    expect((await send('GET', '/simple/_/')).status).toBe(404);
  });

  it('is published once: another content needs a new version', async () => {
    await upload();
    const same = await upload();
    expect([same.status, same.reason]).toEqual([
      409,
      'pyflink-1.0.1.tar.gz already exists: publish a new version',
    ]);
    expect(same.text).toContain('with the same content: there is nothing to publish');
    const other = await upload({ content: gzipSync('other') });
    expect(other.status).toBe(409);
    expect(other.text).toContain('give the project a new version');
    expect((await list())[0]?.files[0]?.sha256).toBe(hash(sdist));
    expect(await kept()).toHaveLength(2);
  });

  it.each<[string, Upload, number, RegExp]>([
    ['came in damaged', { fields: { sha256_digest: 'a'.repeat(64) } }, 400, /Nothing was kept/],
    ['is no gzip', { content: new TextEncoder().encode('<html>log in') }, 400, /begins with "<html>log in"/],
    ['is empty', { content: new Uint8Array() }, 400, /is empty/],
    ['is of another project', { file: 'other-1.0.1.tar.gz' }, 400, /no distribution of pyflink 1\.0\.1/],
    ['is of another version', { file: 'pyflink-1.0.2.tar.gz' }, 400, /no distribution of pyflink 1\.0\.1/],
    ['has a hostile name', { file: '..\\..\\pyflink-1.0.1.tar.gz\u0000' }, 400, /no distribution/],
    ['is of no project', { name: '../../etc' }, 400, /a project is named by/],
    ['has no version', { version: '../1' }, 400, /a version as Python has them/],
    ['is another action', { fields: { ':action': 'doc_upload' } }, 400, /only file_upload/],
  ])('that %s is refused, and nothing is kept', async (_what, given, status, message) => {
    const answer = await upload(given);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(message);
    expect(await kept()).toEqual([]);
    expect(await readdir(join(folder, 'artifacts', 'unfinished'))).toEqual([]);
  });

  it.each([
    ['a form without a file', 'multipart/form-data; boundary=x', '--x--\r\n'],
    [
      'a form that is cut off',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="content"; filename="a"\r\n\r\nabc',
    ],
    ['a form without a boundary', 'multipart/form-data', 'abc'],
    ['no form', 'application/json', '{}'],
  ])('is not %s', async (_what, type, body) => {
    const answer = await send('POST', '/legacy/', { body, headers: { 'content-type': type } });
    expect([answer.status, answer.reason]).toEqual([400, 'No upload of a distribution']);
    expect(await readdir(join(folder, 'artifacts', 'unfinished'))).toEqual([]);
  });
});

describe('a Maven repository', () => {
  const put = (path: string, body: string | Uint8Array<ArrayBuffer>) => send('PUT', path, { body });

  it('takes a release as Maven sends it, and lists its versions', async () => {
    for (const version of ['1.9.0', '1.10.0']) {
      const path = totals.replaceAll('1.1.0', version);
      expect(await put(path, jar)).toMatchObject({ status: 201 });
      expect(await put(`${path}.sha1`, hash(jar, 'sha1'))).toMatchObject({ status: 201 });
      expect(await put(`${path}.md5`, `${hash(jar, 'md5')}  totals.jar`)).toMatchObject({ status: 201 });
      expect(await put(path.replace('.jar', '.pom'), '<project/>')).toMatchObject({ status: 201 });
      const metadata = '/maven/internal/shop/totals/maven-metadata.xml';
      expect(await put(metadata, '<metadata/>')).toMatchObject({ status: 200 });
      expect(await put(`${metadata}.sha1`, hash(Buffer.from('<metadata/>'), 'sha1'))).toMatchObject({
        status: 200,
      });
    }
    const metadata = await send('GET', '/maven/internal/shop/totals/maven-metadata.xml', {
      authorization: '',
    });
    expect(metadata.text).toMatch(
      /<artifactId>totals<[\s\S]*<release>1\.10\.0<[\s\S]*<version>1\.9\.0<[\s\S]*<version>1\.10\.0</,
    );
    expect((await send('GET', '/maven/internal/shop/totals/maven-metadata.xml.sha1')).text.trim()).toBe(
      hash(Buffer.from(metadata.text), 'sha1'),
    );
    const path = totals.replaceAll('1.1.0', '1.9.0');
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      expect((await send('GET', `${path}.${algorithm}`)).text.trim()).toBe(hash(jar, algorithm));
    }
    const head = await send('HEAD', path);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(jar.length)]);
    expect((await list()).map(({ name, version, files }) => [name, version, files.length])).toEqual([
      ['internal.shop:totals', '1.9.0', 2],
      ['internal.shop:totals', '1.10.0', 2],
    ]);
  });

  it('takes a file back whose checksum does not fit, but none of before', async () => {
    await put(totals, jar);
    const wrong = await put(`${totals}.sha1`, 'a'.repeat(40));
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain(`has ${hash(jar, 'sha1')}. It was damaged on its way`);
    expect((await send('GET', totals)).status).toBe(404);
    await put(totals, jar);
    const token = await send('POST', '/api/v1/tokens', { body: '{"name":"other"}' });
    const other = await send('PUT', `${totals}.sha1`, {
      body: 'a'.repeat(40),
      authorization: basic((JSON.parse(token.text) as TokenAnswer).token),
    });
    expect(other.text).toContain('stays as it is');
    expect((await send('GET', totals)).status).toBe(200);
  });

  it.each<[string, string, string | Uint8Array<ArrayBuffer>, number, RegExp]>([
    ['a release twice', totals, jar, 409, /already exists, with the same content/],
    [
      'a snapshot',
      totals.replace('1.1.0', '1.2.0-SNAPSHOT').replace('1.1.0', '1.2.0-20261128.081925-1'),
      jar,
      400,
      /without -SNAPSHOT/,
    ],
    ['what is no jar', totals.replaceAll('1.1.0', '1.3.0'), '<html>', 400, /is no zip file/],
    ['what is no POM', totals.replaceAll('1.1.0', '1.3.0').replace('.jar', '.pom'), 'PK', 400, /is no XML/],
    [
      'a checksum without its file',
      `${totals.replaceAll('1.1.0', '1.3.0')}.sha1`,
      'a',
      409,
      /Publish the file first/,
    ],
    ['another name than the folder', totals.replace('/totals-', '/sums-'), jar, 400, /no path of a Maven/],
    ['a path without a group', '/maven/totals/1.1.0/totals-1.1.0.jar', jar, 400, /no path of a Maven/],
  ])('does not take %s', async (_what, path, body, status, message) => {
    await put(totals, jar);
    const answer = await put(path, body);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(message);
    expect(await kept()).toHaveLength(2);
  });

  it('is read under the hosts that stand for it, as the servers of companies lay it out', async () => {
    await put(totals, jar);
    await upload();
    const below = totals.replace('/maven/', '');
    const metadata = '/repository/maven-releases/internal/shop/totals/maven-metadata.xml';
    for (const path of [
      metadata,
      `/${below}.sha1`,
      totals,
      `/${below}`,
      `/repository/maven-releases/${below}`,
      `/artifactory/libs/${below}`,
    ]) {
      expect(await sendRaw('GET', path, { host: 'nexus.example.com' }), path).toBe(200);
    }
    expect(await sendRaw('GET', '/packages/pyflink/1.0.1/pyflink-1.0.1.tar.gz', { host: 'pypi' })).toBe(200);
    const missing = await send('GET', totals.replaceAll('1.1.0', '1.2.0'));
    expect(missing.text).toContain(
      'of internal.shop:totals there is 1.1.0. Publish it, or correct the address',
    );
  });
});

describe('nobody writes', () => {
  it.each(['', basic('wrong'), basic('secret', 'root'), 'Bearer secret', 'Basic !'])(
    'by %j',
    async (authorization) => {
      for (const answer of [
        await upload({}, { authorization }),
        await send('PUT', totals, { body: jar, authorization }),
        await send('DELETE', '/api/v1/artifacts/pypi/pyflink/1.0.1', { authorization }),
        await send('GET', '/api/v1/tokens', { authorization }),
      ]) {
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Basic realm="sdp"');
        expect(answer.text).toContain('sdp artifacts token create');
      }
      expect(await kept()).toEqual([]);
    },
  );

  it('from a page of another site, nor under a host that somebody made resolve here', async () => {
    const page = { origin: 'https://evil.example.com' };
    expect((await upload({}, { headers: page })).status).toBe(403);
    expect((await upload({}, { headers: { origin: server } })).status).toBe(200);
    expect(await sendRaw('GET', '/simple/', { host: `evil.example.com:${port}` })).toBe(421);
    expect(await sendRaw('GET', '/simple/', { host: `localhost:${port}` })).toBe(200);
  });

  it.each([
    '/maven/../../etc/passwd',
    '/maven/a/..%2f..%2fb/1/b-1.jar',
    '/maven/a/b%00/1/b-1.jar',
    '/maven//etc/passwd',
    '/maven/a%5c..%5cb/1/1/1',
    '/packages/pyflink/1.0.1/.hidden',
    '/packages/%ff/1/1',
    '/maven/.m2/b/1/b-1.jar',
  ])('or reads outside: %s', async (path) => {
    expect(await sendRaw('GET', path)).toBe(400);
    expect(await sendRaw('PUT', path)).toBe(400);
  });
});

describe('a token', () => {
  const create = async (name: string, expires?: string) => {
    const body = JSON.stringify({ name, ...(expires !== undefined && { expires }) });
    return send('POST', '/api/v1/tokens', { body });
  };

  it('publishes, makes no others, and is kept as a hash', async () => {
    const { token } = JSON.parse((await create('orders-ci')).text) as TokenAnswer;
    expect((await upload({}, { authorization: basic(token) })).status).toBe(200);
    expect((await list())[0]?.files[0]?.publishedBy).toBe('orders-ci');
    expect((await send('GET', '/api/v1/tokens', { authorization: basic(token) })).status).toBe(403);
    const stored = await readFile(join(folder, 'control-plane', 'registry-tokens.json'), 'utf8');
    expect(stored).not.toContain(token);
    expect((await send('GET', '/api/v1/tokens')).text).not.toContain('sha256');
    expect((await create('orders-ci')).status).toBe(409);
    expect((await create('no name')).status).toBe(400);
    expect((await send('DELETE', '/api/v1/tokens/orders-ci')).status).toBe(200);
    expect((await send('DELETE', '/api/v1/tokens/orders-ci')).status).toBe(404);
    expect((await upload({}, { authorization: basic(token) })).status).toBe(401);
  });

  it('says that it has expired, and since when', async () => {
    const expires = '2026-01-31T00:00:00.000Z';
    const { token } = JSON.parse((await create('old', expires)).text) as TokenAnswer;
    const answer = await upload({}, { authorization: basic(token) });
    expect([answer.status, answer.reason]).toEqual([403, `The token old expired at ${expires}`]);
    expect(answer.text).toContain('sdp artifacts token create old');
    expect((await create('new', 'tomorrow')).status).toBe(400);
  });
});

describe('what jobs use', () => {
  const object = (name: string, rest: object): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Any',
    metadata: { name, namespace: 'shop' },
    ...rest,
  });
  const python = [
    '--archive',
    'http://pypi/packages/PyFlink/1.0.1/pyflink-1.0.1.tar.gz',
    '--folder',
    '/tmp/x',
  ];
  const address = () => `http://localhost:${port}${totals}`;

  it.each<[string, () => object, string]>([
    ['the archive of a Python job', () => ({ spec: { job: { args: python } } }), 'pypi'],
    ['the jar of a job', () => ({ spec: { job: { jarURI: `${address()}#sha256=${hash(jar)}` } } }), 'maven'],
    [
      'the jar that a job can go back to',
      () => ({
        spec: {},
        status: {
          reconciliationStatus: {
            lastStableSpec: JSON.stringify({
              job: { jarURI: `https://nexus.example.com/repository/releases${totals.replace('/maven', '')}` },
            }),
          },
        },
      }),
      'maven',
    ],
    [
      'a plugin of Kafka Connect',
      () => ({ spec: { build: { plugins: [{ artifacts: [{ url: address() }] }] } } }),
      'maven',
    ],
    [
      'a jar that SQL names',
      () => ({ data: { 'script.sql': `CREATE FUNCTION f AS 'F' USING JAR '${address()}';` } }),
      'maven',
    ],
  ])('stays: %s', async (_what, rest, type) => {
    await upload();
    await send('PUT', totals, { body: jar });
    users = [object('totals', rest()), object('other', { spec: { jarURI: 'http://elsewhere/x.jar' } })];
    const artifacts = await list();
    for (const { type: other, name, version, usedBy } of artifacts) {
      expect(usedBy).toEqual(other === type ? ['shop/totals'] : []);
      const answer = await send('DELETE', `/api/v1/artifacts/${other}/${name}/${version}`);
      expect(answer.status).toBe(other === type ? 409 : 200);
      expect(answer.text).toContain(other === type ? 'is used by shop/totals' : name);
    }
    expect((await list()).map((artifact) => artifact.type)).toEqual([type]);
    users = [];
    for (const { name, version } of await list()) {
      expect((await send('DELETE', `/api/v1/artifacts/${type}/${name}/${version}`)).status).toBe(200);
      expect((await send('DELETE', `/api/v1/artifacts/${type}/${name}/${version}`)).status).toBe(404);
    }
    expect(await kept()).toEqual([]);
  });
});

describe('nothing is left', () => {
  it('of an upload that broke off', async () => {
    const socket = createConnection(port, '127.0.0.1');
    socket.write(
      `PUT ${totals} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${basic()}\r\nContent-Length: 1000\r\n\r\nPK`,
    );
    const unfinished = join(folder, 'artifacts', 'unfinished');
    await expect.poll(() => readdir(unfinished)).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => readdir(unfinished)).toEqual([]);
    const boundary = 'x';
    const form = createConnection(port, '127.0.0.1');
    form.write(
      `POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${basic()}\r\nContent-Length: 1000\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\n\r\n--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="a-1.tar.gz"\r\n\r\nabcdefghij`,
    );
    await expect.poll(() => readdir(unfinished)).toHaveLength(1);
    form.destroy();
    await expect.poll(() => readdir(unfinished)).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  it('of what a killed platform was taking, at the next start, and the rest is still there', async () => {
    await upload();
    await registry.close();
    await mkdir(join(folder, 'artifacts', 'unfinished', 'a'));
    await writeFile(join(folder, 'artifacts', 'unfinished', 'a', 'content'), 'half');
    await start();
    expect(await readdir(join(folder, 'artifacts', 'unfinished'))).toEqual([]);
    expect((await send('GET', '/packages/pyflink/1.0.1/pyflink-1.0.1.tar.gz')).status).toBe(200);
  });
});
