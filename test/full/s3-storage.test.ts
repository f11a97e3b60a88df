import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
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
import { type S3Server, startS3Server } from './s3-server.ts';

/** State in S3, by an address alone (a folder stands for the bucket) and on a server that speaks S3. */

const data = inject('dataFolder');
const platform = platformCommands(data);
let project: SqlProject;
let s3: S3Server;

const job = (name: string, path: string, more = '') =>
  `${declareTopic(`${name}-numbers`)}${declareTopic(`${name}-counts`)}${declareModule(
    'flink/standalone-job',
    name,
    `  job_name          = "${name}"
  job_type          = "sql"
  script            = "sql/jobs/counts.sql"
  args              = { from = module.${name}-numbers.name, to = module.${name}-counts.name }
  jm_resource       = { memory = "1200m" }
  tm_resource       = { memory = "1200m" }
  checkpoint_config = { interval = "1 s", s3_path = "${path}" }
${more}`,
  )}`;

interface Deployment {
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly message: string }[];
    readonly jobStatus: { readonly jobId: string; readonly upgradeSavepointPath?: string };
  };
}

const deployment = (name: string) => platform.getJson<Deployment>(['flinkdeployment', name]);

const conditionOf = async (name: string, type: string) =>
  (await deployment(name)).status.conditions.find((condition) => condition.type === type)?.message;

const counts = (name: string) => () => readCounts(platform, `${name}-counts`);
const inTime = { timeout: 90_000 };

beforeAll(async () => {
  s3 = await startS3Server();
  project = await createSqlProject(platform, 's3', countsBySql);
});

afterAll(async () => {
  await project?.remove();
  await s3?.close();
});

describe('an S3 address without an endpoint', () => {
  const name = 'folded';
  const bucket = join(data, 'volumes', 'default', 'flink-data', 's3', 'bucket');

  it('is a folder, and the status says so', async () => {
    await project.applied(job(name, 's3a://bucket/folded'));
    await project.sendNumbers(`${name}-numbers`, 0, 30);
    await expect.poll(counts(name), inTime).toEqual(evenCounts(10));
    expect(await conditionOf(name, 'StorageMapped')).toContain('No S3 endpoint is configured');
    const { jobId } = (await deployment(name)).status.jobStatus;
    const checkpoints = join(bucket, 'folded', 'checkpoints', jobId);
    await eventually(
      () => readdir(checkpoints),
      (names) => names.some((entry) => entry.startsWith('chk-')),
    );
    expect(await readdir(join(bucket, 'folded', 'ha'))).not.toEqual([]);
  });

  it('keeps the state through an upgrade', async () => {
    await project.applied(job(name, 's3a://bucket/folded', '  restart_nonce = 1'));
    const { upgradeSavepointPath = '' } = (await deployment(name)).status.jobStatus;
    expect(upgradeSavepointPath).toContain('/s3/bucket/folded/savepoints/savepoint-');
    await project.sendNumbers(`${name}-numbers`, 30, 60);
    await expect.poll(counts(name), inTime).toEqual(evenCounts(20));
  });
});

describe('an S3 server', () => {
  const name = 'stored';
  const declared = (more = '') =>
    job(
      name,
      's3a://team/stored',
      `  flink_configuration = { "s3.endpoint" = "${s3.endpoint}", "s3.path.style.access" = "true" }
  secret_env = {
    AWS_ACCESS_KEY_ID     = { secret = "s3-keys", key = "id" }
    AWS_SECRET_ACCESS_KEY = { secret = "s3-keys", key = "secret" }
  }
${more}`,
    );
  const objects = (folder: string) =>
    eventually(
      async () => (await s3.listObjects('team')).filter((key) => key.startsWith(`stored/${folder}/`)),
      (keys) => keys.length > 0,
    );

  it('has checkpoints and high-availability data, with credentials of a Secret', async () => {
    await s3.createBucket('team');
    const literals = ['--from-literal=id=testing', '--from-literal=secret=testing'];
    await platform.kubectl(['create', 'secret', 'generic', 's3-keys', ...literals]);
    await project.applied(declared());
    await project.sendNumbers(`${name}-numbers`, 0, 30);
    await expect.poll(counts(name), inTime).toEqual(evenCounts(10));
    expect(await conditionOf(name, 'StorageMapped')).toBeUndefined();
    const { jobId } = (await deployment(name)).status.jobStatus;
    expect(await objects(`checkpoints/${jobId}`)).toContainEqual(
      expect.stringMatching(/\/chk-\d+\/_metadata$/),
    );
    await objects('ha');
  });

  it('takes the savepoint of an upgrade, and gives it back', async () => {
    await project.applied(declared('  restart_nonce = 1'));
    const { upgradeSavepointPath = '' } = (await deployment(name)).status.jobStatus;
    expect(upgradeSavepointPath).toMatch(/^s3a:\/\/team\/stored\/savepoints\/savepoint-/);
    await project.sendNumbers(`${name}-numbers`, 30, 60);
    await expect.poll(counts(name), inTime).toEqual(evenCounts(20));
  });

  it('is what a JobManager that was killed comes back from', async () => {
    await platform.kubectl(['delete', 'pod', `${name}-jobmanager-0`, '--wait=false']);
    await project.sendNumbers(`${name}-numbers`, 60, 90);
    await expect.poll(counts(name), inTime).toEqual(evenCounts(30));
  });

  it('that refuses is told of in the user’s terms', async () => {
    const { code, output } = await project.apply(declared().replaceAll('s3a://team/', 's3a://nobodys/'));
    expect(code).toBe(1);
    expect(output).toContain('The specified bucket does not exist');
    await project.applied(declared());
    await project.sendNumbers(`${name}-numbers`, 90, 120);
    await expect.poll(counts(name), inTime).toEqual(evenCounts(40));
  });
});
