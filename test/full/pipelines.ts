import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type FakeGitLab, startFakeGitLab } from '../../src/gitlab/testing/fake-gitlab.ts';
import { packageFile } from '../../src/package-file.ts';
import { type Result, run, sdpCommand, tryRun } from '../e2e/commands.ts';

/** A team's GitLab on this machine: projects in bare repositories behind the fake GitLab, pipelines by gitlab-ci-local. */
export interface TeamGitLab {
  readonly gitlab: FakeGitLab;
  /** Makes the folder a working copy of the project, and pushes all that it has to the default branch. */
  publish(folder: string, path: string, message: string): Promise<void>;
  /** Commits everything in a working copy and pushes it to a branch. */
  push(folder: string, message: string, branch?: string): Promise<void>;
  openMergeRequest(path: string, branch: string): Promise<void>;
  git(folder: string, ...args: readonly string[]): Promise<string>;
  /** Runs a project's pipeline at a branch, tag or commit, in a checkout of its own. */
  pipeline(path: string, options?: PipelineOptions): Promise<Result>;
  close(): Promise<void>;
}

export interface PipelineOptions {
  /** Branch, tag or commit; the default branch when absent. */
  readonly ref?: string;
  /** As GitLab sets them beside what gitlab-ci-local does: CI_PIPELINE_SOURCE, CI_MERGE_REQUEST_IID. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Only these jobs, with what they need; all that start by themselves when absent. */
  readonly jobs?: readonly string[];
}

const token = 'glpat-story-0123456789';

/**
 * `environment` is what the projects' CI variables hold; `programs` are folders with what the image of the pipelines has.
 */
export async function startTeamGitLab(
  paths: readonly string[],
  environment: Readonly<Record<string, string>>,
  programs: readonly string[],
): Promise<TeamGitLab> {
  const scratch = await mkdtemp(join(tmpdir(), 'sdp-gitlab-'));
  const repositories = paths.map((path) => ({
    path,
    repository: join(scratch, 'repositories', `${path}.git`),
  }));
  for (const { repository } of repositories) {
    await run('git', ['init', '-q', '--bare', '-b', 'main', repository]);
    await run('git', ['-C', repository, 'config', 'uploadpack.allowFilter', 'true']);
  }
  const user = { id: 7, username: 'sdp-bot', name: 'sdp' };
  const gitlab = await startFakeGitLab({ tokens: [{ token, user }], projects: repositories });

  const bin = join(scratch, 'bin');
  await mkdir(bin);
  await symlink(sdpCommand, join(bin, 'sdp'));
  await symlink(packageFile('test', 'full', 'runner', 'rsync'), join(bin, 'rsync'));
  await mkdir(join(scratch, '.gitlab-ci-local'));
  const variables = Object.entries({ ...environment, SDP_GITLAB_TOKEN: token }).map(([name, value]) => [
    name,
    { type: 'variable', values: { '*': value } },
  ]);
  await writeFile(
    join(scratch, '.gitlab-ci-local', 'variables.yml'),
    JSON.stringify({ global: Object.fromEntries(variables) }),
  );
  const env = {
    PATH: [bin, ...programs, process.env['PATH'] ?? ''].join(delimiter),
    // Bash takes itself for one behind rsh where its input is a socket and it is the first shell, and reads ~/.bashrc.
    SHLVL: '2',
    // As GitLab's runner gives its jobs access to the projects.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${gitlab.url}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`oauth2:${token}`).toString('base64')}`,
    GIT_TERMINAL_PROMPT: '0',
    GCL_IGNORE_PREDEFINED_VARS:
      'CI_PIPELINE_SOURCE,CI_COMMIT_TAG,CI_PROJECT_ID,CI_COMMIT_BRANCH,CI_MERGE_REQUEST_IID',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
  const git = (folder: string, ...args: readonly string[]) => run('git', ['-C', folder, ...args], { env });
  const push = async (folder: string, message: string, branch = 'main') => {
    await git(folder, 'add', '-A');
    await git(folder, 'commit', '-q', '-m', message);
    await git(folder, 'push', '-q', 'origin', `HEAD:${branch}`);
  };
  let checkouts = 0;
  return {
    gitlab,
    git,
    push,
    async publish(folder, path, message) {
      await git(folder, 'init', '-q', '-b', 'main');
      await git(folder, 'remote', 'add', 'origin', `${gitlab.url}/${path}.git`);
      await push(folder, message);
    },
    async openMergeRequest(path, branch) {
      const answer = await fetch(`${gitlab.apiUrl}/projects/${encodeURIComponent(path)}/merge_requests`, {
        method: 'POST',
        headers: { 'PRIVATE-TOKEN': token, 'Content-Type': 'application/json' },
        body: JSON.stringify({ source_branch: branch, target_branch: 'main', title: branch }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async pipeline(path, { ref = 'main', variables: given = {}, jobs = [] } = {}) {
      checkouts += 1;
      const folder = join(scratch, 'checkouts', String(checkouts), path.split('/').at(-1) ?? path);
      await run('git', ['clone', '-q', `${gitlab.url}/${path}.git`, folder], { env });
      await git(folder, 'checkout', '-q', ref);
      const id = String(paths.indexOf(path) + 1);
      const all = { CI_PROJECT_ID: id, CI_PIPELINE_ID: String(1000 + checkouts), ...given };
      const result = await tryRun(
        packageFile('node_modules', '.bin', 'gitlab-ci-local'),
        [
          ...jobs,
          ...(jobs.length > 0 ? ['--needs'] : []),
          '--force-shell-executor',
          '--shell-isolation',
          '--home',
          scratch,
          ...Object.entries(all).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
        ],
        { cwd: folder, env },
      );
      return { code: result.code, output: stripVTControlCharacters(result.output) };
    },
    async close() {
      await gitlab.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
