import { spawn } from 'node:child_process';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { renewToken } from './client.ts';
import { type GitLabAccess, gitLabProblem, tokenVariable } from './environment.ts';

/** Runs git in a folder and answers what it printed. `purpose` completes "Could not …". */
export type Git = (purpose: string, args: readonly string[], environment?: GitEnvironment) => Promise<string>;

type GitEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Git with access to one repository of GitLab. The token is in the environment of the command alone: not in its arguments,
 * which others on the machine can see, and not in the clone's configuration. Nobody is asked for a password.
 */
export function openGit(
  folder: string,
  repository: string,
  { token, caCertificates }: GitLabAccess,
  environment: GitEnvironment,
): Git {
  const header = `Authorization: Basic ${Buffer.from(`oauth2:${token}`).toString('base64')}`;
  const settings = [
    [`http.${repository}.extraHeader`, header],
    // Nothing on the machine keeps the token, or has another one to offer.
    ['credential.helper', ''],
    ['core.hooksPath', '/dev/null'],
    ['commit.gpgSign', 'false'],
    ['core.autocrlf', 'false'],
  ];
  const before = Number.parseInt(environment['GIT_CONFIG_COUNT'] ?? '0', 10) || 0;
  const caFile = environment['CI_SERVER_TLS_CA_FILE'];
  const env: NodeJS.ProcessEnv = {
    ...environment,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    ...(caCertificates !== undefined &&
      environment['GIT_SSL_CAINFO'] === undefined && { GIT_SSL_CAINFO: caFile }),
    GIT_CONFIG_COUNT: String(before + settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${before + index}`, key],
        [`GIT_CONFIG_VALUE_${before + index}`, value],
      ]),
    ),
  };
  // Of a git that has started this command.
  for (const name of [
    'GIT_DIR',
    'GIT_WORK_TREE',
    'GIT_INDEX_FILE',
    'GIT_PREFIX',
    'GIT_TRACE_CURL',
    'GIT_CURL_VERBOSE',
  ]) {
    delete env[name];
  }
  return (purpose, args, more = {}) =>
    run(purpose, folder, args, { ...env, ...more }, repository, [token, header]);
}

async function run(
  purpose: string,
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  repository: string,
  secrets: readonly string[],
): Promise<string> {
  const child = spawn('git', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT'
          ? gitLabProblem('GitMissing', `Could not ${purpose}`, 'git is not installed or not on PATH.')
          : error,
      ),
    );
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 1));
  });
  if (code === 0) return output;
  const said = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), errors.trim());
  throw explain(purpose, repository, said);
}

function explain(purpose: string, repository: string, said: string): DiagnosticError {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('hint:'));
  const seen = `git, with ${repository}:\n${lines.slice(-6).join('\n')}`;
  const { reason, advice } = adviceFor(said);
  return gitLabProblem(reason, `Could not ${purpose}`, advice === '' ? seen : `${seen}\n${advice}`);
}

function adviceFor(said: string): { readonly reason: string; readonly advice: string } {
  if (/Authentication failed|could not read (Username|Password)|returned error: 401/.test(said)) {
    return { reason: 'GitLabTokenRefused', advice: renewToken };
  }
  if (/returned error: 403|not allowed to push|pre-receive hook declined|protected branch/.test(said)) {
    return {
      reason: 'GitLabForbidden',
      advice: `The token of ${tokenVariable} needs scope api or write_repository, and the role Developer or a higher one in this project. Branches bump/* must not be protected, and push rules must take the commit.`,
    };
  }
  if (/not found|returned error: 404/.test(said) && !/Remote branch/.test(said)) {
    return {
      reason: 'GitLabNotFound',
      advice: `It is not there, or the token of ${tokenVariable} may not see it: GitLab answers both alike. The token's user has to be a member of the project.`,
    };
  }
  if (/Remote branch .* not found|couldn't find remote ref/.test(said)) {
    return { reason: 'BranchUnknown', advice: '--target-branch names the branch that the project has.' };
  }
  if (/stale info|fetch first|non-fast-forward|failed to push|cannot lock ref/.test(said)) {
    return {
      reason: 'BranchMoved',
      advice:
        'Somebody else has pushed to the branch at the same time. Retry the job: it starts from what is there then.',
    };
  }
  return { reason: 'GitFailed', advice: '' };
}
