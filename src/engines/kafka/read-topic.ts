import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka';
import { clientOptions, type KafkaAccess } from './access.ts';
import { committedRecords, lastOffsetOf } from './committed-records.ts';
import { fromClientLibrary } from './library-errors.ts';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: Date;
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Where reading starts: at an offset of each partition, counted from its end when it is negative, or at the first record
 * that is not older than a time.
 */
export type TopicStart = { readonly offset: bigint } | { readonly time: Date };

export interface ReadTopicOptions extends KafkaAccess {
  readonly topic: string;
  /** The beginning when absent. */
  readonly start?: TopicStart | undefined;
  /** All when absent; those that the topic does not have are left out. */
  readonly partitions?: readonly number[] | undefined;
  /** Go on when the end that was there at the start is reached. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/**
 * Committed records of a topic, partition by partition in order. Without a consumer group: nothing is
 * left in Kafka. Failures are `KafkaError`s.
 */
export async function* readTopic(options: ReadTopicOptions): AsyncIterable<TopicRecord> {
  const { topic, follow, signal } = options;
  const consumer = new Consumer({
    groupId: 'sdp-read',
    clientId: 'sdp',
    ...clientOptions(options),
    retries: 2,
    timeout: 15_000,
  });
  try {
    const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true });
    const description = metadata.topics.get(topic);
    if (description === undefined) return;
    const isolationLevel = FetchIsolationLevels.READ_COMMITTED;
    const [starts, ends] = await Promise.all([
      consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.EARLIEST }),
      consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST, isolationLevel }),
    ]);
    const end = (partition: number) => ends.get(topic)?.[partition] ?? 0n;
    const start = await findStart(consumer, options);
    const positions = new Map(
      (starts.get(topic) ?? [])
        .map(
          (first, partition) =>
            [partition, clamp(start(partition, end(partition)), first, end(partition))] as const,
        )
        .filter(([partition]) => options.partitions?.includes(partition) ?? true),
    );
    while (!signal.aborted) {
      const wanted = [...positions].filter(([partition, offset]) => follow || offset < end(partition));
      if (wanted.length === 0) return;
      let advanced = false;
      for (const [leader, partitions] of groupByLeader(wanted, description.partitions)) {
        const response = await consumer.fetch({
          node: leader,
          isolationLevel,
          minBytes: 1,
          maxBytes: 10_000_000,
          maxWaitTime: 200,
          topics: [
            {
              topicId: description.id,
              partitions: partitions.map(([partition, fetchOffset]) => ({
                partition,
                fetchOffset,
                currentLeaderEpoch: -1,
                lastFetchedEpoch: -1,
                partitionMaxBytes: 1_000_000,
              })),
            },
          ],
        });
        for (const { partitionIndex, records = [], abortedTransactions } of response.responses.flatMap(
          (entry) => entry.partitions,
        )) {
          const from = positions.get(partitionIndex) ?? 0n;
          for (const { offset, timestamp, record } of committedRecords(
            records,
            abortedTransactions ?? [],
            from,
          )) {
            if (!follow && offset >= end(partitionIndex)) break;
            yield {
              partition: partitionIndex,
              offset,
              timestamp: new Date(Number(timestamp)),
              key: record.key?.toString('utf8'),
              value: record.value?.toString('utf8'),
              headers: Object.fromEntries(
                record.headers.map(([name, value]) => [String(name ?? ''), String(value ?? '')]),
              ),
            };
          }
          const last = records.at(-1);
          if (last !== undefined) {
            positions.set(partitionIndex, lastOffsetOf(last) + 1n);
            advanced = true;
          }
        }
      }
      if (!advanced) await sleep(100, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    throw fromClientLibrary(error);
  } finally {
    consumer.close(true, () => undefined);
  }
}

/** The offset to start at, by partition and its end; it may lie outside of what the partition has. */
async function findStart(
  consumer: Consumer,
  { topic, start }: ReadTopicOptions,
): Promise<(partition: number, end: bigint) => bigint> {
  if (start === undefined) return () => 0n;
  if ('offset' in start) return (_, end) => (start.offset < 0n ? end + start.offset : start.offset);
  const found = await consumer.listOffsets({ topics: [topic], timestamp: BigInt(start.time.getTime()) });
  return (partition, end) => {
    const offset = found.get(topic)?.[partition] ?? -1n;
    return offset < 0n ? end : offset;
  };
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  return value < least ? least : value > most ? most : value;
}

function groupByLeader(
  positions: readonly (readonly [number, bigint])[],
  partitions: readonly { readonly leader: number }[],
): Map<number, (readonly [number, bigint])[]> {
  const groups = new Map<number, (readonly [number, bigint])[]>();
  for (const position of positions) {
    const leader = partitions[position[0]]?.leader ?? 0;
    groups.set(leader, [...(groups.get(leader) ?? []), position]);
  }
  return groups;
}
