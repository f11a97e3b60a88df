import { ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka';
import { clientOptions, type KafkaAccess } from './access.ts';
import { fromClientLibrary } from './library-errors.ts';

export interface NewRecord {
  readonly key?: string;
  /** `null` deletes what was written of the key before, where the topic is compacted. */
  readonly value: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; now when absent. */
  readonly timestamp?: number;
}

const batchSize = 500;

/** Writes records in their order, each key to its own partition, and answers how many. Resolves when Kafka has them. Failures are `KafkaError`s. */
export async function writeRecords(
  access: KafkaAccess,
  topic: string,
  records: Iterable<NewRecord> | AsyncIterable<NewRecord>,
): Promise<number> {
  const producer = new Producer({
    clientId: 'sdp',
    ...clientOptions(access),
    serializers: stringSerializers,
    idempotent: true,
    acks: ProduceAcks.ALL,
    autocreateTopics: false,
  });
  let written = 0;
  let batch: NewRecord[] = [];
  const send = async () => {
    if (batch.length === 0) return;
    await producer.send({
      messages: batch.map(({ key, value, timestamp, headers }) => ({
        topic,
        ...(value !== null && { value }),
        ...(headers !== undefined && { headers: { ...headers } }),
        ...(key !== undefined && { key }),
        ...(timestamp !== undefined && { timestamp: BigInt(timestamp) }),
      })),
    });
    written += batch.length;
    batch = [];
  };
  try {
    for await (const record of records) {
      batch.push(record);
      if (batch.length === batchSize) await send();
    }
    await send();
    return written;
  } catch (error) {
    throw fromClientLibrary(error);
  } finally {
    await producer.close();
  }
}
