import { setTimeout as sleep } from 'node:timers/promises';
import {
  Consumer,
  ListOffsetTimestamps,
  ProduceAcks,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';

export const sourceTopic = 'numbers';
export const sourcePartitions = 4;

/** Numbers from 0 on into `numbers`, each once: partition p holds p, p + 4, p + 8 …, so that its end says what comes next. */
export interface NumberStream {
  /** How many Kafka has. */
  written(): number;
  /** Resolves with the total: 0 to total - 1 are in the topic, wherever writing was interrupted. */
  stop(): Promise<number>;
}

const everyMs = 250;

/** Writes on through the loss of the broker: what it has is asked for after every failure. */
export function startNumbers(bootstrapServers: string, perSecond: number): NumberStream {
  const size = Math.ceil((perSecond * everyMs) / 1000 / sourcePartitions) * sourcePartitions;
  let ends: number[] = Array.from({ length: sourcePartitions }, () => 0);
  let wanted = 0;
  let stopped = false;

  /** Everything below `wanted` that Kafka does not have yet. */
  const missing = () =>
    ends.flatMap((end, partition) => {
      const numbers: { partition: number; number: number }[] = [];
      for (let n = end * sourcePartitions + partition; n < wanted; n += sourcePartitions) {
        numbers.push({ partition, number: n });
      }
      return numbers;
    });

  async function write(): Promise<void> {
    const producer = new Producer({
      clientId: 'numbers',
      bootstrapBrokers: bootstrapServers.split(','),
      serializers: stringSerializers,
      idempotent: true,
      acks: ProduceAcks.ALL,
      autocreateTopics: false,
      retries: 0,
      timeout: 10_000,
    });
    try {
      for (;;) {
        const last = stopped;
        if (!last) wanted += size;
        const messages = missing().map(({ partition, number }) => ({
          topic: sourceTopic,
          partition,
          value: JSON.stringify({ n: number }),
        }));
        if (messages.length > 0) await producer.send({ messages });
        ends = ends.map(() => wanted / sourcePartitions);
        if (last) return;
        await sleep(everyMs);
      }
    } finally {
      producer.close(true, () => undefined);
    }
  }

  async function run(): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch {
        ends = await readEnds(bootstrapServers);
      }
    }
  }

  const running = run();
  return {
    written: () => ends.reduce((sum, end) => sum + end, 0),
    async stop() {
      stopped = true;
      await running;
      return wanted;
    },
  };
}

/** Asks until the broker answers. */
async function readEnds(bootstrapServers: string): Promise<number[]> {
  for (;;) {
    const consumer = new Consumer({
      groupId: 'numbers',
      clientId: 'numbers',
      bootstrapBrokers: bootstrapServers.split(','),
      retries: 0,
      timeout: 5_000,
    });
    try {
      const offsets = await consumer.listOffsets({
        topics: [sourceTopic],
        timestamp: ListOffsetTimestamps.LATEST,
      });
      const found = offsets.get(sourceTopic);
      if (found?.length === sourcePartitions) return found.map(Number);
    } catch {
      // It is still down.
    } finally {
      consumer.close(true, () => undefined);
    }
    await sleep(500);
  }
}
