import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { KubernetesObject } from '../../src/apiclient/object.ts';
import { startBroker, type TestBroker } from '../../src/apiserver/testing/kafka-connect/start-broker.ts';
import { createKafkaClient, type TopicDescription } from '../../src/engines/kafka/client.ts';
import { writeRecords } from '../../src/engines/kafka/write-records.ts';
import type { KafkaConnectorStatus } from '../../src/kinds/kafka-connector/spec.ts';
import { eventually, platformCommands } from '../e2e/commands.ts';
import { createSqlProject, declareModule, declareTopic, type SqlProject } from '../e2e/sql-project.ts';
import { type Postgres, postgresPassword, postgresUser, startPostgres } from './postgres.ts';
import { type RawRecord, readRawRecords, writeRawRecords } from './raw-records.ts';

/** The modules of connectors, each with the real system that it is for. */

const platform = platformCommands(inject('dataFolder'));
let folder: string;
let postgres: Postgres;
let other: TestBroker;
let project: SqlProject;
let bootstrapServers: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-connector-modules-'));
  [postgres, other, project] = await Promise.all([
    startPostgres(),
    startBroker(join(folder, 'broker'), AbortSignal.timeout(120_000)),
    createSqlProject(platform, 'connector-modules', {}),
  ]);
  const { SDP_BOOTSTRAP_SERVERS: servers = '' } = await eventually(
    platform.env,
    // Not there until Kafka is ready.
    (env) => env['SDP_BOOTSTRAP_SERVERS'] !== undefined,
  );
  bootstrapServers = servers;
  const secret = 'create secret generic customers -n default'.split(' ');
  await platform.kubectl([
    ...secret,
    `--from-literal=username=${postgresUser}`,
    `--from-literal=password=${postgresPassword}`,
  ]);
  const kafka = createKafkaClient(other);
  const topic = { partitions: 2, replicas: 1, config: { 'retention.ms': '1234567' } };
  await eventually(
    () => kafka.createTopics(new Map([['events', topic]])).catch(() => undefined),
    (results) => typeof results?.get('events') === 'string',
  );
  await kafka.close();
}, 180_000);

afterAll(async () => {
  await project?.remove();
  await platform.kubectl(['delete', 'secret', 'customers', '--ignore-not-found']);
  await Promise.all([postgres?.remove(), other?.stop()]);
  await rm(folder, { recursive: true, force: true });
}, 120_000);

const json = (schemas: boolean) =>
  `{ class = "org.apache.kafka.connect.json.JsonConverter", config = { "schemas.enable" = "${schemas}" } }`;

const declareCluster = () =>
  declareModule(
    'kafka-connect/cluster',
    'di',
    `  name     = "modules"
  plugins  = ["jdbc-sink", "iceberg-sink", "mirror", "file-sink"]
  jvm_heap = "512m"`,
  );

const declareJdbc = () =>
  declareModule(
    'kafka-connect/sink-jdbc',
    'to_table',
    `  name             = "to-table"
  cluster          = module.di.name
  topics           = module.customers.name
  table            = "shop_customers"
  insert_mode      = "upsert"
  primary_key      = { mode = "record_key" }
  delete_enabled   = true
  schema_evolution = "basic"
  converters       = { key = ${json(true)}, value = ${json(true)} }
  consumer_config  = { "max.poll.records" = 7 }
  jdbc_target      = { url = "${postgres.jdbcUrl}", secret = { name = "customers" } }`,
  );

const declareMirror = () => `
data "sdp_platform" "this" {}
${declareModule(
  'kafka-connect/mirror',
  'west',
  `  name           = "west"
  cluster        = module.di.name
  source_cluster = { alias = "west", bootstrap_servers = "${other.bootstrapServers}" }
  target_cluster = { alias = "east", bootstrap_servers = data.sdp_platform.this.bootstrap_servers }
  topics         = ["events"]
  checkpoints    = { enabled = true, groups = ["none"] }
  timeout        = "30s"`,
)}`;

