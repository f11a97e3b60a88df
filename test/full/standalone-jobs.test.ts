import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { eventually, platformCommands } from '../e2e/commands.ts';
import { type PythonArchives, servePythonArchives } from '../e2e/python-archives.ts';
import { type BuiltJob, buildJavaScaffold } from './java-scaffold.ts';

/** Application clusters by the module flink/standalone-job: SQL, Java and Python, through their whole lives. */

const platform = platformCommands(inject('dataFolder'));
let project: string;
let jar: BuiltJob;
let server: Server;
let archives: PythonArchives;
let jarUrl: string;

interface Numbered {
  readonly k: number;
  readonly c: number;
}

const moduleSource = (...path: readonly string[]) => packageFile('terraform-modules', ...path);

const job = (name: string, more: string, memory = '1200m') => `
module "${name}" {
  source            = "${moduleSource('flink', 'standalone-job')}"
  job_name          = "${name}"
  checkpoint_config = { interval = "1 s" }
  jm_resource       = { memory = "1200m" }
  tm_resource       = { memory = "${memory}" }
${more}
}
`;

const sqlJob = (more = '', memory?: string) =>
  job(
    'counts',
    `  job_type = "sql"
  args     = { from = module.alone-numbers.name, to = module.alone-counts.name }
${more}`,
    memory,
  );

const javaJob = (more = '') =>
  job(
    'alone-totals',
    `  job_type = "java"
  jar_uri  = "${jarUrl}"
  args     = { from = module.alone-amounts.name, to = module.alone-totals-topic.name }
${more}`,
  );

const pythonJob = () =>
  job(
    'alone-python',
    `  job_type       = "python"
  py_module      = "readings.table_job"
  py_archive_uri = "${archives.url}/readings-1.0.0.tar.gz"
  args           = { from = module.alone-readings.name, to = module.alone-temperatures.name }`,
  );

const topic = (name: string, topicName = name) => `
module "${name}" {
  source = "${moduleSource('kafka', 'topic')}"
  name   = "${topicName}"

  force_destroy = true
}
`;

const declared = (...jobs: readonly string[]) => `
terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}

provider "sdp" {
  project = "standalone"
}
${['alone-numbers', 'alone-counts', 'alone-amounts', 'alone-readings', 'alone-temperatures'].map((name) => topic(name)).join('')}
${topic('alone-totals-topic', 'alone-totals')}
${jobs.join('')}`;

const ddl = `CREATE TABLE numbers (n BIGINT) WITH (
  'connector' = 'kafka', 'topic' = '\${from}', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE counts (k BIGINT, c BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = '\${to}', 'properties.bootstrap.servers' = '\${bootstrap_servers}',
  'key.format' = 'json', 'value.format' = 'json');
`;

