import { afterAll, beforeAll, expect, it } from 'vitest';
import { configMapType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { releaseLeadership } from './leader-lock.ts';

const annotation = 'control-plane.alpha.kubernetes.io/leader';
const record = {
  holderIdentity: 'dead',
  leaseDuration: 15,
  acquireTime: '2026-01-01T00:00:00.000000Z',
  renewTime: '2026-01-01T00:01:00.000000Z',
  leaderTransitions: 2,
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const create = (name: string, app: string) =>
    server.client.create(configMapType, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: 'default',
        labels: { app, type: 'flink-native-kubernetes' },
        annotations: { [annotation]: JSON.stringify(record) },
      },
      data: { 'jobGraph-1': 'kept' },
    });
  await create('session-cluster-config-map', 'session');
  await create('session-settings', 'session');
  await create('other-cluster-config-map', 'other');
});
afterAll(() => server.close());

const live = async (name: string) => {
  const map = await server.client.get<KubernetesObject & { data: object }>(configMapType, { name });
  return { holder: JSON.parse(map?.metadata.annotations?.[annotation] ?? '{}') as object, data: map?.data };
};

it('lets go of the lock of this cluster alone, and of nothing else in it', async () => {
  await releaseLeadership(server.client, 'default', 'session');
  expect(await live('session-cluster-config-map')).toEqual({
    holder: { ...record, holderIdentity: '' },
    data: { 'jobGraph-1': 'kept' },
  });
  expect((await live('session-settings')).holder).toEqual(record);
  expect((await live('other-cluster-config-map')).holder).toEqual(record);
});

it('writes nothing where nobody leads', async () => {
  const before = await server.client.get<KubernetesObject>(configMapType, {
    name: 'session-cluster-config-map',
  });
  await releaseLeadership(server.client, 'default', 'session');
  await releaseLeadership(server.client, 'default', 'unknown');
  const after = await server.client.get<KubernetesObject>(configMapType, {
    name: 'session-cluster-config-map',
  });
  expect(after?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
});
