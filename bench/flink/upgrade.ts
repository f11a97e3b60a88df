import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Producer, stringSerializers } from '@platformatic/kafka';
import { readTopic } from '../../src/engines/kafka/read-topic.ts';
import { writeRecords } from '../../src/engines/kafka/write-records.ts';
import type { FlinkSessionJobObject } from '../../src/kinds/flink-session-job/decide.ts';
import { flinkSessionJobType } from '../../src/kinds/flink-session-job/resource-type.ts';
import { buildSessionJob, jobRunning, remove, type SqlText, tasksRunning, write } from './jobs.ts';
import { type BenchPlatform, type Cluster, namespace, until } from './platform.ts';
import type { Keep } from './submission.ts';

const keys = 100_000;
const payloadSize = 1_000;
const name = 'wide';

/** 100 MB of state: the greatest payload of each of 100,000 keys, in RocksDB. */
function wideJob(more: Partial<SqlText> = {}): SqlText {
  return {
    name,
    script:
      'INSERT INTO latest SELECT id, COUNT(*) AS `count`, CHAR_LENGTH(MAX(payload)) AS size FROM wide GROUP BY id;',
    ddl: [
      `CREATE TABLE wide (id BIGINT, payload STRING) WITH (
        'connector' = 'kafka', 'topic' = 'wide', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
        'scan.startup.mode' = 'earliest-offset', 'format' = 'json');`,
      `CREATE TABLE latest (id BIGINT, \`count\` BIGINT, size INT, PRIMARY KEY (id) NOT ENFORCED) WITH (
        'connector' = 'upsert-kafka', 'topic' = 'latest',
        'properties.bootstrap.servers' = '\${bootstrap_servers}', 'key.format' = 'json', 'value.format' = 'json');`,
    ],
    flinkConfiguration: { 'state.backend.type': 'rocksdb', 'execution.checkpointing.incremental': 'true' },
    ...more,
  };
}

/**
 * A savepoint upgrade with 100 MB of state through the resource, and stop-with-savepoint and run through Flink's REST API
 * by hand: from the last row of the old job, as the broker timed it, until all tasks of the new one run.
 */
export async function measureUpgrades(
  platform: BenchPlatform,
  { flink }: Cluster,
  rounds: number,
  keep: Keep,
): Promise<void> {
  await fillTopic(platform);
  await write(platform, await buildSessionJob('session', wideJob()));
  await jobRunning(platform, name);
  const outputs = followOutput(platform);
  await until(
    async () => outputs.count(),
    (count) => count >= keys,
  );
  const trickle = startTrickle(platform);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await sleep(4_000);
      const { metadata, status } = await jobRunning(platform, name);
      const old = status?.jobStatus?.jobId ?? '';
      await write(platform, await buildSessionJob('session', wideJob({ restartNonce: round * 2 })));
      keep('sdp', 'savepoint upgrade, 100 MB', await downtime(old));
      await platformStopped(
        await buildSessionJob('session', wideJob({ restartNonce: round * 2, state: 'suspended' })),
      );

      const { spec } = (await suspended()) ?? {};
      if (spec === undefined) throw new Error(`${metadata.name} is gone`);
      const run = (savepointPath: string | undefined) =>
        flink.run({
          entryClass: spec.job.entryClass,
          args: spec.job.args ?? [],
          parallelism: 1,
          jobId: randomBytes(16).toString('hex'),
          savepointPath,
          flinkConfiguration: { 'pipeline.name': name, ...spec.flinkConfiguration },
        });
      await run((await suspended())?.status?.jobStatus?.upgradeSavepointPath);
      const first = await tasksRunning(flink, name);
      await sleep(4_000);
      const [, byHand] = await Promise.all([stopByHand(first.jid).then(run), downtime(first.jid)]);
      keep('by hand', 'savepoint upgrade, 100 MB', byHand);
      const last = await tasksRunning(flink, name, [first.jid]);
      await flink.cancel(last.jid);
      await write(platform, await buildSessionJob('session', wideJob({ restartNonce: round * 2 + 1 })));
    }
    await jobRunning(platform, name);
  } finally {
    await trickle.stop();
    await outputs.stop();
  }
  await remove(platform, name);

  /** Seconds, until another job than the old one runs. */
  async function downtime(old: string): Promise<number> {
    const next = await tasksRunning(flink, name, await othersThan(old));
    const end = Date.now();
    return (end - outputs.lastBefore(next['start-time'])) / 1000;
  }

  /** Every job there is: what runs next has another id. */
  async function othersThan(old: string): Promise<readonly string[]> {
    return [old, ...(await flink.listJobs()).map(({ jid }) => jid)];
  }

  async function stopByHand(jobId: string): Promise<string> {
    const trigger = randomBytes(16).toString('hex');
    await flink.stopWithSavepoint(jobId, trigger);
    const progress = await until(
      () => flink.readSavepoint(jobId, trigger),
      ({ state }) => state !== 'in-progress',
    );
    if (progress.state !== 'completed') throw new Error(JSON.stringify(progress));
    return progress.path;
  }

  async function platformStopped(built: Awaited<ReturnType<typeof buildSessionJob>>): Promise<void> {
    await jobRunning(platform, name);
    await write(platform, built);
    await suspended();
  }

  function suspended(): Promise<FlinkSessionJobObject | undefined> {
    return until(
      () => platform.client.get<FlinkSessionJobObject>(flinkSessionJobType, { namespace, name }),
      (job) =>
        job?.status?.lifecycleState === 'SUSPENDED' &&
        job.status.observedGeneration === job.metadata.generation,
    );
  }
}

async function fillTopic({ bootstrapServers }: BenchPlatform): Promise<void> {
  const records = (function* () {
    for (let id = 0; id < keys; id += 1) {
      const payload = randomBytes(payloadSize / 2).toString('hex');
      yield { value: JSON.stringify({ id, payload }) };
    }
  })();
  await writeRecords({ bootstrapServers }, 'wide', records);
}

/** A record every 20 ms, so that the time of the last row tells when the job stopped. */
function startTrickle({ bootstrapServers }: BenchPlatform): { stop(): Promise<void> } {
  let stopped = false;
  const producer = new Producer({
    clientId: 'bench',
    bootstrapBrokers: bootstrapServers.split(','),
    serializers: stringSerializers,
    autocreateTopics: false,
  });
  const running = (async () => {
    for (let id = 0; !stopped; id = (id + 1) % keys) {
      await producer.send({ messages: [{ topic: 'wide', value: JSON.stringify({ id, payload: '' }) }] });
      await sleep(20);
    }
    await producer.close();
  })();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** The times of the job's rows, as the broker noted them. */
function followOutput({ bootstrapServers }: BenchPlatform) {
  const times: number[] = [];
  const stop = new AbortController();
  const reading = (async () => {
    for await (const { timestamp } of readTopic({
      bootstrapServers,
      topic: 'latest',
      follow: true,
      signal: stop.signal,
    }))
      times.push(timestamp.getTime());
  })();
  return {
    count: () => times.length,
    /** Milliseconds since the epoch. */
    lastBefore: (time: number) => times.findLast((candidate) => candidate < time) ?? Number.NaN,
    async stop() {
      stop.abort();
      await reading;
    },
  };
}
