import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { startBroker } from '../../apiserver/testing/kafka-connect/start-broker.ts';
import { createKafkaClient } from './client.ts';
import { runKafkaClientContract } from './client-contract.ts';

let folder: string;
let broker: Awaited<ReturnType<typeof startBroker>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-kafka-'));
  broker = await startBroker(folder, AbortSignal.timeout(280_000));
}, 300_000);

afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

runKafkaClientContract('Kafka', async () => {
  const client = createKafkaClient({ bootstrapServers: broker.bootstrapServers });
  for (;;) {
    try {
      await client.listTopics();
      return client;
    } catch {
      broker.check();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});
