import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ApiClient } from '../../apiclient/client.ts';
import type { KubernetesObject, OwnerReference } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { CONFIG_MAPS, configMap } from '../testing/widget-definition.ts';

let server: TestServer;
let client: ApiClient;
let prefix: string;
let counter = 0;

beforeAll(async () => {
  server = await startTestServer();
  client = server.client;
});

afterAll(() => server.close());

beforeEach(() => {
  counter += 1;
  prefix = `g${counter}`;
});

function ownedBy(owner: KubernetesObject, more: Partial<OwnerReference> = {}): OwnerReference {
  const { name, uid = '' } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, ...more };
}

const create = (name: string, ownerReferences: OwnerReference[] = [], metadata: object = {}) =>
  client.create(CONFIG_MAPS, configMap(`${prefix}-${name}`, {}, { ownerReferences, ...metadata }));
const find = (name: string) => client.get(CONFIG_MAPS, { name: `${prefix}-${name}` });
const remove = (name: string, propagationPolicy?: 'Foreground' | 'Orphan') =>
  client.delete(CONFIG_MAPS, { name: `${prefix}-${name}` }, { propagationPolicy });

test('dependents go when their owner is gone, and theirs after them', async () => {
  const owner = await create('owner');
  const child = await create('child', [ownedBy(owner)]);
  await create('grandchild', [ownedBy(child)]);
  await remove('owner');
  await expect.poll(() => find('child')).toBeUndefined();
  await expect.poll(() => find('grandchild')).toBeUndefined();
});

test('a dependent stays as long as one of its owners does, and forgets the others', async () => {
  const [one, two] = [await create('one'), await create('two')];
  await create('child', [ownedBy(one), ownedBy(two)]);
  await remove('one');
  await expect.poll(async () => (await find('child'))?.metadata.ownerReferences).toEqual([ownedBy(two)]);
  await remove('two');
  await expect.poll(() => find('child')).toBeUndefined();
});

test('an object whose owner never existed goes', async () => {
  const ghost = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ghost', uid: 'no-such-uid' } };
  await create('child', [ownedBy(ghost)]);
  await expect.poll(() => find('child')).toBeUndefined();
});

test('foreground: the owner waits for dependents that block it', async () => {
  const owner = await create('owner');
  await create('child', [ownedBy(owner, { blockOwnerDeletion: true })], { finalizers: ['example.org/x'] });
  await remove('owner', 'Foreground');
  await expect.poll(async () => (await find('child'))?.metadata.deletionTimestamp).toBeDefined();
  expect((await find('owner'))?.metadata.finalizers).toEqual(['foregroundDeletion']);
  await client.patch(CONFIG_MAPS, { name: `${prefix}-child` }, { metadata: { finalizers: null } });
  await expect.poll(() => find('owner')).toBeUndefined();
});

test('foreground without dependents ends by itself', async () => {
  await create('owner');
  await remove('owner', 'Foreground');
  await expect.poll(() => find('owner')).toBeUndefined();
});

test('orphan: dependents stay and forget their owner', async () => {
  const owner = await create('owner');
  await create('child', [ownedBy(owner)]);
  await remove('owner', 'Orphan');
  await expect.poll(() => find('owner')).toBeUndefined();
  expect((await find('child'))?.metadata.ownerReferences).toBeUndefined();
});
