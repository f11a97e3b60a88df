import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Manifest } from '../../src/apiclient/object.ts';
import { eventually, platformCommands } from '../e2e/commands.ts';
import {
  countsBySql,
  createSqlProject,
  declareModule,
  declareTopic,
  evenCounts,
  readCounts,
  type SqlProject,
} from '../e2e/sql-project.ts';

/** Two jobs that run all DDL of a project from one ConfigMap. */

const platform = platformCommands(inject('dataFolder'));
let project: SqlProject;

const job = (name: string) =>
  declareModule(
    'flink/sql-job',
    name,
    `  job_name        = "catalog-${name}"
  script          = "sql/jobs/counts.sql"
  session_cluster = module.session.name
  catalog         = module.catalog.name
  args            = { from = module.catalog-numbers.name, to = module.${name}-counts.name }`,
  );

const declared = [
  declareModule('flink/session-cluster', 'session', '  name = "catalog"'),
  declareModule('flink/sql-catalog', 'catalog', '  name = "team"'),
  ...['catalog-numbers', 'first-counts', 'second-counts'].map((name) => declareTopic(name)),
  job('first'),
  job('second'),
];

const catalogs = async () =>
  (await platform.getJson<{ items: readonly Manifest[] }>(['configmaps'])).items
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith('team-'));

async function expectCounted(each: number): Promise<void> {
  for (const name of ['first', 'second']) {
    const counts = await eventually(
      () => readCounts(platform, `${name}-counts`),
      (found) => JSON.stringify(found) === JSON.stringify(evenCounts(each)),
      120_000,
    );
    expect([name, counts]).toEqual([name, evenCounts(each)]);
  }
}

beforeAll(async () => {
  project = await createSqlProject(platform, 'catalog', {
    ...countsBySql,
    'sql/ddl/unused.sql': "CREATE TABLE unused (x INT) WITH ('connector' = 'datagen');\n",
  });
});

afterAll(async () => {
  await project?.remove();
});

it('count with it', async () => {
  await project.applied(...declared);
  await project.sendNumbers('catalog-numbers', 0, 300);
  await expectCounted(100);
  expect(await catalogs()).toHaveLength(1);
  expect((await project.plan()).code).toBe(0);
}, 300_000);

it('both change with any DDL, keep their state, and the catalog before goes', async () => {
  const before = await catalogs();
  await writeFile(
    join(project.folder, 'sql', 'ddl', 'unused.sql'),
    "CREATE TABLE unused (y STRING) WITH ('connector' = 'datagen');\n",
  );
  const { rows } = await project.verdicts(...declared);
  expect(rows).toMatchObject({
    'FlinkSessionJob/catalog-first': { actions: ['update'], verdict: 'restart-from-savepoint' },
    'FlinkSessionJob/catalog-second': { actions: ['update'], verdict: 'restart-from-savepoint' },
  });
  const { code, output } = await project.applyPlan();
  expect(code, output).toBe(0);
  const after = await catalogs();
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  await project.sendNumbers('catalog-numbers', 300, 600);
  await expectCounted(200);
}, 300_000);

it('cannot be changed by hand; a job whose revision is deleted says which, and an apply puts it back', async () => {
  const { spec } = await platform.getJson<{ spec: { job: { args: readonly string[] } } }>([
    'flinksessionjob',
    'catalog-first',
  ]);
  const revision = spec.job.args[spec.job.args.indexOf('--revision') + 1] ?? '';
  const patch = JSON.stringify({ data: { 'script.sql': 'INSERT INTO counts SELECT 1, 2' } });
  await expect(
    platform.kubectl(['patch', 'configmap', revision, '--type=merge', '-p', patch]),
  ).rejects.toThrow(/immutable/);
  await platform.kubectl(['delete', 'configmap', revision]);
  const { code, output } = await platform.trySdp(['restart', 'catalog-first']);
  expect(code, output).toBe(1);
  expect(output.replaceAll(/\s+/g, ' ')).toContain(revision);
  await project.applied(...declared);
  await project.sendNumbers('catalog-numbers', 600, 900);
  await expectCounted(300);
}, 300_000);

it('goes with them', async () => {
  await project.applied();
  expect(await catalogs()).toEqual([]);
}, 120_000);
