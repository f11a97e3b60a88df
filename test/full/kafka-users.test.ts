import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KafkaAccess } from '../../src/engines/kafka/access.ts';
import { createKafkaClient } from '../../src/engines/kafka/client.ts';
import { readTopic } from '../../src/engines/kafka/read-topic.ts';
import { writeRecords } from '../../src/engines/kafka/write-records.ts';
import { eventually, type PlatformCommands, platformCommands } from '../e2e/commands.ts';

/** Users who log in at the platform's own broker, and what they may do there. */

let folder: string;
let platform: PlatformCommands;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-kafka-users-'));
  const configuration = join(folder, 'sdp.yaml');
  await writeFile(configuration, 'kafka: { authentication: scram-sha-512 }\n');
  platform = platformCommands(join(folder, 'data'));
  await platform.sdp(['up', '--detach', '--config', configuration]);
});

afterAll(async () => {
  await platform?.sdp(['down', '--purge']);
  await rm(folder, { recursive: true, force: true });
});

const label = 'labels: { strimzi.io/cluster: kafka }';
const manifests = `
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders-eu, ${label} }
spec: { partitions: 1 }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: payments, ${label} }
spec: { partitions: 1 }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: { name: alice, ${label} }
spec:
  authentication: { type: scram-sha-512 }
  authorization:
    type: simple
    acls:
      - resource: { type: topic, name: orders-, patternType: prefix }
        operations: [Read, Write, Describe]
  quotas: { producerByteRate: 1048576 }
`;

interface Secret {
  readonly data: Readonly<Record<string, string>>;
}
const decode = (value = '') => Buffer.from(value, 'base64').toString('utf8');

async function login(): Promise<KafkaAccess> {
  const { data } = await platform.getJson<Secret>(['secret', 'alice']);
  const bootstrapServers = (await platform.env())['SDP_SCRAM_BOOTSTRAP_SERVERS'] ?? '';
  const password = decode(data['password']);
  return { bootstrapServers, sasl: { mechanism: 'SCRAM-SHA-512', username: 'alice', password } };
}

it('a user with rules reads and writes what they name, and nothing else', async () => {
  const file = join(folder, 'manifests.yaml');
  await writeFile(file, manifests);
  await platform.kubectl(['apply', '-f', file]);
  const all = ['kafkatopic/orders-eu', 'kafkatopic/payments', 'kafkauser/alice'];
  await platform.kubectl(['wait', ...all, '--for=condition=Ready', '--timeout=120s']);
  const alice = await login();
  expect(await writeRecords(alice, 'orders-eu', [{ value: 'one' }])).toBe(1);
  const values: (string | undefined)[] = [];
  const signal = AbortSignal.timeout(20_000);
  for await (const { value } of readTopic({ ...alice, topic: 'orders-eu', follow: false, signal })) {
    values.push(value);
  }
  expect(values).toEqual(['one']);
  await expect(writeRecords(alice, 'payments', [{ value: 'x' }])).rejects.toMatchObject({
    code: 'TOPIC_AUTHORIZATION_FAILED',
  });
  const kafka = createKafkaClient(alice);
  expect(await kafka.listTopics()).toEqual(['orders-eu']);
  expect((await kafka.createTopics(new Map([['mine', { config: {} }]]))).get('mine')).toMatchObject({
    code: 'TOPIC_AUTHORIZATION_FAILED',
  });
  await kafka.close();
});

it("the platform's own work needs no login", async () => {
  const rows = join(folder, 'rows.csv');
  await writeFile(rows, 'id\n1\n');
  await platform.sdp(['produce', 'payments', '--file', rows]);
  expect(await platform.consume('payments')).toEqual([{ id: 1 }]);
});

it('a Connect cluster logs in as a user, its connectors too', async () => {
  const out = join(folder, 'out.txt');
  const file = join(folder, 'connect.yaml');
  await writeFile(
    file,
    `
apiVersion: kafka.strimzi.io/v1
kind: KafkaUser
metadata: { name: di, ${label} }
spec:
  authentication: { type: scram-sha-512 }
  authorization:
    type: simple
    acls:
      - { resource: { type: topic, name: di-, patternType: prefix }, operations: [All] }
      - { resource: { type: topic, name: orders-eu }, operations: [Read, Describe] }
      - { resource: { type: group, name: "*" }, operations: [Read] }
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaConnect
metadata: { name: di, annotations: { strimzi.io/use-connector-resources: "true" } }
spec:
  replicas: 1
  bootstrapServers: kafka-kafka-bootstrap:9094
  authentication: { type: scram-sha-512, username: di, passwordSecret: { secretName: di, password: password } }
  groupId: di
  configStorageTopic: di-configs
  offsetStorageTopic: di-offsets
  statusStorageTopic: di-status
  config:
    config.storage.replication.factor: -1
    offset.storage.replication.factor: -1
    status.storage.replication.factor: -1
    key.converter: org.apache.kafka.connect.storage.StringConverter
    value.converter: org.apache.kafka.connect.storage.StringConverter
  build:
    output: { type: docker, image: registry.example.com/connect:1 }
    plugins:
      - name: files
        artifacts: [{ type: maven, group: org.apache.kafka, artifact: connect-file, version: 4.3.1 }]
---
apiVersion: kafka.strimzi.io/v1
kind: KafkaConnector
metadata: { name: to-file, labels: { strimzi.io/cluster: di } }
spec: { class: FileStreamSink, tasksMax: 1, config: { topics: orders-eu, file: ${out} } }
`,
  );
  await platform.kubectl(['apply', '-f', file]);
  const written = await eventually(
    () => readFile(out, 'utf8').catch(() => ''),
    (text) => text !== '',
    120_000,
  );
  expect(written).toBe('one\n');
  const logs = await platform.kubectl(['logs', 'di-connect-0']);
  const { data } = await platform.getJson<Secret>(['secret', 'di']);
  expect(logs).not.toContain(decode(data['password']));
});

it('a user who is deleted is let in no more, and the Secret goes too', async () => {
  const kafka = createKafkaClient(await login());
  expect(await kafka.listTopics()).toEqual(['orders-eu']);
  await kafka.close();
  const alice = await login();
  await platform.kubectl(['delete', 'kafkauser/alice']);
  const refused = await eventually(
    async () => {
      const stranger = createKafkaClient(alice);
      try {
        return `let in: ${(await stranger.listTopics()).join()}`;
      } catch (error) {
        return String(error);
      } finally {
        await stranger.close();
      }
    },
    (outcome) => outcome.includes('SaslAuthenticationException'),
    20_000,
  );
  expect(refused).toContain('SaslAuthenticationException');
  await eventually(
    () => platform.getJson<{ items: { metadata: { name: string } }[] }>(['secrets']),
    ({ items }) => items.every(({ metadata }) => metadata.name !== 'alice'),
  );
});
