import { isDeepStrictEqual } from 'node:util';
import { jdbcSink } from '../../src/connectors/jdbc-sink/template.ts';
import { verticaSink } from '../../src/connectors/vertica-sink/template.ts';
import { type Postgres, postgresPassword, postgresUser, startPostgres } from '../../test/full/postgres.ts';
import type { Figure } from '../figures.ts';
import { type BenchPlatform, until } from '../flink/platform.ts';
import {
  type Connector,
  clusterReady,
  connectorIs,
  removeCluster,
  removeConnector,
  workerMemory,
  writeCluster,
  writeConnector,
} from './cluster.ts';
import type { Keep, Part } from './measure.ts';
import { type PlainLoop, startPlain } from './plain.ts';
import {
  type Connection,
  expectedOutcome,
  fillTopic,
  makeTable,
  readOutcome,
  readProgress,
  sinkPlugin,
  type Trades,
  table,
} from './trades.ts';

const cluster = 'sinks';
const records = 200_000;
/** Records of a poll, and rows of a batch. */
const batch = 5_000;

const topicOf = (keys: number, withSchema: boolean): Trades => ({
  topic: `trades-${keys}-${withSchema ? 'with-schema' : 'plain'}`,
  records,
  keys,
  withSchema,
});
const topics = [100_000, 1_000].flatMap((keys) => [topicOf(keys, true), topicOf(keys, false)]);

interface Case {
  readonly figure: string;
  readonly trades: Trades;
}

const cases: readonly Case[] = topics.map((trades) => ({
  figure: `${trades.keys} keys${trades.withSchema ? ', with schema' : ''} (1/s)`,
  trades,
}));
const withSchema = cases.filter(({ trades }) => trades.withSchema);
const withoutSchema = cases.filter(({ trades }) => !trades.withSchema);
const warmUp: Case = { figure: 'warm-up', trades: topicOf(100_000, true) };
const firstRow = 'resumed to first row (s)';

const plainLoops: Readonly<Record<string, PlainLoop>> = {
  'plain loop': { loop: 'staged', source: 'topic' },
  'joined by index': { loop: 'indexed', source: 'topic' },
  'from memory': { loop: 'indexed', source: 'memory' },
  'row by row': { loop: 'rows', source: 'topic' },
};

const figuresOf = (some: readonly Case[], marks: Partial<Figure> = {}): readonly Figure[] =>
  some.map(({ figure }) => ({ name: figure, digits: 0, ...marks }));

/**
 * Upserts of 200,000 records in a topic of one partition, by one task, in records/s: from the write that resumes a stopped
 * connector until the last row is there. Debezium's JDBC sink needs schemas.
 */
export const upserts: Part = {
  name: 'upserts',
  figures: [
    ...figuresOf(cases),
    { name: firstRow, digits: 2 },
    { name: 'memory of the worker after it (MB)', digits: 0 },
  ],
  others: [
    { name: 'plain loop', figures: figuresOf(cases, { leastRatio: 0.8 }) },
    { name: 'joined by index', figures: figuresOf(withoutSchema) },
    { name: 'from memory', figures: figuresOf(withoutSchema) },
    { name: 'row by row', figures: figuresOf(withoutSchema) },
    {
      name: 'Debezium',
      figures: [...figuresOf(withSchema, { leastRatio: 1 }), { name: firstRow, digits: 2 }],
    },
  ],
  async open(platform) {
    const postgres = await startPostgres();
    const plain = await startPlain(platform, postgres);
    await writeCluster(platform, cluster, [sinkPlugin, { name: 'jdbc-sink', artifacts: jdbcSink.artifacts }]);
    for (const trades of topics) await fillTopic(platform, trades);
    await clusterReady(platform, cluster);
    let run = 0;

    const runCase = async (target: string, { trades }: Case, keep: Keep): Promise<number> => {
      run += 1;
      const connection = await postgres.connect();
      try {
        await makeTable(connection);
        const loop = plainLoops[target];
        if (loop === undefined) {
          const build = target === 'sdp' ? sdpSink : debeziumSink;
          const connector = build(`sink-${run}`, postgres, trades);
          const { begun, done } = await timeConnector(platform, connection, connector, trades);
          keep(firstRow, begun, target);
          return records / done;
        }
        const seconds = await plain.run(loop, trades, batch);
        await checkOutcome(connection, trades);
        return records / seconds;
      } finally {
        await connection.end();
      }
    };

    console.error('• upserts, warming up');
    for (const target of ['sdp', 'Debezium', ...Object.keys(plainLoops)])
      await runCase(target, warmUp, () => undefined);
    return {
      async measure(round, keep) {
        for (const one of cases) {
          const targets = targetsOf(one);
          // Who goes first may have the quieter machine: it changes.
          for (const target of round % 2 === 0 ? targets.toReversed() : targets) {
            const perSecond = await runCase(target, one, keep);
            console.error(`  ${one.figure}: ${target} ${perSecond.toFixed(0)}/s`);
            keep(one.figure, perSecond, target);
          }
        }
      },
      async close(keep) {
        keep('memory of the worker after it (MB)', await workerMemory(platform, cluster));
        await removeCluster(platform, cluster);
        await plain.stop();
        await postgres.remove();
      },
    };
  },
};

