import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { TopicDescription } from '../engines/kafka/client.ts';
import { KafkaError } from '../engines/kafka/kafka-error.ts';
import type { PartitionRange } from '../engines/kafka/offsets-client.ts';
import type { KafkaTopicObject } from '../kinds/kafka-topic/decide.ts';
import { assessTopicHealth } from '../kinds/kafka-topic/health.ts';
import { clusterLabel, kafkaTopicType } from '../kinds/kafka-topic/resource-type.ts';
import type { Health } from '../kinds/kind.ts';
import { formatBytes } from './amounts.ts';
import { fullName } from './choose-by-name.ts';
import type { KafkaSession } from './kafka-session.ts';
import { formatTable, note, outputColors, printLine } from './terminal-output.ts';

export interface TopicRow {
  readonly name: string;
  /** Absent of a topic that Kafka does not have, or could not be asked for. */
  readonly partitions?: number;
  readonly replicas?: number;
  /** From the first that is kept to the end: markers of transactions and records that compaction took count too. */
  readonly records?: number;
  /** Bytes on disk, of all copies. */
  readonly size?: number;
  /** What is set on the topic itself. */
  readonly config: Readonly<Record<string, string>>;
  /** The KafkaTopic that declares it, as `namespace/name`. */
  readonly managedBy?: string;
  readonly health?: Health;
}

/** The KafkaTopics of a namespace, or of all; who may not see all is told to name one. */
export async function listTopicResources(
  client: ApiClient,
  namespace: string | undefined,
): Promise<readonly KafkaTopicObject[]> {
  try {
    return (await client.list<KafkaTopicObject>(kafkaTopicType, { namespace })).items;
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Forbidden' || namespace !== undefined) throw error;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'Forbidden',
      summary: 'The KafkaTopics of all namespaces are not yours to see',
      detail: `Name the namespace: --namespace. The API said: ${error.message}`,
    });
  }
}

/** The name that a KafkaTopic has in Kafka. */
export function topicNameOf({ metadata, spec, status }: KafkaTopicObject): string {
  return spec?.topicName ?? status?.topicName ?? metadata.name;
}

/** What Kafka has and what KafkaTopics of it declare; with a namespace, only what is declared there. */
export async function readTopicRows(
  resources: readonly KafkaTopicObject[],
  session: KafkaSession,
  namespace: string | undefined,
): Promise<readonly TopicRow[]> {
  const own = resources.filter(({ metadata }) => metadata.labels?.[clusterLabel] === session.cluster);
  const declared = declaredRows(own);
  const names = await session.kafka.listTopics();
  const wanted = namespace === undefined ? names : names.filter((name) => declared.has(name));
  const described = wanted.length === 0 ? new Map() : await session.kafka.describeTopics(wanted);
  const topics = [...described.values()].filter(
    (topic): topic is TopicDescription => topic !== undefined && !(topic instanceof KafkaError),
  );
  const counts = new Map(topics.map(({ name, partitions }) => [name, partitions]));
  const [ranges, sizes] = await Promise.all([
    session.offsets.readRanges(counts),
    // Who may read topics need not be allowed to see the disks.
    session.offsets.readSizes(counts).catch(() => new Map<string, number>()),
  ]);
  const found = topics.map((topic) => toRow(topic, ranges.get(topic.name) ?? [], sizes, declared));
  const missing = [...declared.values()].filter(({ name }) => !names.includes(name));
  return [...found, ...missing].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Rows of what is only declared, by the name in Kafka. */
export function declaredRows(resources: readonly KafkaTopicObject[]): ReadonlyMap<string, TopicRow> {
  return new Map(
    resources.map((resource) => {
      const name = topicNameOf(resource);
      const managedBy = fullName(resource.metadata);
      return [name, { name, config: {}, managedBy, health: assessTopicHealth(resource) }];
    }),
  );
}

function toRow(
  topic: TopicDescription,
  ranges: readonly PartitionRange[],
  sizes: ReadonlyMap<string, number>,
  declared: ReadonlyMap<string, TopicRow>,
): TopicRow {
  const { name, partitions, replicas, config, dynamicKeys } = topic;
  const size = sizes.get(name);
  return {
    ...declared.get(name),
    name,
    partitions,
    replicas,
    records: countRecords(ranges),
    ...(size !== undefined && { size }),
    config: Object.fromEntries(dynamicKeys.map((key) => [key, config[key] ?? ''])),
  };
}

export function countRecords(ranges: readonly PartitionRange[]): number {
  return Number(ranges.reduce((sum, { start, end }) => sum + end - start, 0n));
}

export function printTopics(rows: readonly TopicRow[], namespace: string | undefined): void {
  if (rows.length === 0) {
    note(
      namespace === undefined
        ? 'No topics. Declare one with the module kafka/topic and apply it.'
        : `No KafkaTopics in namespace ${namespace}.`,
    );
    return;
  }
  const colors = outputColors();
  const marks = { healthy: colors.green('✓'), progressing: colors.yellow('…'), failed: colors.red('✗') };
  const [header, ...lines] = formatTopics(rows);
  printLine(`  ${header}`);
  lines.forEach((line, index) => {
    const { health } = rows[index] ?? {};
    printLine(`${health === undefined ? ' ' : marks[health.state]} ${line}`);
  });
}

/** The table, header first. */
export function formatTopics(rows: readonly TopicRow[]): readonly string[] {
  const header = ['TOPIC', 'PARTITIONS', 'REPLICAS', 'RECORDS', 'SIZE', 'MANAGED BY', 'CONFIG'];
  const number = (value: number | undefined) => (value === undefined ? '-' : String(value));
  const cells = rows.map(({ name, partitions, replicas, records, size, config, managedBy }) => [
    name,
    number(partitions),
    number(replicas),
    number(records),
    size === undefined ? '-' : formatBytes(size),
    managedBy ?? 'nobody',
    Object.entries(config)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  ]);
  return formatTable(header, cells).split('\n');
}
