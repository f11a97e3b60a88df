import { appendFile, cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { copyExample, eventually, platformCommands, sdpCommand, tryRun } from './commands.ts';

const data = inject('dataFolder');
const platform = platformCommands(data);
let project: string;

beforeAll(async () => {
  project = await copyExample(platform, 'bad-input');
  const { code, output } = await platform.terraform(project, ['init']);
  if (code !== 0) throw new Error(`terraform init failed:\n${output}`);
  await cp(project, `${project}.orig`, { recursive: true });
});

afterAll(async () => {
  await platform.terraform(project, ['destroy', '-auto-approve']);
  await rm(dirname(dirname(project)), { recursive: true, force: true });
});

async function edit(file: string, from: string, to: string): Promise<void> {
  const path = join(project, file);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}

async function restore(): Promise<void> {
  for (const name of ['main.tf', 'sql']) {
    await rm(join(project, name), { recursive: true });
    await cp(join(`${project}.orig`, name), join(project, name), { recursive: true });
  }
}

/** Terraform breaks lines at the width of the terminal. */
const unwrapped = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('mistakes that a plan finds', () => {
  it.each([
    {
      mistake: 'a script that is absent',
      make: () => rename(join(project, 'sql/jobs/yearly-prices.sql'), join(project, 'sql/jobs/yearly.sql')),
      says: ['sql/jobs/yearly-prices.sql does not exist', 'Scripts there: sql/jobs/yearly.sql'],
    },
    {
      mistake: 'a syntax error in a DDL',
      make: () => edit('sql/ddl/trades.sql', 'DECIMAL(10, 2),', 'DECIMAL(10, 2,'),
      says: ['SQL syntax error', 'sql/ddl/trades.sql:2:21'],
    },
    {
      mistake: 'an unknown table',
      make: () => edit('sql/jobs/yearly-prices.sql', 'FROM trades', 'FROM trade'),
      says: ['Unknown table trade', 'sql/jobs/yearly-prices.sql:5:6', 'Did you mean trades'],
    },
    {
      mistake: 'an illegal topic name',
      make: () => edit('main.tf', 'name       = "trades"', 'name = "trades"\n  topic_name = "trades!"'),
      says: ['trades!', 'letters, digits'],
    },
    {
      mistake: 'parallelism 0',
      make: () => edit('main.tf', 'upgrade_mode    = "savepoint"', 'parallelism = 0'),
      says: ['var.parallelism is 0', 'Use a whole number, 1 or more.'],
    },
    {
      mistake: 'memory that does not parse',
      make: () => edit('main.tf', 'memory = "900m"', 'memory = "lots"'),
      says: ['"lots"', 'Memory is a number and a unit'],
    },
  ])('$mistake', async ({ make, says }) => {
    await make();
    const plan = await platform.terraform(project, ['plan']);
    await restore();
    expect(plan.code).toBe(1);
    for (const text of says) expect(unwrapped(plan.output)).toContain(text);
    expect(plan.output).not.toMatch(/^\s+at .*\.js:/m);
  });
});

describe('mistakes that only Flink finds', () => {
  it('are in the output of the apply with file and line, taint nothing, and are put right by the next apply', async () => {
    await edit('sql/jobs/yearly-prices.sql', 'SELECT symbol,', 'SELECT symbl,');
    const failed = await platform.terraform(project, ['apply', '-auto-approve']);
    expect(failed.code).toBe(1);
    expect(unwrapped(failed.output)).toContain(
      "sql/jobs/yearly-prices.sql:4:8: Column 'symbl' not found in any table.",
    );
    const job = await platform.getJson<{ metadata: { uid: string }; status: { error: string } }>([
      'flinksessionjob',
      'yearly-prices',
    ]);
    const events = await platform.kubectl(['events', '--for', 'flinksessionjob/yearly-prices']);
    expect(events).toContain("Column 'symbl' not found");
    await restore();
    const mended = await platform.terraform(project, ['apply', '-auto-approve']);
    expect(mended.code, mended.output).toBe(0);
    expect(mended.output).toContain('0 destroyed');
    const after = await eventually(
      () =>
        platform.getJson<{
          metadata: { uid: string };
          status: { error?: string; jobStatus: { state: string } };
        }>(['flinksessionjob', 'yearly-prices']),
      ({ status }) => status.jobStatus.state === 'RUNNING',
    );
    expect(after.metadata.uid).toBe(job.metadata.uid);
    expect(after.status.error).toBeUndefined();
  });
});

describe('mistakes at the command line', () => {
  it('a second platform on the data folder is told who holds it', async () => {
    const second = await platform.trySdp(['up']);
    expect(second.code).toBe(1);
    const { pid } = JSON.parse(await platform.sdp(['up', '--detach', '--json'])) as { pid: number };
    expect(second.output).toContain(`Process ${pid} (sdp up`);
    expect(second.output).toContain(data);
  });

  it.each([
    [['nonsense'], 2, "unknown command 'nonsense'"],
    [['produce', 'trades'], 2, "required option '--file <file>' not specified"],
    [['produce', 'trades', '--file', 'nowhere.csv'], 1, 'There is no file nowhere.csv'],
    [['consume', 'no-such-topic'], 1, 'There is no topic no-such-topic'],
    [['logs', 'no-such-pod'], 1, 'No pod starts with no-such-pod'],
    [['init', '/'], 1, '/ has no Terraform files'],
    [['bump', 'job', '--version', '1.0', '--chdir', '/'], 1, 'There is no Terraform project in /'],
  ] as const)('sdp %s', async (args, code, says) => {
    const result = await platform.trySdp(args);
    expect(result.output).toContain(says);
    expect(result.code).toBe(code);
  });

  it('no platform on the data folder', async () => {
    const result = await tryRun(sdpCommand, ['status', '--data', join(data, 'nothing-here')]);
    expect(result.code).toBe(1);
    expect(result.output).toContain('No platform is running');
  });
});

const takesTrades = `
module "trades" {
  source = "../../terraform-modules/kafka/topic"
  name   = "trades"
}
`;

describe('two projects in one shell', () => {
  it('do not see each other: each has its own state', async () => {
    const other = await copyExample(platform, 'other-project');
    await writeFile(
      join(other, 'main.tf'),
      `terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}
provider "sdp" {
  project = "other-project"
}
module "orders" {
  source        = "../../terraform-modules/kafka/topic"
  name          = "orders"
  force_destroy = true
}
`,
    );
    expect((await platform.terraform(other, ['init'])).code).toBe(0);
    const applied = await platform.terraform(other, ['apply', '-auto-approve']);
    expect(applied.output).toContain('2 added, 0 changed, 0 destroyed');
    const states = await Promise.all(
      [project, other].map(async (folder) => (await platform.terraform(folder, ['state', 'list'])).output),
    );
    expect(states[0]).toContain('module.trades');
    expect(states[0]).not.toContain('module.orders');
    expect(states[1]).toContain('module.orders');
    expect(states[1]).not.toContain('module.trades');
    // And none takes what the other has.
    await appendFile(join(other, 'main.tf'), takesTrades);
    expect((await platform.terraform(other, ['init'])).code).toBe(0);
    const clash = await platform.terraform(other, ['apply', '-auto-approve']);
    expect(clash.code).toBe(1);
    expect(unwrapped(clash.output)).toContain('owned by project market-data');
    const destroyed = await platform.terraform(other, ['destroy', '-auto-approve']);
    expect(destroyed.output).toContain('2 destroyed');
    expect(await platform.kubectl(['get', 'kafkatopic', 'trades'])).toContain('True');
    await rm(dirname(dirname(other)), { recursive: true, force: true });
  });
});
