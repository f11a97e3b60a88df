import { expect, test } from 'vitest';
import { parseStatements } from './parse.ts';
import { type ReadStatement, readSqlFile } from './sql-file.ts';
import { checkTokens } from './syntax-checks.ts';

function read(text: string): readonly ReadStatement[] {
  const result = readSqlFile({ path: 'a.sql', text }, {});
  expect(result.diagnostics).toEqual([]);
  return result.value ?? [];
}

test.each([
  ['SELCT 1', '1:1', 'No statement starts with SELCT'],
  ['INSERT INTO a SELECT x, FROM b', '1:25', 'Something is missing between , and FROM'],
  ['INSERT INTO a SELECT FROM b', '1:22', 'Something is missing between SELECT and FROM'],
  ['INSERT INTO a SELECT x FROM WHERE y', '1:29', 'Something is missing between FROM and WHERE'],
  ['INSERT INTO a SELECT x FROM FROM b', '1:29', 'Something is missing between FROM and FROM'],
  ['INSERT INTO a SELECT x\nFROM b WHERE x = 1 AND', '2:20', 'The statement ends after AND'],
  ['INSERT INTO a SELECT x +', '1:24', 'The statement ends after +'],
  ['CREATE TABLE t (x INT,)', '1:23', 'Something is missing between , and )'],
  ['CREATE TABLE t (x INT', '1:16', 'Nothing closes the ( here'],
  ['INSERT INTO a SELECT f(x)) FROM b', '1:26', 'Nothing opens the ) here'],
  ['INSERT INTO a SELECT m[f(x])', '1:27', '] stands where ) would close the ('],
  ['INSERT INTO a SELECT x,, y FROM b', '1:24', 'Something is missing between , and ,'],
])('%s is certainly wrong', (text, position, expected) => {
  const found = read(text).map(checkTokens)[0];
  expect(`${found?.source?.line}:${found?.source?.column}`).toBe(position);
  expect(found?.detail.startsWith(expected)).toBe(true);
});

test.each([
  ['INSERT INTO a SELECT x FORM b', '1:24', 'FORM is no keyword of Flink; did you mean FROM?'],
  ['INSERT INTO a SELECT x FROM b\nGRUOP BY x', '2:1', 'GRUOP is no keyword of Flink; did you mean GROUP?'],
  ["CREATE TABLE t (x STRNG) WITH ('a' = 'b')", '1:19', 'STRNG is no keyword of Flink; did you mean STRING?'],
])('the grammar and a near miss make %s an error', (text, position, expected) => {
  const [found] = parseStatements(read(text));
  expect(found?.severity).toBe('error');
  expect(`${found?.source?.line}:${found?.source?.column}`).toBe(position);
  expect(found?.detail.startsWith(expected)).toBe(true);
});

test('what the grammar alone does not know is a warning', () => {
  const [found] = parseStatements(read('INSERT INTO a SELECT x FROM b SOMEHOW 3'));
  expect(found?.severity).toBe('warning');
  expect(found?.source).toEqual({ file: 'a.sql', line: 1, column: 39 });
});

/* All of these are accepted by the parser of Flink 2.2. */
test.each([
  "INSERT INTO a (x, y) VALUES (1, 'a'), (2, CAST(NULL AS STRING))",
  'INSERT INTO a SELECT COUNT(*) FILTER (WHERE x > 1), LAG(x, 1) OVER (PARTITION BY y ORDER BY z) FROM b',
  "CREATE TEMPORARY TABLE IF NOT EXISTS a.b.t WITH ('a' = 'b') LIKE s (INCLUDING ALL)",
  'INSERT INTO a SELECT * FROM b ORDER BY x LIMIT 10 OFFSET 2',
  "INSERT INTO a SELECT * FROM TUMBLE(TABLE b, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
  "INSERT INTO a SELECT * FROM f(input => TABLE b PARTITION BY k, uid => 'u')",
  'INSERT INTO a SELECT ROW_NUMBER() OVER w FROM b WINDOW w AS (PARTITION BY x ORDER BY ts)',
  "CREATE OR REPLACE TABLE t WITH ('a' = 'b') AS SELECT 1",
  "INSERT INTO a SELECT m['k'], arr[1], MAP['a', 1], ARRAY[1, 2], TRY_CAST(x AS INT) FROM b",
  'INSERT INTO a SELECT x, `from`, `order`, f(), g(*), - 1 FROM b AS c (d, e)',
  "INSERT INTO a SELECT EXTRACT(DAY FROM ts), x IS NOT DISTINCT FROM y, CASE WHEN x THEN 'a' END FROM b",
  'INSERT INTO a (SELECT x FROM b) UNION ALL (SELECT y FROM c)',
  'INSERT INTO a SELECT x, (SELECT MAX(y) FROM c), ARRAY(SELECT 1) FROM b, (SELECT 2) AS d',
])('%s is left alone', (text) => {
  const statements = read(text);
  expect([
    ...statements.flatMap((statement) => checkTokens(statement) ?? []),
    ...parseStatements(statements),
  ]).toEqual([]);
});

test('a statement is found faulty every time, and a faultless one never', () => {
  const statements = [...read('INSERT INTO a SELECT x FORM b'), ...read('INSERT INTO a SELECT x FROM b')];
  const found = parseStatements(statements);
  expect(found).toHaveLength(1);
  expect(parseStatements(statements)).toEqual(found);
});

test('what the grammar would take long for is left to Flink', () => {
  const wrong = (literal: string) => `INSERT INTO a SELECT '${literal}' FROM b GRUOP BY c`;
  expect(parseStatements(read(wrong('x')))).toHaveLength(1);
  expect(parseStatements(read(wrong('x'.repeat(50_000))))).toEqual([]);
});
