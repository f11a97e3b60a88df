import { lstatSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import type { GitLabClient, MergeRequest, MergeRequestContent, Project, ProjectName } from './client.ts';
import { type CiEnvironment, type GitLabAccess, gitLabProblem } from './environment.ts';
import { type Git, openGit } from './git.ts';

/** A change that is to be proposed in a project of GitLab. */
export interface Proposal<T> {
  readonly project: ProjectName;
  /** Made anew from the target branch each time. */
  readonly branch: string;
  /** The project's default branch where it is absent. */
  readonly targetBranch?: string | undefined;
  /** The folder of the clone that is changed. */
  readonly folder: string;
  /** Changes files below the folder; answers what was done, and which files, from the folder. Writes nothing else. */
  readonly change: (folder: string) => Promise<{ readonly result: T; readonly paths: readonly string[] }>;
  /** Asked after the change. */
  readonly describe: (result: T) => { readonly title: string; readonly description: string };
}

export interface Proposed<T> {
  readonly result: T;
  readonly branch: string;
  /** Absent where the target branch has it all already. */
  readonly mergeRequest?: {
    readonly iid: number;
    readonly url: string;
    readonly outcome: 'created' | 'updated' | 'unchanged';
  };
  /** Whether the branch was pushed: it was not where it has the same content already. */
  readonly isPushed: boolean;
  /** Open merge requests of the branch, where nothing is to be changed any more. */
  readonly left: readonly MergeRequest[];
}

/** Clones, changes, commits, pushes, and opens a merge request or brings the open one of the branch up to date. */
export async function proposeChange<T>(
  client: GitLabClient,
  access: GitLabAccess,
  environment: CiEnvironment,
  proposal: Proposal<T>,
): Promise<Proposed<T>> {
  const { branch } = proposal;
  const project = await client.readProject(proposal.project);
  const target = proposal.targetBranch ?? project.default_branch ?? 'main';
  if (branch === target) {
    throw gitLabProblem(
      'BranchInvalid',
      `--branch and --target-branch are both ${branch}`,
      'The branch of a merge request is made anew each time: it has to be another one than it is merged into.',
    );
  }
  const clone = mkdtempSync(join(tmpdir(), 'sdp-clone-'));
  try {
    const git = openGit(clone, project.http_url_to_repo, access, environment);
    const path = project.path_with_namespace;
    await git(`clone ${path}`, [
      'clone',
      '--quiet',
      '--depth=1',
      '--single-branch',
      '--no-tags',
      `--branch=${target}`,
      '--',
      project.http_url_to_repo,
      '.',
    ]);
    const root = realpathSync(clone);
    const folder = folderBelow(root, proposal.folder);
    const { result, paths } = await proposal.change(folder);
    if (paths.length === 0) {
      const left = await client.listOpenMergeRequests(project, branch);
      return { result, branch, isPushed: false, left };
    }
    const content: MergeRequestContent = {
      ...proposal.describe(result),
      target_branch: target,
      remove_source_branch: true,
    };
    const committer = await client.readUser();
    const files = paths.map((file) => relative(root, join(folder, file)));
    await commit(git, branch, files, content.title, {
      author: { name: environment['GITLAB_USER_NAME'], email: environment['GITLAB_USER_EMAIL'] },
      committer: { name: committer.name, email: committer.commit_email ?? committer.email ?? undefined },
    });
    const isPushed = await push(git, path, branch);
    const mergeRequest = await bringUpToDate(client, project, branch, content);
    return { result, branch, mergeRequest, isPushed, left: [] };
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

/** A folder of the clone that is no way out of it. */
function folderBelow(root: string, folder: string): string {
  const wanted = resolve(root, folder);
  const isThere = lstatSync(wanted, { throwIfNoEntry: false })?.isDirectory() === true;
  const real = isThere ? realpathSync(wanted) : '';
  if (real === root || real.startsWith(`${root}${sep}`)) return real;
  throw gitLabProblem(
    'NoProject',
    `There is no folder ${folder} in the project`,
    '--chdir names a folder of the cloned project, from its root.',
  );
}

interface Person {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

async function commit(
  git: Git,
  branch: string,
  files: readonly string[],
  message: string,
  { author, committer }: { readonly author: Person; readonly committer: Person },
): Promise<void> {
  const purpose = `commit the change on ${branch}`;
  await git(purpose, ['checkout', '--quiet', '-B', branch]);
  // Also where the project ignores them: they are changed, or asked for.
  await git(purpose, ['add', '--force', '--', ...files]);
  // GitLab's push rules may ask that the committer is who pushes.
  const committerName = committer.name ?? 'sdp';
  const committerEmail = committer.email ?? 'sdp@localhost';
  await git(purpose, ['commit', '--quiet', '--no-verify', '-m', message], {
    GIT_AUTHOR_NAME: author.name || committerName,
    GIT_AUTHOR_EMAIL: author.email || committerEmail,
    GIT_COMMITTER_NAME: committerName,
    GIT_COMMITTER_EMAIL: committerEmail,
  });
}

/** Pushes where the branch has other content; never over what came since it was looked at. */
async function push(git: Git, project: string, branch: string): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const listed = await git(`read the branches of ${project}`, ['ls-remote', '--heads', 'origin', ref]);
  const [there = ''] = listed.split(/\s/, 1);
  if (there !== '') {
    const purpose = `read branch ${branch} of ${project}`;
    await git(purpose, ['fetch', '--quiet', '--depth', '1', 'origin', ref]);
    const [ours, theirs] = (await git(purpose, ['rev-parse', 'HEAD^{tree}', 'FETCH_HEAD^{tree}']))
      .trim()
      .split('\n');
    if (ours === theirs) return false;
  }
  await git(`push branch ${branch} to ${project}`, [
    'push',
    '--quiet',
    `--force-with-lease=${ref}:${there}`,
    'origin',
    `HEAD:${ref}`,
  ]);
  return true;
}

async function bringUpToDate(
  client: GitLabClient,
  { id, ...project }: Project,
  branch: string,
  content: MergeRequestContent,
): Promise<NonNullable<Proposed<unknown>['mergeRequest']>> {
  const open = await client.listOpenMergeRequests({ id, ...project }, branch);
  const found = open.find(({ target_branch: target }) => target === content.target_branch) ?? open[0];
  if (found === undefined) {
    const { iid, web_url: url } = await client.createMergeRequest(id, branch, content);
    return { iid, url, outcome: 'created' };
  }
  const { iid, web_url: url } = found;
  const isSame =
    found.title === content.title &&
    (found.description ?? '') === content.description &&
    found.target_branch === content.target_branch &&
    found.force_remove_source_branch === true;
  if (!isSame) await client.updateMergeRequest(id, iid, content);
  return { iid, url, outcome: isSame ? 'unchanged' : 'updated' };
}
