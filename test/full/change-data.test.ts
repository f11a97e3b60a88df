import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { eventually, type PlatformCommands, platformCommands } from '../e2e/commands.ts';
import { killProcesses } from '../faults/processes.ts';
import { createRandom } from '../faults/random.ts';
import { type Postgres, postgresPassword, postgresUser, startPostgres } from './postgres.ts';

/**
 * From one table to another through everything: PostgreSQL → Debezium → topic → Flink SQL → topic → the sink for Vertica,
 * with PostgreSQL in its place. Whatever is killed in between, the tables are equal in the end.
 */

let data: string;
let platform: PlatformCommands;
let root: string;
let folder: string;
let postgres: Postgres;

interface OrderRow {
  readonly id: number;
  readonly customer: string;
  readonly amount: string;
  readonly status: string;
  readonly updated_at: Date;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sdp-change-data-'));
  folder = join(root, 'test', 'change-data');
  await mkdir(folder, { recursive: true });
  await cp(packageFile('test', 'full', 'change-data'), folder, { recursive: true });
  await cp(packageFile('terraform-modules'), join(root, 'terraform-modules'), { recursive: true });
  // Of its own: what is killed here serves others where the platform is shared.
  data = join(root, 'data');
  platform = platformCommands(data);
  await platform.sdp(['up', '--detach']);
  postgres = await startPostgres();
  await query(`
    CREATE TABLE orders (
      id BIGINT PRIMARY KEY, customer TEXT NOT NULL, amount NUMERIC(12, 2) NOT NULL,
      status TEXT NOT NULL, updated_at TIMESTAMPTZ NOT NULL);
    ALTER TABLE orders REPLICA IDENTITY FULL;
    CREATE SCHEMA warehouse;
    CREATE TABLE warehouse.orders (
      id BIGINT PRIMARY KEY, customer VARCHAR(100), amount NUMERIC(12, 2), tax NUMERIC(12, 2),
      status VARCHAR(20), updated_at TIMESTAMPTZ);
    INSERT INTO orders SELECT n, 'customer ' || n, n, 'new', now() FROM generate_series(1, 100) n;`);
  const secret = { username: postgresUser, password: postgresPassword };
  await writeFile(
    join(root, 'secret.json'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'database', namespace: 'default' },
      stringData: secret,
    }),
  );
  await platform.kubectl(['apply', '--server-side', '-f', join(root, 'secret.json')]);
  await platform.sdp(['init', folder, '--project', 'change-data']);
  const init = await platform.terraform(folder, ['init']);
  if (init.code !== 0) throw new Error(init.output);
}, 120_000);

afterAll(async () => {
  if (folder !== undefined) await terraform('destroy');
  await postgres?.remove();
  await platform?.sdp(['down', '--purge']);
  await rm(root, { recursive: true, force: true });
}, 120_000);

const terraform = (verb: 'apply' | 'destroy') =>
  platform.terraform(folder, [verb, '-auto-approve', `-var=database=${postgres.port}`]);

async function query<T extends object = object>(text: string): Promise<T[]> {
  const client = await postgres.connect();
  try {
    const answer = await client.query(text);
    return (answer.rows ?? []) as T[];
  } finally {
    await client.end();
  }
}

/** The two tables as they should be equal: what the job makes of the one, and the other. */
async function readTables() {
  const [wanted, written] = await Promise.all([
    query(`SELECT id, upper(customer) AS customer, amount, round(amount * 0.19, 2) AS tax, status, updated_at
           FROM orders ORDER BY id`),
    query('SELECT id, customer, amount, tax, status, updated_at FROM warehouse.orders ORDER BY id'),
  ]);
  return { wanted, written };
}

const areEqual = ({ wanted, written }: Awaited<ReturnType<typeof readTables>>) =>
  JSON.stringify(wanted) === JSON.stringify(written);

