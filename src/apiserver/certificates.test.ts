import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureServerCertificate } from './certificates.ts';
import { issueAuthority, issueServerCertificate, type KeyPair } from './issue-certificates.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sdp-pki-')), 'pki');
});

afterEach(() => rm(dirname(folder), { recursive: true, force: true }));

test('the server is valid on the loopback addresses, for nobody else, and signed by the authority', async () => {
  const { ca, certificate } = await ensureServerCertificate(folder);
  const server = new X509Certificate(certificate);
  expect(server.checkHost('localhost')).toBe('localhost');
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(server.checkIP('::1')).toBeDefined();
  expect(server.checkHost('example.org')).toBeUndefined();
  expect(server.verify(new X509Certificate(ca).publicKey)).toBe(true);
});

test('keys are readable by their owner only', async () => {
  await ensureServerCertificate(folder);
  const modes = await Promise.all(
    ['ca.key', 'server.key'].map(async (name) => (await stat(join(folder, name))).mode & 0o777),
  );
  expect(modes).toEqual([0o600, 0o600]);
});

test('what exists is kept', async () => {
  const first = await ensureServerCertificate(folder);
  expect(await ensureServerCertificate(folder)).toEqual(first);
});

test('a server certificate of another authority is replaced, the authority is not', async () => {
  const other = await ensureServerCertificate(join(folder, 'other'));
  const first = await ensureServerCertificate(folder);
  await writeFile(join(folder, 'server.crt'), other.certificate);
  const second = await ensureServerCertificate(folder);
  expect(second.ca).toBe(first.ca);
  const { publicKey } = new X509Certificate(await readFile(join(folder, 'ca.crt')));
  expect(new X509Certificate(second.certificate).verify(publicKey)).toBe(true);
});

test('what runs out is replaced in time', async () => {
  const write = async (name: string, { certificate, key }: KeyPair) => {
    await writeFile(join(folder, `${name}.key`), key);
    await writeFile(join(folder, `${name}.crt`), certificate);
  };
  const first = await ensureServerCertificate(folder);
  const authority = { certificate: first.ca, key: await readFile(join(folder, 'ca.key'), 'utf8') };
  await write('server', await issueServerCertificate(authority, 29));
  const second = await ensureServerCertificate(folder);
  expect(second.ca).toBe(first.ca);
  expect(Date.parse(new X509Certificate(second.certificate).validTo)).toBeGreaterThan(
    Date.now() + 396 * 24 * 60 * 60 * 1000,
  );
  await write('ca', await issueAuthority(300));
  const third = await ensureServerCertificate(folder);
  expect(third.ca).not.toBe(first.ca);
  expect(new X509Certificate(third.certificate).verify(new X509Certificate(third.ca).publicKey)).toBe(true);
});
