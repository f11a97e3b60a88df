import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { packageFile } from '../package-file.ts';
import { statePath } from '../platform/state-backend.ts';
import { installProvider } from '../terraform/install-provider.ts';
import { connectPlatform } from './running-platform.ts';
import { printJson, printLine } from './terminal-output.ts';

interface InitOptions {
  data?: string;
  project?: string;
  environment: string;
  stateUrl?: string;
  json?: boolean;
}

export function registerInit(program: Command): void {
  program
    .command('init [dir]')
    .description(
      "Make a folder with Terraform files ready for this platform: the provider and the project's own state.",
    )
    .option('--data <dir>', 'data folder of the platform')
    .option('--project <name>', "name of the project; the one of sdp new, else the folder's, when absent")
    .option('--environment <name>', 'environment: each has a state of its own', 'local')
    .option(
      '--state-url <url>',
      "address of the state, for Terraform's HTTP backend; else below SDP_STATE_URL, else GitLab's own in its pipelines, else the platform's",
    )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ sdp init && eval "$(sdp env)" && terraform init && terraform plan
  $ sdp init --environment tst --state-url https://gitlab.example.com/api/v4/projects/17/terraform/state/tst`,
    )
    .action(async (dir: string | undefined, options: InitOptions) => {
      const folder = resolve(dir ?? '.');
      const project = options.project ?? (await nameOfProject(folder));
      const elsewhere =
        options.data === undefined
          ? findStateAddress(project, options.environment, options.stateUrl, process.env)
          : options.stateUrl;
      const result = await initProject(
        folder,
        elsewhere ?? (await platformStateAddress(options.data, project, options.environment)),
      );
      await writeEnvironment(folder, options.environment);
      if (options.json) printJson({ folder, project, environment: options.environment, ...result });
      else {
        printLine(
          `${folder} is ready: provider ${result.version}, state of ${project} (${options.environment}).`,
        );
        printLine('Next: sdp plan, or: eval "$(sdp env)" && terraform init && terraform plan');
      }
    });
}

/** As `sdp new` called it: a team's folder is called `terraform` for each team, and would share one state with theirs. */
export async function nameOfProject(folder: string): Promise<string> {
  const { readProjectRecord } = await import('../scaffold/project-record.ts');
  return (await readProjectRecord(folder))?.values['project'] ?? basename(folder);
}

/** Where the state lies when no platform is asked: as an option, the environment or GitLab's pipeline says. */
export function findStateAddress(
  project: string,
  environment: string,
  option: string | undefined,
  { SDP_STATE_URL: base, CI_API_V4_URL: api, CI_PROJECT_ID: id }: NodeJS.ProcessEnv,
): string | undefined {
  if (option !== undefined) return option;
  if (base)
    return `${base.replace(/\/$/, '')}/${encodeURIComponent(project)}/${encodeURIComponent(environment)}`;
  // https://docs.gitlab.com/user/infrastructure/iac/terraform_state/
  if (api && id) return `${api}/projects/${id}/terraform/state/${encodeURIComponent(environment)}`;
  return undefined;
}

async function platformStateAddress(
  data: string | undefined,
  project: string,
  environment: string,
): Promise<string> {
  const { address, client } = await connectPlatform(data);
  await client.close();
  return `${address.url}${statePath(project, environment)}`;
}

const backendFile = 'backend.tf';
const firstLine =
  '# Written by "sdp init": where the state of this project lies. Credentials come from "sdp env".';

/**
 * Installs the provider into the project's implied mirror and writes its backend block. The address is the project's
 * own: one that is exported for a whole shell would let one project destroy another.
 */
export async function initProject(
  folder: string,
  address: string,
): Promise<{ version: string; backend: string }> {
  requireAddress(address);
  const names = await readdir(folder).catch(() => []);
  if (!names.some((name) => name.endsWith('.tf'))) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'NotAProject',
      summary: `${folder} has no Terraform files`,
      detail: 'Name a folder with *.tf files, or write a main.tf there first.',
    });
  }
  const file = join(folder, backendFile);
  if (existsSync(file)) await requireOwn(file);
  const { version } = await installProvider(packageFile('dist', 'terraform-provider-sdp'), {
    project: folder,
  });
  await writeFile(
    file,
    `${firstLine}
terraform {
  backend "http" {
    address        = "${address}"
    lock_address   = "${address}/lock"
    lock_method    = "POST"
    unlock_address = "${address}/lock"
    unlock_method  = "DELETE"
  }
}
`,
  );
  return { version, backend: address };
}

/** It is written into HCL, and shown: no quotes, no templates, no credentials. */
function requireAddress(address: string): void {
  const url = /^[^\s"\\$%]+$/.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if ((url?.protocol === 'https:' || url?.protocol === 'http:') && url.username === '') return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'InvalidStateAddress',
    summary: 'This is no address of a state',
    detail:
      'Write one with http or https and without user and password, which Terraform takes from TF_HTTP_USERNAME and TF_HTTP_PASSWORD.',
  });
}

/** Which environment the folder's state is of, for the modules that read their settings by it. */
async function writeEnvironment(folder: string, environment: string): Promise<void> {
  await writeFile(join(folder, 'environment.json'), `${JSON.stringify({ environment })}\n`);
}

async function requireOwn(file: string): Promise<void> {
  if ((await readFile(file, 'utf8')).startsWith(firstLine)) return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'BackendExists',
    summary: `${file} was not written by sdp`,
    detail:
      'The project has a backend of its own, which sdp leaves alone. Remove the file to use the platform as backend.',
  });
}
