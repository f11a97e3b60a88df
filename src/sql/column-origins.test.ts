import { describe, expect, it } from 'vitest';
import { type InsertColumns, readColumns } from './column-origins.ts';
import type { PlannerQuestion } from './planner-checks.ts';
import type { SqlJob } from './project-checks.ts';

const at = { file: 'main.tf', line: 1 };
const ddl = [
  {
    path: 'sql/ddl/tables.sql',
    text: "CREATE TABLE a (id INT) WITH ('connector' = 'kafka', 'topic' = '${from}');\nCREATE TABLE b (id INT) WITH ('connector' = 'print');",
  },
];

function job(text: string, parameters: Readonly<Record<string, string>> = { from: 'topic' }): SqlJob {
  return {
    address: 'module.job',
    declaredAt: at,
    argumentsAt: at,
    script: { path: 'sql/jobs/job.sql', text },
    ddl,
    parameters,
    options: { 'table.exec.state.ttl': '1 h' },
    knownImage: true,
  };
}

const inserts: readonly InsertColumns[] = [{ statement: 2, table: ['c', 'd', 'b'], columns: [] }];
const insert = 'INSERT INTO b SELECT id FROM a';

async function read(jobs: Readonly<Record<string, SqlJob>>, seen?: string) {
  const asked: PlannerQuestion[] = [];
  const problems =
    seen === undefined ? [] : [{ statement: 0, line: 1, column: 1, seen, change: 'Change it.' }];
  const columns = await readColumns(new Map(Object.entries(jobs)), async (question) => {
    asked.push(question);
    return { problems, inserts };
  });
  return { ...columns, asked };
}

describe('the columns that jobs write', () => {
  it('are asked for with what a job runs', async () => {
    const found = await read({ one: job(insert) });
    expect(found.asked).toEqual([
      {
        statements: [
          "CREATE TABLE a (id INT) WITH ('connector' = 'kafka', 'topic' = 'topic')",
          "CREATE TABLE b (id INT) WITH ('connector' = 'print')",
          insert,
        ],
        options: { 'table.exec.state.ttl': '1 h' },
      },
    ]);
    expect(found.inserts).toEqual(new Map([['one', inserts]]));
    expect(found.unknown).toEqual([]);
  });

  it('are those of each INSERT of a statement set', async () => {
    const { asked } = await read({
      one: job(`EXECUTE STATEMENT SET BEGIN ${insert}; INSERT INTO b SELECT 1; END`),
    });
    expect(asked[0]?.statements.slice(2)).toEqual([insert, 'INSERT INTO b SELECT 1']);
  });

  it('are not known of a job with an error, of one that calls Python, and of one that is refused', async () => {
    const python = "CREATE TEMPORARY FUNCTION f AS 'm.f' LANGUAGE PYTHON;\n";
    const found = await read({
      missing: job(insert, {}),
      nobody: job('INSERT INTO b SELECT id FROM c'),
      python: job(python + insert),
    });
    expect(found.asked).toEqual([]);
    expect(found.unknown).toEqual(['missing', 'nobody', 'python']);
    expect((await read({ one: job(insert) }, 'No such function')).unknown).toEqual(['one']);
  });

  it('are known although a value is not yet', async () => {
    expect((await read({ one: job(insert) }, "'sdp_unknown_value' is no topic")).unknown).toEqual([]);
  });
});
