import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../apiserver/testing/kafka-connect/start-broker.ts';
import type { KafkaAccess } from './access.ts';
import { createKafkaClient, type KafkaClient } from './client.ts';
import { runKafkaClientContract } from './client-contract.ts';
import { readTopic } from './read-topic.ts';
import { createKafkaUserClient, type KafkaUserClient } from './user-client.ts';
import { runKafkaUserClientContract } from './user-client-contract.ts';
import { writeRecords } from './write-records.ts';

let folder: string;
let broker: TestBroker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-kafka-'));
  broker = await startBroker(folder, AbortSignal.timeout(280_000), { scram: true });
}, 300_000);

afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function connect(): Promise<KafkaClient> {
  const client = createKafkaClient(broker);
  for (;;) {
    try {
      await client.listTopics();
      return client;
    } catch {
      broker.check();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

runKafkaClientContract('Kafka', connect);
runKafkaUserClientContract('Kafka', async () => createKafkaUserClient(broker));

describe('a user', () => {
  let kafka: KafkaClient;
  let users: KafkaUserClient;
  const login = (password: string): KafkaAccess => ({
    bootstrapServers: broker.scramBootstrapServers,
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'alice', password },
  });
  beforeAll(async () => {
    kafka = await connect();
    users = createKafkaUserClient(broker);
    await kafka.createTopics(
      new Map([
        ['orders-eu', { config: {} }],
        ['payments', { config: {} }],
      ]),
    );
    await users.setPassword('alice', 'right');
  });
  afterAll(() => Promise.all([kafka?.close(), users?.close()]));

  it('is let in by the right password only, and told so in the words of the Java client', async () => {
    const stranger = createKafkaClient(login('wrong'));
    await expect(stranger.listTopics()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('SaslAuthenticationException') as string,
    });
    await stranger.close();
    const alice = createKafkaClient(login('right'));
    await expect.poll(() => alice.listTopics()).toEqual([]);
    await alice.close();
  });

  it('writes and reads what rules allow, and nothing else', async () => {
    const rule = {
      type: 'allow',
      resourceType: 'topic',
      resourceName: 'orders-',
      patternType: 'prefix',
      host: '*',
    } as const;
    await users.addAcls('alice', [
      { ...rule, operation: 'Read' },
      { ...rule, operation: 'Write' },
      { ...rule, operation: 'Describe' },
    ]);
    const alice = createKafkaClient(login('right'));
    await expect.poll(() => alice.listTopics()).toEqual(['orders-eu']);
    expect((await alice.describeTopics(['payments'])).get('payments')).toMatchObject({
      code: 'TOPIC_AUTHORIZATION_FAILED',
      message: expect.stringContaining(
        'org.apache.kafka.common.errors.TopicAuthorizationException',
      ) as string,
    });
    await alice.close();

    const access = login('right');
    expect(await writeRecords(access, 'orders-eu', [{ value: 'one' }, { value: 'two' }])).toBe(2);
    const values: (string | undefined)[] = [];
    const reading = { ...access, topic: 'orders-eu', follow: false, signal: AbortSignal.timeout(10_000) };
    for await (const { value } of readTopic(reading)) values.push(value);
    expect(values).toEqual(['one', 'two']);
    await expect(writeRecords(access, 'payments', [{ value: 'x' }])).rejects.toMatchObject({
      code: 'TOPIC_AUTHORIZATION_FAILED',
    });
  });
});
