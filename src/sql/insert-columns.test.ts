import { expect, test } from 'vitest';
import { inspectSql, inspectSyntax } from './inspection.ts';

const ddl = [
  {
    path: 'ddl.sql',
    text: `CREATE TABLE orders (id BIGINT, price DECIMAL(10, 2), tags MAP<STRING, ARRAY<INT>>,
  total AS price * (2 + 1), sent TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL, key STRING METADATA,
  PRIMARY KEY (id) NOT ENFORCED, WATERMARK FOR sent AS sent - INTERVAL '1' SECOND) WITH ('connector' = 'a');
CREATE TABLE two (a INT, b INT) WITH ('connector' = 'b');
CREATE TABLE alike WITH ('connector' = 'c') LIKE two;`,
  },
];

const problems = async (text: string) => {
  const inspection = inspectSql({ script: { path: 'a.sql', text }, ddl, parameters: {} });
  const found = [...inspection.diagnostics, ...(await inspectSyntax(inspection))];
  return found.map(({ reason, source, summary }) => `${source?.line}:${source?.column} ${reason} ${summary}`);
};

// Computed and virtual columns are not written.
test.each([
  'INSERT INTO two SELECT 1, 2',
  'INSERT INTO two SELECT DISTINCT id, COUNT(*) FROM orders GROUP BY id',
  "INSERT INTO orders SELECT 1, 2, MAP['a', ARRAY[1, 2]], 'k'",
  'INSERT INTO orders (id, price) SELECT 1, 2',
  'INSERT INTO two VALUES (1, 2), (3, 4)',
  'INSERT INTO two SELECT * FROM orders',
  'INSERT INTO two SELECT o.*, 1 FROM orders AS o',
  'INSERT INTO two (SELECT 1, 2)',
  'INSERT INTO two WITH q AS (SELECT 1, 2, 3) SELECT a, b FROM (VALUES (1, 2)) AS t(a, b)',
  "INSERT INTO two /*+ OPTIONS('a' = 'b', 'c' = 'd') */ SELECT 1, 2",
  'INSERT INTO two PARTITION (a = 1) SELECT 2',
  'INSERT INTO alike SELECT 1, 2, 3',
  'INSERT INTO two SELECT CASE WHEN a < b THEN a ELSE b END, CAST(a AS INT) FROM two',
  'INSERT INTO two SELECT COUNT(*), a * b FROM two GROUP BY a, b UNION ALL SELECT 1, 2',
  'INSERT INTO two SELECT EXTRACT(DAY FROM sent), id FROM orders',
])('counts the columns of %s as the table has them', async (text) => {
  expect((await problems(text)).filter((problem) => problem.includes('SqlColumnCount'))).toEqual([]);
});

test.each([
  ['INSERT INTO two SELECT 1', '1:17 SqlColumnCount 1 column for 2 columns of two'],
  ['INSERT INTO two SELECT 1, 2, 3', '1:17 SqlColumnCount 3 columns for 2 columns of two'],
  ['INSERT INTO two (a) SELECT 1, 2', '1:21 SqlColumnCount 2 columns for 1 column of two'],
  ['INSERT INTO two VALUES (1, (2 + 3), 4)', '1:24 SqlColumnCount 3 columns for 2 columns of two'],
  ['INSERT INTO orders SELECT 1, 2, NULL', '1:20 SqlColumnCount 3 columns for 4 columns of orders'],
  [
    'INSERT INTO two\nWITH q AS (SELECT 1)\nSELECT a FROM two',
    '3:1 SqlColumnCount 1 column for 2 columns of two',
  ],
])('%s', async (text, problem) => {
  expect(await problems(text)).toEqual([problem]);
});
