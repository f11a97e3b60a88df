import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debeziumPostgres } from '../../src/connectors/debezium-postgres/template.ts';
import { fileSource } from '../../src/connectors/file-source/template.ts';
import { verticaSink } from '../../src/connectors/vertica-sink/template.ts';
import { postgresPassword, postgresUser, startPostgres } from '../../test/full/postgres.ts';
import { createTopic } from '../flink/platform.ts';
import {
  type Connector,
  clusterReady,
  connectorIs,
  removeCluster,
  removeConnector,
  writeCluster,
  writeConnector,
} from './cluster.ts';
import type { Part } from './measure.ts';
import { sinkPlugin } from './trades.ts';

const cluster = 'connectors';
const perRound = 10;

/** From the write of a KafkaConnector until its resource says that a task runs. */
export const connectors: Part = {
  name: 'connectors',
  figures: [
    { name: 'worker with three plugins, to Ready', digits: 2, most: 5 },
    { name: 'file source to RUNNING', digits: 2, most: 3 },
    { name: 'Debezium PostgreSQL to RUNNING', digits: 2, most: 3 },
    { name: 'vertica-sink to RUNNING', digits: 2, most: 3 },
  ],
  async open(platform, keep) {
    const folder = await mkdtemp(join(tmpdir(), 'sdp-bench-connectors-'));
    const file = join(folder, 'lines.txt');
    await writeFile(file, 'a line\n');
    const postgres = await startPostgres();
    const client = await postgres.connect();
    await client.query('CREATE TABLE orders (id BIGINT PRIMARY KEY); INSERT INTO orders VALUES (1)');
    await client.end();
    await createTopic(platform, 'lines');
    const plugins = [
      { name: 'file', artifacts: fileSource.artifacts },
      { name: 'debezium-postgres', artifacts: debeziumPostgres.artifacts },
      sinkPlugin,
    ];
    const begin = await writeCluster(platform, cluster, plugins);
    await clusterReady(platform, cluster);
    keep('worker with three plugins, to Ready', (Date.now() - begin) / 1000);

    const kinds: Readonly<Record<string, (name: string) => Omit<Connector, 'name' | 'cluster'>>> = {
      'file source': () => ({ class: fileSource.className, config: { file, topic: 'lines' } }),
      'Debezium PostgreSQL': (name) => ({
        class: debeziumPostgres.className,
        config: {
          'topic.prefix': name,
          'database.hostname': '127.0.0.1',
          'database.port': String(postgres.port),
          'database.user': postgresUser,
          'database.password': postgresPassword,
          'database.dbname': 'postgres',
          'plugin.name': 'pgoutput',
          'slot.name': name.replaceAll('-', '_'),
          'slot.drop.on.stop': 'true',
          'topic.creation.default.partitions': '1',
          'topic.creation.default.replication.factor': '-1',
        },
      }),
      'vertica-sink': () => ({
        class: verticaSink.className,
        config: {
          topics: 'lines',
          'vc.url': postgres.jdbcUrl,
          'vc.user': postgresUser,
          'vc.password': postgresPassword,
          'vc.table': 'orders',
          'insert.mode': 'upsert',
          'errors.tolerance': 'all',
        },
      }),
    };
    return {
      async measure(round, keep) {
        for (let number = 1; number <= perRound; number += 1) {
          for (const [kind, build] of Object.entries(kinds)) {
            const name = `${kind.toLowerCase().replaceAll(' ', '-')}-${round}-${number}`;
            const written = await writeConnector(platform, { name, cluster, ...build(name) });
            await connectorIs(platform, name, 'RUNNING');
            keep(`${kind} to RUNNING`, (Date.now() - written) / 1000);
            await removeConnector(platform, name);
          }
        }
      },
      async close() {
        await removeCluster(platform, cluster);
        await postgres.remove();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};
