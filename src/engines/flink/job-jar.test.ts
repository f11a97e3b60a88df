import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readArtifactAccess } from '../artifact-access.ts';
import { emptyJar } from './empty-jar.ts';
import { fetchJobJar } from './job-jar.ts';

let folder: string;
let server: Server;
let url: string;
let asked: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-job-jar-'));
  server = createServer((request, response) => {
    asked = request.headers.authorization;
    if (request.url === '/moved.jar') return response.writeHead(302, { location: '/a/orders-1.0.jar' }).end();
    if (request.url === '/login') return response.end('<html>log in</html>');
    if (request.url?.startsWith('/a/')) return response.end(emptyJar());
    return response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

it.each(['/a/orders-1.0.jar', '/moved.jar'])('is fetched from %s, and gone when released', async (path) => {
  const jar = await fetchJobJar(`${url}${path}`);
  expect(jar.name).toMatch(/^(orders-1\.0|moved)\.jar$/);
  expect(new Uint8Array(await readFile(jar.file))).toEqual(emptyJar());
  await jar.release();
  await expect(readFile(jar.file)).rejects.toThrow('ENOENT');
});

it('is asked for with the login of its host, of no other', async () => {
  const access = readArtifactAccess({
    SDP_ARTIFACT_NETRC: '# Publishes.\nmachine 127.0.0.1\n  login reader password s3cret\n',
  });
  await (await fetchJobJar(`${url}/a/orders-1.0.jar`, { access })).release();
  expect(asked).toBe(`Basic ${Buffer.from('reader:s3cret').toString('base64')}`);
  await (
    await fetchJobJar(`${url.replace('127.0.0.1', 'localhost')}/a/orders-1.0.jar`, { access })
  ).release();
  expect(asked).toBeUndefined();
});

it('is a file of this machine, which stays', async () => {
  const file = join(folder, 'job.jar');
  await writeFile(file, emptyJar());
  const jar = await fetchJobJar(pathToFileURL(file).href);
  await jar.release();
  expect(jar).toMatchObject({ name: 'job.jar', file });
  await readFile(file);
});

it.each<[string, () => string, RegExp]>([
  [
    'absent from its server',
    () => `${url}/none.jar`,
    /not at http.*answered 404 Not Found\. Check job\.jarURI/,
  ],
  ['a login page', () => `${url}/login`, /is no jar: its 19 bytes begin with "<htm"/],
  ['on a server that is down', () => 'http://127.0.0.1:1/x.jar', /cannot be fetched .* its server is up/],
  ['no file', () => 'file:///no/such.jar', /there is no file \/no\/such\.jar/],
  ['of an image', () => 'local:///opt/flink/usrlib/x.jar', /local:\/\/ is a file of an image/],
  ['in a store that is not reached', () => 's3://bucket/x.jar', /takes http, https or file/],
  ['no address', () => 'job.jar', /takes http, https or file/],
])('is refused when it is %s', async (_what, uri, expected) => {
  await expect(fetchJobJar(uri())).rejects.toThrow(expected);
});

const sha256 = createHash('sha256').update(emptyJar()).digest('hex');

it('is the one whose SHA-256 its address names, from the server that answers for its host here', async () => {
  const hostAliases = { maven: new URL(url).host };
  const jar = await fetchJobJar(`https://maven/a/orders-1.0.jar#sha256=${sha256.toUpperCase()}`, {
    hostAliases,
  });
  expect(jar.name).toBe('orders-1.0.jar');
  await jar.release();
  const local = join(folder, 'hashed.jar');
  await writeFile(local, emptyJar());
  expect((await fetchJobJar(`${pathToFileURL(local).href}#sha256=${sha256}`)).file).toBe(local);
});

it.each([
  [
    'of another jar',
    'a'.repeat(64),
    `has the SHA-256 ${sha256}, and job.jarURI says ${'a'.repeat(64)}. Write the hash`,
  ],
  ['none', 'abc', 'is no SHA-256. Write its 64 hexadecimal digits'],
])('is refused when the SHA-256 is %s', async (_what, given, expected) => {
  await expect(fetchJobJar(`${url}/a/orders-1.0.jar#sha256=${given}`)).rejects.toThrow(expected);
});

it('shows no password of its address', async () => {
  const uri = `${url.replace('http://', 'http://user:hunter2@')}/none.jar`;
  const failure = await fetchJobJar(uri).catch((error: Error) => error.message);
  expect(failure).not.toContain('hunter2');
  expect(failure).toContain('404');
  expect(asked).toMatch(/^Basic /);
});
