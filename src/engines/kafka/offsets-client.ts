import { Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import { clientOptions, type KafkaAccess } from './access.ts';
import { requestTimeoutMs } from './connection.ts';
import { fromClientLibrary } from './library-errors.ts';

/** A consumer group, with the offset of the next record that it is to read of each partition. */
export interface ConsumerGroup {
  readonly name: string;
  /** STABLE, EMPTY, PREPARING_REBALANCE …; EMPTY when nobody reads, or who reads is no member of it (Flink's sources). */
  readonly state: string;
  readonly offsets: readonly CommittedOffset[];
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly committed: bigint;
}

/** The offsets of the first record that a partition has and of the next that it gets. */
export interface PartitionRange {
  readonly partition: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** How far topics go, and how far they are read. Failures are `KafkaError`s. */
export interface OffsetsClient {
  /** Consumer groups by name. Groups by which other things are shared out (Connect's workers) are left out. */
  readGroups(): Promise<readonly ConsumerGroup[]>;
  /** Of topics that are there, with the number of their partitions. */
  readRanges(
    partitions: ReadonlyMap<string, number>,
  ): Promise<ReadonlyMap<string, readonly PartitionRange[]>>;
  /** Bytes on disk of topics that are there, of all copies. */
  readSizes(partitions: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export function createOffsetsClient(access: KafkaAccess): OffsetsClient {
  const admin = new Admin({
    clientId: 'sdp',
    ...clientOptions(access),
    retries: 1,
    timeout: requestTimeoutMs,
    metadataMaxAge: 0,
  });
  return {
    readGroups: () => attempt(() => readGroups(admin)),
    readRanges: (partitions) => attempt(() => readRanges(admin, partitions)),
    readSizes: (partitions) => attempt(() => readSizes(admin, partitions)),
    close: async () => {
      await admin.close().catch(() => undefined);
    },
  };
}

async function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw fromClientLibrary(error);
  }
}

async function readGroups(admin: Admin): Promise<readonly ConsumerGroup[]> {
  const groups = await admin.listGroups();
  // Who commits offsets without being a member leaves a group without a protocol.
  const readers = [...groups.values()].filter(({ protocolType }) => ['consumer', ''].includes(protocolType));
  if (readers.length === 0) return [];
  const offsets = await admin.listConsumerGroupOffsets({ groups: readers.map(({ id }) => id) });
  const byGroup = new Map(offsets.map(({ groupId, topics }) => [groupId, topics]));
  return readers
    .map(({ id, state }) => ({
      name: id,
      state,
      offsets: (byGroup.get(id) ?? []).flatMap(({ name: topic, partitions }) =>
        partitions
          .filter(({ committedOffset }) => committedOffset >= 0n)
          .map(({ partitionIndex: partition, committedOffset: committed }) => ({
            topic,
            partition,
            committed,
          })),
      ),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function readRanges(
  admin: Admin,
  partitions: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, readonly PartitionRange[]>> {
  if (partitions.size === 0) return new Map();
  const at = async (timestamp: bigint) => {
    const topics = [...partitions].map(([name, count]) => ({
      name,
      partitions: Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
    }));
    const answer = await admin.listOffsets({ topics });
    return new Map(
      answer.flatMap(({ name, partitions: found }) =>
        found.map(({ partitionIndex, offset }) => [`${name}/${partitionIndex}`, offset] as const),
      ),
    );
  };
  const [starts, ends] = await Promise.all([
    at(ListOffsetTimestamps.EARLIEST),
    at(ListOffsetTimestamps.LATEST),
  ]);
  return new Map(
    [...partitions].map(([name, count]) => [
      name,
      Array.from({ length: count }, (_, partition) => ({
        partition,
        start: starts.get(`${name}/${partition}`) ?? 0n,
        end: ends.get(`${name}/${partition}`) ?? 0n,
      })),
    ]),
  );
}

async function readSizes(
  admin: Admin,
  partitions: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  if (partitions.size === 0) return sizes;
  const topics = [...partitions].map(([name, count]) => ({
    name,
    partitions: Array.from({ length: count }, (_, partition) => partition),
  }));
  for (const { results } of await admin.describeLogDirs({ topics })) {
    for (const { name, partitions: found } of results.flatMap((folder) => folder.topics)) {
      const bytes = found.reduce((sum, { partitionSize }) => sum + Number(partitionSize), 0);
      sizes.set(name, (sizes.get(name) ?? 0) + bytes);
    }
  }
  return sizes;
}
