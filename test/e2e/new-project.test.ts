import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Result, sdpCommand, tryRun } from './commands.ts';

const data = inject('dataFolder');
let scratch: string;
let project: string;

/** `sdp`, as typed in the project's folder. */
const sdp = (...args: readonly string[]): Promise<Result> =>
  tryRun(sdpCommand, args, {
    cwd: project,
    env: { SDP_DATA: data, TF_CLI_ARGS: '-no-color', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
  });

async function succeeds(...args: readonly string[]): Promise<string> {
  const { code, output } = await sdp(...args);
  expect(code, output).toBe(0);
  return output;
}

const declared = `
module "numbers" {
  source     = "./modules/kafka/topic"
  name       = "numbers"
  partitions = 1

  force_destroy = true
}

module "count" {
  source   = "./modules/flink/sql-job"
  job_name = "count.sql"
}
`;
const script = `CREATE TEMPORARY TABLE numbers (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1');
CREATE TEMPORARY TABLE printed (n INT) WITH ('connector' = 'print');
INSERT INTO printed SELECT n FROM numbers;
`;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-new-'));
  project = scratch;
  await succeeds('new', 'terraform-project', join(scratch, 'fresh'));
  project = join(scratch, 'fresh');
  await appendFile(join(project, 'main.tf'), declared);
  await writeFile(join(project, 'sql', 'jobs', 'count.sql'), script);
});

afterAll(async () => {
  await succeeds('destroy', '-auto-approve');
  await rm(scratch, { recursive: true, force: true });
});

it('is made ready, planned and applied by sdp alone', async () => {
  expect(await succeeds('init')).toContain('state of fresh (local)');
  expect(await succeeds('plan')).toContain('3 changes: 3 create');
  expect(await succeeds('apply', '-auto-approve')).toContain('6 added, 0 changed, 0 destroyed');
  expect(await succeeds('plan', '-detailed-exitcode')).toContain('No changes');
});

it('is rendered as the manifests that were applied', async () => {
  const manifests = JSON.parse(await succeeds('render', '--json')) as { kind: string }[];
  expect(manifests.map(({ kind }) => kind)).toEqual([
    'ConfigMap',
    'FlinkSessionJob',
    'FlinkDeployment',
    'KafkaTopic',
  ]);
  expect(await succeeds('render')).toMatch(/^---\napiVersion: v1\nkind: ConfigMap\n/);
});

it('has a history of its state, of which a version can be put back', async () => {
  const before = JSON.parse(await succeeds('history', '--json')) as { version: number; current: boolean }[];
  const file = join(project, 'main.tf');
  await writeFile(file, (await readFile(file, 'utf8')).replace('partitions = 1', 'partitions = 2'));
  await succeeds('apply', '-auto-approve');
  const newest = Math.max(...before.map(({ version }) => version));
  expect(await succeeds('history')).toContain('current');
  await succeeds('history', '--restore', String(newest));
  // The state is that of before, the topic is not: the next apply brings them together, and nothing is made anew.
  expect(await succeeds('apply', '-auto-approve')).toContain('0 added, 2 changed, 0 destroyed');
  expect(await succeeds('plan', '-detailed-exitcode')).toContain('No changes');
});

it('follows a newer sdp where nobody changed it', async () => {
  // As an older sdp wrote it.
  const record = JSON.parse(await readFile(join(project, '.sdp-scaffold.json'), 'utf8')) as {
    files: Record<string, string>;
  };
  const readme = join(project, 'README.md');
  const text = await readFile(readme, 'utf8');
  await writeFile(readme, 'older\n');
  record.files['README.md'] = createHash('sha256').update('older\n').digest('hex');
  await writeFile(join(project, '.sdp-scaffold.json'), JSON.stringify(record));
  const checked = await sdp('upgrade', '--check');
  expect(checked.code).toBe(1);
  expect(checked.output).toContain('README.md: changed\n');
  expect(checked.output).toContain('\n-older\n');
  // main.tf is the team's own by now.
  expect(checked.output).not.toContain('main.tf: ');
  await succeeds('upgrade', '--yes');
  expect(await readFile(readme, 'utf8')).toBe(text);
  expect(await succeeds('upgrade', '--check')).toContain('Nothing to do');
});

it('is not made over another', async () => {
  expect(await succeeds('new', 'terraform-project', '.', '--project', 'fresh')).toContain(
    'is the project fresh already',
  );
  const again = await sdp('new', 'java-job', '.');
  expect(again.code).toBe(1);
  expect(again.output).toContain('It is the project fresh, made as terraform-project');
  const strange = await sdp('new', 'terraform-project', '../Not_A_Name');
  expect(strange.output).toContain('is no project name');
});
