import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Proposed } from '../gitlab/propose-change.ts';
import { findDataFolder } from '../platform/data-folder.ts';
import type { Bump, BumpRequest } from '../terraform/bump/bump-project.ts';
import type { BumpChange } from '../terraform/bump/edit-files.ts';
import { findRunningPlatform } from './running-platform.ts';
import { printDiagnostic, printJson, printLine } from './terminal-output.ts';

interface BumpOptions {
  version: string;
  uri?: string;
  sha256?: string;
  file?: string;
  add?: string;
  chdir: string;
  mergeRequest?: string;
  branch?: string;
  targetBranch?: string;
  json?: boolean;
}

export function registerBump(program: Command): void {
  program
    .command('bump <artifact>')
    .description('Set the version and the hash of an artifact, a Python archive or a jar, in a project.')
    .requiredOption('--version <version>', 'the version, as the name of the file has it')
    .option('--uri <uri>', 'its address (default: the one that is there, with the version replaced)')
    .addOption(
      new Option('--sha256 <hex>', 'its hash (default: that of what the address has)').conflicts('file'),
    )
    .option('--file <path>', "the artifact's file, to be hashed")
    .option('--add <file>', 'a Terraform file for a project that does not use the artifact yet')
    .option(
      '--chdir <dir>',
      "the project's folder; with --merge-request from the root of the repository",
      '.',
    )
    .option('--merge-request <project>', 'propose it in this project of GitLab: a path or a number')
    .option('--branch <branch>', 'the branch of the merge request (default: bump/ARTIFACT)')
    .option('--target-branch <branch>', "the branch to merge into (default: the project's default branch)")
    .option('--json', 'the changes as JSON')
    .addHelpText(
      'after',
      `
Every address in the project whose file is ARTIFACT-VERSION.tar.gz, .whl, .zip or .jar gets the new version: in attributes, objects and locals
of Terraform's files, in USING JAR and ADD JAR of SQL. Formatting and comments stay. The hash goes beside the address, as
py_archive_sha256 beside py_archive_uri, or behind it: #sha256=…. All files are written, or none.

--add takes the artifact in where the project does not use it: FILE, with {{version}}, {{uri}} and {{sha256}} filled in, becomes ARTIFACT.tf.

--merge-request clones PROJECT from the GitLab of CI_API_V4_URL, pushes the branch, made anew from the target branch, and opens a merge
request or changes the open one. SDP_GITLAB_TOKEN: a group access token with scope api and the role Developer.

Examples:
  $ sdp bump standalone-job --version 1.0.3
  $ sdp bump orders-job --version 2.1.0 --file target/orders-job-2.1.0.jar --chdir deploy
  $ sdp bump standalone-job --version 1.0.3 --merge-request team/deployment`,
    )
    .action(async (artifact: string, options: BumpOptions) => {
      const { planBump, readTarget, writeBump } = await import('../terraform/bump/bump-project.ts');
      const { version, uri, sha256, file, add, chdir, json } = options;
      const platform = await findRunningPlatform(await findDataFolder(undefined));
      const request: BumpRequest = {
        artifact,
        version,
        ...(uri !== undefined && { uri }),
        ...(sha256 !== undefined && { sha256 }),
        ...(file !== undefined && { file }),
        ...(add !== undefined && { add: resolve(add) }),
        ...(platform !== undefined && { hostAliases: platform.hostAliases }),
      };
      const target = await readTarget(request);
      const change = async (folder: string) => {
        const bump = await planBump(folder, request, target);
        writeBump(folder, bump);
        return { result: bump, paths: bump.files.map(({ path }) => path) };
      };
      if (options.mergeRequest === undefined) {
        const { result } = await change(resolve(chdir));
        return report(result, json);
      }
      const proposed = await propose(options.mergeRequest, options, artifact, change);
      return report(proposed.result, json, proposed);
    });
}

async function propose(
  project: string,
  { branch, targetBranch, chdir }: BumpOptions,
  artifact: string,
  change: (folder: string) => Promise<{ readonly result: Bump; readonly paths: readonly string[] }>,
): Promise<Proposed<Bump>> {
  const [{ connectGitLab }, { readAccess }, { proposeChange }, { describeBump }] = await Promise.all([
    import('../gitlab/client.ts'),
    import('../gitlab/environment.ts'),
    import('../gitlab/propose-change.ts'),
    import('../gitlab/describe-bump.ts'),
  ]);
  const access = readAccess(process.env);
  const client = connectGitLab(access);
  try {
    return await proposeChange(client, access, process.env, {
      project,
      branch: branch ?? `bump/${artifact}`,
      targetBranch,
      folder: chdir,
      change,
      describe: (bump) => describeBump(bump, process.env),
    });
  } finally {
    await client.close();
  }
}

function report(
  { artifact, version, versions, sha256, changes, warnings }: Bump,
  json: boolean | undefined,
  proposed?: Proposed<Bump>,
): void {
  for (const warning of warnings) printDiagnostic(warning);
  const { mergeRequest, branch, isPushed, left = [] } = proposed ?? {};
  if (json) {
    printJson({
      version: 1,
      artifact,
      from: versions,
      to: version,
      sha256: sha256 ?? null,
      changes,
      ...(proposed !== undefined && { branch, isPushed, mergeRequest: mergeRequest ?? null }),
    });
    return;
  }
  if (changes.length === 0) printLine(`Nothing to change: ${artifact} is ${version} already.`);
  for (const { iid, title, web_url: url } of left) {
    printLine(`Merge request !${iid} is open still, ${JSON.stringify(title)}: ${url}`);
  }
  for (const change of changes) printLine(sentenceOf(change));
  if (mergeRequest !== undefined) {
    const words = { created: 'opened', updated: 'changed', unchanged: 'as it should be' };
    printLine(`Merge request !${mergeRequest.iid} ${words[mergeRequest.outcome]}: ${mergeRequest.url}`);
  }
}

function sentenceOf({ file, line, attribute, from, to }: BumpChange): string {
  return `${file}:${line}: ${attribute}: ${from ?? 'new'} → ${to}`;
}
