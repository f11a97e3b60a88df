import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkProject, type SqlJob, type SqlProject } from './project-checks.ts';

const ddl = [
  {
    path: 'sql/ddl/tables.sql',
    text: `CREATE TABLE orders (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 'orders;refunds', 'format' = 'json');
CREATE TABLE totals (id BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = '\${to}');
CREATE VIEW few AS SELECT id FROM orders LIMIT 3;`,
  },
];
const script = (name: string, text: string) => ({ path: `sql/jobs/${name}.sql`, text });
const insert = 'INSERT INTO totals SELECT id FROM orders';

const job = (
  name: string,
  text = insert,
  parameters: Readonly<Record<string, string>> = { to: 'totals' },
): SqlJob => ({
  address: `module.${name}`,
  declaredAt: { file: 'main.tf', line: 1, column: 1 },
  argumentsAt: { file: 'main.tf', line: 4, column: 3 },
  script: script(name, text),
  ddl,
  parameters,
  options: {},
  knownImage: true,
});

const problems = async (project: Partial<SqlProject>) => {
  const { jobs = [] } = project;
  const whole = { jobs, scripts: jobs.map((item) => item.script), ddl, topics: undefined, ...project };
  const { diagnostics: found } = await checkProject(whole);
  return found.map(
    ({ severity, reason, source }) =>
      `${source?.file}${source?.line === undefined ? '' : `:${source.line}:${source.column}`} ${severity} ${reason}`,
  );
};

test('says of each problem once, however many jobs have it, in the order of files', async () => {
  const broken = [
    { path: 'sql/ddl/tables.sql', text: `${ddl[0]?.text}\nCREATE TABLE totals (x INT) WITH ('a' = 'b');` },
  ];
  const jobs = [job('a'), job('b', 'INSERT INTO totals SELECT id FROM odrers')].map((one) => ({
    ...one,
    ddl: broken,
  }));
  expect(await problems({ jobs, ddl: broken })).toEqual([
    'sql/ddl/tables.sql:3:13 warning SqlObjectUnused',
    'sql/ddl/tables.sql:4:14 error SqlDuplicateDefinition',
    'sql/ddl/tables.sql:4:14 warning SqlObjectUnused',
    'sql/jobs/b.sql:1:13 warning SqlSinkShared',
    'sql/jobs/b.sql:1:35 error SqlTableUnknown',
  ]);
});

test('puts problems of arguments where the arguments are', async () => {
  expect(await problems({ jobs: [job('a', insert, { to: 'x', form: 'y' })] })).toContain(
    'main.tf:4:3 error SqlParameterUnused',
  );
});

test('warns of topics that no module declares, each of a list, and not of those that nobody knows', async () => {
  const jobs = [job('a')];
  expect(await problems({ jobs, topics: ['orders'] })).toEqual([
    'sql/ddl/tables.sql:1:72 warning SqlTopicUndeclared',
    'sql/ddl/tables.sql:2:110 warning SqlTopicUndeclared',
    'sql/ddl/tables.sql:3:13 warning SqlObjectUnused',
  ]);
  expect(
    await problems({ jobs: [job('a', insert, { to: 'sdp_unknown_value' })], topics: ['orders', 'refunds'] }),
  ).toEqual(['sql/ddl/tables.sql:3:13 warning SqlObjectUnused']);
});

test('warns where two jobs write a table by its key', async () => {
  expect(await problems({ jobs: [job('a'), job('b')] })).toContain(
    'sql/jobs/b.sql:1:13 warning SqlSinkShared',
  );
  expect(await problems({ jobs: [job('a', `${insert}; ${insert}`)] })).not.toContainEqual(
    expect.stringContaining('SqlSinkShared'),
  );
  // Two tables, by what the jobs say.
  expect(await problems({ jobs: [job('a'), job('b', insert, { to: 'other' })] })).not.toContainEqual(
    expect.stringContaining('SqlSinkShared'),
  );
});

test('checks scripts that no job runs, but for their arguments', async () => {
  const idle = [script('idle', `INSERT INTO totals SELECT \${column} FROM nothing`)];
  expect(await problems({ jobs: [job('a')], scripts: [script('a', insert), ...idle] })).toEqual([
    'sql/ddl/tables.sql:3:13 warning SqlObjectUnused',
    'sql/jobs/idle.sql warning SqlScriptUnused',
    'sql/jobs/idle.sql:1:42 error SqlTableUnknown',
  ]);
});

test('says nothing of a project without SQL', async () => {
  expect(await problems({ ddl: [] })).toEqual([]);
});

test('a script of ten megabytes is too large, and is not parsed', async () => {
  const text = `INSERT INTO totals SELECT id FORM orders WHERE '${randomBytes(7_500_000).toString('base64')}' = ''`;
  expect(text.length).toBeGreaterThan(10_000_000);
  expect(await problems({ jobs: [job('a', text)] })).toContain('sql/jobs/a.sql error SqlRevisionTooLarge');
});