/** Inserts, updates and deletes at random until the signal; the database may be away for a while. */
async function trade(seed: number, signal: AbortSignal): Promise<number> {
  const random = createRandom(seed);
  // Ids are used once: nobody knows whether an insert that was interrupted was committed.
  let next = 1_000;
  let statements = 0;
  while (!signal.aborted) {
    const id = Math.floor(random.between(1, next));
    const amount = random.between(0, 10_000).toFixed(2);
    const statement = random.pick([
      `INSERT INTO orders VALUES (${next}, 'customer ${next}', ${amount}, 'new', now())`,
      `UPDATE orders SET amount = ${amount}, status = 'changed', updated_at = now() WHERE id = ${id}`,
      `UPDATE orders SET status = 'sent', updated_at = now() WHERE id = ${id}`,
      `DELETE FROM orders WHERE id = ${id}`,
    ]);
    next += 1;
    try {
      await query(statement);
      statements += 1;
    } catch {
      // It was killed: whether the statement was committed is seen in the table alone.
      await sleep(200);
    }
    await sleep(5);
  }
  return statements;
}

describe('a table that is copied through Debezium, Flink and the sink', () => {
  it('is applied, and what was there arrives', async () => {
    const { code, output } = await terraform('apply');
    expect(code, output).toBe(0);
    await eventually(readTables, (tables) => tables.written.length === 100 && areEqual(tables));
  }, 240_000);

  it('is equal after changes during which everything was killed', async () => {
    const ending = new AbortController();
    const trading = trade(7, ending.signal);
    try {
      await sleep(3_000);
      expect(await killProcesses(data, ['Connect'])).toEqual(['Connect']);
      await sleep(8_000);
      expect(await killProcesses(data, ['Kafka'])).toEqual(['Kafka']);
      await sleep(10_000);
      await postgres.kill();
      await sleep(2_000);
      await postgres.start();
      await sleep(5_000);
    } finally {
      ending.abort();
    }
    expect(await trading).toBeGreaterThan(500);
    const { wanted } = await eventually(readTables, areEqual, 120_000);
    expect(wanted.length).toBeGreaterThan(200);
  }, 240_000);

  it('keeps newer rows when older records come late', async () => {
    const before = await readTables();
    const rows = before.wanted as unknown as readonly OrderRow[];
    const late = join(root, 'late.csv');
    const lines = rows.slice(0, 50).map(({ id }) => `${id},LATE,1.00,0.19,late,2000-01-01T00:00:00Z`);
    await writeFile(late, ['id,customer,amount,tax,status,updated_at', ...lines, ''].join('\n'));
    await produceRows(late);
    await query(`UPDATE orders SET status = 'last', updated_at = now() WHERE id = ${rows[60]?.id}`);
    await eventually(readTables, (tables) => areEqual(tables) && !areSame(before, tables));
    expect(await query("SELECT id FROM warehouse.orders WHERE status = 'late'")).toEqual([]);
  }, 60_000);

  it('puts records that fit no row aside, and goes on', async () => {
    const poison = join(root, 'poison.csv');
    await writeFile(
      poison,
      'id,customer,amount,tax,status,updated_at\n90001,X,much,0.19,new,2030-01-01T00:00:00Z\n',
    );
    await produceRows(poison);
    await eventually(
      () => platform.sdp(['consume', 'order-rows-dead-letters']),
      (output) => output.includes('much'),
    );
    await query(`INSERT INTO orders VALUES (90002, 'after', 1, 'new', now())`);
    const { written } = await eventually(readTables, areEqual);
    expect(written).not.toContainEqual(expect.objectContaining({ id: '90001' }));
  }, 60_000);

  it('shows no password anywhere', async () => {
    const [objects, state, logs] = await Promise.all([
      platform.kubectl(['get', 'kafkaconnectors,kafkaconnects,configmaps,pods', '-A', '-o', 'yaml']),
      platform.terraform(folder, ['show', '-json']).then(({ output }) => output),
      platform.kubectl(['logs', 'di-connect-0']),
    ]);
    for (const text of [objects, state, logs]) {
      expect(text).not.toContain(postgresPassword);
      expect(text).not.toContain(JSON.stringify(postgresPassword).slice(1, -1));
    }
  });
});

function areSame(left: object, right: object): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The rows of a CSV file as records whose keys are JSON like those that Flink writes. */
async function produceRows(file: string): Promise<void> {
  await platform.sdp(['produce', 'order-rows', '--file', file, '--key', 'id']);
}