const declareIceberg = () =>
  declareModule(
    'kafka-connect/sink-iceberg',
    'to_lake',
    `  name               = "to-lake"
  cluster            = module.di.name
  topics             = module.visits.name
  tables             = ["web.visits"]
  auto_create        = true
  commit_interval_ms = 1000
  control_topic      = module.control-iceberg.name
  # A task answers no commit that began before it: the next is to come soon.
  config             = { "iceberg.control.commit.timeout-ms" = 3000 }
  catalog            = { type = "hadoop", warehouse = "${join(folder, 'lake')}" }`,
  );

const declareFile = (state: string) =>
  declareModule(
    'kafka-connect/sink-file',
    'to_file',
    `  name       = "modules-to-file"
  cluster    = module.di.name
  topics     = module.notes.name
  file       = "${join(folder, 'notes.txt')}"
  state      = "${state}"
  converters = { value = ${json(false)} }
  predicates = [{ name = "deletes", type = "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone" }]
  transforms = [
    { name = "drop", type = "org.apache.kafka.connect.transforms.Filter", predicate = "deletes" },
    {
      name      = "origin"
      type      = "org.apache.kafka.connect.transforms.InsertField$Value"
      config    = { "static.field" = "origin", "static.value" = "shop" }
      predicate = "deletes"
      negate    = true
    },
  ]`,
  );

const all = (fileState: string) => [
  ...['customers', 'visits', 'control-iceberg', 'notes'].map((name) => declareTopic(name)),
  declareCluster(),
  declareJdbc(),
  declareMirror(),
  declareIceberg(),
  declareFile(fileState),
];

const field = (name: string, type: string, optional = false) => ({ field: name, type, optional });
const structured = (fields: readonly object[], payload: object) =>
  JSON.stringify({ schema: { type: 'struct', fields, optional: false }, payload });
/** A customer as a record whose key and value say their schemas; without a name, one that deletes. */
const customer = (id: number, name?: string) => ({
  key: structured([field('id', 'int32')], { id }),
  value:
    name === undefined
      ? null
      : structured([field('id', 'int32'), field('name', 'string', true)], { id, name }),
});

async function readCustomers(): Promise<object[]> {
  const client = await postgres.connect();
  try {
    const answer = await client.query('SELECT id, name FROM shop_customers ORDER BY id');
    return (answer.rows ?? []) as object[];
  } catch {
    // The connector makes the table with the first record.
    return [];
  } finally {
    await client.end();
  }
}

const isEqual = (wanted: unknown) => (found: unknown) => JSON.stringify(found) === JSON.stringify(wanted);

/** Bytes that are no text. */
const rawRecord = (number: number): RawRecord => ({
  partition: number % 2,
  key: Buffer.from([0xff, 0x00, number]).toString('hex'),
  value: Buffer.from([0xc3, 0x28, 0x00, number, 0xfe]).toString('hex'),
  headers: { trace: Buffer.from([0x80, number]).toString('hex') },
});
const rawRecords = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => rawRecord(from + index));
const byPartition = (records: readonly RawRecord[]) =>
  records.toSorted((left, right) => left.partition - right.partition);

interface TableMetadata {
  readonly 'current-snapshot-id': number;
  readonly snapshots: readonly {
    readonly 'snapshot-id': number;
    readonly summary: Readonly<Record<string, string>>;
  }[];
}

/** What the current snapshot of the Iceberg table says of itself, as the catalog's files have it. */
async function readSnapshot(): Promise<Readonly<Record<string, string>>> {
  const metadata = join(folder, 'lake', 'web', 'visits', 'metadata');
  const version = await readFile(join(metadata, 'version-hint.text'), 'utf8').catch(() => undefined);
  if (version === undefined) return {};
  // Ids have more digits than a number holds: as texts they stay what they are.
  const text = (await readFile(join(metadata, `v${version.trim()}.metadata.json`), 'utf8')).replaceAll(
    /("(?:current-)?snapshot-id" : )(-?\d+)/g,
    '$1"$2"',
  );
  const table = JSON.parse(text) as TableMetadata;
  return table.snapshots.find((item) => item['snapshot-id'] === table['current-snapshot-id'])?.summary ?? {};
}

const connectorStatus = async (name: string) =>
  (await platform.getJson<KubernetesObject & { status?: KafkaConnectorStatus }>(['kafkaconnector', name]))
    .status?.connectorStatus;

