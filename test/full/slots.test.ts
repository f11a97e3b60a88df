import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { platformCommands } from '../e2e/commands.ts';
import {
  countsBySql,
  createSqlProject,
  declareModule,
  declareTopic,
  evenCounts,
  readCounts,
  type SqlProject,
} from '../e2e/sql-project.ts';

/** TaskManagers of a session cluster come and go with the slots that its jobs take. */

const platform = platformCommands(inject('dataFolder'));
let project: SqlProject;

const cluster = declareModule(
  'flink/session-cluster',
  'session',
  `  name                = "slots"
  task_slots          = 2
  task_manager        = { memory = "1200m" }
  flink_configuration = { "resourcemanager.taskmanager-timeout" = "5 s" }`,
);

const job = (name: string, parallelism: number) =>
  `${declareTopic(`${name}-counts`)}${declareModule(
    'flink/sql-job',
    name,
    `  job_name        = "${name}"
  script          = "sql/jobs/counts.sql"
  session_cluster = module.session.name
  parallelism     = ${parallelism}
  restore         = "none"
  args            = { from = module.slot-numbers.name, to = module.${name}-counts.name }`,
  )}`;

const apply = (...jobs: readonly string[]) =>
  project.apply(declareTopic('slot-numbers', 6), cluster, ...jobs);

const applied = (...jobs: readonly string[]) =>
  project.applied(declareTopic('slot-numbers', 6), cluster, ...jobs);

const taskManagers = async () => {
  const selector = 'app=slots,component=taskmanager';
  const { items } = await platform.getJson<{ items: { metadata: { name: string } }[] }>([
    'pods',
    '-l',
    selector,
  ]);
  return items.map(({ metadata }) => metadata.name).toSorted();
};

const sessionJob = (name: string) =>
  platform.getJson<{ status: { error?: string; jobStatus: { state: string } } }>(['flinksessionjob', name]);

const counts = (name: string) => () => readCounts(platform, `${name}-counts`);
const inTime = { timeout: 90_000 };

beforeAll(async () => {
  project = await createSqlProject(platform, 'slots', countsBySql);
});

afterAll(async () => {
  await project?.remove();
});

describe('a session cluster with two slots in each TaskManager', () => {
  it('has three for a job of parallelism 6', async () => {
    await applied(job('wide', 6));
    expect(await taskManagers()).toEqual([1, 2, 3].map((number) => `slots-taskmanager-1-${number}`));
    await project.sendNumbers('slot-numbers', 0, 30);
    await expect.poll(counts('wide'), inTime).toEqual(evenCounts(10));
  });

  it('keeps one when the job is gone', async () => {
    await applied();
    await expect.poll(taskManagers, inTime).toEqual(['slots-taskmanager-1-1']);
  });

  it('says at once of a job that does not fit the machine, and the others run on', async () => {
    await applied(job('narrow', 1));
    const { code, output } = await apply(job('narrow', 1), job('wide', 2000));
    expect(code).toBe(1);
    expect(output).toContain('The job needs 2000 slots and would take 1000 TaskManagers with 2 each');
    expect((await sessionJob('wide')).status.error).toContain('Lower the parallelism');
    expect((await sessionJob('narrow')).status).toMatchObject({ jobStatus: { state: 'RUNNING' } });
    expect(await taskManagers()).toHaveLength(1);
    await project.sendNumbers('slot-numbers', 30, 60);
    await expect.poll(counts('narrow'), inTime).toEqual(evenCounts(20));
  });

  it('runs it once it is put right', async () => {
    await applied(job('narrow', 1), job('wide', 2));
    expect((await sessionJob('wide')).status).toMatchObject({ jobStatus: { state: 'RUNNING' } });
    expect((await sessionJob('wide')).status.error).toBeUndefined();
    await expect.poll(counts('wide'), inTime).toEqual(evenCounts(20));
    expect(await taskManagers()).toHaveLength(2);
  });
});
