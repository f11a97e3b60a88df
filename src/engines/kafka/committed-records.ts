import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka';

/** Bits of a record batch's attributes (Kafka protocol, record batch v2). */
const transactional = 1 << 4;
const control = 1 << 5;
/** Type of a control record: key is `version: int16, type: int16`. */
const abortMarker = 0;

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface CommittedRecord {
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly record: KafkaRecord;
}

/**
 * The records that a `read_committed` consumer may see among fetched batches: a broker holds back what is undecided,
 * but leaves it to the client to drop records of aborted transactions, which it names beside them.
 */
export function* committedRecords(
  batches: readonly RecordsBatch[],
  aborted: readonly AbortedTransaction[],
  fromOffset: bigint,
): Iterable<CommittedRecord> {
  const pending = [...aborted].sort((left, right) => (left.firstOffset < right.firstOffset ? -1 : 1));
  const aborting = new Set<bigint>();
  for (const batch of batches) {
    const lastOffset = lastOffsetOf(batch);
    while (pending[0] !== undefined && pending[0].firstOffset <= lastOffset) {
      aborting.add(pending[0].producerId);
      pending.shift();
    }
    if (batch.attributes & control) {
      if (batch.records[0]?.key?.readInt16BE(2) === abortMarker) aborting.delete(batch.producerId);
      continue;
    }
    if (batch.attributes & transactional && aborting.has(batch.producerId)) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      if (offset < fromOffset) continue;
      yield { offset, timestamp: batch.firstTimestamp + record.timestampDelta, record };
    }
  }
}

export function lastOffsetOf(batch: RecordsBatch): bigint {
  return batch.firstOffset + BigInt(batch.lastOffsetDelta);
}