describe('the modules of connectors', () => {
  it('are applied, one of them stopped', async () => {
    await project.applied(...all('stopped'));
    expect(await connectorStatus('modules-to-file')).toMatchObject({
      connector: { state: 'STOPPED' },
      tasks: [],
    });
    expect(await connectorStatus('to-table')).toMatchObject({ tasks: [{ state: 'RUNNING' }] });
  });

  it('sink-jdbc inserts, updates and deletes rows, and its consumer has what was declared', async () => {
    const people = { bootstrapServers };
    await writeRecords(people, 'customers', [customer(1, 'Ada'), customer(2, 'Grace'), customer(3)]);
    await writeRecords(people, 'customers', [customer(2, 'Grace H.'), customer(3, 'Edsger'), customer(1)]);
    const wanted = [
      { id: 2, name: 'Grace H.' },
      { id: 3, name: 'Edsger' },
    ];
    await eventually(readCustomers, isEqual(wanted));
    expect(await platform.kubectl(['logs', 'modules-connect-0', '--tail=-1'])).toContain(
      'max.poll.records = 7',
    );
  });

  it('mirror copies records byte by byte, and the settings of their topic', async () => {
    await writeRawRecords(other.bootstrapServers, 'events', rawRecords(0, 20));
    expect(await readRawRecords(bootstrapServers, 'west.events', 20)).toEqual(byPartition(rawRecords(0, 20)));
    await writeRawRecords(other.bootstrapServers, 'events', rawRecords(20, 25));
    expect(await readRawRecords(bootstrapServers, 'west.events', 25)).toEqual(byPartition(rawRecords(0, 25)));
    const kafka = createKafkaClient({ bootstrapServers });
    const copy = (await kafka.describeTopics(['west.events'])).get('west.events') as TopicDescription;
    await kafka.close();
    expect(copy).toMatchObject({ partitions: 2, config: { 'retention.ms': '1234567' } });
  });

  it('sink-iceberg commits records as Parquet files', async () => {
    const visits = Array.from({ length: 30 }, (_, id) => ({
      value: JSON.stringify({ id, page: `/p${id}` }),
    }));
    await writeRecords({ bootstrapServers }, 'visits', visits);
    const snapshot = await eventually(readSnapshot, (found) => found['total-records'] === '30');
    expect(Number(snapshot['total-data-files'])).toBeGreaterThan(0);
    const data = join(folder, 'lake', 'web', 'visits', 'data');
    const files = (await readdir(data)).filter((name) => name.endsWith('.parquet'));
    for (const name of files)
      expect((await readFile(join(data, name))).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('a connector that was stopped runs when it is declared so, with its transformations', async () => {
    await writeRecords({ bootstrapServers }, 'notes', [
      { key: 'a', value: '{"text":"one"}' },
      { key: 'a', value: null },
      { key: 'b', value: '{"text":"two"}' },
    ]);
    await project.applied(...all('running'));
    const lines = async () =>
      (await readFile(join(folder, 'notes.txt'), 'utf8').catch(() => '')).trim().split('\n');
    const written = await eventually(lines, (found) => found.length === 2);
    expect(written[0]).toMatch(/^\{(text=one, origin=shop|origin=shop, text=one)\}$/);
    expect(written[1]).toContain('text=two');
  });

  it('have nothing left to plan', async () => {
    expect(await project.plan()).toMatchObject({ code: 0, output: expect.stringContaining('No changes') });
  });

  it('go with their declarations', async () => {
    await project.applied();
    for (const kinds of ['kafkaconnectors,kafkaconnects', 'kafkatopics']) {
      const { items } = await platform.getJson<{ items: readonly KubernetesObject[] }>([kinds]);
      // Those of other projects run beside them.
      const own = items.filter(
        ({ metadata }) => metadata.annotations?.['sdp.internal/project'] === 'connector-modules',
      );
      expect(own).toEqual([]);
    }
    await eventually(
      () => platform.kubectl(['get', 'pods', '-o', 'name']),
      (names) => !names.includes('modules-connect'),
    );
  });
});
