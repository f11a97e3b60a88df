import { randomBytes } from 'node:crypto';
import type { KafkaClient, TopicResults } from './client.ts';
import { KafkaError } from './kafka-error.ts';

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
  /** Every request, in order, with the number of its topics: `describe 3`. */
  readonly requests: string[];
  /** As `delete.topic.enable` of the broker. */
  mayDelete: boolean;
  /** Whether the broker answers. */
  answers: boolean;
}

/** Topic configuration that the broker knows, with its defaults. */
const defaults: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'follower.replication.throttled.replicas': '',
  'leader.replication.throttled.replicas': '',
  'max.message.bytes': '1048588',
  'min.cleanable.dirty.ratio': '0.5',
  'min.insync.replicas': '1',
  preallocate: 'false',
  'retention.ms': '604800000',
};
const numbers = /\.(ms|bytes|ratio|insync\.replicas)$/;

export function createFakeKafka(): FakeKafka {
  const topics = new Map<string, FakeTopic>();
  const calls: string[] = [];
  const requests: string[] = [];

  /** One outcome for each item; what one throws is its own. */
  const answer = <Input, Output>(
    what: string,
    inputs: Iterable<readonly [string, Input]>,
    one: (name: string, input: Input) => Output,
  ): TopicResults<Output> => {
    const items = [...inputs];
    if (!fake.answers) throw new KafkaError('UNREACHABLE', 'no broker answers', true);
    requests.push(`${what} ${items.length}`);
    return new Map(
      items.map(([name, input]): [string, Output | KafkaError] => {
        try {
          return [name, one(name, input)];
        } catch (error) {
          if (error instanceof KafkaError) return [name, error];
          throw error;
        }
      }),
    );
  };
  const find = (name: string) => {
    const topic = topics.get(name);
    if (topic === undefined) {
      throw refusal('UNKNOWN_TOPIC_OR_PARTITION', 'UnknownTopicOrPartitionException', 'no such topic');
    }
    return topic;
  };
  const named = (names: readonly string[]) => names.map((name) => [name, undefined] as const);

  const fake: FakeKafka = {
    topics,
    calls,
    requests,
    mayDelete: true,
    answers: true,
    async listTopics() {
      answer('list', [], () => undefined);
      return [...topics.keys()];
    },
    describeTopics: async (names) =>
      answer('describe', named(names), (name) => {
        const topic = topics.get(name);
        if (topic === undefined) return undefined;
        const { id, partitions, replicas, dynamic } = topic;
        const config = { ...defaults, ...Object.fromEntries(dynamic) };
        return { name, id, partitions, replicas, config, dynamicKeys: [...dynamic.keys()] };
      }),
    createTopics: async (wanted) =>
      answer('create', wanted, (name, { partitions = 1, replicas = 1, config }) => {
        calls.push(`create ${name} ${partitions} ${JSON.stringify(config)}`);
        checkName(name);
        if (topics.has(name)) {
          throw refusal('TOPIC_ALREADY_EXISTS', 'TopicExistsException', `Topic '${name}' already exists.`);
        }
        if (replicas > 1) {
          const why = `Unable to replicate the partition ${replicas} time(s)`;
          throw refusal('INVALID_REPLICATION_FACTOR', 'InvalidReplicationFactorException', why);
        }
        checkConfig(config);
        const id = randomBytes(16).toString('base64url');
        topics.set(name, { id, partitions, replicas, dynamic: new Map(Object.entries(config)) });
        return id;
      }),
    alterConfigs: async (changes) =>
      answer('alter', changes, (name, { set, remove }) => {
        calls.push(`alter ${name} ${JSON.stringify(set)} -${remove.join(' -')}`);
        const { dynamic } = find(name);
        checkConfig(set);
        for (const [key, value] of Object.entries(set)) dynamic.set(key, value);
        for (const key of remove) dynamic.delete(key);
        return undefined;
      }),
    createPartitions: async (totals) =>
      answer('grow', totals, (name, total) => {
        calls.push(`grow ${name} ${total}`);
        find(name).partitions = total;
        return undefined;
      }),
    deleteTopics: async (names) =>
      answer('delete', named(names), (name) => {
        calls.push(`delete ${name}`);
        if (!fake.mayDelete) {
          const why = 'Topic deletion is disabled.';
          throw refusal('TOPIC_DELETION_DISABLED', 'TopicDeletionDisabledException', why);
        }
        topics.delete(name);
        return undefined;
      }),
    close: async () => undefined,
  };
  return fake;
}

/** `org.apache.kafka.common.internals.Topic#validate`. */
function checkName(name: string): void {
  const why =
    name === ''
      ? 'the empty string is not allowed'
      : name === '.' || name === '..'
        ? `'${name}' is not allowed`
        : name.length > 249
          ? `the length of '${name}' is longer than the max allowed length 249`
          : /^[\w.-]*$/.test(name)
            ? undefined
            : `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  if (why === undefined) return;
  throw refusal('INVALID_TOPIC_EXCEPTION', 'InvalidTopicException', `Topic name is invalid: ${why}`);
}

function checkConfig(config: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(config)) {
    const problem =
      defaults[key] === undefined
        ? `Unknown topic config name: ${key}`
        : numbers.test(key) && !Number.isFinite(Number(value))
          ? `Invalid value ${value} for configuration ${key}: Not a number of type LONG`
          : undefined;
    if (problem !== undefined) throw refusal('INVALID_CONFIG', 'InvalidConfigurationException', problem);
  }
}

function refusal(code: string, exception: string, text: string): KafkaError {
  return new KafkaError(code, `org.apache.kafka.common.errors.${exception}: ${text}`, false);
}
