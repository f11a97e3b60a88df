import type { RecordsBatch } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { committedRecords } from './committed-records.ts';

function batch(
  firstOffset: number,
  producerId: number,
  attributes: number,
  keys: readonly Buffer[],
): RecordsBatch {
  return {
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: keys.length - 1,
    attributes,
    producerId: BigInt(producerId),
    firstTimestamp: 0n,
    maxTimestamp: 0n,
    length: 0,
    magic: 2,
    crc: 0,
    partitionLeaderEpoch: 0,
    producerEpoch: 0,
    firstSequence: 0,
    records: keys.map((key, offsetDelta) => ({
      key,
      value: null,
      offsetDelta,
      timestampDelta: 0n,
      attributes: 0,
      length: 0,
      headers: [],
    })),
  };
}

const data = (firstOffset: number, producer: number, count: number) =>
  batch(
    firstOffset,
    producer,
    1 << 4,
    Array.from({ length: count }, () => Buffer.from('k')),
  );
const marker = (offset: number, producer: number, type: 0 | 1) =>
  batch(offset, producer, (1 << 4) | (1 << 5), [Buffer.from([0, 0, 0, type])]);

const offsets = (batches: RecordsBatch[], aborted: [number, number][], from = 0) =>
  [
    ...committedRecords(
      batches,
      aborted.map(([producerId, firstOffset]) => ({
        producerId: BigInt(producerId),
        firstOffset: BigInt(firstOffset),
      })),
      BigInt(from),
    ),
  ].map(({ offset }) => Number(offset));

describe('committedRecords', () => {
  it('drops control records and what was aborted, and keeps a later transaction of the same producer', () => {
    const batches = [data(0, 1, 2), marker(2, 1, 0), data(3, 1, 2), marker(5, 1, 1)];
    expect(offsets(batches, [[1, 0]])).toEqual([3, 4]);
  });

  it('tells interleaved producers apart', () => {
    const batches = [data(0, 1, 1), data(1, 2, 1), data(2, 1, 1), marker(3, 1, 0), marker(4, 2, 1)];
    expect(offsets(batches, [[1, 0]])).toEqual([1]);
  });

  it('starts inside a batch', () => {
    expect(offsets([data(0, 1, 4), marker(4, 1, 1)], [], 2)).toEqual([2, 3]);
  });
});
