import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { readProcessIdentity } from '../../src/process/process-identity.ts';
import { copyExample, eventually, platformCommands, run, sdpCommand } from './commands.ts';
import {
  expectedYears,
  laterTrades,
  readTrades,
  sorted,
  type Trade,
  toCsv,
  type YearlyPrices,
} from './yearly-prices.ts';

interface SessionJob {
  metadata: { name: string; uid: string };
  status: { jobStatus: { jobId: string; state: string } };
}

const data = inject('dataFolder');
const platform = platformCommands(data);
const job = () => platform.getJson<SessionJob>(['flinksessionjob', 'yearly-prices']);
const runningJob = () => eventually(job, ({ status }) => status.jobStatus.state === 'RUNNING', 120_000);
let scratch: string;
let project: string;
const trades: Trade[] = readTrades();

/** Writes more trades and waits until the job has written every year that they end, each once. */
async function trade(more: readonly Trade[]): Promise<void> {
  const file = join(scratch, 'more.csv');
  await writeFile(file, toCsv(more));
  await platform.sdp(['produce', 'trades', '--file', file, '--key', 'symbol']);
  trades.push(...more);
}

async function expectAllRows(): Promise<void> {
  const expected = expectedYears(trades);
  const rows = await eventually(
    () => platform.consume<YearlyPrices>('yearly-prices'),
    (found) => found.length >= expected.length,
    120_000,
  );
  expect(sorted(rows)).toEqual(expected);
}

async function pidsOf(names: readonly string[]): Promise<number[]> {
  const pods = await platform.getJson<{ items: { metadata: { name: string; uid: string } }[] }>([
    'pods',
    '-A',
  ]);
  const wanted = pods.items.filter(({ metadata }) => names.some((name) => metadata.name.startsWith(name)));
  return Promise.all(
    wanted.map(async ({ metadata }) =>
      Number(await readFile(join(data, 'pods', metadata.uid, 'pid'), 'utf8')),
    ),
  );
}

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-scratch-'));
});

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
  if (project !== undefined) await rm(dirname(dirname(project)), { recursive: true, force: true });
});

