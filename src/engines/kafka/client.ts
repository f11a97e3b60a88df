import {
  ConfigResourceTypes,
  ConfigSources,
  createPartitionsV3,
  createTopicsV7,
  deleteTopicsV6,
  describeConfigsV4,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from '@platformatic/kafka';
import type { KafkaAccess } from './access.ts';
import { createKafkaConnection, type KafkaConnection, requestTimeoutMs } from './connection.ts';
import type { KafkaError } from './kafka-error.ts';
import { findRefusal } from './library-errors.ts';

export interface TopicDescription {
  readonly name: string;
  /** base64url, as Kafka's own tools print it. */
  readonly id: string;
  readonly partitions: number;
  readonly replicas: number;
  /** Effective values. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys that are set on the topic itself. */
  readonly dynamicKeys: readonly string[];
}

export interface NewTopic {
  /** The broker's default when absent. */
  readonly partitions?: number | undefined;
  readonly replicas?: number | undefined;
  readonly config: Readonly<Record<string, string>>;
}

/** One atomic change of a topic's configuration. */
export interface ConfigChange {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** One outcome for each topic that was named: what came of it, or what the broker said against it. */
export type TopicResults<T> = ReadonlyMap<string, T | KafkaError>;

/**
 * Administration of topics, many in one request each. A call that no broker answers rejects with a `KafkaError`; what is
 * refused of single topics is in the results.
 */
export interface KafkaClient {
  /** Names of all topics, internal ones left out. */
  listTopics(): Promise<readonly string[]>;
  /** `undefined` for a topic that is not there. */
  describeTopics(names: readonly string[]): Promise<TopicResults<TopicDescription | undefined>>;
  /** Results in the id of each. */
  createTopics(topics: ReadonlyMap<string, NewTopic>): Promise<TopicResults<string>>;
  alterConfigs(changes: ReadonlyMap<string, ConfigChange>): Promise<TopicResults<undefined>>;
  /** Grows topics to a total. */
  createPartitions(totals: ReadonlyMap<string, number>): Promise<TopicResults<undefined>>;
  /** A topic that is not there counts as deleted. */
  deleteTopics(names: readonly string[]): Promise<TopicResults<undefined>>;
  close(): Promise<void>;
}

export function createKafkaClient(access: KafkaAccess): KafkaClient {
  const connection = createKafkaConnection(access);
  return {
    async listTopics() {
      const { topics } = await connection.metadata(null);
      return topics.flatMap(({ name, isInternal }) => (isInternal || !name ? [] : [name])).sort();
    },
    describeTopics: (names) => describeTopics(connection, names),
    async createTopics(topics) {
      const requests = [...topics].map(([name, { partitions = -1, replicas = -1, config }]) => ({
        name,
        numPartitions: partitions,
        replicationFactor: replicas,
        assignments: [],
        configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      }));
      const answer = await connection.askController(createTopicsV7.api, requests, requestTimeoutMs, false);
      return outcomes(
        answer.topics.map((topic) => ({ ...topic, value: toTopicId(topic.topicId) })),
        topics.keys(),
      );
    },
    async alterConfigs(changes) {
      const resources = [...changes].map(([name, { set, remove }]) => ({
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: name,
        configs: [
          ...Object.entries(set).map(([key, value]) => ({
            name: key,
            configOperation: IncrementalAlterConfigOperationTypes.SET,
            value,
          })),
          ...remove.map((key) => ({
            name: key,
            configOperation: IncrementalAlterConfigOperationTypes.DELETE,
          })),
        ],
      }));
      const answer = await connection.askController(incrementalAlterConfigsV1.api, resources, false);
      return outcomes(
        answer.responses.map((response) => ({ ...response, name: response.resourceName, value: undefined })),
        changes.keys(),
      );
    },
    async createPartitions(totals) {
      const requests = [...totals].map(([name, count]) => ({ name, count, assignments: null }));
      const answer = await connection.askController(
        createPartitionsV3.api,
        requests,
        requestTimeoutMs,
        false,
      );
      return outcomes(
        answer.results.map((result) => ({ ...result, value: undefined })),
        totals.keys(),
      );
    },
    async deleteTopics(names) {
      const requests = names.map((name) => ({ name }));
      const answer = await connection.askController(deleteTopicsV6.api, requests, requestTimeoutMs);
      const results = outcomes(
        answer.responses.map((response) => ({ ...response, value: undefined })),
        names,
      );
      return new Map(
        [...results].map(([name, result]) => [
          name,
          result?.code === 'UNKNOWN_TOPIC_OR_PARTITION' ? undefined : result,
        ]),
      );
    },
    close: () => connection.close(),
  };
}

interface AnsweredItem<T> {
  readonly name: string | null | undefined;
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly value: T;
}

/** The answer item by item. Kafka answers every name; one that it left out would have failed. */
function outcomes<T>(
  items: readonly AnsweredItem<T>[],
  names: Iterable<string>,
): Map<string, T | KafkaError> {
  const results = new Map<string, T | KafkaError>();
  for (const { name, errorCode, errorMessage, value } of items) {
    if (typeof name === 'string') results.set(name, findRefusal(errorCode, errorMessage) ?? value);
  }
  for (const name of names) {
    const missing = results.has(name) ? undefined : findRefusal(-1, `Kafka did not answer for ${name}.`);
    if (missing !== undefined) results.set(name, missing);
  }
  return results;
}

async function describeTopics(
  connection: KafkaConnection,
  names: readonly string[],
): Promise<TopicResults<TopicDescription | undefined>> {
  const { topics } = await connection.metadata(names);
  const results = new Map<string, TopicDescription | KafkaError | undefined>();
  const found = new Map<string, (typeof topics)[number]>();
  for (const topic of topics) {
    const { name, errorCode } = topic;
    const refusal = findRefusal(errorCode, undefined);
    if (typeof name !== 'string') continue;
    if (refusal === undefined) found.set(name, topic);
    else results.set(name, isAbsent(refusal) ? undefined : refusal);
  }
  if (found.size === 0) return results;
  const resources = [...found.keys()].map((resourceName) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName,
    configurationKeys: null,
  }));
  const described = await connection.ask(describeConfigsV4.api, resources, false, false);
  for (const { resourceName: name, errorCode, errorMessage, configs } of described.results) {
    const topic = found.get(name);
    const refusal = findRefusal(errorCode, errorMessage);
    if (topic === undefined) continue;
    if (refusal !== undefined) {
      results.set(name, isAbsent(refusal) ? undefined : refusal);
      continue;
    }
    results.set(name, {
      name,
      id: toTopicId(topic.topicId),
      partitions: topic.partitions.length,
      replicas: topic.partitions[0]?.replicaNodes.length ?? 0,
      config: Object.fromEntries(configs.map((entry) => [entry.name, entry.value ?? ''])),
      dynamicKeys: configs
        .filter((entry) => entry.configSource === ConfigSources.TOPIC_CONFIG)
        .map((entry) => entry.name),
    });
  }
  return results;
}

/** There is no topic with a name that is not allowed, either; creating one says what is wrong with it. */
function isAbsent({ code }: KafkaError): boolean {
  return code === 'UNKNOWN_TOPIC_OR_PARTITION' || code === 'INVALID_TOPIC_EXCEPTION';
}

/** From the client library's form with dashes to that of Kafka's tools. */
function toTopicId(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
}
