import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { JobDetails } from '../../src/engines/flink/job-details.ts';
import { copyExample, eventually, platformCommands } from '../e2e/commands.ts';
import {
  expectedYears,
  laterTrades,
  readTrades,
  sorted,
  type Trade,
  toCsv,
  type YearlyPrices,
} from '../e2e/yearly-prices.ts';

interface ShownJob {
  readonly jobId: string;
  readonly state: string;
  readonly flink: JobDetails;
  readonly snapshots: readonly { readonly name: string; readonly state: string }[];
  readonly events: readonly { readonly reason: string }[];
}

const platform = platformCommands(inject('dataFolder'));
const trades: Trade[] = [];
let project: string;
let scratch: string;
let script: string;

const show = async (job: string) =>
  JSON.parse(await platform.sdp(['jobs', 'show', job, '--json'])) as ShownJob;

/** Writes trades and waits until the job has written every year that they end, each once. */
async function trade(more: readonly Trade[]): Promise<void> {
  const file = join(scratch, 'more.csv');
  await writeFile(file, toCsv(more));
  await platform.sdp(['produce', 'trades', '--file', file, '--key', 'symbol']);
  trades.push(...more);
  const expected = expectedYears(trades);
  const rows = await eventually(
    () => platform.consume<YearlyPrices>('yearly-prices'),
    (found) => found.length >= expected.length,
    120_000,
  );
  expect(sorted(rows)).toEqual(expected);
}

const apply = () => platform.terraform(project, ['apply', '-auto-approve']);

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-scratch-'));
  project = await copyExample(platform, 'market-data');
  script = join(project, 'sql', 'jobs', 'yearly-prices.sql');
  await writeFile(
    join(project, 'peaks.tf'),
    'module "peaks" {\n  source          = "../../terraform-modules/flink/sql-job"\n  job_name        = "peaks"\n  session_cluster = module.session.name\n  restart_nonce   = 1\n}\n',
  );
  await writeFile(
    join(project, 'sql', 'ddl', 'peaks.sql'),
    "CREATE TABLE peaks (symbol STRING, price DECIMAL(10, 2)) WITH ('connector' = 'blackhole');\n",
  );
  await writeFile(
    join(project, 'sql', 'jobs', 'peaks.sql'),
    'INSERT INTO peaks SELECT symbol, price FROM trades WHERE price > 100;\n',
  );
  await platform.terraform(project, ['init']);
  const { code, output } = await apply();
  if (code !== 0) throw new Error(output);
  // The file goes symbol by symbol; what comes later than its time would be left out.
  await trade(readTrades().toSorted((a, b) => Date.parse(a.date) - Date.parse(b.date)));
});

afterAll(async () => {
  if (project !== undefined) {
    await platform.terraform(project, ['destroy', '-auto-approve']);
    await rm(dirname(dirname(project)), { recursive: true, force: true });
  }
  await rm(scratch, { recursive: true, force: true });
});

describe('jobs', () => {
  it('lists the jobs with what Flink knows of them', async () => {
    const rows = JSON.parse(await platform.sdp(['jobs', '--json'])) as readonly { name: string }[];
    const checkpoint = expect.objectContaining({ path: expect.stringContaining('chk-') as string }) as object;
    // Those of other projects run beside them.
    expect(rows.filter(({ name }) => ['peaks', 'yearly-prices'].includes(name))).toMatchObject([
      { name: 'peaks', cluster: 'session', state: 'RUNNING', health: { state: 'healthy' }, checkpoint },
      { name: 'yearly-prices', cluster: 'session', state: 'RUNNING', checkpoint },
    ]);
    expect(await platform.sdp(['jobs'])).toMatch(/✓ default\/yearly-prices +session +RUNNING +healthy +\S+/);
  });

  it('shows the graph of one, with what it has read and written', async () => {
    // Flink gathers figures every 10 s.
    const { flink, events } = await eventually(
      () => show('yearly-prices'),
      (shown) => shown.flink.vertices[1]?.recordsOut === expectedYears(trades).length,
    );
    expect(flink.vertices).toMatchObject([
      { name: 'Source: trades[1] -> Calc[2]', parallelism: 1, status: 'RUNNING', pending: 0 },
      { status: 'RUNNING', recordsIn: trades.length },
    ]);
    expect(flink.vertices[0]?.recordsIn).toBe(trades.length);
    expect(flink.restarts).toBe(0);
    expect(flink.checkpoints.completed).toBeGreaterThan(0);
    expect(events.map(({ reason }) => reason)).toContain('Submit');
  });

  it('names what is similar when there is none', async () => {
    const { code, output } = await platform.trySdp(['jobs', 'show', 'yearly-price']);
    expect(code).toBe(1);
    expect(output).toContain('Did you mean default/yearly-prices?');
  });
});

