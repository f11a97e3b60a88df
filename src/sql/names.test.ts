import { expect, test } from 'vitest';
import { readNames } from './names.ts';

/** Names by kind, as `table a.b`; created ones first, as `+view v`. */
function namesIn(sql: string): string[] {
  const { creates, uses } = readNames(sql);
  const created = creates === undefined ? [] : [`+${creates.kind} ${creates.parts.join('.')}`];
  return [...created, ...uses.map(({ kind, parts }) => `${kind} ${parts.join('.')}`)];
}

function tablesIn(sql: string): string[] {
  return readNames(sql)
    .uses.filter(({ kind }) => kind === 'table')
    .map(({ parts }) => parts.join('.'));
}

test.each([
  ['INSERT INTO a SELECT * FROM b', 'a b'],
  ['INSERT OVERWRITE TABLE a PARTITION (x = 1) (y, z) SELECT 1, 2 FROM b AS c, d e, f', 'a b d f'],
  [
    'INSERT INTO `a b`.c SELECT t.x FROM cat.db.t AS t JOIN u ON t.id = u.id LEFT JOIN v USING (x), w',
    'a b.c cat.db.t u v w',
  ],
  ['INSERT INTO a SELECT EXTRACT(DAY FROM ts), TRIM(BOTH FROM x), SUBSTRING(y FROM 2) FROM b', 'a b'],
  [
    'INSERT INTO a SELECT x IS DISTINCT FROM y, (SELECT MAX(z) FROM c) FROM b WHERE k IN (SELECT k FROM d)',
    'a c b d',
  ],
  ['INSERT INTO a WITH x AS (SELECT 1 FROM b), y (c1) AS (SELECT 2 FROM x) SELECT * FROM x, y, z', 'a b z'],
  ['INSERT INTO a SELECT * FROM (WITH x AS (SELECT * FROM c) SELECT * FROM x) JOIN x ON TRUE', 'a c x'],
  ['INSERT INTO a SELECT * FROM (b JOIN c ON b.x = c.x) JOIN (SELECT 1 FROM d), e', 'a b c d e'],
  ['INSERT INTO a SELECT * FROM ((SELECT 1 FROM b) UNION ALL (SELECT 2 FROM c)) AS t (x)', 'a b c'],
  ['INSERT INTO a VALUES (1), (2)', 'a'],
  ['INSERT INTO a SELECT * FROM (VALUES (1), (2)) AS t (x)', 'a'],
  [
    'INSERT INTO a SELECT * FROM b, LATERAL TABLE(split(b.x)) AS s (w), UNNEST(b.arr) WITH ORDINALITY AS u (e, i), c',
    'a b c',
  ],
  ['INSERT INTO a SELECT * FROM b CROSS JOIN UNNEST(b.arr) AS t (e)', 'a b'],
  [
    "INSERT INTO a SELECT * FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY x, y",
    'a b',
  ],
  ['INSERT INTO a SELECT * FROM HOP(DATA => TABLE c.b, TIMECOL => DESCRIPTOR(ts)), d', 'a c.b d'],
  ["INSERT INTO a SELECT * FROM f(input => TABLE b PARTITION BY k, uid => 'u')", 'a b'],
  ["INSERT INTO a SELECT * FROM b /*+ OPTIONS('k'='v', 'l'='w') */ AS x, c", 'a b c'],
  [
    "INSERT INTO a SELECT /*+ BROADCAST(b), STATE_TTL('c'='1d') */ * FROM b JOIN c FOR SYSTEM_TIME AS OF b.p AS c ON TRUE",
    'a b c',
  ],
  ['INSERT INTO a SELECT x FROM b GROUP BY x, y UNION ALL SELECT z FROM c ORDER BY z, q', 'a b c'],
  [
    'INSERT INTO a SELECT T.x FROM b MATCH_RECOGNIZE (PARTITION BY k, l ORDER BY ts MEASURES A.x AS x PATTERN (A B+) DEFINE B AS B.p < 1) AS T, c',
    'a b c',
  ],
  ['EXPLAIN PLAN FOR INSERT INTO a SELECT * FROM b', 'b'],
  ['CREATE VIEW v AS SELECT * FROM b', 'b'],
  ["CREATE TABLE t (x INT, y AS EXTRACT(DAY FROM ts), k STRING METADATA FROM 'key') WITH ('a' = 'b')", ''],
  ["CREATE TABLE t WITH ('a' = 'b') LIKE db.base (INCLUDING ALL)", 'db.base'],
  ["CREATE TABLE t WITH ('a' = 'b') AS SELECT * FROM b WHERE n LIKE 'c'", 'b'],
  ['ALTER TABLE IF EXISTS t ADD (x INT)', 't'],
  ['SHOW COLUMNS FROM t', ''],
  ['INSERT INTO a SELECT * FROM ML_PREDICT(TABLE b, MODEL m, DESCRIPTOR(x))', 'a b'],
  ['INSERT INTO a SELECT model FROM b', 'a b'],
  ['INSERT INTO a SELECT x, model FROM b', 'a b'],
])('tables in %s', (sql, expected) => {
  expect(tablesIn(sql).join(' ')).toBe(expected);
});

test.each([
  ["CREATE TEMPORARY SYSTEM FUNCTION IF NOT EXISTS f AS 'a.B' LANGUAGE JAVA", ['+function f']],
  ['CREATE OR REPLACE TABLE c.d.t (x INT)', ['+table c.d.t']],
  ["CREATE CATALOG c WITH ('type' = 'x')", ['+catalog c']],
  ['CREATE DATABASE IF NOT EXISTS c.d', ['+database c.d']],
  [
    'CREATE VIEW v (a, b) AS SELECT my_f(x), g.h(y) FROM t',
    ['+view v', 'function my_f', 'function g.h', 'table t'],
  ],
  [
    'INSERT INTO a SELECT * FROM ML_PREDICT(TABLE b, MODEL m, DESCRIPTOR(x))',
    ['table a', 'function ML_PREDICT', 'table b', 'model m', 'function DESCRIPTOR'],
  ],
])('names in %s', (sql, expected) => {
  expect(namesIn(sql)).toEqual(expected);
});

test.each([
  ['CREATE TABLE t AS SELECT 1', true],
  ["CREATE OR REPLACE TABLE t WITH ('a' = 'b') AS WITH x AS (SELECT 1) SELECT * FROM x", true],
  ['CREATE TABLE t (x AS y + 1, y INT)', false],
  ['CREATE VIEW t AS SELECT 1', false],
])('%s starts a job: %s', (sql, expected) => {
  expect(readNames(sql).creates?.fromQuery).toBe(expected);
});
