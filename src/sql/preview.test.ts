import { describe, expect, test } from 'vitest';
import { readClosure } from './closure.ts';
import { type PreviewOptions, previewOf } from './preview.ts';

const ddl = [
  {
    path: 'sql/ddl/tables.sql',
    text: `CREATE TABLE orders (id BIGINT, \`format\` STRING) WITH (
  'topic' = 'orders', 'connector' = 'kafka', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'scan.startup.mode' = 'group-offsets', 'format' = 'json');
CREATE TABLE totals (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 'totals');
CREATE TABLE other (id BIGINT) WITH ('connector' = 'datagen', 'scan.bounded.mode' = 'mine');
CREATE TABLE secured (id BIGINT) WITH ('connector' = 'kafka', 'password' = '\${secret:kafka/password}');
CREATE VIEW few AS SELECT id FROM orders;`,
  },
];

function preview(
  text: string,
  options: Partial<PreviewOptions> = {},
  values: Readonly<Record<string, string>> = {},
) {
  const closure = readClosure({ path: 'a.sql', text }, ddl, { bootstrap_servers: 'here:9092', ...values });
  expect(closure.diagnostics).toEqual([]);
  return previewOf(closure, { follow: false, ...options });
}
const statements = (...args: Parameters<typeof preview>) => preview(...args).value?.question.statements;
const problems = (...args: Parameters<typeof preview>) =>
  preview(...args).diagnostics.map(({ reason, detail }) => `${reason}: ${detail}`);

const orders = (...options: readonly string[]) => `CREATE TABLE orders (id BIGINT, \`format\` STRING) WITH (
  ${options.join('')}'topic' = 'orders', 'connector' = 'kafka', 'properties.bootstrap.servers' = 'here:9092',
  'scan.startup.mode' = '`;

test('a query comes after what it reaches, and reads Kafka’s tables from their beginning to where they end now', () => {
  expect(statements('SELECT * FROM few')).toEqual([
    `${orders("'scan.bounded.mode' = 'latest-offset', ")}earliest-offset', 'format' = 'json')`,
    'CREATE VIEW few AS SELECT id FROM orders',
    'SELECT * FROM few',
  ]);
  expect(statements('WITH t AS (SELECT id FROM totals JOIN other USING (id)) SELECT * FROM t')).toEqual([
    "CREATE TABLE other (id BIGINT) WITH ('connector' = 'datagen', 'scan.bounded.mode' = 'mine')",
    "CREATE TABLE totals (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('scan.bounded.mode' = 'latest-offset', 'connector' = 'upsert-kafka', 'topic' = 'totals')",
    'WITH t AS (SELECT id FROM totals JOIN other USING (id)) SELECT * FROM t',
  ]);
});

test('or from now on', () => {
  const [table] = statements('SELECT * FROM orders', { follow: true }) ?? [];
  expect(table).toBe(`${orders()}latest-offset', 'format' = 'json')`);
});

describe('of a script', () => {
  const script = `SET 'table.exec.state.ttl' = '1 h';
CREATE TEMPORARY VIEW v AS SELECT id FROM other;
INSERT INTO totals /*+ OPTIONS('a' = 'b') */ (id)
  SELECT id FROM v;
CREATE TEMPORARY TABLE out (id BIGINT) WITH ('connector' = 'print');
INSERT INTO out SELECT id + \${more:1} FROM v;`;

  test('it is that of one INSERT, after the statements before it', () => {
    expect(statements(script, { into: 'totals' })?.slice(-3)).toEqual([
      "SET 'table.exec.state.ttl' = '1 h'",
      'CREATE TEMPORARY VIEW v AS SELECT id FROM other',
      'SELECT id FROM v',
    ]);
    expect(statements(script, { into: 'out' }, { more: '7' })?.slice(-2)).toEqual([
      "CREATE TEMPORARY TABLE out (id BIGINT) WITH ('connector' = 'print')",
      'SELECT id + 7 FROM v',
    ]);
  });

  test('a problem stands at its place in the script', () => {
    const { value } = preview(script, { into: 'totals' });
    const last = (value?.question.statements.length ?? 0) - 1;
    const found = value?.place({ statement: last, line: 1, column: 16, seen: 'Not so', change: '' });
    expect(found).toMatchObject({ summary: 'Not so', source: { file: 'a.sql', line: 4, column: 18 } });
  });

  test('which one has to be said where there are several, and be there', () => {
    expect(problems(script)).toEqual([
      'SqlQueryAmbiguous: Name the table of the one that is meant: --into out (totals, out).',
    ]);
    expect(problems(script, { into: 'orders' })).toEqual([
      'SqlQueryMissing: The script inserts into totals, out.',
    ]);
    expect(problems('SELECT 1; SELECT 2')).toEqual([
      'SqlQueryAmbiguous: Give one of them as the query: sdp preview "SELECT …".',
    ]);
    expect(problems("SET 'a' = 'b'")).toEqual([
      'SqlQueryMissing: Neither a SELECT nor an INSERT stands there, and nothing else has rows.',
    ]);
  });
});

test('what has no value before an apply is asked for, and secrets stay where they are', () => {
  expect(problems('SELECT * FROM orders', {}, { bootstrap_servers: 'sdp_unknown_value' })).toEqual([
    'SqlParameterUnknown: Its argument is known after an apply only, or no job has it. Give it: --arg name=value.',
  ]);
  expect(problems('SELECT * FROM secured')).toEqual([
    'SqlParameterUnknown: Secrets are for jobs alone. Preview a table without one.',
  ]);
});

test('a query that calls a function of Python is refused at its definition', () => {
  const text = "CREATE TEMPORARY FUNCTION f AS 'a.f' LANGUAGE PYTHON; SELECT f(id) FROM orders";
  expect(preview(text).diagnostics).toMatchObject([
    { reason: 'SqlPreviewPython', source: { file: 'a.sql', line: 1, column: 27 } },
  ]);
});
