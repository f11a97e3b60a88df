import { expect, test } from 'vitest';
import { inspectSql } from './inspection.ts';

const ddl = [
  {
    path: 'sql/ddl/functions.sql',
    text: `-- Of the team.
CREATE FUNCTION \${name:shout} AS 'team.shout' LANGUAGE PYTHON;
CREATE FUNCTION unused AS 'team.unused' LANGUAGE PYTHON;
CREATE FUNCTION jvm AS 'com.example.LANGUAGE PYTHON' LANGUAGE JAVA;
CREATE TABLE out (word STRING) WITH ('connector' = 'print');`,
  },
];
const inspect = (text: string, more: object = { hasPython: false }) =>
  inspectSql({ script: { path: 'sql/jobs/a.sql', text }, ddl, parameters: {}, ...more }).diagnostics;
const calls = "INSERT INTO out SELECT shout('a')";

test('a function of Python that a job calls needs the code', () => {
  expect(inspect(calls)).toEqual([
    expect.objectContaining({
      severity: 'error',
      reason: 'SqlPythonMissing',
      summary: 'Nothing brings the Python function shout to the cluster',
      source: { file: 'sql/ddl/functions.sql', line: 2, column: 17 },
    }),
  ]);
  const own = `CREATE TEMPORARY FUNCTION f AS 'team.f' language  /* ! */ python; ${calls.replace('shout', 'f')}`;
  expect(inspect(own)).toMatchObject([{ source: { file: 'sql/jobs/a.sql', line: 1, column: 27 } }]);
});

test('nothing is missing where the job has it, where nobody knows, and where none is called', () => {
  expect(inspect(calls, { hasPython: true })).toEqual([]);
  expect(inspect(calls, {})).toEqual([]);
  expect(inspect("INSERT INTO out SELECT jvm('a')")).toEqual([]);
});

test('of a shared catalog, those count that the script calls', () => {
  const shared = { hasPython: false, catalog: 'shared-1' };
  expect(inspect("INSERT INTO out SELECT 'a'", shared)).toEqual([]);
  expect(inspect(calls, shared)).toMatchObject([{ source: { line: 2 } }]);
});
