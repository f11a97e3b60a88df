import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { eventually, platformCommands } from '../e2e/commands.ts';
import { createSqlProject, declareModule, declareTopic, type SqlProject } from '../e2e/sql-project.ts';
import { mavenFiles } from './maven-files.ts';
import { type Postgres, postgresPassword, postgresUser, startPostgres } from './postgres.ts';

/** Every combination of source and target that the replication module allows, run. */

const platform = platformCommands(inject('dataFolder'));
let folder: string;
let jars: string;
let postgres: Postgres;
let database: Client;
let project: SqlProject;

interface Order {
  readonly id: number;
  readonly customer: string;
  readonly price: number;
  readonly status: string;
  readonly ordered_at: string;
}

/** Names with what SQL and CSV quote, prices with digits, two days. */
const orders = Array.from(
  { length: 60 },
  (_, index): Order => ({
    id: index + 1,
    customer: ["O'Hara, Scarlett", 'say "so"', 'Zoë'][index % 3] ?? '',
    price: (index * 125 + 5) / 100,
    status: index % 2 === 0 ? 'PAID' : 'OPEN',
    ordered_at: `2026-03-0${index % 4 < 2 ? 1 : 2} 10:${String(index).padStart(2, '0')}:00`,
  }),
);
const paid = orders.filter(({ status }) => status === 'PAID');
const dayOf = ({ ordered_at }: Order) => ordered_at.slice(0, 10);
const byId = (a: { readonly id: number }, b: { readonly id: number }) => a.id - b.id;

const all = `[
    { name = "id", type = "BIGINT" },
    { name = "customer", type = "STRING" },
    { name = "price", type = "DECIMAL(10, 2)" },
    { name = "status", type = "STRING" },
    { name = "ordered_at", type = "TIMESTAMP(3)" },
  ]`;
/** A renamed column, one for the filter alone, one that is computed. Flink's connector for PostgreSQL quotes no names. */
const some = (renamed = 'order') => `[
    { name = "id", type = "BIGINT" },
    { name = "customer", type = "STRING" },
    { name = "price", type = "DECIMAL(10, 2)", renamed_to = "${renamed}" },
    { name = "status", type = "STRING", select = false },
    { name = "ordered_at", type = "TIMESTAMP(3)", select = false },
    { name = "day", type = "STRING", expression = "DATE_FORMAT(ordered_at, 'yyyy-MM-dd')" },
  ]
  filter = "status = 'PAID'"`;

interface Replication {
  readonly source?: string;
  readonly columns: string;
  /** HCL of `target`. */
  readonly target: string;
  readonly more?: string;
}

const replicate = (
  name: string,
  { source = 'topic = "copy-orders"', columns, target, more = '' }: Replication,
) =>
  declareModule(
    'flink/data-replication-job',
    name,
    `  job_name          = "copy-${name}"
  session_cluster   = module.session.name
  source_topic      = { ${source} }
  columns           = ${columns}
  target            = { ${target} }
  checkpoint_config = { interval = "1 s" }
  depends_on        = [module.copy-orders, module.plain-orders, module.keyed-orders, module.newest-orders, module.csv-orders, module.again-orders]
${more}`,
  );

const jdbc = (table: string, more = '') => ({
  target: `jdbc = {
      url    = "${postgres.jdbcUrl}"
      table  = "${table}"
      secret = { name = "replication", user_key = "user" }
      ${more}
    }`,
  // As on a cluster whose image has no connector for databases.
  more: `  flink_configuration = { "pipeline.classpaths" = ${JSON.stringify(jars)} }`,
});

const declared = () => [
  declareModule('flink/session-cluster', 'session', '  name = "replication"\n  task_slots = 10'),
  declareTopic('copy-orders'),
  ...['plain', 'keyed', 'newest', 'csv', 'again'].map((name) => declareTopic(`${name}-orders`)),
  replicate('plain', { columns: all, target: 'topic = { topic = "plain-orders" }' }),
  replicate('keyed', { columns: some(), target: 'topic = { topic = "keyed-orders", key = ["id"] }' }),
  replicate('newest', {
    columns: some(),
    target: 'topic = { topic = "newest-orders", key = ["customer"], upsert = true }',
  }),
  replicate('csv', { columns: all, target: 'topic = { topic = "csv-orders", format = "csv" }' }),
  replicate('again', {
    source:
      'topic = "csv-orders", format = "csv", group_id = "again", options = { "csv.ignore-parse-errors" = "false" }',
    columns: all,
    target: 'topic = { topic = "again-orders" }',
  }),
  replicate('files', {
    columns: some(),
    target: `files = { path = "file://${folder}/json", partition_by = ["day"], rolling_interval = "2 s" }`,
  }),
  replicate('lines', {
    columns: all,
    target: `files = { path = "file://${folder}/csv", format = "csv", rolling_interval = "2 s" }`,
  }),
  replicate('rows', { columns: all, ...jdbc('orders') }),
  replicate('newest-rows', { columns: some('amount'), ...jdbc('newest', 'primary_key = ["customer"]') }),
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-replication-'));
  [postgres, jars] = await Promise.all([startPostgres(), jdbcClasspath()]);
  database = await postgres.connect();
  await database.query(`
    CREATE TABLE orders (id BIGINT, customer TEXT, price NUMERIC(10, 2), status TEXT, ordered_at TIMESTAMP);
    CREATE TABLE newest (id BIGINT, customer TEXT PRIMARY KEY, amount NUMERIC(10, 2), day TEXT);`);
  const literals = [`--from-literal=user=${postgresUser}`, `--from-literal=password=${postgresPassword}`];
  await platform.kubectl(['create', 'secret', 'generic', 'replication', ...literals]);
  project = await createSqlProject(platform, 'replication', {});
  const file = join(folder, 'orders.jsonl');
  await writeFile(file, orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
  await project.applied(declareTopic('copy-orders'));
  await platform.sdp(['produce', 'copy-orders', '--file', file]);
  await project.applied(...declared());
}, 300_000);

