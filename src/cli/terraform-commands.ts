import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findPrerequisites } from '../platform/prerequisites.ts';
import { connectPlatform } from './running-platform.ts';
import { note } from './terminal-output.ts';

interface TerraformOptions {
  data?: string;
  chdir?: string;
}

interface Wrapped {
  readonly name: 'plan' | 'apply' | 'destroy';
  readonly description: string;
  readonly example: string;
}

const wrapped: readonly Wrapped[] = [
  { name: 'plan', description: 'Say what an apply would change.', example: 'sdp plan -out change.tfplan' },
  { name: 'apply', description: 'Change what differs from the files.', example: 'sdp apply -auto-approve' },
  { name: 'destroy', description: 'Delete all that the project declares.', example: 'sdp destroy' },
];

/** More than Terraform's ten: the API answers in milliseconds, and rollouts only wait. */
const parallelism = 30;

export function registerTerraformCommands(program: Command): void {
  for (const { name, description, example } of wrapped) {
    program
      .command(`${name} [arguments...]`)
      .description(`${description} Runs terraform (or tofu) ${name}; all other arguments are passed on.`)
      .option('--data <dir>', 'data folder of the platform')
      .option('--chdir <dir>', "the project's folder", '.')
      .allowUnknownOption()
      .helpOption('--help', 'display help for command')
      .addHelpText(
        'after',
        `\nThe command that is run is shown. The address of the state is the project's own; credentials are those of the\nplatform that "sdp init" wrote it for, or of the environment.\n\nExample:\n  $ ${example}`,
      )
      .action(async (args: readonly string[], options: TerraformOptions) => {
        const folder = resolve(options.chdir ?? '.');
        const command = await findTerraform();
        const env = await terraformEnvironment(folder, options.data);
        // A pipe or a log file is no place for colours, which Terraform does not see by itself.
        const plain = process.stdout.isTTY ? [] : ['-no-color'];
        if (await needsInit(folder))
          await runOrExit(command, ['init', '-input=false', ...plain], folder, env);
        const own = [`-parallelism=${parallelism}`, ...plain].filter(
          (option) => !args.some((argument) => argument.startsWith(option.split('=')[0] ?? '')),
        );
        process.exitCode = await runInTerminal(command, [name, ...own, ...args], folder, env);
      });
  }
}

/** `terraform` or `tofu`, whichever is there. */
export async function findTerraform(): Promise<string> {
  const found = (await findPrerequisites()).find(({ name }) => name.startsWith('Terraform'));
  if (found?.found !== undefined && found.problem === undefined) return found.found.command;
  throw new DiagnosticError(
    found?.problem ?? {
      severity: 'error',
      reason: 'TerraformMissing',
      summary: 'Neither terraform nor tofu is there',
      detail: 'Install Terraform or OpenTofu 1.8 or newer and put it on PATH.',
    },
  );
}

/**
 * What Terraform needs beside its files: where the API answers and the state's credentials. A project whose state lies
 * elsewhere (GitLab, S3) brings its own.
 */
export async function terraformEnvironment(
  folder: string,
  data: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (!existsSync(join(folder, 'backend.tf')) || process.env.TF_HTTP_PASSWORD !== undefined) return {};
  const platform = await connectPlatform(data);
  await platform.client.close();
  return {
    KUBECONFIG: platform.address.kubeconfig,
    TF_HTTP_USERNAME: 'sdp',
    TF_HTTP_PASSWORD: platform.address.stateToken,
    TF_HTTP_CLIENT_CA_CERTIFICATE_PEM: platform.address.caCertificate,
  };
}

/** Whether `terraform init` never ran here, or a module was added since: the first thing that every new block asks for. */
export async function needsInit(folder: string): Promise<boolean> {
  const installed = await readInstalledModules(folder);
  if (installed === undefined) return true;
  const files = (await readdir(folder)).filter((file) => file.endsWith('.tf'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const called = texts.flatMap((text) =>
    [...text.matchAll(/^[ \t]*module[ \t]+"([^"]+)"/gm)].map(([, name]) => name ?? ''),
  );
  return called.some((name) => !installed.has(name));
}

/** Addresses of the modules that were installed: `.terraform/modules/modules.json`, absent where none is called. */
async function readInstalledModules(folder: string): Promise<ReadonlySet<string> | undefined> {
  if (!existsSync(join(folder, '.terraform'))) return undefined;
  try {
    const text = await readFile(join(folder, '.terraform', 'modules', 'modules.json'), 'utf8');
    const { Modules: modules } = JSON.parse(text) as { Modules: readonly { Key: string }[] };
    return new Set(modules.map(({ Key: key }) => key));
  } catch {
    return new Set();
  }
}

async function runOrExit(
  command: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const code = await runInTerminal(command, args, folder, env);
  if (code !== 0) process.exit(code);
}

/** Runs a command where the user sees and answers it, having said which. Answers its exit code. */
function runInTerminal(
  command: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  note(`$ ${[command, ...args].join(' ')}`);
  // Ctrl-C reaches the child from the terminal: it ends well, and this command after it.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio: 'inherit' });
    const pass = () => child.kill('SIGTERM');
    process.on('SIGTERM', pass);
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      resolve(code ?? 130);
    });
  });
}
