import { verticaSink } from '../../src/connectors/vertica-sink/template.ts';
import { writeRecords } from '../../src/engines/kafka/write-records.ts';
import { createRandom } from '../../test/faults/random.ts';
import type { Postgres } from '../../test/full/postgres.ts';
import { type BenchPlatform, createTopic } from '../flink/platform.ts';

/** The sink with PostgreSQL's driver beside it. */
export const sinkPlugin = {
  name: 'vertica-sink',
  artifacts: [
    ...verticaSink.artifacts.filter((one) => one.type === 'maven' && one.artifact === 'vertica-sink'),
    { type: 'maven' as const, group: 'org.postgresql', artifact: 'postgresql', version: '42.7.14' },
  ],
};

export const table = 'bench_trades';
const epochMs = Date.UTC(2026, 0, 1);

/** Upserts of a table: so many records over so many keys, in a topic of one partition. */
export interface Trades {
  readonly topic: string;
  readonly records: number;
  readonly keys: number;
  /** Whether each record has its schema beside its payload, as JsonConverter reads and writes it. */
  readonly withSchema: boolean;
}

interface Trade {
  readonly id: number;
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
  readonly note: string | null;
  readonly updated_at: number;
}

/** The same for the same arguments. Later records are newer. */
function* generate({ records, keys }: Trades): Generator<Trade> {
  const random = createRandom(7);
  for (let number = 0; number < records; number += 1) {
    const id = Math.floor(random.between(0, keys));
    yield {
      id,
      symbol: `S${id % 500}`,
      price: Math.floor(random.between(0, 1_000_000)) / 100,
      quantity: Math.floor(random.between(0, 1_000)),
      note: number % 3 === 0 ? null : `trade number ${number} of the benchmark`,
      // Whole seconds: Debezium's sink, as it is set up here, cuts the rest off.
      updated_at: epochMs + number * 1_000,
    };
  }
}

const struct = (fields: readonly object[]) => ({ type: 'struct', fields, optional: false });
const keySchema = struct([{ field: 'id', type: 'int64' }]);
const valueSchema = struct([
  { field: 'symbol', type: 'string' },
  { field: 'price', type: 'double' },
  { field: 'quantity', type: 'int32' },
  { field: 'note', type: 'string', optional: true },
  { field: 'updated_at', type: 'int64', name: 'org.apache.kafka.connect.data.Timestamp', version: 1 },
]);

export async function fillTopic(platform: BenchPlatform, trades: Trades): Promise<void> {
  await createTopic(platform, trades.topic);
  const write = (schema: object, payload: object) =>
    JSON.stringify(trades.withSchema ? { schema, payload } : payload);
  const records = (function* () {
    for (const { id, ...value } of generate(trades))
      yield { key: write(keySchema, { id }), value: write(valueSchema, value) };
  })();
  await writeRecords(platform, trades.topic, records);
}

/** What a table says of the trades in it, when all were upserted. */
export interface Outcome {
  readonly rows: number;
  readonly quantity: number;
  readonly newest: number;
}

export function expectedOutcome(trades: Trades): Outcome & { readonly lastId: number } {
  const quantities = new Map<number, number>();
  let lastId = 0;
  for (const { id, quantity } of generate(trades)) {
    quantities.set(id, quantity);
    lastId = id;
  }
  const quantity = [...quantities.values()].reduce((sum, one) => sum + one, 0);
  return { rows: quantities.size, quantity, newest: epochMs + (trades.records - 1) * 1_000, lastId };
}

export type Connection = Awaited<ReturnType<Postgres['connect']>>;

/** An empty table, and nothing left to write of what was there before. */
export async function makeTable(connection: Connection): Promise<void> {
  await connection.query(`DROP TABLE IF EXISTS ${table}`);
  await connection.query(
    `CREATE TABLE ${table} (id bigint PRIMARY KEY, symbol varchar(10), price numeric(12,4), quantity int,
     note varchar(100), updated_at timestamp)`,
  );
  await connection.query('CHECKPOINT');
}

/** Whether the table has rows, and when the newest trade of the key is from, in milliseconds since the epoch. */
export async function readProgress(
  connection: Connection,
  id: number,
): Promise<{ readonly begun: boolean; readonly time: number }> {
  const { rows } = await connection.query<{ begun: boolean; at: string | null }>(
    `SELECT EXISTS (SELECT 1 FROM ${table}) AS begun,
       (SELECT extract(epoch FROM updated_at) * 1000 FROM ${table} WHERE id = ${id}) AS at`,
  );
  return { begun: rows[0]?.begun === true, time: Number(rows[0]?.at ?? Number.NaN) };
}

export async function readOutcome(connection: Connection): Promise<Outcome> {
  const { rows } = await connection.query<Record<keyof Outcome, string>>(
    `SELECT count(*) AS rows, sum(quantity) AS quantity, extract(epoch FROM max(updated_at)) * 1000 AS newest
     FROM ${table}`,
  );
  const [{ rows: count, quantity, newest } = { rows: 0, quantity: 0, newest: 0 }] = rows;
  return { rows: Number(count), quantity: Number(quantity), newest: Number(newest) };
}
