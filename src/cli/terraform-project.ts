import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findPrerequisites } from '../platform/prerequisites.ts';
import { runInTerminal, type Terraform } from './run-terraform.ts';
import { connectPlatform } from './running-platform.ts';

/** Makes terraform or tofu ready in a project: with its credentials, and initialised where it has to be. */
export async function openTerraform(chdir: string, data: string | undefined): Promise<Terraform> {
  const folder = resolve(chdir);
  const command = await findTerraform();
  const terraform = { command, folder, env: await terraformEnvironment(folder, data) };
  if (!(await needsInit(folder))) return terraform;
  const code = await runInTerminal(terraform, ['init', '-input=false', ...plainOutput()], { asNote: true });
  if (code !== 0) process.exit(code);
  return terraform;
}

/** A pipe or a log file is no place for colours, which Terraform does not see by itself. */
export function plainOutput(): readonly string[] {
  return process.stdout.isTTY ? [] : ['-no-color'];
}

/** A place for a plan, which may hold secrets of other providers; removed afterwards unless the user chose it. */
export async function withPlanFile<T>(
  saved: string | undefined,
  work: (file: string) => Promise<T>,
): Promise<T> {
  if (saved !== undefined) return work(saved);
  const scratch = await mkdtemp(join(tmpdir(), 'sdp-plan-'));
  try {
    return await work(join(scratch, 'plan'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
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
