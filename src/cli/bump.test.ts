import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FakeGitLab, startFakeGitLab } from '../gitlab/testing/fake-gitlab.ts';
import { registerBump } from './bump.ts';

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const bot = { token: 'glpat-bot-token', user: { id: 7, username: 'group_1_bot', name: 'deployer' } };
const work = mkdtempSync(join(tmpdir(), 'sdp-bump-cli-'));
const main = `module "standalone" {
  source            = "./modules/flink/python-job"
  py_archive_uri    = "https://pypi.example.com/standalone_job-1.0.2.tar.gz"
  py_archive_sha256 = "${'a'.repeat(64)}"
}
`;
const printed: string[] = [];
let gitlab: FakeGitLab;
let repository: string;
let count = 0;

/** Git as the test's own user. */
function git(folder: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env.PATH,
    HOME: work,
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  return execFileSync('git', args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** Commits files on a branch, from outside of sdp. */
function commit(branch: string, files: Readonly<Record<string, string>>): void {
  const clone = mkdtempSync(join(work, 'clone-'));
  git(clone, 'clone', '--quiet', '--branch', branch, repository, '.');
  for (const [path, text] of Object.entries(files)) writeFileSync(join(clone, path), text);
  git(clone, 'add', '--all');
  git(clone, 'commit', '--quiet', '-m', 'By hand');
  git(clone, 'push', '--quiet', 'origin', `HEAD:${branch}`);
}

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  repository = join(work, `${(count += 1)}.git`);
  const first = join(work, `first-${count}`);
  mkdirSync(join(first, 'deploy'), { recursive: true });
  writeFileSync(join(first, 'deploy', 'main.tf'), main);
  writeFileSync(join(first, 'README.md'), 'standalone_job-1.0.2.tar.gz\n');
  git(first, 'init', '--quiet', '--initial-branch', 'main');
  git(first, 'add', '--all');
  git(first, 'commit', '--quiet', '-m', 'First');
  git(work, 'clone', '--quiet', '--bare', first, repository);
  gitlab = await startFakeGitLab({
    tokens: [
      bot,
      { ...bot, token: 'glpat-expired-token', expiresAt: new Date(0) },
      { ...bot, token: 'glpat-reporter-token', access: 20 },
      { ...bot, token: 'glpat-stranger-token', access: {} },
    ],
    projects: [{ path: 'team/deployment', repository, id: 42 }],
  });
  const environment = {
    CI_API_V4_URL: gitlab.apiUrl,
    SDP_GITLAB_TOKEN: bot.token,
    CI_SERVER_TLS_CA_FILE: '',
    GITLAB_USER_NAME: 'Grace Hopper',
    GITLAB_USER_EMAIL: 'grace@example.com',
    CI_PROJECT_PATH: 'team/standalone-job',
    CI_PROJECT_URL: 'https://gitlab.example.com/team/standalone-job',
    CI_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
    CI_PIPELINE_URL: 'https://gitlab.example.com/team/standalone-job/-/pipelines/9',
    HOME: work,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gitlab.close();
});
afterAll(() => rmSync(work, { recursive: true }));

async function bump(version: string, ...args: readonly string[]): Promise<string> {
  const before = printed.length;
  // As main.ts has it: the program has an option --version, too.
  const program = new Command('sdp').version('0').enablePositionalOptions().exitOverride();
  registerBump(program);
  await program.parseAsync(['node', 'sdp', 'bump', 'standalone-job', '--version', version, ...args]);
  return printed.slice(before).join('');
}

const propose = (version: string, ...args: readonly string[]) =>
  bump(version, '--sha256', hash, '--merge-request', 'team/deployment', '--chdir', 'deploy', ...args);

const branch = () => git(repository, 'rev-parse', 'bump/standalone-job');

it('changes a project in a folder', async () => {
  const folder = mkdtempSync(join(work, 'project-'));
  writeFileSync(join(folder, 'main.tf'), main);
  expect(await bump('1.0.3', '--sha256', hash, '--chdir', folder)).toBe(
    `main.tf:3: module.standalone.py_archive_uri: https://pypi.example.com/standalone_job-1.0.2.tar.gz → https://pypi.example.com/standalone_job-1.0.3.tar.gz
main.tf:4: module.standalone.py_archive_sha256: ${'a'.repeat(64)} → ${hash}\n`,
  );
  expect(await bump('1.0.3', '--chdir', folder)).toBe(
    'Nothing to change: standalone-job is 1.0.3 already.\n',
  );
  expect(JSON.parse(await bump('1.0.4', '--sha256', hash, '--chdir', folder, '--json'))).toEqual({
    version: 1,
    artifact: 'standalone-job',
    from: ['1.0.3'],
    to: '1.0.4',
    sha256: hash,
    changes: [expect.objectContaining({ file: 'main.tf', line: 3 })],
  });
});

it('opens a merge request, once, and follows the next version and the target branch', async () => {
  expect(await propose('1.0.3')).toContain(
    `Merge request !1 opened: ${gitlab.url}/team/deployment/-/merge_requests/1\n`,
  );
  expect(gitlab.mergeRequests()).toMatchObject([
    {
      title: 'Deploy standalone-job 1.0.3',
      source_branch: 'bump/standalone-job',
      target_branch: 'main',
      force_remove_source_branch: true,
    },
  ]);
  await expect(gitlab.mergeRequests()[0]?.description).toMatchFileSnapshot(
    '../gitlab/testdata/bump-description.md',
  );
  expect(git(repository, 'log', '-1', '--format=%an %ae, %cn %ce: %s', 'bump/standalone-job')).toBe(
    'Grace Hopper grace@example.com, deployer group_1_bot@noreply.127.0.0.1: Deploy standalone-job 1.0.3',
  );
  expect(git(repository, 'diff', '--stat', 'main', 'bump/standalone-job')).toMatch(
    /deploy\/main.tf \| 4 \+\+--/,
  );

  const first = branch();
  expect(await propose('1.0.3')).toContain('Merge request !1 as it should be');
  expect(branch()).toBe(first);

  commit('main', { 'README.md': 'Changed.\n' });
  expect(await propose('1.0.4')).toContain('Merge request !1 changed');
  expect(gitlab.mergeRequests()).toMatchObject([{ title: 'Deploy standalone-job 1.0.4' }]);
  // From the new target branch: one commit above it, with the change of this version alone.
  expect(git(repository, 'rev-parse', 'bump/standalone-job^')).toBe(git(repository, 'rev-parse', 'main'));
  expect(git(repository, 'show', 'bump/standalone-job:deploy/main.tf')).toContain(
    'standalone_job-1.0.4.tar.gz',
  );
  expect(gitlab.requests().filter((request) => !request.startsWith('GET'))).toEqual([
    'POST /projects/42/merge_requests',
    'PUT /projects/42/merge_requests/1',
  ]);

  // Merged: the next version has a merge request of its own; the same one has none.
  git(repository, 'update-ref', 'refs/heads/main', branch());
  gitlab.setMergeRequestState(1, 'merged');
  expect(await propose('1.0.4')).toBe('Nothing to change: standalone-job is 1.0.4 already.\n');
  const { mergeRequest, isPushed } = JSON.parse(await propose('1.0.5', '--json')) as Record<string, unknown>;
  expect({ mergeRequest, isPushed }).toEqual({
    mergeRequest: { iid: 2, url: expect.any(String), outcome: 'created' },
    isPushed: true,
  });
  // Back to what is there: the open merge request would change it.
  expect(await propose('1.0.4')).toContain('Merge request !2 is open still, "Deploy standalone-job 1.0.5"');
});

it('merges into the branch that is named, from the branch that is named', async () => {
  git(repository, 'branch', 'release', 'main');
  await propose('1.0.3', '--branch', 'next', '--target-branch', 'release');
  expect(gitlab.mergeRequests()).toMatchObject([{ source_branch: 'next', target_branch: 'release' }]);
  await expect(propose('1.0.3', '--target-branch', 'nowhere')).rejects.toThrow(
    '--target-branch names the branch',
  );
  await expect(propose('1.0.3', '--branch', 'main')).rejects.toThrow('are both main');
  await expect(propose('1.0.3', '--chdir', '../..')).rejects.toThrow('There is no folder ../..');
});

/** Puts a shell script in the place of git; `$git` is the real one. */
function wrapGit(script: string): void {
  const bin = mkdtempSync(join(work, 'bin-'));
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\ngit='${real}'\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
}

it('does not push over what somebody else pushes at the same time', async () => {
  await propose('1.0.3');
  wrapGit(
    `[ "$1" = push ] && $git --git-dir '${repository}' update-ref refs/heads/bump/standalone-job main\nexec $git "$@"`,
  );
  await expect(propose('1.0.4')).rejects.toThrow('Somebody else has pushed to the branch');
  expect(branch()).toBe(git(repository, 'rev-parse', 'main'));
});

it('says what to look at where the project does not take the push', async () => {
  writeFileSync(join(repository, 'hooks', 'pre-receive'), '#!/bin/sh\necho "GitLab: no"\nexit 1\n', {
    mode: 0o755,
  });
  const error = await propose('1.0.4').catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({ diagnostics: [{ reason: 'GitLabForbidden' }] });
  expect(String(error)).toContain('GitLab: no');
});

it.each([
  ['glpat-expired-token', 'GitLabTokenRefused', 'Token is expired'],
  ['glpat-stranger-token', 'GitLabNotFound', '404 Project Not Found'],
  ['glpat-reporter-token', 'GitLabForbidden', 'You are not allowed to push code'],
])('tells what is the matter with %s', async (token, reason, words) => {
  vi.stubEnv('SDP_GITLAB_TOKEN', token);
  const error = await propose('1.0.3').catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({ diagnostics: [{ reason }] });
  expect(String(error)).toContain(words);
  const encoded = Buffer.from(`oauth2:${token}`).toString('base64');
  for (const secret of [token, encoded]) expect(JSON.stringify(error) + String(error)).not.toContain(secret);
  expect(gitlab.mergeRequests()).toEqual([]);
});

it('tells of a token that ends between the question and the push', async () => {
  const ending = { ...bot, token: 'glpat-ending-token', revoked: false };
  const other = await startFakeGitLab({
    tokens: [ending],
    projects: [{ path: 'team/deployment', repository }],
  });
  other.beforeAnswer((request) => {
    // Who asks whose the token is, is about to push.
    if (request === 'GET /user') setTimeout(() => (ending.revoked = true), 0);
  });
  vi.stubEnv('CI_API_V4_URL', other.apiUrl);
  vi.stubEnv('SDP_GITLAB_TOKEN', ending.token);
  const error = await propose('1.0.3').catch((refusal: unknown) => refusal);
  await other.close();
  expect(error).toMatchObject({ diagnostics: [{ reason: 'GitLabTokenRefused' }] });
  expect(String(error)).toMatch(/Authentication failed|could not read Username/);
});

it('has the token neither in arguments nor in files', async () => {
  const log = join(work, 'git.log');
  wrapGit(`echo "$@" >> '${log}'
$git "$@"; code=$?
[ -f .git/config ] && cat .git/config >> '${log}'
exit $code`);
  await propose('1.0.3');
  const seen = readFileSync(log, 'utf8');
  expect(seen).toContain(`url = ${gitlab.url}/team/deployment.git`);
  expect(seen).not.toContain(bot.token);
  expect(seen).not.toContain(Buffer.from(`oauth2:${bot.token}`).toString('base64'));
});