describe('the logs of a job', () => {
  it('have its lines of both processes, and none of the other job', async () => {
    const [{ jobId }, other] = [await show('peaks'), await show('yearly-prices')];
    const output = await platform.sdp(['logs', 'peaks']);
    expect(output).toContain(`JobId=${jobId}`);
    expect(output).toMatch(/session-taskmanager-1-1 \| .* Task \[[0-9a-f]{8}\] - .*peaks/);
    expect(output).not.toContain(other.jobId.slice(0, 8));
    const times = [...output.matchAll(/\| (\d{4}-\S+) (\S+),(\d{3})/g)].map(([, day, time, ms]) =>
      Date.parse(`${day}T${time}.${ms}Z`),
    );
    expect(times.length).toBeGreaterThan(20);
    // Threads of one process write their lines some milliseconds out of order.
    const late = times.filter((time, index) => time < (times[index - 1] ?? 0) - 100);
    expect(late).toEqual([]);
    expect((await platform.sdp(['logs', 'peaks', '--tail', '3'])).trim().split('\n')).toHaveLength(3);
  });
});

describe('a job that runs', () => {
  it('goes on after a savepoint, whose path is printed', async () => {
    const before = await show('yearly-prices');
    const output = await platform.sdp(['savepoint', 'default/yearly-prices', '--json']);
    const { path, snapshot } = JSON.parse(output.slice(0, output.indexOf('}') + 1)) as Record<string, string>;
    expect(existsSync(new URL(path?.replace(/^file:\/*/, 'file:///') ?? ''))).toBe(true);
    const after = await show('yearly-prices');
    expect(after.jobId).toBe(before.jobId);
    expect(after.snapshots).toMatchObject([{ name: snapshot, state: 'COMPLETED' }]);
  });

  it('restarts with its state, and Terraform sees nothing where it declares no nonce', async () => {
    const before = await show('yearly-prices');
    expect(await platform.sdp(['restart', 'yearly-prices'])).toContain('yearly-prices runs again.');
    expect((await show('yearly-prices')).jobId).not.toBe(before.jobId);
    await trade(laterTrades(2011, 2011));
    expect((await platform.terraform(project, ['plan', '-detailed-exitcode'])).code).toBe(0);
  });

  it('whose nonce is declared is said to be restarted once more, and Terraform shows it', async () => {
    expect(await platform.sdp(['restart', 'peaks'])).toMatch(/declared by sdp:market-data.*puts 1 back/s);
    const plan = await platform.terraform(project, ['plan']);
    expect(plan.output).toMatch(/~ restart_nonce += \d{10} -> 1/);
    expect((await apply()).code).toBe(0);
    expect((await platform.terraform(project, ['plan', '-detailed-exitcode'])).code).toBe(0);
  });

  it('is not rolled back, with the other ways named', async () => {
    const { code, output } = await platform.trySdp(['rollback', 'yearly-prices']);
    expect(code).toBe(1);
    expect(output).toMatch(/NothingToRollBack.*git revert.*yearly-prices-savepoint-/s);
  });
});

describe('a change that does not start', () => {
  it('is rolled back to its savepoint: no row is lost or doubled', async () => {
    const good = await readFile(script, 'utf8');
    // No operator that takes the state of the pattern.
    await writeFile(
      script,
      'INSERT INTO yearly_prices SELECT symbol, 1, price, price, price, price, price FROM trades;\n',
    );
    expect((await apply()).code).toBe(1);
    const failed = await platform.trySdp(['jobs']);
    expect(failed.code).toBe(1);
    expect(failed.output).toMatch(/✗ default\/yearly-prices .*FAILED.*does not fit the job/s);

    const output = await platform.sdp(['rollback', 'yearly-prices']);
    expect(output).toMatch(
      /job\.args\.\d: yearly-prices-sql-\w+ -> yearly-prices-sql-\w+\n.*savepoint-.*Terraform project market-data still declares the change.*runs again/s,
    );
    await trade(laterTrades(2012, 2012));
    const refused = await platform.terraform(project, ['plan']);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('was rolled back');

    // What is as it is to be again is not stopped.
    const { jobId } = await show('yearly-prices');
    await writeFile(script, good);
    expect((await apply()).code).toBe(0);
    expect((await show('yearly-prices')).jobId).toBe(jobId);
    expect((await platform.terraform(project, ['plan', '-detailed-exitcode'])).code).toBe(0);
    // Nothing of the rollback stands in the way of the next change.
    await writeFile(script, good.replace('FROM trades\n', 'FROM trades -- as they come\n'));
    const { code, output: next } = await apply();
    expect(code, next).toBe(0);
    await trade(laterTrades(2013, 2013));
  }, 400_000);
});
