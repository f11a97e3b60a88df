import type { Colors } from 'picocolors/types.js';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import { KafkaError } from '../engines/kafka/kafka-error.ts';
import type { KafkaTopicObject } from '../kinds/kafka-topic/decide.ts';
import { assessTopicHealth } from '../kinds/kafka-topic/health.ts';
import { clusterLabel } from '../kinds/kafka-topic/resource-type.ts';
import type { Health } from '../kinds/kind.ts';
import type { StrimziCondition } from '../kinds/strimzi-conditions.ts';
import { formatBytes } from './amounts.ts';
import { fullName } from './choose-by-name.ts';
import { formatConditions } from './condition-text.ts';
import type { GroupReaders } from './group-readers.ts';
import type { KafkaSession } from './kafka-session.ts';
import { readLag, sumLag } from './lag-report.ts';
import { formatTable } from './terminal-output.ts';
import { countRecords, topicNameOf } from './topic-list.ts';

/** A topic as "topics show" tells it. */
export interface ShownTopic {
  readonly name: string;
  readonly id: string;
  readonly replicas: number;
  readonly records: number;
  readonly size: number | undefined;
  /** Effective values. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys that are set on the topic itself; the others are the broker's. */
  readonly setKeys: readonly string[];
  readonly partitions: readonly {
    readonly partition: number;
    readonly start: number;
    readonly end: number;
  }[];
  readonly readers: readonly {
    readonly group: string;
    readonly reader?: string;
    readonly state: string;
    readonly lag: number;
  }[];
  /** The KafkaTopic that declares it. */
  readonly resource:
    | { readonly name: string; readonly health: Health; readonly conditions: readonly StrimziCondition[] }
    | undefined;
}

/** All that is known of a topic, by its name in Kafka or that of its KafkaTopic; a diagnostic when there is none. */
export async function readTopicDetails(
  name: string,
  resources: readonly KafkaTopicObject[],
  session: KafkaSession,
  readers: GroupReaders,
): Promise<ShownTopic> {
  const declared = resources.filter(({ metadata }) => metadata.labels?.[clusterLabel] === session.cluster);
  const byResource = declared.find(({ metadata }) => metadata.name === name || fullName(metadata) === name);
  const resource = declared.find((item) => topicNameOf(item) === name) ?? byResource;
  const topicName = resource === undefined ? name : topicNameOf(resource);
  const topic = (await session.kafka.describeTopics([topicName])).get(topicName);
  if (topic instanceof KafkaError) throw topic;
  if (topic === undefined) throw await notFound(topicName, resource, session);
  const counts = new Map([[topicName, topic.partitions]]);
  const [ranges, sizes, groups] = await Promise.all([
    session.offsets.readRanges(counts),
    session.offsets.readSizes(counts).catch(() => new Map<string, number>()),
    readLag(session, readers),
  ]);
  const partitions = ranges.get(topicName) ?? [];
  return {
    name: topicName,
    id: topic.id,
    replicas: topic.replicas,
    records: countRecords(partitions),
    size: sizes.get(topicName),
    config: topic.config,
    setKeys: topic.dynamicKeys.toSorted(),
    partitions: partitions.map(({ partition, start, end }) => ({
      partition,
      start: Number(start),
      end: Number(end),
    })),
    readers: groups.flatMap(({ group, reader, state, partitions: read }) => {
      const own = read.filter((item) => item.topic === topicName);
      if (own.length === 0) return [];
      return [{ group, ...(reader !== undefined && { reader }), state, lag: sumLag(own) }];
    }),
    resource:
      resource === undefined
        ? undefined
        : {
            name: fullName(resource.metadata),
            health: assessTopicHealth(resource),
            conditions: resource.status?.conditions ?? [],
          },
  };
}

async function notFound(
  name: string,
  resource: KafkaTopicObject | undefined,
  { kafka }: KafkaSession,
): Promise<DiagnosticError> {
  const health = resource === undefined ? undefined : assessTopicHealth(resource);
  if (health?.state === 'failed') return new DiagnosticError(...health.diagnostics);
  const names = await kafka.listTopics();
  const similar = findSimilar(name, names, (item) => item);
  return new DiagnosticError({
    severity: 'error',
    reason: 'TopicNotFound',
    summary: `There is no topic ${name}`,
    detail: [
      ...(similar === undefined ? [] : [`Did you mean ${similar}?`]),
      ...(health === undefined ? [] : [`Its KafkaTopic is there: ${health.message}.`]),
      names.length === 0
        ? 'Kafka has no topics yet: declare one with the module kafka/topic and apply it.'
        : `Topics: ${names.toSorted().join(', ')}.`,
    ].join(' '),
  });
}

/** What "topics show" prints. */
export function formatTopic(shown: ShownTopic, now: number, colors: Colors): readonly string[] {
  const { resource, size } = shown;
  const health = resource?.health;
  const message = health?.state === 'failed' ? health.diagnostics[0]?.summary : health?.message;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['Topic', shown.name],
    ['Id', shown.id],
    ['Replicas', String(shown.replicas)],
    ['Records', `${shown.records}${size === undefined ? '' : `, ${formatBytes(size)} on disk`}`],
    ['KafkaTopic', resource?.name ?? 'none: nobody declares it'],
    ['Health', health === undefined ? undefined : `${health.state}: ${message}`],
  ];
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['Config that differs from the broker', formatConfig(shown)],
    ['Partitions', formatPartitions(shown)],
    ['Readers', formatReaders(shown)],
    ['Conditions', formatConditions(resource?.conditions ?? [], now)],
  ];
  return [
    ...fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(10)}   ${value}`])),
    ...parts.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ['', colors.bold(title), ...lines.map((line) => `  ${line}`)],
    ),
  ];
}

function formatConfig({ config, setKeys }: ShownTopic): readonly string[] {
  const width = Math.max(0, ...setKeys.map((key) => key.length));
  return setKeys.map((key) => `${key.padEnd(width)}   ${config[key] ?? ''}`);
}

function formatPartitions({ partitions }: ShownTopic): readonly string[] {
  const rows = partitions.map((item) =>
    [item.partition, item.start, item.end, item.end - item.start].map(String),
  );
  return formatTable(['PARTITION', 'START', 'END', 'RECORDS'], rows).split('\n');
}

function formatReaders({ readers }: ShownTopic): readonly string[] {
  if (readers.length === 0) return [];
  const rows = readers.map(({ group, reader, state, lag }) => [group, reader ?? '-', state, String(lag)]);
  return formatTable(['GROUP', 'READER', 'STATE', 'LAG'], rows).split('\n');
}
