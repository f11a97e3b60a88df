import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from '@platformatic/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../apiserver/testing/kafka-connect/start-broker.ts';
import { createKafkaClient } from './client.ts';
import { createOffsetsClient, type OffsetsClient } from './offsets-client.ts';
import { readTopic, type TopicRecord, type TopicStart } from './read-topic.ts';
import { writeRecords } from './write-records.ts';

let folder: string;
let broker: TestBroker;
let offsets: OffsetsClient;
const started = new Date('2026-03-01T00:00:00Z').getTime();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-kafka-'));
  broker = await startBroker(folder, AbortSignal.timeout(280_000));
  const kafka = createKafkaClient(broker);
  for (;;) {
    try {
      await kafka.createTopics(
        new Map([['orders', { partitions: 2, config: { 'cleanup.policy': 'compact' } }]]),
      );
      break;
    } catch {
      broker.check();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await kafka.close();
  offsets = createOffsetsClient(broker);
}, 300_000);

afterAll(async () => {
  await offsets?.close();
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function read(start?: TopicStart, partitions?: readonly number[]): Promise<readonly TopicRecord[]> {
  const records: TopicRecord[] = [];
  const signal = AbortSignal.timeout(10_000);
  for await (const record of readTopic({
    ...broker,
    topic: 'orders',
    follow: false,
    signal,
    start,
    partitions,
  })) {
    records.push(record);
  }
  return records;
}

describe('Kafka', () => {
  it('tells how far topics go and how far groups have read them', async () => {
    const records = Array.from({ length: 5 }, (_, index) => ({
      key: 'a',
      value: index === 4 ? null : `${index}`,
      timestamp: started + index * 60_000,
      ...(index === 0 && { headers: { origin: 'test' } }),
    }));
    await expect.poll(() => writeRecords(broker, 'orders', records).catch(String)).toBe(5);
    const ranges = (await offsets.readRanges(new Map([['orders', 2]]))).get('orders') ?? [];
    const written = ranges.findIndex(({ end }) => end > 0n);
    expect(ranges.map(({ start }) => start)).toEqual([0n, 0n]);
    expect(ranges[written]?.end).toBeGreaterThanOrEqual(5n);
    expect(ranges[1 - written]?.end).toBe(0n);

    expect(await offsets.readGroups()).toEqual([]);
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.bootstrapServers] });
    const partitionOffsets = [{ partition: written, offset: 2n }];
    await admin.alterConsumerGroupOffsets({
      groupId: 'connect-out',
      topics: [{ name: 'orders', partitionOffsets }],
    });
    await admin.close();
    await expect
      .poll(() => offsets.readGroups())
      .toEqual([
        {
          name: 'connect-out',
          state: 'EMPTY',
          offsets: [{ topic: 'orders', partition: written, committed: 2n }],
        },
      ]);
    expect((await offsets.readSizes(new Map([['orders', 2]]))).get('orders')).toBeGreaterThan(0);
    expect(await offsets.readRanges(new Map())).toEqual(new Map());
  });

  it('reads from an offset, from a time, and of one partition', async () => {
    const all = await read();
    expect(all.map(({ value }) => value)).toEqual(['0', '1', '2', '3', undefined]);
    expect(all.map(({ headers }) => headers)).toEqual([{ origin: 'test' }, {}, {}, {}, {}]);
    const [first] = all;
    const last = (all.at(-1)?.offset ?? 0n) + 1n;
    expect(await read({ offset: 3n })).toHaveLength(2);
    expect(await read({ offset: -1n })).toHaveLength(1);
    expect(await read({ offset: last + 10n })).toEqual([]);
    expect(await read({ offset: -100n })).toHaveLength(5);
    expect(await read({ time: new Date(started + 60_001) })).toHaveLength(3);
    expect(await read({ time: new Date(started + 3_600_000) })).toEqual([]);
    expect(await read(undefined, [first?.partition ?? 0])).toHaveLength(5);
    expect(await read(undefined, [1 - (first?.partition ?? 0)])).toEqual([]);
  });
});

it('that does not answer is told as such', async () => {
  const nobody = createOffsetsClient({ bootstrapServers: '127.0.0.1:1' });
  await expect(nobody.readGroups()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await nobody.close();
});