function targetsOf({ trades: { withSchema } }: Case): readonly string[] {
  return withSchema ? ['sdp', 'plain loop', 'Debezium'] : ['sdp', ...Object.keys(plainLoops)];
}

type BuildConnector = (name: string, postgres: Postgres, trades: Trades) => Connector;

/** The same for both sinks. */
function reading({ topic, withSchema }: Trades): Readonly<Record<string, string>> {
  const converter = 'org.apache.kafka.connect.json.JsonConverter';
  return {
    topics: topic,
    'key.converter': converter,
    'key.converter.schemas.enable': String(withSchema),
    'value.converter': converter,
    'value.converter.schemas.enable': String(withSchema),
    'consumer.override.max.poll.records': String(batch),
  };
}

const sdpSink: BuildConnector = (name, postgres, trades) => ({
  name,
  cluster,
  class: verticaSink.className,
  config: {
    ...reading(trades),
    'vc.url': postgres.jdbcUrl,
    'vc.user': postgresUser,
    'vc.password': postgresPassword,
    'vc.table': table,
    'insert.mode': 'upsert',
    'upsert.timestamp.fields': 'updated_at',
    'batch.size': String(batch),
  },
});

/** As fast as it was found to be. It compares no timestamps. */
const debeziumSink: BuildConnector = (name, postgres, trades) => ({
  name,
  cluster,
  class: jdbcSink.className,
  config: {
    ...reading(trades),
    'connection.url': `${postgres.jdbcUrl}?reWriteBatchedInserts=true`,
    'connection.username': postgresUser,
    'connection.password': postgresPassword,
    'collection.name.format': table,
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_key',
    'schema.evolution': 'none',
    'batch.size': String(batch),
    'use.reduction.buffer': 'true',
    'dialect.postgres.unnest.insert.enabled': 'true',
  },
});

/** Seconds from the write that resumes the stopped connector until the first rows and until all are there. */
async function timeConnector(
  platform: BenchPlatform,
  connection: Connection,
  connector: Connector,
  trades: Trades,
): Promise<{ readonly begun: number; readonly done: number }> {
  const { lastId, newest } = expectedOutcome(trades);
  await writeConnector(platform, { ...connector, state: 'stopped' });
  await connectorIs(platform, connector.name, 'STOPPED');
  const begin = await writeConnector(platform, { ...connector, state: 'running' });
  const since = () => (Date.now() - begin) / 1000;
  await until(
    () => readProgress(connection, lastId),
    ({ begun }) => begun,
  );
  const begun = since();
  // A partition's records are written in their order.
  await until(
    () => readProgress(connection, lastId),
    ({ time }) => time === newest,
    300_000,
  );
  const done = since();
  await checkOutcome(connection, trades);
  await removeConnector(platform, connector.name);
  return { begun, done };
}

async function checkOutcome(connection: Connection, trades: Trades): Promise<void> {
  const { lastId: _, ...wanted } = expectedOutcome(trades);
  const outcome = await readOutcome(connection);
  if (!isDeepStrictEqual(outcome, wanted))
    throw new Error(`${trades.topic}: ${JSON.stringify(outcome)} instead of ${JSON.stringify(wanted)}`);
}