beforeAll(async () => {
  [jar, archives] = await Promise.all([buildJavaScaffold('alone'), servePythonArchives()]);
  const content = await readFile(jar.jar);
  server = createServer((request, response) => {
    if (request.url === '/alone-1.0.0.jar') response.end(content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  jarUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alone-1.0.0.jar`;
  project = await mkdtemp(join(tmpdir(), 'sdp-standalone-'));
  await mkdir(join(project, 'sql', 'ddl'), { recursive: true });
  await mkdir(join(project, 'sql', 'jobs'));
  await writeFile(join(project, 'sql', 'ddl', 'tables.sql'), ddl);
  await writeFile(
    join(project, 'sql', 'jobs', 'counts.sql'),
    'INSERT INTO counts SELECT n % 3, COUNT(*) FROM numbers GROUP BY n % 3;\n',
  );
  await writeFile(join(project, 'main.tf'), declared());
  await platform.sdp(['init', project, '--project', 'standalone']);
});

afterAll(async () => {
  await platform.terraform(project, ['destroy', '-auto-approve']);
  server?.close();
  await archives?.close();
  await jar?.remove();
  await rm(project, { recursive: true, force: true });
});

async function apply(...jobs: readonly string[]): Promise<{ code: number; output: string }> {
  await writeFile(join(project, 'main.tf'), declared(...jobs));
  const init = await platform.terraform(project, ['init']);
  expect(init.code, init.output).toBe(0);
  const { code, output } = await platform.terraform(project, ['apply', '-auto-approve']);
  return { code, output: output.replaceAll(/\s+/g, ' ') };
}

async function applied(...jobs: readonly string[]): Promise<void> {
  const { code, output } = await apply(...jobs);
  expect(code, output).toBe(0);
}

async function produce(name: string, header: string, rows: readonly string[], more: readonly string[] = []) {
  const file = join(project, 'rows.csv');
  await writeFile(file, [header, ...rows, ''].join('\n'));
  await platform.sdp(['produce', name, '--file', file, ...more]);
}

const sendNumbers = (from: number, to: number) =>
  produce(
    'alone-numbers',
    'n',
    Array.from({ length: to - from }, (_, index) => String(from + index)),
  );

/** The newest count of each key. */
async function counts(): Promise<Record<string, number>> {
  const rows = await platform.consume<Numbered | null>('alone-counts');
  return Object.fromEntries(rows.flatMap((row) => (row === null ? [] : [[String(row.k), row.c]])));
}

const eventuallyCounts = (each: number) =>
  eventually(counts, (found) => ['0', '1', '2'].every((key) => found[key] === each), 90_000);

interface Deployment {
  readonly spec: object;
  readonly status: {
    readonly lifecycleState: string;
    readonly error?: string;
    readonly jobStatus: {
      readonly jobId: string;
      readonly state: string;
      readonly upgradeSavepointPath?: string;
    };
  };
}

const deployment = (name: string) => platform.getJson<Deployment>(['flinkdeployment', name]);

const podNames = async () => {
  const { items } = await platform.getJson<{ items: { metadata: { name: string } }[] }>([
    'pods',
    '-l',
    'app=counts',
  ]);
  return items.map(({ metadata }) => metadata.name).toSorted();
};

describe('a SQL job with a cluster of its own', () => {
  it('runs', async () => {
    await applied(sqlJob());
    await sendNumbers(0, 30);
    await eventuallyCounts(10);
    expect(await podNames()).toEqual(['counts-jobmanager-0', 'counts-taskmanager-1-1']);
  });

  it('takes a savepoint for more parallelism, and gets another TaskManager', async () => {
    const before = (await deployment('counts')).status.jobStatus.jobId;
    await applied(sqlJob('  parallelism = 2\n  task_slots = 1\n'));
    const { status } = await deployment('counts');
    expect(status.jobStatus.jobId).not.toBe(before);
    expect(status.jobStatus.upgradeSavepointPath).toMatch(/\/savepoint-/);
    await sendNumbers(30, 60);
    await eventuallyCounts(20);
    expect(await podNames()).toHaveLength(3);
  });

  it('goes on from its last checkpoint under the same job id with last-state', async () => {
    await applied(sqlJob('  parallelism = 1\n  upgrade_mode = "last-state"\n'));
    const before = (await deployment('counts')).status.jobStatus;
    await applied(sqlJob('  parallelism = 1\n  upgrade_mode = "last-state"\n  restart_nonce = 1\n'));
    const after = (await deployment('counts')).status.jobStatus;
    expect(after.jobId).toBe(before.jobId);
    expect(after.upgradeSavepointPath).toBe('KUBERNETES_OPERATOR_LAST_STATE');
    await sendNumbers(60, 90);
    await eventuallyCounts(30);
  });

  it('comes back by itself when its JobManager is killed', async () => {
    const { jobId } = (await deployment('counts')).status.jobStatus;
    await platform.kubectl(['delete', 'pod', 'counts-jobmanager-0', '--wait=false']);
    await sendNumbers(90, 120);
    await eventuallyCounts(40);
    expect((await deployment('counts')).status.jobStatus.jobId).toBe(jobId);
  });

  it('says at once that it does not fit the machine', async () => {
    const { code, output } = await apply(sqlJob('  upgrade_mode = "last-state"\n', '4000g'));
    expect(code).toBe(1);
    expect(output).toContain('There is no room for a TaskManager of 4096000 MiB');
    await applied(sqlJob('  parallelism = 1\n  upgrade_mode = "last-state"\n  restart_nonce = 2\n'));
    await sendNumbers(120, 150);
    await eventuallyCounts(50);
  });

  it('leaves nothing behind', async () => {
    await applied();
    expect(await podNames()).toEqual([]);
    const maps = await platform.kubectl(['get', 'configmaps', '-o', 'name']);
    expect(maps).not.toContain('counts');
  });
});

describe('a Java and a Python job with clusters of their own', () => {
  it('run', async () => {
    await applied(javaJob(), pythonJob());
    await produce('alone-amounts', 'key,amount', ['a,1', 'b,5', 'a,2'], ['--key', 'key']);
    const totals = await eventually(
      () => platform.consume<{ key: string; sum: number }>('alone-totals'),
      (rows) => rows.length >= 3,
    );
    expect(totals).toContainEqual(expect.objectContaining({ key: 'a', sum: 3 }));
    await produce('alone-readings', 'sensor,fahrenheit', ['kitchen,68'], ['--key', 'sensor']);
    const temperatures = await eventually(
      () => platform.consume<object>('alone-temperatures'),
      (rows) => rows.length > 0,
    );
    expect(temperatures).toEqual([{ sensor: 'kitchen', celsius: 20 }]);
  });

  it('fail with the reason when the jar is not there, and run again when it is', async () => {
    const { code, output } = await apply(javaJob().replace('alone-1.0.0.jar', 'alone-9.jar'), pythonJob());
    expect(code).toBe(1);
    expect(output).toContain('the server answered 404 Not Found');
    await applied(javaJob(), pythonJob());
    await produce('alone-amounts', 'key,amount', ['a,10'], ['--key', 'key']);
    const totals = await eventually(
      () => platform.consume<{ key: string; sum: number }>('alone-totals'),
      (rows) => rows.length >= 4,
    );
    expect(totals).toContainEqual(expect.objectContaining({ key: 'a', sum: 13 }));
  });
});
