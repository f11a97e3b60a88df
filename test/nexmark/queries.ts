import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A query of Nexmark as its authors wrote it, but for its sink: one that keeps what is written takes the place of `blackhole`. */
export interface NexmarkQuery {
  /** `q5` */
  readonly name: string;
  readonly sql: string;
  /** The parameters that its own text has. */
  readonly parameters: readonly string[];
}

export interface Nexmark {
  /** Table `kafka` with all events, and the views on it. */
  readonly ddl: string;
  readonly queries: readonly NexmarkQuery[];
  /** The source of the function of a query. */
  readonly functionSource: string;
}

const module = 'nexmark-flink/src/main';

/** Keeps every change, so that what is left in the end can be told. */
const sink = `'connector' = 'kafka',
  'topic' = '\${sink}',
  'properties.bootstrap.servers' = '\${BOOTSTRAP_SERVERS}',
  'format' = 'debezium-json'`;

/** Reads a checkout of Nexmark. */
export function readNexmark(checkout: string): Nexmark {
  const folder = join(checkout, module, 'resources', 'queries');
  const files = readdirSync(folder).filter((name) => /^q\d+\.sql$/.test(name));
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const table = read('ddl_kafka.sql').replace(
    "'format' = 'json'",
    "'format' = 'json',\n    'scan.bounded.mode' = '${bounded}'",
  );
  return {
    ddl: `${table}\n\n${read('ddl_views.sql')}\n`,
    queries: files
      .map((file): NexmarkQuery => {
        const sql = read(file).replace("'connector' = 'blackhole'", sink);
        return { name: basename(file, '.sql'), sql, parameters: parametersOf(sql) };
      })
      .toSorted((a, b) => Number(a.name.slice(1)) - Number(b.name.slice(1))),
    functionSource: join(checkout, module, 'java', 'com/github/nexmark/flink/udf/CountChar.java'),
  };
}

export function parametersOf(sql: string): readonly string[] {
  return [...new Set([...sql.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))];
}
