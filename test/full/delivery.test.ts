import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { eventually, platformCommands, run } from '../e2e/commands.ts';
import { startTeamGitLab, type TeamGitLab } from './pipelines.ts';

/** From `sdp new team` to changes that are deployed, stopped and taken back, all through the pipelines of GitLab projects. */

// Each step is a pipeline, with builds in it.
vi.setConfig({ testTimeout: 600_000 });

const platform = platformCommands(inject('dataFolder'));
const platformProjects = { components: 'platform/sdp-ci', modules: 'platform/terraform-modules' };
const terraform = 'orders/terraform';
let scratch: string;
let team: TeamGitLab;
let folders: { terraform: string; python: string; java: string };

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-delivery-'));
  const tools = join(scratch, 'venv');
  await run('python3', ['-m', 'venv', tools]);
  const packages = ['build==1.6.1', 'pytest==9.2.0', 'ruff==0.14.6', 'twine==6.2.0'];
  await run(join(tools, 'bin', 'pip'), ['install', '-q', ...packages]);
  const { TWINE_USERNAME = '', TWINE_PASSWORD = '', ...env } = await platform.env();
  team = await startTeamGitLab(
    [...Object.values(platformProjects), terraform, 'orders/python-job', 'orders/java-job'],
    {
      ...env,
      TWINE_USERNAME,
      TWINE_PASSWORD,
      MAVEN_REPO_USERNAME: TWINE_USERNAME,
      MAVEN_REPO_PASSWORD: TWINE_PASSWORD,
    },
    [join(tools, 'bin')],
  );
  // What the platform's engineers offer: the components, and the common modules.
  for (const [folder, path] of [
    ['ci-templates', platformProjects.components],
    ['terraform-modules', platformProjects.modules],
  ] as const) {
    const copy = join(scratch, folder);
    await cp(packageFile(folder), copy, { recursive: true });
    await team.publish(copy, path, 'Release 0.1.0');
    await team.git(copy, 'tag', '0.1.0');
    await team.git(copy, 'push', '-q', 'origin', '0.1.0');
  }
});

afterAll(async () => {
  await platform.terraform(folders.terraform, ['destroy', '-auto-approve']).catch(() => undefined);
  await team.close();
  await rm(scratch, { recursive: true, force: true });
});

async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  await writeFile(file, changed);
}

async function succeeds(path: string, options: Parameters<TeamGitLab['pipeline']>[1] = {}): Promise<string> {
  const { code, output } = await team.pipeline(path, options);
  expect(code, output).toBe(0);
  return output;
}

/** The pipeline of an open merge request, and what it says there. */
async function review(branch: string): Promise<{ code: number; output: string; comment: string }> {
  const request = team.gitlab.mergeRequests().findLast(({ source_branch }) => source_branch === branch);
  if (request === undefined) throw new Error(`no merge request is open for ${branch}`);
  const result = await team.pipeline(terraform, {
    ref: branch,
    variables: { CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: String(request.iid) },
  });
  const notes = team.gitlab.notes().filter(({ noteable_iid }) => noteable_iid === request.iid);
  return { ...result, comment: notes.map(({ body }) => body).join('\n') };
}

it('a new team pushes, and its first job shows rows', async () => {
  const folder = join(scratch, 'orders');
  await platform.sdp([
    'new',
    'team',
    folder,
    '--modules',
    `git::${team.gitlab.url}/${platformProjects.modules}.git`,
    '--ref',
    '0.1.0',
  ]);
  folders = {
    terraform: join(folder, 'terraform'),
    python: join(folder, 'python-job'),
    java: join(folder, 'java-job'),
  };
  // The team's test environment is this platform, there is no other, and it has the rules of one for production.
  await cp(
    join(folders.terraform, 'environments', 'local.yaml'),
    join(folders.terraform, 'environments', 'tst.yaml'),
  );
  await change(
    join(folders.terraform, '.gitlab-ci.yml'),
    / {2}- component: \S+\n {4}inputs:\n {6}environment: prod[\s\S]*$/,
    '',
  );
  for (const [kind, url] of [
    [
      'python',
      'upload_url: $SDP_REGISTRY_URL/legacy/\n      download_url: http://pypi/packages/$name/$version/$file',
    ],
    ['java', 'upload_url: $SDP_REGISTRY_URL/maven\n      download_url: http://maven/$path'],
  ] as const) {
    await change(join(folders[kind], '.gitlab-ci.yml'), /$/, `      ${url}\n`);
  }
  await change(
    join(folders.terraform, 'main.tf'),
    'source = "./modules/flink/session-cluster"',
    'source              = "./modules/flink/session-cluster"\n  checkpoint_interval = "1 s"',
  );
  await change(
    join(folders.terraform, 'policy.yaml'),
    /(name: no-state-lost[\s\S]*?environments: )\[prod\]/,
    '$1[tst, prod]',
  );
  await team.publish(folders.terraform, terraform, 'Start');
  await team.publish(folders.python, 'orders/python-job', 'Start');
  await team.publish(folders.java, 'orders/java-job', 'Start');

  const output = await succeeds(terraform);
  expect(output).toContain('sensor-averages');
  const rows = await eventually(
    () => platform.consume<{ sensor: string; celsius: number }>('sensor-averages'),
    (found) => found.length > 0,
  );
  expect(rows[0]).toMatchObject({
    sensor: expect.stringMatching(/^sensor-[1-5]$/),
    celsius: expect.any(Number),
  });
});

