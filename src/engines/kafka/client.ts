import {
  Admin,
  ConfigResourceTypes,
  ConfigSources,
  IncrementalAlterConfigOperationTypes,
  UserError,
} from '@platformatic/kafka';

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

export interface KafkaClient {
  /** Names of all topics, internal ones left out. */
  listTopics(): Promise<readonly string[]>;
  describeTopic(name: string): Promise<TopicDescription | undefined>;
  createTopic(name: string, topic: NewTopic): Promise<void>;
  /** One atomic change of a topic's configuration. */
  alterConfig(name: string, set: Readonly<Record<string, string>>, remove: readonly string[]): Promise<void>;
  /** Grows the topic to a total. */
  createPartitions(name: string, total: number): Promise<void>;
  /** A topic that is not there counts as deleted. */
  deleteTopic(name: string): Promise<void>;
  close(): Promise<void>;
}

/** What the broker answered, in the words of Kafka's Java client: `<exception>: <message>`. */
export class KafkaError extends Error {
  /** Kafka's error code by name: `INVALID_CONFIG`; `UNREACHABLE` when no broker answered. */
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, retryable: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'KafkaError';
    this.code = code;
    this.retryable = retryable;
  }
}

export function createKafkaClient(bootstrapServers: string): KafkaClient {
  const admin = new Admin({
    clientId: 'sdp',
    bootstrapBrokers: bootstrapServers.split(','),
    retries: 0,
    timeout: 10_000,
    // Topics come and go under our hands: no stale answers.
    metadataMaxAge: 0,
  });

  const attempt = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw classify(error);
    }
  };

  return {
    listTopics: () => attempt(() => admin.listTopics({ includeInternals: false })),
    describeTopic: (name) => attempt(() => describe(admin, name)),
    createTopic: (name, { partitions, replicas, config }) =>
      attempt(async () => {
        await admin.createTopics({
          topics: [name],
          partitions: partitions ?? -1,
          replicas: replicas ?? -1,
          configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
        });
      }),
    alterConfig: (name, set, remove) =>
      attempt(() =>
        admin.incrementalAlterConfigs({
          resources: [
            {
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
            },
          ],
        }),
      ),
    createPartitions: (name, total) =>
      attempt(() => admin.createPartitions({ topics: [{ name, count: total }] })),
    deleteTopic: (name) =>
      attempt(() => admin.deleteTopics({ topics: [name] })).catch((error: unknown) => {
        if (!(error instanceof KafkaError) || error.code !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      }),
    close: () => attempt(() => admin.close()),
  };
}

async function describe(admin: Admin, name: string): Promise<TopicDescription | undefined> {
  const metadata = await admin.metadata({ topics: [name], forceUpdate: true }).catch((error: unknown) => {
    // The client turns the broker's answer into an error of its own.
    if (error instanceof UserError && error.message === `Unknown topic ${name}.`) return undefined;
    // There is no topic with a name that is not allowed; creating one says what is wrong with it.
    if (findAnswer(error)?.apiId === 'INVALID_TOPIC_EXCEPTION') return undefined;
    throw error;
  });
  const topic = metadata?.topics.get(name);
  if (topic === undefined) return undefined;
  const [configs] = await admin.describeConfigs({
    resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name, configurationKeys: null }],
  });
  const entries = configs?.configs ?? [];
  return {
    name,
    id: Buffer.from(topic.id.replaceAll('-', ''), 'hex').toString('base64url'),
    partitions: topic.partitionsCount,
    replicas: topic.partitions[0]?.replicas.length ?? 0,
    config: Object.fromEntries(entries.map((entry) => [entry.name, entry.value ?? ''])),
    dynamicKeys: entries
      .filter((entry) => entry.configSource === ConfigSources.TOPIC_CONFIG)
      .map((entry) => entry.name),
  };
}

/** Exceptions of Kafka's Java client by error code (`org.apache.kafka.common.protocol.Errors`), where names differ. */
const exceptions: Readonly<Record<string, string>> = {
  INVALID_TOPIC_EXCEPTION: 'InvalidTopicException',
  INVALID_CONFIG: 'InvalidConfigurationException',
  INVALID_PARTITIONS: 'InvalidPartitionsException',
  INVALID_REPLICATION_FACTOR: 'InvalidReplicationFactorException',
  TOPIC_ALREADY_EXISTS: 'TopicExistsException',
  TOPIC_DELETION_DISABLED: 'TopicDeletionDisabledException',
};

function classify(error: unknown): KafkaError {
  const answer = findAnswer(error);
  if (answer === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    return new KafkaError('UNREACHABLE', message, true, error);
  }
  const exception = exceptions[answer.apiId] ?? `${answer.apiId}`;
  const text = answer.serverErrorMessage ?? answer.message;
  return new KafkaError(
    answer.apiId,
    `org.apache.kafka.common.errors.${exception}: ${text}`,
    answer.canRetry === true,
    error,
  );
}

interface Answer {
  readonly apiId: string;
  readonly message: string;
  readonly serverErrorMessage?: string | null;
  readonly canRetry?: boolean;
}

/** The broker's own answer, however deep the client wrapped it. */
function findAnswer(error: unknown): Answer | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('apiId' in error && typeof error.apiId === 'string') return error as Answer;
  const inner = [...('errors' in error && Array.isArray(error.errors) ? error.errors : [])];
  if ('cause' in error) inner.push(error.cause);
  for (const candidate of inner) {
    const found = findAnswer(candidate);
    if (found !== undefined) return found;
  }
  return undefined;
}
