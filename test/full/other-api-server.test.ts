import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../src/apiserver/testing/start-test-server.ts';
import { copyExample, eventually, type PlatformCommands, platformCommands } from '../e2e/commands.ts';
import { expectedYears, readTrades, sorted, toCsv, type YearlyPrices } from '../e2e/yearly-prices.ts';

/**
 * The operators and the kubelet against an API server that is not their own. SDP_TEST_KUBECONFIG names another one than
 * the embedded server in this process: a kube-apiserver, say.
 */
const named = process.env.SDP_TEST_KUBECONFIG;
let server: TestServer | undefined;
let data: string;
let platform: PlatformCommands;
let project: string;

beforeAll(async () => {
  server = named === undefined ? await startTestServer() : undefined;
  data = await mkdtemp(join(tmpdir(), 'sdp-other-api-'));
  platform = platformCommands(data);
  await platform.sdp(['up', '--detach', '--kubeconfig', named ?? server?.kubeconfig ?? '']);
  project = await copyExample(platform, 'other-api');
  const { code, output } = await platform.terraform(project, ['init']);
  if (code !== 0) throw new Error(output);
});

afterAll(async () => {
  if (project !== undefined) {
    await platform.terraform(project, ['destroy', '-auto-approve']);
    await rm(dirname(dirname(project)), { recursive: true, force: true });
  }
  await platform?.sdp(['down', '--purge']);
  await server?.close();
  await rm(data, { recursive: true, force: true });
});

const rows = (count: number) =>
  eventually(
    () => platform.consume<YearlyPrices>('yearly-prices'),
    (found) => found.length >= count,
    120_000,
  );

it('runs the example there, from terraform apply to the rows', async () => {
  const { code, output } = await platform.terraform(project, ['apply', '-auto-approve']);
  expect(code, output).toBe(0);
  const file = join(data, 'trades.csv');
  // In the order in which they were traded: the job waits for no late ones.
  const trades = readTrades().toSorted((left, right) => Date.parse(left.date) - Date.parse(right.date));
  await writeFile(file, toCsv(trades));
  await platform.sdp(['produce', 'trades', '--file', file, '--key', 'symbol']);
  const expected = expectedYears(trades);
  expect(sorted(await rows(expected.length))).toEqual(expected);
});

it('upgrades the job there with a savepoint', async () => {
  const main = join(project, 'main.tf');
  const text = await readFile(main, 'utf8');
  await writeFile(
    main,
    text.replace('upgrade_mode    = "savepoint"', 'upgrade_mode = "savepoint"\n  parallelism = 2'),
  );
  const { code, output } = await platform.terraform(project, ['apply', '-auto-approve']);
  expect(code, output).toBe(0);
  const { status } = await platform.getJson<{ status: { jobStatus: { upgradeSavepointPath: string } } }>([
    'flinksessionjob',
    'yearly-prices',
  ]);
  expect(status.jobStatus.upgradeSavepointPath).toMatch(/\/savepoint-/);
});

it('leaves the pods of others alone', async () => {
  const { items } = await platform.getJson<{ items: { spec: { schedulerName?: string } }[] }>(['pods', '-A']);
  expect(new Set(items.map(({ spec }) => spec.schedulerName))).toEqual(new Set(['sdp']));
});