describe.each([
  {
    kind: 'python',
    path: 'orders/python-job',
    topic: 'readings',
    record: '{"sensor": "a", "fahrenheit": 68}',
    result: 'temperatures',
    row: { sensor: 'a', celsius: 20 },
  },
  {
    kind: 'java',
    path: 'orders/java-job',
    topic: 'amounts',
    record: '{"key": "a", "amount": 3}',
    result: 'totals',
    row: { key: 'a', count: 1, sum: 3 },
  },
] as const)('a $kind job', ({ kind, path, topic, record, result, row }) => {
  const name = path.replace('/', '-');
  const branch = `bump/${name}`;

  it('is published by a tag, which opens the merge request that deploys it', async () => {
    await team.git(folders[kind], 'tag', 'v1.0.0');
    await team.git(folders[kind], 'push', '-q', 'origin', 'v1.0.0');
    await succeeds(path, { ref: 'v1.0.0', variables: { CI_COMMIT_TAG: 'v1.0.0' } });
    expect(team.gitlab.mergeRequests()).toContainEqual(
      expect.objectContaining({ source_branch: branch, title: `Deploy ${name} 1.0.0`, state: 'opened' }),
    );
  });

  it('is planned there in a comment', async () => {
    const { code, output, comment } = await review(branch);
    expect(code, output).toBe(0);
    expect(comment).toContain('Plan of orders/tst');
    expect(comment).toContain(result);
    expect(comment).toContain('create');
  });

  it('runs once that is merged', async () => {
    await team.git(folders.terraform, 'pull', '-q', 'origin', 'main');
    await team.git(folders.terraform, 'fetch', '-q', 'origin', branch);
    await team.git(folders.terraform, 'merge', '-q', '--no-edit', 'FETCH_HEAD');
    await team.git(folders.terraform, 'push', '-q', 'origin', 'HEAD:main');
    await succeeds(terraform);
    const file = join(scratch, `${topic}.json`);
    await writeFile(file, `${record}\n`);
    await platform.sdp(['produce', topic, '--file', file]);
    const rows = await eventually(
      () => platform.consume(result),
      (found) => found.length > 0,
    );
    expect(rows).toContainEqual(row);
  });
});

it('a change that would lose state is stopped at its plan', async () => {
  await change(
    join(folders.terraform, 'first-job.tf'),
    '"sensor-averages.sql"\n',
    '"sensor-averages.sql"\n  upgrade_mode        = "stateless"\n',
  );
  await run('terraform', ['fmt', join(folders.terraform, 'first-job.tf')]);
  await change(
    join(folders.terraform, 'sql', 'jobs', 'sensor-averages.sql'),
    "INTERVAL '2' SECONDS",
    "INTERVAL '1' SECOND",
  );
  await team.push(folders.terraform, 'Average every second', 'faster');
  await team.openMergeRequest(terraform, 'faster');
  const { code, output, comment } = await review('faster');
  expect(code, output).not.toBe(0);
  expect(comment).toContain('state-lost');
  expect(comment).toContain('no-state-lost');
  await team.git(folders.terraform, 'reset', '-q', '--hard', 'HEAD~1');
});

it('a plan that is older than the default branch is not applied', async () => {
  await team.git(folders.terraform, 'commit', '-q', '--allow-empty', '-m', 'Something else');
  await team.git(folders.terraform, 'push', '-q', 'origin', 'HEAD:main');
  const { code, output } = await team.pipeline(terraform, {
    ref: 'main~1',
    variables: { CI_COMMIT_BRANCH: 'main' },
  });
  expect(code, output).not.toBe(0);
  expect(output).toContain('Stale: this plan is of commit');
});

it('what somebody changed by hand is found by the schedule', async () => {
  const suspended = { spec: { job: { state: 'suspended' } } };
  await platform.kubectl([
    'patch',
    'flinksessionjob',
    'totals',
    '--type=merge',
    '-p',
    JSON.stringify(suspended),
  ]);
  const { code, output } = await team.pipeline(terraform, { variables: { CI_PIPELINE_SOURCE: 'schedule' } });
  expect(code, output).not.toBe(0);
  expect(output).toContain('Drift: tst is not what main declares.');
  expect(output).toMatch(/FlinkSessionJob default\/totals/);
  expect(output).not.toContain('plan:tst');
});

it('a change that does not run is taken back, and the pipeline fails', async () => {
  const sql = async () =>
    (await platform.getJson<{ spec: { job: { args: string[] } } }>(['flinksessionjob', 'sensor-averages']))
      .spec.job.args;
  const before = await sql();
  const script = join(folders.terraform, 'sql', 'jobs', 'sensor-averages.sql');
  await change(
    script,
    'ROUND(AVG(celsius), 1)',
    'ROUND(AVG(celsius), 1) + 0 * (10 / MIN(sensor_number - sensor_number))',
  );
  await team.push(folders.terraform, 'Break it');
  const { code, output } = await team.pipeline(terraform);
  expect(code, output).not.toBe(0);
  expect(output).toContain('rolled back');
  expect(await sql()).toEqual(before);
});
