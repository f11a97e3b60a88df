import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configMapType, secretType } from '../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import type { Pod, Volume } from './pod.ts';
import { prepareMounts } from './volumes.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const metadata = { namespace: 'default', name: 'words' };
  const data = { 'a.txt': 'grüße\n', b: '' };
  await server.client.create(configMapType, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
  const secret = { password: Buffer.from([0, 255, 10]).toString('base64') };
  await server.client.create(secretType, { apiVersion: 'v1', kind: 'Secret', metadata, data: secret });
});
afterAll(() => server?.close());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-volumes-'));
});
afterEach(() => rm(folder, { recursive: true }));

const prepare = (...volumes: Volume[]) => {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', uid: 'u' },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'flink:2.2.0',
          volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `/mnt/${name}` })),
        },
      ],
      volumes,
    },
  };
  return prepareMounts(server.client, pod, { claims: join(folder, 'claims'), pod: join(folder, 'u') });
};
const mountOf = async (volume: Volume) => (await prepare(volume)).value?.[`/mnt/${volume.name}`] ?? '';

describe('prepareMounts', () => {
  it('writes a ConfigMap and a Secret as files that nobody else may read', async () => {
    const config = await mountOf({ name: 'config', configMap: { name: 'words' } });
    expect(await readFile(join(config, 'a.txt'), 'utf8')).toBe('grüße\n');
    expect(await readFile(join(config, 'b'), 'utf8')).toBe('');
    const secret = await mountOf({ name: 'secret', secret: { secretName: 'words' } });
    expect([...(await readFile(join(secret, 'password')))]).toEqual([0, 255, 10]);
    expect((await stat(secret)).mode & 0o777).toBe(0o700);
    expect((await stat(join(secret, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('leaves no file of an earlier content', async () => {
    const config = await mountOf({ name: 'config', configMap: { name: 'words' } });
    await writeFile(join(config, 'old'), 'x');
    await mountOf({ name: 'config', configMap: { name: 'words' } });
    expect(await readdir(config)).toEqual(['a.txt', 'b']);
  });

  it('keeps what a claim and an emptyDir hold, a claim’s apart from the pod', async () => {
    const claim: Volume = { name: 'data', persistentVolumeClaim: { claimName: 'flink-data' } };
    const data = await mountOf(claim);
    const scratch = await mountOf({ name: 'scratch', emptyDir: {} });
    await writeFile(join(data, 'kept'), 'x');
    await writeFile(join(scratch, 'kept'), 'x');
    expect(await readdir(await mountOf(claim))).toEqual(['kept']);
    expect(await readdir(await mountOf({ name: 'scratch', emptyDir: {} }))).toEqual(['kept']);
    await rm(join(folder, 'u'), { recursive: true });
    expect(await readdir(data)).toEqual(['kept']);
  });

  it.each<[string, Volume]>([
    ['a ConfigMap that is not there', { name: 'gone', configMap: { name: 'gone' } }],
    ['a Secret that is not there', { name: 'gone', secret: { secretName: 'gone' } }],
    ['a kind without meaning here', { name: 'gone', hostPath: { path: '/' } } as Volume],
    ['a name that leads out of the pod’s folder', { name: '../../../gone', emptyDir: {} }],
    [
      'a claim that leads out of the claims',
      { name: 'gone', persistentVolumeClaim: { claimName: '../gone' } },
    ],
  ])('refuses %s', async (_, volume) => {
    const { value, diagnostics } = await prepare(volume);
    expect(value).toBeUndefined();
    expect(diagnostics).toEqual([
      expect.objectContaining({ reason: 'FailedMount', summary: `Volume ${volume.name} cannot be mounted` }),
    ]);
  });
});
