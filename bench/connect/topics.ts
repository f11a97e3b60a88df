import type { Manifest } from '../../src/apiclient/object.ts';
import type { KafkaTopicObject } from '../../src/kinds/kafka-topic/decide.ts';
import { kafkaTopicType } from '../../src/kinds/kafka-topic/resource-type.ts';
import { type BenchPlatform, namespace, until } from '../flink/platform.ts';
import type { Keep, Part } from './measure.ts';

const count = 500;
const writers = 8;

/**
 * As Strimzi's topic operator was recorded with 500 KafkaTopics of one partition and one key, written by 8 clients: all
 * Ready after 58.4 s, all gone 26.2 s after the first request to delete them.
 */
export const topics: Part = {
  name: 'topics',
  figures: [
    { name: '500 topics written', digits: 2 },
    { name: 'first write to first Ready', digits: 2 },
    { name: 'first write to all Ready', digits: 2, most: 10 },
    { name: 'one more topic, write to Ready', digits: 2 },
    { name: 'first delete to all gone', digits: 2 },
  ],
  open: async (platform) => ({ measure: (round, keep) => measure(platform, round, keep) }),
};

async function measure(platform: BenchPlatform, round: number, keep: Keep): Promise<void> {
  const { client } = platform;
  const names = Array.from({ length: count }, (_, index) => `bench-${round}-${index}`);
  const begin = Date.now();
  const first = until(
    () => listReady(platform),
    (ready) => ready > 0,
  ).then(() => keep('first write to first Ready', (Date.now() - begin) / 1000));
  await withWriters(names, (name) => client.create(kafkaTopicType, topicOf(name)));
  keep('500 topics written', (Date.now() - begin) / 1000);
  await first;
  await until(
    () => listReady(platform),
    (ready) => ready === count,
  );
  keep('first write to all Ready', (Date.now() - begin) / 1000);

  const alone = Date.now();
  await client.create(kafkaTopicType, topicOf('alone'));
  await until(
    () => client.get<KafkaTopicObject>(kafkaTopicType, { namespace, name: 'alone' }),
    (topic) => topic !== undefined && isReady(topic),
  );
  keep('one more topic, write to Ready', (Date.now() - alone) / 1000);

  const end = Date.now();
  await withWriters([...names, 'alone'], (name) => client.delete(kafkaTopicType, { namespace, name }));
  await until(
    async () => (await client.list(kafkaTopicType, { namespace })).items.length,
    (left) => left === 0,
  );
  keep('first delete to all gone', (Date.now() - end) / 1000);
}

function topicOf(name: string): Manifest {
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { name, namespace, labels: { 'strimzi.io/cluster': 'kafka' } },
    spec: { partitions: 1, replicas: 1, config: { 'retention.ms': 3600000 } },
  };
}

/** Works through the names with as many at a time as there are clients. */
async function withWriters(
  names: readonly string[],
  write: (name: string) => Promise<unknown>,
): Promise<void> {
  const left = names.values();
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (const name of left) await write(name);
    }),
  );
}

async function listReady({ client }: BenchPlatform): Promise<number> {
  const { items } = await client.list<KafkaTopicObject>(kafkaTopicType, { namespace });
  return items.filter((topic) => topic.metadata.name.startsWith('bench-') && isReady(topic)).length;
}

function isReady({ metadata, status }: KafkaTopicObject): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') === true
  );
}
