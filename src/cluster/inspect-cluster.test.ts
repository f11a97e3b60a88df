import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clusterRoleType,
  customResourceDefinitionType,
  namespaceType,
  roleBindingType,
  serviceAccountType,
} from '../apiclient/core-types.ts';
import { createApiClient } from '../apiclient/http-client.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { flinkDeploymentType } from '../kinds/flink-deployment/resource-type.ts';
import { kafkaTopicType } from '../kinds/kafka-topic/resource-type.ts';
import { deployerRights } from './cluster-rights.ts';
import { inspectCluster } from './inspect-cluster.ts';
import { judgeCluster } from './judge-cluster.ts';

let server: TestServer;
const manager = { fieldManager: 'test' };

beforeAll(async () => {
  server = await startTestServer();
  // As a cluster without the Prometheus operator.
  for (const kind of kinds.filter(({ type }) => type.kind !== 'ServiceMonitor')) {
    await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kind), manager);
  }
  await server.client.apply(
    namespaceType,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } },
    manager,
  );
  await server.client.apply(
    flinkDeploymentType,
    {
      apiVersion: 'flink.apache.org/v1beta1',
      kind: 'FlinkDeployment',
      metadata: { name: 'flink', namespace: 'orders' },
      spec: {
        flinkVersion: 'v2_2',
        serviceAccount: 'flink',
        flinkConfiguration: { 'state.checkpoints.dir': 'file:///tmp/checkpoints' },
        jobManager: { resource: { cpu: 1, memory: '1g' } },
        taskManager: { resource: { cpu: 1, memory: '1g' } },
      },
    },
    manager,
  );
  await server.client.apply(
    kafkaTopicType,
    {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaTopic',
      metadata: { name: 'orders', namespace: 'orders' },
      spec: {},
    },
    manager,
  );
}, 60_000);
afterAll(() => server?.close());

describe('a look at a cluster', () => {
  it('sees what it has, as an administrator', async () => {
    const seen = await inspectCluster(server.client, server.access.server, 'orders');
    expect(seen.version).toMatch(/^v1\./);
    expect(Math.abs(seen.clockAheadMs ?? Number.NaN)).toBeLessThan(2_000);
    expect(seen.kinds).toContainEqual({
      kind: 'KafkaTopic',
      group: 'kafka.strimzi.io',
      version: 'v1',
      served: ['v1'],
    });
    expect(seen.kinds).toContainEqual(expect.objectContaining({ kind: 'ServiceMonitor', served: [] }));
    expect(seen.rights).toHaveLength(deployerRights.length);
    expect(seen.rights.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
    expect(
      seen.objects.map(({ object, generation, localState }) => [object.kind, generation, localState]),
    ).toEqual([
      ['KafkaTopic', 1, []],
      ['FlinkDeployment', 1, ['state.checkpoints.dir']],
    ]);
    expect(seen.objects.every(({ unchangedMs }) => unchangedMs >= -1_000 && unchangedMs < 60_000)).toBe(true);
    // Nothing runs behind it.
    expect(seen.engines).toEqual([
      {
        object: { kind: 'FlinkDeployment', namespace: 'orders', name: 'flink' },
        engine: 'Flink',
        problem: { status: expect.any(Number), text: expect.any(String) },
      },
    ]);
  });

  it('sees as little as whoever looks may see, and says what is missing', async () => {
    const name = 'reader';
    const rules = [
      { verbs: ['get', 'list', 'watch'], apiGroups: ['kafka.strimzi.io'], resources: ['kafkatopics'] },
    ];
    const group = 'rbac.authorization.k8s.io';
    await server.client.apply(
      clusterRoleType,
      { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
      manager,
    );
    await server.client.apply(
      serviceAccountType,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'orders' } },
      manager,
    );
    await server.client.apply(
      roleBindingType,
      {
        apiVersion: `${group}/v1`,
        kind: 'RoleBinding',
        metadata: { name, namespace: 'orders' },
        roleRef: { apiGroup: group, kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace: 'orders' }],
      },
      manager,
    );
    const answer = await server.client.request(
      'POST',
      `/api/v1/namespaces/orders/serviceaccounts/${name}/token`,
      {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
      },
    );
    const { status } = JSON.parse(await answer.text()) as { status: { token: string } };
    const client = createApiClient({ ...server.access, token: async () => status.token });
    try {
      const seen = await inspectCluster(client, server.access.server, 'orders');
      expect(seen.objects.map(({ object }) => object.kind)).toEqual(['KafkaTopic']);
      const said = judgeCluster(seen).flatMap(({ problems }) => problems.map(({ summary }) => summary));
      expect(said).toContain(
        'In namespace orders you may not create, update, patch, delete kafkatopics.kafka.strimzi.io',
      );
      expect(said).toContain('In namespace orders you may not get, update services/proxy');
    } finally {
      await client.close();
    }
  });

  it('ends with the reason where nobody is let in', async () => {
    const client = createApiClient({ ...server.access, token: async () => 'expired' });
    try {
      await expect(inspectCluster(client, server.access.server, 'orders')).rejects.toMatchObject({
        reason: 'Unauthorized',
      });
    } finally {
      await client.close();
    }
  });
});
