import { expect, test } from 'vitest';
import { type ReadStatement, readDdlFile } from './sql-file.ts';

const path = 'sql/ddl/t.sql';
const text = `CREATE TABLE t (n INT) WITH ('topic' = '\${topic}'); CREATE TABLE u (n INT) WITH ('topic' = 'u');`;

function read(values: Readonly<Record<string, string>>, written = text): readonly ReadStatement[] {
  const { value, diagnostics } = readDdlFile({ path, text: written }, values);
  expect(diagnostics).toEqual([]);
  return value ?? [];
}

test('a DDL file is read once for all jobs that give it the same values', () => {
  const first = read({ topic: 'a' });
  expect(read({ topic: 'a', other: '1' })).toBe(first);
  expect(read({ topic: 'b' })[0]?.filled.text).toContain("'topic' = 'b'");
  expect(read({ topic: 'a' })[0]?.filled.text).toContain("'topic' = 'a'");
});

test('a DDL file is read anew when it has changed', () => {
  read({ topic: 'a' });
  expect(read({}, "CREATE TABLE v (n INT) WITH ('connector' = 'print');")[0]?.names.creates?.parts).toEqual([
    'v',
  ]);
});

test('a parameter without a value is found for every job', () => {
  const missing = () => readDdlFile({ path, text }, {}).value?.[0]?.filled.diagnostics;
  expect(missing()).toMatchObject([{ reason: 'SqlParameterMissing' }]);
  expect(read({ topic: 'a' })[0]?.filled.diagnostics).toEqual([]);
  expect(missing()).toMatchObject([{ reason: 'SqlParameterMissing' }]);
  expect(missing()).toMatchObject([{ reason: 'SqlParameterMissing' }]);
});

test('a value is one of the job, not of every object', () => {
  const inherited = `CREATE TABLE t (n INT) WITH ('topic' = '\${toString}');`;
  expect(read({}, inherited)[0]?.filled.diagnostics).toMatchObject([{ reason: 'SqlParameterMissing' }]);
  expect(read({ toString: 'a' }, inherited)[0]?.filled.text).toContain("'topic' = 'a'");
});
