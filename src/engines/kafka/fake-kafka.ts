import { randomBytes } from 'node:crypto';
import { type KafkaClient, KafkaError, type NewTopic } from './client.ts';

interface FakeTopic {
  id: string;
  partitions: number;
  replicas: number;
  /** Keys that are set on the topic itself. */
  dynamic: Map<string, string>;
}

/** A broker in memory that keeps topics as Kafka 4.3 does, with its errors in the words of Kafka's Java client. */
export interface FakeKafka extends KafkaClient {
  readonly topics: Map<string, FakeTopic>;
  /** Every call that changes something, in order. */
  readonly calls: string[];
  /** As `delete.topic.enable` of the broker. */
  mayDelete: boolean;
}

/** Topic configuration that the broker knows, with its defaults. */
const defaults: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'max.message.bytes': '1048588',
  'min.cleanable.dirty.ratio': '0.5',
  'min.insync.replicas': '1',
  preallocate: 'false',
  'retention.ms': '604800000',
};
const numbers = /\.(ms|bytes|ratio|replicas)$/;

export function createFakeKafka(): FakeKafka {
  const topics = new Map<string, FakeTopic>();
  const calls: string[] = [];

  const find = (name: string) => {
    const topic = topics.get(name);
    if (topic === undefined) {
      throw refusal('UNKNOWN_TOPIC_OR_PARTITION', 'UnknownTopicOrPartitionException', 'no such topic');
    }
    return topic;
  };
  const checkConfig = (config: Readonly<Record<string, string>>) => {
    for (const [key, value] of Object.entries(config)) {
      const problem =
        defaults[key] === undefined
          ? `Unknown topic config name: ${key}`
          : numbers.test(key) && !Number.isFinite(Number(value))
            ? `Invalid value ${value} for configuration ${key}: Not a number of type LONG`
            : undefined;
      if (problem !== undefined) throw refusal('INVALID_CONFIG', 'InvalidConfigurationException', problem);
    }
  };

  const fake: FakeKafka = {
    topics,
    calls,
    mayDelete: true,
    listTopics: async () => [...topics.keys()],
    async describeTopic(name) {
      const topic = topics.get(name);
      if (topic === undefined) return undefined;
      const { id, partitions, replicas, dynamic } = topic;
      const config = { ...defaults, ...Object.fromEntries(dynamic) };
      return { name, id, partitions, replicas, config, dynamicKeys: [...dynamic.keys()] };
    },
    async createTopic(name, { partitions = 1, replicas = 1, config }: NewTopic) {
      calls.push(`create ${name} ${partitions} ${JSON.stringify(config)}`);
      if (!/^[\w.-]{1,249}$/.test(name) || name === '.' || name === '..') {
        const why = `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
        throw refusal('INVALID_TOPIC_EXCEPTION', 'InvalidTopicException', why);
      }
      if (replicas > 1) {
        const why = `Unable to replicate the partition ${replicas} time(s)`;
        throw refusal('INVALID_REPLICATION_FACTOR', 'InvalidReplicationFactorException', why);
      }
      checkConfig(config);
      const dynamic = new Map(Object.entries(config));
      topics.set(name, { id: randomBytes(16).toString('base64url'), partitions, replicas, dynamic });
    },
    async alterConfig(name, set, remove) {
      calls.push(`alter ${name} ${JSON.stringify(set)} -${remove.join(' -')}`);
      const { dynamic } = find(name);
      checkConfig(set);
      for (const [key, value] of Object.entries(set)) dynamic.set(key, value);
      for (const key of remove) dynamic.delete(key);
    },
    async createPartitions(name, total) {
      calls.push(`grow ${name} ${total}`);
      find(name).partitions = total;
    },
    async deleteTopic(name) {
      calls.push(`delete ${name}`);
      if (!fake.mayDelete) {
        const why = 'Topic deletion is disabled.';
        throw refusal('TOPIC_DELETION_DISABLED', 'TopicDeletionDisabledException', why);
      }
      topics.delete(name);
    },
    close: async () => undefined,
  };
  return fake;
}

function refusal(code: string, exception: string, text: string): KafkaError {
  return new KafkaError(code, `org.apache.kafka.common.errors.${exception}: ${text}`, false, undefined);
}
