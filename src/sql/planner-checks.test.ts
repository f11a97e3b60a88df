import { describe, expect, test } from 'vitest';
import { checkByPlanner, type PlannerQuestion } from './planner-checks.ts';
import type { PlannerProblem } from './planner-problem.ts';
import { checkProject, type SqlJob } from './project-checks.ts';

const ddl = [
  {
    path: 'sql/ddl/tables.sql',
    text: `-- Of others.
CREATE TABLE other (id BIGINT) WITH ('connector' = 'print');
CREATE TABLE orders (id BIGINT) WITH ('connector' = 'kafka', 'topic' = '\${from}', 'format' = 'avro');`,
  },
];

const job = (text: string, more: Partial<SqlJob> = {}): SqlJob => ({
  address: 'module.job',
  declaredAt: { file: 'main.tf' },
  argumentsAt: { file: 'main.tf' },
  script: { path: 'sql/jobs/job.sql', text },
  ddl,
  parameters: { from: 'a long name' },
  options: {},
  knownImage: true,
  ...more,
});

/** What is asked of the planner, and what becomes of its answers. */
async function plan(jobs: readonly SqlJob[], ...answers: readonly PlannerProblem[]) {
  const { closures, diagnostics } = await checkProject({
    jobs,
    scripts: jobs.map(({ script }) => script),
    ddl,
    topics: undefined,
  });
  const asked: PlannerQuestion[] = [];
  const result = await checkByPlanner(closures, diagnostics, async (question) => {
    asked.push(question);
    return answers;
  });
  return { asked, ...result };
}

const at = (statement: number, line: number, column: number, seen: string, change = '') => ({
  statement,
  line,
  column,
  seen,
  change,
});
const script = `CREATE TEMPORARY TABLE out (id BIGINT) WITH ('connector' = 'print');
INSERT INTO out
  SELECT id FROM orders;`;

test('asks with the definitions that the script reaches, parameters filled in, and the options that planning depends on', async () => {
  const options = { 'table.exec.state.ttl': '1 h', 'execution.checkpointing.interval': '1 s' };
  const { asked, planned } = await plan([job(script, { options })]);
  expect(planned).toBe(1);
  expect(asked).toEqual([
    {
      statements: [
        "CREATE TABLE orders (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 'a long name', 'format' = 'avro')",
        "CREATE TEMPORARY TABLE out (id BIGINT) WITH ('connector' = 'print')",
        'INSERT INTO out\n  SELECT id FROM orders',
      ],
      options: { 'table.exec.state.ttl': '1 h' },
    },
  ]);
});

describe('a problem', () => {
  test('stands where its author wrote it', async () => {
    const column =
      1 + (ddl[0]?.text.split('\n')[2] ?? '').indexOf("'format'") - ('${from}'.length - 'a long name'.length);
    const { diagnostics } = await plan(
      [job(script)],
      at(2, 2, 10, "Column 'id' not found in any table", 'Correct the SQL and apply the job again.'),
      at(0, 1, column, 'No such format. Take another'),
    );
    expect(diagnostics).toEqual([
      {
        severity: 'error',
        reason: 'SqlPlanError',
        summary: 'No such format',
        detail: 'Take another.',
        source: {
          file: 'sql/ddl/tables.sql',
          line: 3,
          column: 1 + (ddl[0]?.text.split('\n')[2] ?? '').indexOf("'format'"),
        },
      },
      {
        severity: 'error',
        reason: 'SqlPlanError',
        summary: "Column 'id' not found in any table",
        detail: "Flink's planner refuses the statement: the job would not start.",
        source: { file: 'sql/jobs/job.sql', line: 3, column: 10 },
      },
    ]);
  });

  test('of a definition that many jobs reach is told once', async () => {
    const jobs = [job(script), job(script, { script: { path: 'sql/jobs/b.sql', text: script } })];
    expect((await plan(jobs, at(0, 1, 1, 'Not so'))).diagnostics).toHaveLength(1);
  });

  test('is not told where another error is, nor of a value that is not known yet', async () => {
    const faulty = job(script.replace('SELECT id', 'SELECT id,, id'));
    expect((await plan([faulty], at(2, 1, 1, 'Encountered ","'))).diagnostics).toEqual([]);
    expect((await plan([job(script)], at(2, 1, 1, "'sdp_unknown_value' is none"))).diagnostics).toEqual([]);
  });

  test('of a connector or format that is not there stands at its name, and is none for certain where the image is not known', async () => {
    const missing = at(2, 1, 1, "Nothing on the classpath offers 'avro'. Available: json", 'Bring its jar.');
    expect((await plan([job(script)], missing)).diagnostics).toEqual([
      {
        severity: 'error',
        reason: 'SqlConnectorMissing',
        summary: "Nothing on the classpath offers 'avro'",
        detail: 'Available: json. Bring its jar.',
        source: { file: 'sql/ddl/tables.sql', line: 3, column: 94 },
      },
    ]);
    const [warning] = (await plan([job(script, { knownImage: false })], missing)).diagnostics;
    expect(warning?.severity).toBe('warning');
    expect(warning?.detail).toContain('its image may bring it');
  });

  test('of a jar that this machine cannot load is none for certain', async () => {
    const seen = 'the jar https://host/udf.jar cannot be loaded: nothing answers at host:443';
    expect((await plan([job(script)], at(0, 1, 1, seen, 'Start the server.'))).diagnostics).toEqual([
      {
        severity: 'warning',
        reason: 'SqlJarUnavailable',
        summary: 'The jar https://host/udf.jar cannot be loaded',
        detail:
          'Nothing answers at host:443. Start the server. What the job calls of it was not checked: the cluster may reach what this machine does not.',
        source: { file: 'sql/ddl/tables.sql', line: 3, column: 1 },
      },
    ]);
  });
});

test('jobs that call Python are left to a cluster that has it, and scripts that cannot be read to their authors', async () => {
  const python = `CREATE TEMPORARY FUNCTION f AS 'a.b' LANGUAGE PYTHON;\n${script}`;
  const { asked, planned, unplanned } = await plan([job(python), job("INSERT INTO out SELECT 'a")]);
  expect({ asked, planned, unplanned }).toEqual({ asked: [], planned: 0, unplanned: 1 });
});

test('a script that runs without ids of operators that last is a warning', async () => {
  const seen = 'Flink cannot compile the script: TemporalTableSourceSpec can not be serialized.';
  const { diagnostics } = await plan([job(script)], at(2, 1, 1, seen, 'The job runs.'));
  expect(diagnostics).toMatchObject([
    {
      severity: 'warning',
      reason: 'SqlNotCompiled',
      summary: 'Flink cannot compile the script',
      detail: 'TemporalTableSourceSpec can not be serialized. The job runs.',
      source: { file: 'sql/jobs/job.sql', line: 2, column: 1 },
    },
  ]);
});
