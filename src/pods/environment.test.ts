import { afterAll, beforeAll, expect, it } from 'vitest';
import { configMapType, secretType } from '../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { resolveEnvironment } from './environment.ts';
import type { EnvVar, Pod } from './pod.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.client.create(secretType, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'database', namespace: 'default' },
    stringData: { password: 'hunter2' },
  });
  await server.client.create(configMapType, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'default' },
    data: { region: 'north' },
  });
});
afterAll(() => server?.close());

const resolve = (env: EnvVar[]) => {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app-0', namespace: 'default', uid: 'u' },
    spec: { containers: [{ name: 'c', image: 'x', env }] },
  };
  return resolveEnvironment(server.client, pod);
};

it('takes values, keys of Secrets and ConfigMaps, and fields of the pod', async () => {
  const { value } = await resolve([
    { name: 'PLAIN', value: 'x' },
    { name: 'EMPTY' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
    { name: 'REGION', valueFrom: { configMapKeyRef: { name: 'settings', key: 'region' } } },
    { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'MAYBE', valueFrom: { secretKeyRef: { name: 'none', key: 'k', optional: true } } },
  ]);
  expect(value).toEqual({ PLAIN: 'x', EMPTY: '', PASSWORD: 'hunter2', REGION: 'north', POD: 'app-0' });
});

it.each<[EnvVar, string]>([
  [
    { name: 'A', valueFrom: { secretKeyRef: { name: 'none', key: 'k' } } },
    'It comes from key k of Secret none, which is not there.',
  ],
  [
    { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'zone' } } },
    'It comes from key zone of ConfigMap settings, which is not there.',
  ],
  [
    { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    'It comes from field spec.nodeName',
  ],
])('names a value that cannot be had: %j', async (variable, message) => {
  const { value, diagnostics } = await resolve([variable]);
  expect(value).toBeUndefined();
  expect(diagnostics).toMatchObject([
    { reason: 'CreateContainerConfigError', detail: expect.stringContaining(message) },
  ]);
});
