import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/package-file.ts';
import { installProvider } from '../../src/terraform/install-provider.ts';
import { type Result, tryRun } from '../e2e/commands.ts';
import { type PlanJson, type PlannedVerdict, readVerdicts } from '../e2e/sql-project.ts';
import type { Place } from './worlds.ts';

export interface ParityProject {
  /** Makes the files of the scenarios anew, plans, which has to succeed, and answers what the plan says of each object. */
  plan(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, PlannedVerdict>>>;
  /** Applies the last plan. */
  apply(): Promise<Result>;
  /** The same, where it has to succeed. */
  applied(): Promise<void>;
  /** Destroys what is there, which has to succeed, and the folder. */
  remove(): Promise<void>;
}

/** A project with sdp's provider and modules and its state beside it: all that it needs of a world is a kubeconfig. */
export async function createParityProject(
  name: string,
  { environment, namespace, base }: Place,
): Promise<ParityProject> {
  const folder = await mkdtemp(join(tmpdir(), `sdp-${name}-`));
  const terraform = async (...args: readonly string[]): Promise<Result> => {
    const env = { ...environment, CHECKPOINT_DISABLE: '1', TF_INPUT: '0', TF_CLI_ARGS: '-no-color' };
    const { code, output } = await tryRun('terraform', args, { cwd: folder, env });
    const text = output.replaceAll(/[\s│]+/g, ' ');
    return { code, output: code === 0 ? text : text.slice(text.indexOf('Error: ')) };
  };
  const succeed = async (...args: readonly string[]): Promise<void> => {
    const { code, output } = await terraform(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}:\n${output}`);
  };
  await symlink(packageFile('terraform-modules'), join(folder, 'modules'));
  await installProvider(packageFile('dist', 'terraform-provider-sdp'), { project: folder });
  await writeFile(
    join(folder, 'main.tf'),
    `terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}

provider "sdp" {
  project   = "${name}"
  namespace = "${namespace}"
}
${base}`,
  );
  return {
    async plan(files) {
      for (const file of await readdir(folder)) {
        if (file.startsWith('scenario-')) await rm(join(folder, file));
      }
      for (const [scenario, text] of Object.entries(files)) {
        if (text !== '') await writeFile(join(folder, `scenario-${scenario}.tf`), text);
      }
      await succeed('init');
      await succeed('plan', '-out=change.tfplan');
      const shown = await tryRun('terraform', ['show', '-json', 'change.tfplan'], {
        cwd: folder,
        env: environment,
      });
      const json = shown.output.split('\n').find((line) => line.startsWith('{')) ?? '{}';
      return readVerdicts(JSON.parse(json) as PlanJson);
    },
    apply: () => terraform('apply', 'change.tfplan'),
    applied: () => succeed('apply', 'change.tfplan'),
    async remove() {
      await succeed('destroy', '-auto-approve');
      await rm(folder, { recursive: true });
    },
  };
}