describe('the market data example', () => {
  it('goes from npm start to the expected rows', async () => {
    const output = await run('npm', ['start', '--silent', '--', '--once', '--json', '--data', data], {
      cwd: packageFile(),
    });
    const { rows } = JSON.parse(output.slice(output.indexOf('{\n'))) as { rows: YearlyPrices[] };
    expect(sorted(rows)).toEqual(expectedYears(trades));
  }, 900_000);

  it('leaves nothing to change for a second plan', async () => {
    project = await copyExample(platform, 'market-data');
    expect((await platform.terraform(project, ['init'])).code).toBe(0);
    const plan = await platform.terraform(project, ['plan', '-detailed-exitcode']);
    expect(plan.output).toContain('No changes.');
    expect(plan.code).toBe(0);
  });

  it('shows everything to kubectl', async () => {
    const table = await platform.kubectl(['get', 'kafkatopics,flinksessionjobs,pods', '-A']);
    expect(table).toMatch(/kafkatopic\.kafka\.strimzi\.io\/trades +kafka +1 +True/);
    expect(table).toMatch(/flinksessionjob\.flink\.apache\.org\/yearly-prices +RUNNING +STABLE +session/);
    expect(table).toMatch(/pod\/session-jobmanager-0 +1\/1 +Running/);
    expect(await platform.kubectl(['describe', 'flinksessionjob', 'yearly-prices'])).toMatch(
      /Normal +Submit .*Starting deployment/,
    );
    expect(await platform.kubectl(['logs', 'session-jobmanager-0', '--tail=5'])).toContain(' INFO ');
  });

  it('restarts only the job whose SQL was edited, with its state', async () => {
    await addSecondJob(project);
    expect((await platform.terraform(project, ['init'])).code).toBe(0);
    // The new DDL is no change of the other job, which does not reach it.
    expect(await applied(project)).toContain('2 added, 0 changed, 0 destroyed');
    const other = await platform.getJson<SessionJob>(['flinksessionjob', 'peaks']);
    const before = await runningJob();
    const script = join(project, 'sql', 'jobs', 'yearly-prices.sql');
    const sql = await readFile(script, 'utf8');
    await writeFile(script, sql.replace('FROM trades\n', 'FROM trades -- as they come\n'));
    const plan = await platform.terraform(project, ['plan']);
    expect(plan.output).toContain(
      'module.yearly_prices.sdp_flink_session_job.this[0] will be updated in-place',
    );
    expect(plan.output).toContain('0 to add, 2 to change, 0 to destroy');
    await applied(project);
    const after = await runningJob();
    expect(after.status.jobStatus.jobId).not.toBe(before.status.jobStatus.jobId);
    const untouched = await platform.getJson<SessionJob>(['flinksessionjob', 'peaks']);
    expect(untouched.status.jobStatus.jobId).toBe(other.status.jobStatus.jobId);
    // The year 2010 was open in the state: with it lost, its first months would be missing in the row.
    await trade(laterTrades(2011, 2011));
    await expectAllRows();
  });

  it('survives kill -9 of the daemon: same processes, same job, no row lost or doubled', async () => {
    const before = await runningJob();
    const pids = await pidsOf(['kafka', 'session']);
    const { pid } = JSON.parse(await platform.sdp(['up', '--detach', '--json'])) as { pid: number };
    await trade(laterTrades(2012, 2012).slice(0, 30));
    process.kill(pid, 'SIGKILL');
    await eventually(
      () => readProcessIdentity(pid),
      (identity) => identity === undefined,
    );
    await run(sdpCommand, ['up', '--detach', '--data', data]);
    await trade([...laterTrades(2012, 2012).slice(30), ...laterTrades(2013, 2013)]);
    await expectAllRows();
    expect(await pidsOf(['kafka', 'session'])).toEqual(pids);
    expect((await runningJob()).status.jobStatus.jobId).toBe(before.status.jobStatus.jobId);
  });

  it('survives kill -9 of the TaskManager: the job runs again by itself and the output is right', async () => {
    const [pid = 0] = await pidsOf(['session-taskmanager']);
    await trade(laterTrades(2014, 2014));
    process.kill(pid, 'SIGKILL');
    await trade(laterTrades(2015, 2015));
    await expectAllRows();
    await runningJob();
    expect(await pidsOf(['session-taskmanager'])).not.toEqual([pid]);
  });

  it('survives kill -9 of the JobManager: the next one leads and restores the same job', async () => {
    const before = await runningJob();
    const leader = await readLeader();
    const [pid = 0] = await pidsOf(['session-jobmanager']);
    await trade(laterTrades(2016, 2016));
    process.kill(pid, 'SIGKILL');
    await trade(laterTrades(2017, 2017));
    await expectAllRows();
    const after = await runningJob();
    expect(after.status.jobStatus.jobId).toBe(before.status.jobStatus.jobId);
    expect(await pidsOf(['session-jobmanager'])).not.toEqual([pid]);
    const next = await readLeader();
    expect(next.holderIdentity).not.toBe(leader.holderIdentity);
    expect(next.leaderTransitions).toBe(leader.leaderTransitions + 1);
  });

  it('is there again after down and up', async () => {
    const before = await runningJob();
    await platform.sdp(['down']);
    expect((await platform.trySdp(['status'])).output).toContain('No platform is running');
    await platform.sdp(['up', '--detach']);
    await trade(await tradesWhenReady());
    await expectAllRows();
    expect((await runningJob()).status.jobStatus.jobId).toBe(before.status.jobStatus.jobId);
  });

  it('goes away with terraform destroy, and nothing of it stays', async () => {
    const destroy = await platform.terraform(project, ['destroy', '-auto-approve']);
    expect(destroy.output).toContain('Destroy complete!');
    const left = await platform.kubectl([
      'get',
      'kafkatopics,flinksessionjobs,flinkdeployments,pods',
      '-n',
      'default',
    ]);
    expect(left).toContain('No resources found');
    const maps = await platform.kubectl(['get', 'configmaps', '-n', 'default', '-o', 'name']);
    expect(maps).not.toMatch(/yearly-prices|session|peaks/);
  });
});

/** Who holds the lock that Flink's JobManagers elect their leader by. */
async function readLeader(): Promise<{ holderIdentity: string; leaderTransitions: number }> {
  const map = await platform.getJson<{ metadata: { annotations: Record<string, string> } }>([
    'configmap',
    'session-cluster-config-map',
  ]);
  const lock = map.metadata.annotations['control-plane.alpha.kubernetes.io/leader'] ?? '{}';
  return JSON.parse(lock) as Awaited<ReturnType<typeof readLeader>>;
}

async function applied(folder: string): Promise<string> {
  const { code, output } = await platform.terraform(folder, ['apply', '-auto-approve']);
  expect(code, output).toBe(0);
  return output;
}

async function tradesWhenReady(): Promise<Trade[]> {
  await eventually(
    () => platform.trySdp(['status']),
    ({ output }) => /Kafka +sdp-system\/kafka +healthy/.test(output),
  );
  return laterTrades(2018, 2018);
}

async function addSecondJob(folder: string): Promise<void> {
  await writeFile(
    join(folder, 'peaks.tf'),
    `module "peaks" {
  source          = "../../terraform-modules/flink/sql-job"
  job_name        = "peaks"
  session_cluster = module.session.name
  args            = { limit = 100 }
}
`,
  );
  await writeFile(
    join(folder, 'sql', 'ddl', 'peaks.sql'),
    "CREATE TABLE peaks (symbol STRING, price DECIMAL(10, 2)) WITH ('connector' = 'blackhole');\n",
  );
  await writeFile(
    join(folder, 'sql', 'jobs', 'peaks.sql'),
    'INSERT INTO peaks SELECT symbol, price FROM trades WHERE price > ${limit};\n',
  );
}
