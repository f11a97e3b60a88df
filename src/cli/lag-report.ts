import type { TopicDescription } from '../engines/kafka/client.ts';
import { KafkaError } from '../engines/kafka/kafka-error.ts';
import type { ConsumerGroup, PartitionRange } from '../engines/kafka/offsets-client.ts';
import type { GroupReaders } from './group-readers.ts';
import type { KafkaSession } from './kafka-session.ts';
import { formatTable } from './terminal-output.ts';

/** How far a consumer group has read. */
export interface GroupLag {
  readonly group: string;
  /** `connector orders/out` or `job orders/totals`, where it is known. */
  readonly reader?: string;
  readonly state: string;
  /** Records that it has yet to read, of all partitions that are there. */
  readonly lag: number;
  readonly partitions: readonly PartitionLag[];
}

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly committed: number;
  /** Absent when the topic is gone. */
  readonly end?: number;
  readonly lag?: number;
}

/** The groups that have committed offsets. */
export async function readLag(session: KafkaSession, readers: GroupReaders): Promise<readonly GroupLag[]> {
  const groups = await session.offsets.readGroups();
  const names = [...new Set(groups.flatMap(({ offsets }) => offsets.map(({ topic }) => topic)))];
  if (names.length === 0) return [];
  const described = await session.kafka.describeTopics(names);
  const counts = new Map(
    [...described.values()]
      .filter((topic): topic is TopicDescription => topic !== undefined && !(topic instanceof KafkaError))
      .map(({ name, partitions }) => [name, partitions]),
  );
  const ranges = await session.offsets.readRanges(counts);
  return groups
    .filter(({ offsets }) => offsets.length > 0)
    .map((group) => computeLag(group, ranges, readers.get(group.name)));
}

/** Of records that Kafka has deleted nobody waits for: the lag begins with the first that is there. */
export function computeLag(
  { name, state, offsets }: ConsumerGroup,
  ranges: ReadonlyMap<string, readonly PartitionRange[]>,
  reader: string | undefined,
): GroupLag {
  const partitions = offsets
    .map(({ topic, partition, committed }): PartitionLag => {
      const range = ranges.get(topic)?.find((item) => item.partition === partition);
      const known = { topic, partition, committed: Number(committed) };
      if (range === undefined) return known;
      const next = committed > range.start ? committed : range.start;
      const lag = range.end > next ? range.end - next : 0n;
      return { ...known, end: Number(range.end), lag: Number(lag) };
    })
    .toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
  return {
    group: name,
    ...(reader !== undefined && { reader }),
    state,
    lag: sumLag(partitions),
    partitions,
  };
}

export function sumLag(partitions: readonly PartitionLag[]): number {
  return partitions.reduce((sum, { lag = 0 }) => sum + lag, 0);
}

/** A line for each group and topic, header first. */
export function formatGroups(groups: readonly GroupLag[]): readonly string[] {
  const rows = groups.flatMap(({ group, reader, state, partitions }) =>
    [...new Set(partitions.map(({ topic }) => topic))].map((topic) => {
      const read = partitions.filter((item) => item.topic === topic);
      const lag = read.every((item) => item.lag === undefined) ? 'gone' : String(sumLag(read));
      return [group, reader ?? '-', state, topic, String(read.length), lag];
    }),
  );
  return formatTable(['GROUP', 'READER', 'STATE', 'TOPIC', 'PARTITIONS', 'LAG'], rows).split('\n');
}

/** A line for each partition that one group reads, header first. */
export function formatGroup({ partitions }: GroupLag): readonly string[] {
  const rows = partitions.map(({ topic, partition, committed, end, lag }) => [
    topic,
    String(partition),
    String(committed),
    end === undefined ? 'gone' : String(end),
    lag === undefined ? '-' : String(lag),
  ]);
  return formatTable(['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG'], rows).split('\n');
}
