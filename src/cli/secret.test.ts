import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { secretType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { describeSecret, listSecrets, writeSecret } from './secret.ts';
import { parseSources, readValues } from './secret-values.ts';
import { describeError } from './testing/connector-rig.ts';

describe('the arguments', () => {
  it('say where values come from', () => {
    expect(parseSources(['user', 'password=-'], ['ca.crt=a=b.pem'], true).value).toEqual([
      { key: 'user', from: 'prompt' },
      { key: 'password', from: 'stdin' },
      { key: 'ca.crt', from: 'file', file: 'a=b.pem' },
    ]);
    expect(parseSources(['password'], [], false).value).toEqual([{ key: 'password', from: 'stdin' }]);
  });

  it.each<[string, string[], string[], RegExp]>([
    ['a value', ['password=hunter2'], [], /^SecretInArguments .*password/],
    ['no key', [], [], /^InvalidArgument No key/],
    ['a key that is none', ['pass word'], [], /^InvalidKey "pass word"/],
    ['a key twice', ['a'], ['a=f'], /^InvalidArgument The key a is named twice/],
    ['a file without a name', [], ['a'], /^InvalidArgument --from-file a names no file/],
    ['two values from one input', ['a', 'b'], [], /^InvalidArgument Standard input cannot give a, b/],
  ])('with %s are refused', (_, keys, files, expected) => {
    const { diagnostics } = parseSources(keys, files, false);
    expect(diagnostics.map(({ reason, summary }) => `${reason} ${summary}`).join('\n')).toMatch(expected);
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
  });

  it('name files that are read as they are, and none that is empty', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sdp-secret-'));
    const said: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    try {
      const file = join(folder, 'value');
      await writeFile(file, 'hunter2\n');
      const values = await readValues([{ key: 'a', from: 'file', file }]);
      expect(values.get('a')?.toString()).toBe('hunter2\n');
      expect(said.join('')).toMatch(/ends with a line break/);
      await writeFile(file, '');
      expect(await readValues([{ key: 'a', from: 'file', file }]).catch(describeError)).toMatch(
        /^EmptyValue/,
      );
      const absent = [{ key: 'a', from: 'file', file: join(folder, 'absent') }] as const;
      expect(await readValues(absent).catch(describeError)).toMatch(/^FileNotReadable: .*\nENOENT/);
    } finally {
      vi.restoreAllMocks();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a Secret', () => {
  let server: TestServer;
  const name = { namespace: 'default', name: 'db' };
  const read = async () => {
    const live = await server.client.get<KubernetesObject & { data: Record<string, string> }>(
      secretType,
      name,
    );
    return Object.fromEntries(
      Object.entries(live?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  };
  const set = (values: Record<string, string>, force = false) =>
    writeSecret(
      server.client,
      name,
      new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)])),
      force,
    );
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server?.close());

  it('keeps the keys that are not set, its own and those of others', async () => {
    await server.client.apply(
      secretType,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: name,
        data: { theirs: Buffer.from('t').toString('base64') },
      },
      { fieldManager: 'somebody' },
    );
    await set({ user: 'u', password: '1' });
    expect(await set({ password: '2' })).toEqual(['password', 'theirs', 'user']);
    expect(await read()).toEqual({ theirs: 't', user: 'u', password: '2' });
  });

  it('leaves keys that others declare to them, unless it is forced', async () => {
    const refused = set({ theirs: 'mine' });
    expect(await refused.catch(describeError)).toMatch(/^Conflict: .*\n.*data\.theirs.*somebody/);
    await set({ theirs: 'mine' }, true);
    expect(await read()).toMatchObject({ theirs: 'mine' });
  });

  it('is listed and described without values', async () => {
    const [secret] = await listSecrets(server.client, 'default');
    expect(secret).toEqual({ ...name, type: 'Opaque', keys: ['password', 'theirs', 'user'] });
    expect(describeSecret(name, ['password'], secret?.keys ?? [])).toEqual([
      'Secret default/db has password now, and as before theirs, user.',
      'KEY        IN A CONNECTOR                   IN SQL',
      `password   \${secrets:default/db:password}   \${secret:db/password}`,
      'Connectors and jobs read a changed value when they are started again.',
    ]);
  });
});
