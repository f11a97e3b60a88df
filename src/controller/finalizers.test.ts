import { afterEach, beforeEach, expect, it } from 'vitest';
import { configMapType } from '../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { setFinalizer } from './finalizers.ts';

const reference = { namespace: 'test', name: 'held' };
const ours = 'example.com/ours';
const theirs = 'example.com/theirs';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ namespaces: ['test'] });
});
afterEach(() => server.close());

async function hold(finalizers: string[]) {
  return server.client.create(configMapType, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...reference, finalizers },
  });
}

const read = async () => (await server.client.get(configMapType, reference))?.metadata;

it('sets a finalizer beside those of others, and takes off only its own', async () => {
  const object = await hold([theirs]);
  await setFinalizer(server.client, configMapType, object, ours, true);
  const held = await server.client.get(configMapType, reference);
  expect(held?.metadata.finalizers).toEqual([theirs, ours]);
  await setFinalizer(server.client, configMapType, held ?? object, ours, false);
  expect((await read())?.finalizers).toEqual([theirs]);
});

it('writes nothing where the finalizer is as wanted', async () => {
  const object = await hold([ours]);
  await setFinalizer(server.client, configMapType, object, ours, true);
  await setFinalizer(server.client, configMapType, object, theirs, false);
  expect((await read())?.resourceVersion).toBe(object.metadata.resourceVersion);
});
