import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readKubeconfig } from './kubeconfig.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-kubeconfig-'));
});

afterEach(() => rm(folder, { recursive: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly rest?: object;
}

async function write({ cluster, user, context, rest }: Parts = {}): Promise<string> {
  const file = join(folder, 'config');
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1/', ...cluster } }],
    users: [{ name: 'u', user: user ?? { token: 't' } }],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u', namespace: 'n', ...context } },
      { name: 'two', context: { cluster: 'c', user: '' } },
    ],
    'current-context': 'one',
    ...rest,
  };
  await writeFile(file, stringify(config));
  return file;
}

describe('a kubeconfig', () => {
  test('with data in it', async () => {
    const access = await readKubeconfig(
      await write({
        cluster: { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'name' },
        user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
      }),
    );
    expect(access).toEqual({
      server: 'https://127.0.0.1:1',
      ca: 'CA',
      clientCertificate: { certificate: 'CERT', key: 'KEY' },
      tlsServerName: 'name',
      namespace: 'n',
    });
  });

  test('with files beside it; a token file is read for every request', async () => {
    await writeFile(join(folder, 'ca.pem'), 'CA');
    await writeFile(join(folder, 'token'), 'first\n');
    const access = await readKubeconfig(
      await write({
        cluster: { 'certificate-authority': 'ca.pem', 'insecure-skip-tls-verify': true },
        user: { tokenFile: 'token' },
      }),
    );
    expect(access).toMatchObject({ ca: 'CA', insecureSkipTlsVerify: true });
    expect(await access.token?.()).toBe('first');
    await writeFile(join(folder, 'token'), 'second\n');
    expect(await access.token?.()).toBe('second');
  });

  test('with another context than the current one', async () => {
    const access = await readKubeconfig(await write(), { context: 'two' });
    expect(access).toEqual({ server: 'https://127.0.0.1:1' });
  });
});

describe('a kubeconfig', () => {
  test('with a password and the wish to act as somebody else', async () => {
    const user = {
      username: 'me',
      password: 'pw',
      as: 'you',
      'as-groups': ['a', 'b'],
      'as-user-extra': { x: ['1'] },
    };
    expect((await readKubeconfig(await write({ user }))).headers).toEqual({
      authorization: `Basic ${base64('me:pw')}`,
      'impersonate-user': 'you',
      'impersonate-group': ['a', 'b'],
      'impersonate-extra-x': ['1'],
    });
  });

  test('with a proxy of its own, which goes before the one of the environment', async () => {
    const environment = { HTTPS_PROXY: 'proxy:1' };
    const cluster = { server: 'https://10.0.0.1' };
    const read = async (more: object) =>
      (await readKubeconfig(await write({ cluster: { ...cluster, ...more } }), { environment })).proxy;
    expect(await read({})).toBe('http://proxy:1');
    expect(await read({ 'proxy-url': 'socks5://own:2' })).toBe('socks5://own:2');
  });

  test('of several files, the first that has something is taken, paths are relative to where they stand', async () => {
    const first = await write({ rest: { 'current-context': '', users: [] } });
    await mkdir(join(folder, 'other'));
    const second = join(folder, 'other', 'config');
    await writeFile(join(folder, 'other', 'token'), 'from other');
    await writeFile(
      second,
      stringify({
        'current-context': 'one',
        users: [{ name: 'u', user: { tokenFile: 'token' } }],
        contexts: [{ name: 'one', context: { cluster: 'c', namespace: 'ignored' } }],
      }),
    );
    const access = await readKubeconfig([first, join(folder, 'none'), second]);
    expect(access).toMatchObject({ server: 'https://127.0.0.1:1', namespace: 'n' });
    expect(await access.token?.()).toBe('from other');
    await expect(readKubeconfig([join(folder, 'a'), join(folder, 'b')])).rejects.toMatchObject({
      diagnostics: [{ reason: 'KubeconfigUnreadable' }],
    });
  });
});

describe('a kubeconfig that cannot be used says why', () => {
  const CASES: [string, Parts, string | undefined, RegExp][] = [
    ['no current context', { rest: { 'current-context': '' } }, undefined, /no current-context/u],
    ['an unknown context', {}, 'three', /no context "three" \(it has one, two\)/u],
    ['an unknown cluster', { context: { cluster: 'x' } }, undefined, /no cluster "x" \(it has c\)/u],
    ['an unknown user', { context: { user: 'x' } }, undefined, /no user "x"/u],
    ['no server', { cluster: { server: '' } }, undefined, /has no server/u],
    ['a malformed server', { cluster: { server: 'nowhere' } }, undefined, /malformed server "nowhere"/u],
    [
      'a certificate without key',
      { user: { 'client-certificate-data': base64('x') } },
      undefined,
      /without a key/u,
    ],
    [
      'a missing CA file',
      { cluster: { 'certificate-authority': 'none' } },
      undefined,
      /there is no such file/u,
    ],
    [
      'a plugin without version',
      { user: { exec: { command: 'aws' } } },
      undefined,
      /exec of user "u".*apiVersion/u,
    ],
    ['a provider that is no more', { user: { 'auth-provider': { name: 'gcp' } } }, undefined, /"gcp".*exec/u],
    ['a proxy of another kind', { cluster: { 'proxy-url': 'ftp://x' } }, undefined, /proxy-url/u],
  ];

  test.each(CASES)('%s', async (_what, parts, context, message) => {
    const file = await write(parts);
    await expect(readKubeconfig(file, { context })).rejects.toMatchObject({
      name: 'DiagnosticError',
      message: expect.stringMatching(message),
      diagnostics: [{ severity: 'error', reason: 'KubeconfigInvalid' }],
    });
  });

  test('a missing file', async () => {
    await expect(readKubeconfig(join(folder, 'none'))).rejects.toMatchObject({
      diagnostics: [{ reason: 'KubeconfigUnreadable', detail: expect.stringContaining('no such file') }],
    });
  });

  test('no YAML', async () => {
    const file = join(folder, 'bad');
    await writeFile(file, 'a: [');
    await expect(readKubeconfig(file)).rejects.toMatchObject({
      diagnostics: [{ reason: 'KubeconfigInvalid' }],
    });
  });
});
