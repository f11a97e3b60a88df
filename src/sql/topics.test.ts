import { expect, it } from 'vitest';
import { findTopics } from './topics.ts';

const table = (name: string, options: string, rest = '(x INT)') =>
  `CREATE TABLE ${name} ${rest} WITH (${options});\n`;

function topics(script: string, ddl: string, values: Readonly<Record<string, string>> = {}) {
  return findTopics({ path: 'job.sql', text: script }, [{ path: 'ddl.sql', text: ddl }], values);
}

it('finds the topics of what is read and of what is written', () => {
  const ddl =
    table('orders', "'connector' = 'kafka', 'topic' = 'orders;orders-old'") +
    table('clicks', "'connector' = 'kafka', 'topic-pattern' = 'clicks-.*'") +
    table('totals', "'connector' = 'upsert-kafka', 'topic' = '${prefix}-totals'") +
    table('unused', "'topic' = 'unused'") +
    table('generated', "'connector' = 'datagen'");
  const script = `INSERT INTO totals SELECT x FROM orders;
INSERT INTO orders SELECT x FROM clicks, generated;`;
  expect(topics(script, ddl, { prefix: "it's" })).toEqual({
    reads: ['orders', 'orders-old'],
    readPatterns: ['clicks-.*'],
    writes: ["it's-totals", 'orders', 'orders-old'],
  });
});

it('looks through views and tables that are like others', () => {
  const ddl =
    table('base', "'topic' = 'base', 'format' = 'json'") +
    table('copy', "'topic' = 'copy'", 'LIKE base').replace(
      "LIKE base WITH ('topic' = 'copy')",
      "WITH ('topic' = 'copy') LIKE base",
    ) +
    'CREATE TABLE same LIKE base;\nCREATE VIEW seen AS SELECT * FROM copy;\n' +
    table('sink', "'topic' = 'sink'");
  expect(topics('INSERT INTO sink SELECT x FROM seen', ddl)).toMatchObject({
    reads: ['copy'],
    writes: ['sink'],
  });
  expect(topics('INSERT INTO sink SELECT x FROM same', ddl)).toMatchObject({ reads: ['base'] });
});

it('takes tables of the script itself, and says nothing of a script with mistakes', () => {
  const script = `${table('own', "'topic' = 'own'").replace('TABLE', 'TEMPORARY TABLE')}INSERT INTO own SELECT 1;`;
  expect(topics(script, '').writes).toEqual(['own']);
  expect(topics('INSERT INTO nowhere SELECT x FROM nothing', '').writes).toEqual([]);
});
