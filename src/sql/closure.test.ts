import { expect, test } from 'vitest';
import { closeOver } from './closure.ts';
import { formatPosition } from './position.ts';

function close(script: string, ...ddl: string[]) {
  const files = ddl.map((text, index) => ({ path: `ddl/${index}.sql`, text }));
  return closeOver({ path: 'job.sql', text: script }, files);
}

function reached(script: string, ...ddl: string[]): string {
  const result = close(script, ...ddl);
  expect(result.diagnostics).toEqual([]);
  return (result.value?.ddl ?? []).map(({ name }) => name).join(' ');
}

function problems(script: string, ...ddl: string[]): string[] {
  return close(script, ...ddl).diagnostics.map(
    ({ reason, source, detail }) =>
      `${source === undefined ? '' : formatPosition(source)} ${reason}: ${detail}`,
  );
}

const table = (name: string) => `CREATE TABLE ${name} (x INT) WITH ('connector' = 'print');`;

test('reaches tables through views, each after what it needs', () => {
  const ddl = [
    'CREATE VIEW top AS SELECT * FROM middle; CREATE VIEW middle AS SELECT F(x) FROM base JOIN side ON TRUE;',
    table('base') + table('side') + table('out') + table('unused'),
    "CREATE FUNCTION f AS 'a.F'; CREATE FUNCTION g AS 'a.G';",
  ];
  expect(reached('INSERT INTO out SELECT * FROM top', ...ddl)).toBe('out f base side middle top');
});

test('does not depend on where definitions stand or in which order the script names them', () => {
  const a = reached('INSERT INTO a SELECT * FROM b, c', table('a') + table('b') + table('c'));
  const b = reached('INSERT INTO a SELECT * FROM c, b', table('c'), table('b'), table('a'));
  expect(a).toBe(b);
});

test('catalogs and databases come before what lies in them', () => {
  const ddl = [`${table('lake.d.t')} CREATE DATABASE lake.d; CREATE CATALOG lake WITH ('type' = 'x');`];
  expect(reached('INSERT INTO lake.d.t SELECT 1', ...ddl)).toBe('lake lake.d lake.d.t');
  expect(reached('USE CATALOG lake; USE d; INSERT INTO t SELECT 1', ...ddl)).toBe('lake lake.d lake.d.t');
  expect(reached('INSERT INTO lake.e.elsewhere SELECT 1', ...ddl)).toBe('lake');
});

test.each([
  'CREATE TABLE own (x INT); INSERT INTO own SELECT 1',
  'CREATE TEMPORARY VIEW own AS SELECT 1; CREATE TEMPORARY TABLE o (x INT); INSERT INTO o SELECT * FROM own',
  'INSERT INTO t WITH c AS (SELECT 1) SELECT * FROM c AS d, (VALUES (1)) AS e (x), LATERAL TABLE(f(e.x))',
  'INSERT INTO hive.db.x SELECT * FROM hive.db.y',
  'USE CATALOG hive; INSERT INTO x SELECT * FROM y',
  'INSERT INTO default_catalog.default_database.t SELECT * FROM default_database.t',
])('knows every name of %s', (script) => {
  expect(problems(script, table('t'))).toEqual([]);
});

test('a table of the script hides one of the DDL files', () => {
  const ddl = table('t') + table('u');
  expect(reached('CREATE TEMPORARY TABLE t (x INT); INSERT INTO t SELECT * FROM u', ddl)).toBe('u');
});

test('says which table is unknown, where, and what may be meant', () => {
  expect(problems('INSERT INTO orders\nSELECT * FROM oders, nothing_like_it', table('orders'))).toEqual([
    'job.sql:2:15 SqlTableUnknown: No DDL file and no earlier statement of the script defines a table or view oders. Did you mean orders (ddl/0.sql:1:14)?',
    'job.sql:2:22 SqlTableUnknown: No DDL file and no earlier statement of the script defines a table or view nothing_like_it. Define it in a file under sql/ddl, or in the script before this statement.',
  ]);
});

test('knows case', () => {
  expect(problems('INSERT INTO Orders SELECT 1', table('orders'))[0]).toContain('Did you mean orders (');
});

test('a table that comes later in the script is not there yet', () => {
  expect(problems('INSERT INTO own SELECT 1; CREATE TABLE own (x INT)')[0]).toMatch(
    /^job.sql:1:13 SqlTableUnknown/,
  );
});

test('finds unknown tables of reached views only, in the DDL file', () => {
  const ddl = [table('t'), 'CREATE VIEW good AS SELECT * FROM t;\nCREATE VIEW bad AS\n  SELECT * FROM tt;'];
  expect(problems('INSERT INTO t SELECT * FROM good', ...ddl)).toEqual([]);
  expect(problems('INSERT INTO t SELECT * FROM bad', ...ddl)[0]).toMatch(/^ddl\/1.sql:3:17 SqlTableUnknown/);
});

test('says both places of a duplicate', () => {
  expect(
    problems('INSERT INTO t SELECT 1', table('t'), `\n${table('`default_catalog`.`default_database`.t')}`),
  ).toEqual([
    'ddl/1.sql:2:14 SqlDuplicateDefinition: default_catalog.default_database.t is also defined at ddl/0.sql:1:14, so a script that uses the name could mean either. Remove or rename one of them.',
  ]);
});

test('says which views need each other', () => {
  const ddl = [
    'CREATE VIEW a AS SELECT * FROM b;',
    'CREATE VIEW b AS SELECT * FROM c;',
    'CREATE VIEW c AS SELECT * FROM a;',
  ];
  expect(problems('INSERT INTO t SELECT * FROM b', table('t'), ...ddl)).toEqual([
    'ddl/2.sql:1:13 SqlCyclicDefinitions: b → c → a → b (ddl/2.sql:1:13, ddl/3.sql:1:13, ddl/1.sql:1:13): each needs the next to exist first. Take one of the references out.',
  ]);
});

test('five hundred views in a ring are one error', () => {
  const ring = Array.from(
    { length: 500 },
    (_, at) => `CREATE VIEW v${at} AS SELECT * FROM v${(at + 1) % 500};`,
  );
  expect(problems('INSERT INTO t SELECT * FROM v0', table('t'), ring.join('\n'))).toHaveLength(1);
});

test.each([
  ["SET 'a' = 'b';", 'ddl/0.sql:1:1 SqlStatementUnsupported'],
  ['USE d;', 'ddl/0.sql:1:1 SqlStatementUnsupported'],
  ["CREATE TABLE t WITH ('a' = 'b') AS SELECT 1;", 'ddl/0.sql:1:1 SqlStatementUnsupported'],
  ["CREATE TABLE t (x INT) WITH ('a' = 'b);", 'ddl/0.sql:1:36 SqlSyntaxError'],
])('refuses %s in a DDL file', (ddl, expected) => {
  expect(problems('SELECT 1', ddl)[0]?.startsWith(expected)).toBe(true);
});