afterAll(async () => {
  await project?.remove();
  await database?.end();
  await postgres?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** URLs of Flink's connector for PostgreSQL and its driver. */
async function jdbcClasspath(): Promise<string> {
  const jdbcFolder = await mavenFiles(
    'flink-jdbc-for-tests',
    'copy',
    'org.apache.flink:flink-connector-jdbc-core:4.0.0-2.0',
    'org.apache.flink:flink-connector-jdbc-postgres:4.0.0-2.0',
    'org.postgresql:postgresql:42.7.14',
  );
  return (await readdir(jdbcFolder)).map((jar) => `file://${join(jdbcFolder, jar)}`).join(';');
}

const arrived = <T>(topic: string, count: number) =>
  eventually(
    () => platform.consume<T>(topic),
    (found) => found.length >= count,
  );

/** Rows of the files of a folder that are complete, and the folders that they lie in. */
async function committed(path: string, count: number): Promise<ReadonlyMap<string, readonly string[]>> {
  const read = async () => {
    const names = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
    const complete = names.filter((entry) => entry.isFile() && entry.name.startsWith('part-'));
    const rows = new Map<string, readonly string[]>();
    for (const { parentPath, name } of complete) {
      const lines = (await readFile(join(parentPath, name), 'utf8')).trim().split('\n');
      const within = parentPath.slice(path.length + 1);
      rows.set(within, [...(rows.get(within) ?? []), ...lines]);
    }
    return rows;
  };
  return eventually(read, (rows) => [...rows.values()].flat().length >= count);
}

const chosen = (order: Order) => ({
  id: order.id,
  customer: order.customer,
  order: order.price,
  day: dayOf(order),
});

/** The last paid order of each customer. */
const newest = [...new Map(paid.map((order) => [order.customer, chosen(order)])).values()];

it('topic to topic, all columns', async () => {
  expect(await arrived<Order>('plain-orders', orders.length)).toEqual(orders);
});

it('with a key, a filter, a new name and a computed column', async () => {
  expect(await arrived('keyed-orders', paid.length)).toEqual(paid.map(chosen));
  const keys = (await platform.sdp(['consume', 'keyed-orders', '--json'])).trim().split('\n');
  expect(keys.map((line) => JSON.parse((JSON.parse(line) as { key: string }).key))).toEqual(
    paid.map(({ id }) => ({ id })),
  );
});

it('the newest row of each key', async () => {
  const rows = await arrived<ReturnType<typeof chosen>>('newest-orders', newest.length);
  expect([...new Map(rows.map((row) => [row.customer, row])).values()].toSorted(byId)).toEqual(
    newest.toSorted(byId),
  );
});

it('as CSV, and from CSV', async () => {
  expect(await arrived<Order>('again-orders', orders.length)).toEqual(orders);
});

it('files in folders by a column', async () => {
  const files = await committed(join(folder, 'json'), paid.length);
  expect([...files.keys()].toSorted()).toEqual([...new Set(paid.map((order) => `day=${dayOf(order)}`))]);
  const rows = [...files.values()].flat().map((line) => JSON.parse(line) as { id: number });
  expect(rows.toSorted(byId)).toEqual(paid.map((order) => ({ ...chosen(order), day: undefined })));
});

it('files without folders, as CSV', async () => {
  const files = await committed(join(folder, 'csv'), orders.length);
  expect([...files.keys()]).toEqual(['']);
  const rows = [...files.values()].flat();
  expect(rows).toHaveLength(orders.length);
  expect(rows[1]).toBe('2,"say ""so""",1.3,OPEN,"2026-03-01 10:01:00"');
});

it('rows of a table of PostgreSQL', async () => {
  const read = async () => (await database.query<Order>('SELECT * FROM orders ORDER BY id')).rows;
  const rows = await eventually(read, (found) => found.length >= orders.length);
  expect(rows.map(({ id, customer, price }) => [Number(id), customer, Number(price)])).toEqual(
    orders.map(({ id, customer, price }) => [id, customer, price]),
  );
});

it('and the newest row of each key there', async () => {
  const read = async () =>
    (await database.query('SELECT id::int, customer, amount::float AS "order", day FROM newest ORDER BY id'))
      .rows;
  const wanted = newest.toSorted(byId);
  expect(await eventually(read, (rows) => JSON.stringify(rows) === JSON.stringify(wanted))).toEqual(wanted);
});

it('shown by sdp render, without the password', async () => {
  const rendered = await platform.sdp(['render', '--chdir', project.folder]);
  expect(rendered).toContain("'username' = '${secret:replication/user}'");
  expect(rendered).not.toContain(postgresPassword);
});
