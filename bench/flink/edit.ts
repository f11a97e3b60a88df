import { setTimeout as sleep } from 'node:timers/promises';
import { readTopic } from '../../src/engines/kafka/read-topic.ts';
import { buildSessionJob, jobRunning, remove, type SqlText, write } from './jobs.ts';
import { type BenchPlatform, until } from './platform.ts';
import type { Keep } from './submission.ts';

const topic = 'edited';

function editedJob(revision: number): SqlText {
  return {
    name: 'edited',
    script: `INSERT INTO edited SELECT n, ${revision} AS revision FROM ticks;`,
    ddl: [
      `CREATE TABLE ticks (n BIGINT) WITH ( 'connector' = 'datagen', 'rows-per-second' = '50');`,
      `CREATE TABLE edited (n BIGINT, revision INT) WITH (
        'connector' = 'kafka', 'topic' = '${topic}',
        'properties.bootstrap.servers' = '\${bootstrap_servers}', 'format' = 'json');`,
    ],
  };
}

/** A SQL edit: from the write of the changed resource to the first row of the new SQL, as the broker timed it. */
export async function measureEdits(platform: BenchPlatform, rounds: number, keep: Keep): Promise<void> {
  const { bootstrapServers } = platform;
  await write(platform, await buildSessionJob('session', editedJob(0)));
  await jobRunning(platform, 'edited');
  const firsts = new Map<number, number>();
  const stop = new AbortController();
  const reading = (async () => {
    for await (const { value, timestamp } of readTopic({
      bootstrapServers,
      topic,
      follow: true,
      signal: stop.signal,
    })) {
      const { revision } = JSON.parse(value ?? '{}') as { revision: number };
      if (!firsts.has(revision)) firsts.set(revision, timestamp.getTime());
    }
  })();
  try {
    for (let revision = 1; revision <= rounds; revision += 1) {
      await sleep(3_000);
      const begin = await write(platform, await buildSessionJob('session', editedJob(revision)));
      const first = await until(
        async () => firsts.get(revision),
        (time) => time !== undefined,
      );
      keep('sdp', 'SQL edit to new rows', ((first ?? 0) - begin) / 1000);
      await jobRunning(platform, 'edited');
    }
  } finally {
    stop.abort();
    await reading;
  }
  await remove(platform, 'edited');
}
