import { randomUUID } from 'node:crypto';
import { Consumer, MessagesStreamModes, ProduceAcks, Producer } from '@platformatic/kafka';

/** A record as its bytes, in hex, so that two of them are compared as texts. */
export interface RawRecord {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

const fromHex = (text: string) => Buffer.from(text, 'hex');
const toHex = (bytes: Buffer | undefined) => bytes?.toString('hex') ?? '';

export async function writeRawRecords(
  bootstrapServers: string,
  topic: string,
  records: readonly RawRecord[],
): Promise<void> {
  const producer = new Producer({ clientId: 'raw', bootstrapBrokers: [bootstrapServers] });
  try {
    await producer.send({
      acks: ProduceAcks.ALL,
      messages: records.map(({ partition, key, value, headers }) => ({
        topic,
        partition,
        key: fromHex(key),
        value: fromHex(value),
        headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), fromHex(text)])),
      })),
    });
  } finally {
    await producer.close();
  }
}

/** The first records of a topic, partition by partition; waits until there are so many. */
export async function readRawRecords(
  bootstrapServers: string,
  topic: string,
  count: number,
): Promise<readonly RawRecord[]> {
  const consumer = new Consumer({
    clientId: 'raw',
    groupId: `raw-${randomUUID()}`,
    bootstrapBrokers: [bootstrapServers],
  });
  const found: RawRecord[] = [];
  try {
    const stream = await consumer.consume({
      topics: [topic],
      mode: MessagesStreamModes.EARLIEST,
      autocommit: false,
    });
    for await (const { partition, key, value, headers } of stream) {
      const named = [...headers].map(([name, bytes]) => [String(name), toHex(bytes)] as const);
      found.push({ partition, key: toHex(key), value: toHex(value), headers: Object.fromEntries(named) });
      if (found.length === count) break;
    }
    return found.toSorted((left, right) => left.partition - right.partition);
  } finally {
    consumer.close(true, () => undefined);
  }
}
