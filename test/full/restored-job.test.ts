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

/** A job that is disabled and enabled goes on where it was. */

const platform = platformCommands(inject('dataFolder'));
let project: SqlProject;

const declare = (more: string) => [
  declareModule('flink/session-cluster', 'session', '  name = "restored"'),
  declareTopic('restored-numbers'),
  declareTopic('restored-counts'),
  declareModule(
    'flink/sql-job',
    'job',
    `  job_name        = "counts"
  session_cluster = module.session.name
  args            = { from = module.restored-numbers.name, to = module.restored-counts.name }
${more}`,
  ),
];

const job = () => platform.getJson<Manifest & { spec: { job: object } }>(['flinksessionjob', 'counts']);

async function expectCounted(each: number): Promise<void> {
  const wanted = JSON.stringify(evenCounts(each));
  const counts = await eventually(
    () => readCounts(platform, 'restored-counts'),
    (found) => JSON.stringify(found) === wanted,
    120_000,
  );
  expect(counts).toEqual(evenCounts(each));
}

beforeAll(async () => {
  project = await createSqlProject(platform, 'restored', countsBySql);
});

afterAll(async () => {
  await project?.remove();
});

it('from the savepoint that its deletion left, which the plan tells', async () => {
  await project.applied(...declare(''));
  await project.sendNumbers('restored-numbers', 0, 300);
  await expectCounted(100);

  await project.applied(...declare('  enabled = false\n'));
  await project.sendNumbers('restored-numbers', 300, 600);
  const { code, output } = await project.apply(...declare(''));
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/Warning: FlinkSessionJob default\/counts takes up what is kept of it/),
  ]);
  const path = /It starts from (\S+), a savepoint/.exec(output)?.[1];
  expect(path).toMatch(/savepoint-/);
  expect((await job()).spec.job).toMatchObject({ initialSavepointPath: path });
  // From the start it would count the first three hundred twice: the source reads from the earliest offset.
  await expectCounted(200);
  expect((await project.plan()).code).toBe(0);
}, 600_000);

it('and starts empty where it is told so', async () => {
  await project.applied(...declare('  enabled = false\n'));
  await project.applied(...declare('  restore = "none"\n'));
  expect((await job()).spec.job).not.toHaveProperty('initialSavepointPath');
  expect((await project.plan()).code).toBe(0);
}, 600_000);
