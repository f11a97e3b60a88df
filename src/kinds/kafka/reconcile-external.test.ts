import { afterAll, beforeAll, expect, it } from 'vitest';
import { customResourceDefinitionType, secretType } from '../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import type { KafkaAccess } from '../../engines/kafka/access.ts';
import { createFakeKafka } from '../../engines/kafka/fake-kafka.ts';
import { buildCustomResourceDefinition } from '../crd.ts';
import type { KafkaObject } from './desired.ts';
import { externalAnnotation } from './external.ts';
import { kafka, kafkaType } from './kind.ts';
import { type BrokerState, createKafkaReconciler } from './reconcile.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafka), {
    fieldManager: 'test',
  });
});
afterAll(() => server?.close());

it('a cluster that is not run here is looked at, and told of when it cannot be used', async () => {
  const { client } = server;
  const external = {
    bootstrapServers: 'a.example.com:9093,b.example.com:9093',
    sasl: {
      mechanism: 'PLAIN',
      username: 'sdp',
      password: { secretKeyRef: { name: 'kafka', key: 'password' } },
    },
  };
  const reference = { namespace: 'default', name: 'kafka' };
  await client.create(kafkaType, {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'Kafka',
    metadata: { ...reference, annotations: { [externalAnnotation]: JSON.stringify(external) } },
    spec: { kafka: { listeners: [{ name: 'external', port: 9093, type: 'loadbalancer', tls: false }] } },
  });
  const fake = createFakeKafka();
  const states: (BrokerState | undefined)[] = [];
  const connected: KafkaAccess[] = [];
  const reconcile = createKafkaReconciler({
    client,
    environment: {},
    podOf: () => undefined,
    connect(access) {
      connected.push(access);
      return fake;
    },
    onState: (_, state) => states.push(state),
  });
  const look = async () => {
    const object = await client.get<KafkaObject>(kafkaType, reference);
    const result = await reconcile('default/kafka', object);
    const after = await client.get<KafkaObject>(kafkaType, reference);
    const [condition] = after?.status?.conditions ?? [];
    return { again: result?.requeueAfterMs, condition, listeners: after?.status?.listeners };
  };

  const without = await look();
  expect(without.condition).toMatchObject({ status: 'False', reason: 'CredentialsMissing' });
  expect(without.condition?.message).toMatch(/not run here, cannot be used: There is no Secret kafka/);
  expect(without).toMatchObject({ again: 2_000, listeners: undefined });
  expect(states).toEqual([{ is: 'silent' }]);

  await client.create(secretType, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: reference,
    data: { password: Buffer.from('top-secret-1').toString('base64') },
  });
  fake.answers = false;
  expect((await look()).condition).toMatchObject({ status: 'False', reason: 'Unreachable' });
  expect(connected.at(-1)?.sasl?.password).toBe('top-secret-1');
  expect(states.at(-1)).toMatchObject({
    is: 'silent',
    access: { bootstrapServers: external.bootstrapServers },
  });

  fake.answers = true;
  const answering = await look();
  expect(answering.condition).toMatchObject({ status: 'True' });
  expect(answering.listeners?.[0]).toMatchObject({
    bootstrapServers: external.bootstrapServers,
    addresses: [
      { host: 'a.example.com', port: 9093 },
      { host: 'b.example.com', port: 9093 },
    ],
  });
  expect(states.at(-1)).toMatchObject({ is: 'answering' });
  const shown = await client.get<KafkaObject>(kafkaType, reference);
  expect(JSON.stringify(shown)).not.toContain('top-secret-1');
  expect(shown && kafka.assessHealth(shown)).toEqual({
    state: 'healthy',
    message: `${external.bootstrapServers}, which is not run here, answers`,
  });
});
