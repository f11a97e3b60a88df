import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configMapType, podType } from '../apiclient/core-types.ts';
import type { KubernetesObject, Manifest } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { applyOwned, ownerReferenceTo, replaceOwned } from './owned-objects.ts';

type ConfigMap = KubernetesObject & { data?: Record<string, string> };
type Pod = KubernetesObject & { spec: { containers: { image: string }[] } };

let server: TestServer;
let owner: KubernetesObject;
beforeEach(async () => {
  server = await startTestServer({ namespaces: ['test'] });
  owner = await server.client.create(configMapType, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'test', name: 'owner' },
  });
});
afterEach(() => server.close());

const config = (data: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'owned' },
  data,
});
const pod = (image: string, finalizers: string[] = []): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'owned', annotations: { mine: 'yes' }, ...(finalizers.length > 0 && { finalizers }) },
  spec: { containers: [{ name: 'c', image }] },
});
const reference = { namespace: 'test', name: 'owned' };
const getPod = () => server.client.get<Pod>(podType, reference);
const replace = async (manifest: Manifest) =>
  replaceOwned(server.client, owner, { type: podType, manifest }, await getPod(), 'test');

describe('applyOwned', () => {
  const apply = (data: Record<string, string>) =>
    applyOwned(server.client, owner, { type: configMapType, manifest: config(data) }, 'test');
  const read = () => server.client.get<ConfigMap>(configMapType, reference);

  it('makes an object of its owner’s namespace, and changes it', async () => {
    await apply({ a: '1', b: '1' });
    expect((await read())?.metadata.ownerReferences).toEqual([ownerReferenceTo(owner)]);
    await apply({ a: '2' });
    expect((await read())?.data).toEqual({ a: '2' });
  });

  it('changes nothing the second time, and takes over what others changed', async () => {
    await apply({ a: '1' });
    const before = await read();
    await apply({ a: '1' });
    expect((await read())?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
    await server.client.patch(configMapType, reference, { data: { a: 'changed', c: 'theirs' } });
    await apply({ a: '1' });
    expect((await read())?.data).toEqual({ a: '1', c: 'theirs' });
  });

  it('goes with its owner', async () => {
    await apply({ a: '1' });
    await server.client.delete(configMapType, owner.metadata);
    await vi.waitFor(async () => expect(await read()).toBeUndefined(), { timeout: 5000 });
  });
});

describe('replaceOwned', () => {
  it('creates an object, and leaves it alone while the manifest is the same', async () => {
    expect(await replace(pod('flink:1'))).toBe(true);
    const created = await getPod();
    expect(created?.metadata).toMatchObject({
      annotations: { mine: 'yes' },
      ownerReferences: [ownerReferenceTo(owner)],
    });
    await server.client.patch(podType, reference, { metadata: { labels: { added: 'later' } } });
    expect(await replace(pod('flink:1'))).toBe(true);
    expect((await getPod())?.metadata.uid).toBe(created?.metadata.uid);
  });

  it('deletes it for another manifest, and creates the new one once the old one is gone', async () => {
    await replace(pod('flink:1', ['test/slow']));
    const before = await getPod();
    expect(await replace(pod('flink:2'))).toBe(false);
    const leaving = await getPod();
    expect(leaving?.metadata).toMatchObject({
      uid: before?.metadata.uid,
      deletionTimestamp: expect.any(String),
    });
    expect(await replace(pod('flink:2'))).toBe(false);
    await server.client.patch(podType, reference, { metadata: { finalizers: [] } });
    await vi.waitFor(async () => expect(await getPod()).toBeUndefined());
    expect(await replace(pod('flink:2'))).toBe(true);
    const after = await getPod();
    expect(after?.spec.containers).toMatchObject([{ image: 'flink:2' }]);
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  });

  it('does not delete a newer object than it was shown', async () => {
    await replace(pod('flink:1'));
    const old = await getPod();
    await server.client.delete(podType, reference);
    await vi.waitFor(async () => expect(await getPod()).toBeUndefined());
    await replace(pod('flink:2'));
    const deletion = replaceOwned(
      server.client,
      owner,
      { type: podType, manifest: pod('flink:3') },
      old,
      'test',
    );
    await expect(deletion).rejects.toMatchObject({ reason: 'Conflict' });
    expect((await getPod())?.metadata.deletionTimestamp).toBeUndefined();
  });
});
