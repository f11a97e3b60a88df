import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/package-file.ts';
import { installProvider } from '../../src/terraform/install-provider.ts';
import { type Result, tryRun } from '../e2e/commands.ts';
import { type PlanJson, type PlannedVerdict, readVerdicts } from '../e2e/sql-project.ts';
import type { Place } from './worlds.ts';

export interface ParityProject {
  /** Makes the files of the scenarios anew, and plans. */
  plan(files: Readonly<Record<string, string>>): Promise<{
    readonly result: Result;
    readonly verdicts: Readonly<Record<string, PlannedVerdict>>;
  }>;
  /** Applies the last plan. */
  apply(): Promise<Result>;
  /** Destroys what is there, and the folder. */
  remove(): Promise<Result>;
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
      const init = await terraform('init');
      if (init.code !== 0) throw new Error(init.output);
      const result = await terraform('plan', '-out=change.tfplan');
      if (result.code !== 0) return { result, verdicts: {} };
      const shown = await tryRun('terraform', ['show', '-json', 'change.tfplan'], {
        cwd: folder,
        env: environment,
      });
      const json = shown.output.split('\n').find((line) => line.startsWith('{')) ?? '{}';
      return { result, verdicts: readVerdicts(JSON.parse(json) as PlanJson) };
    },
    apply: () => terraform('apply', 'change.tfplan'),
    async remove() {
      const result = await terraform('destroy', '-auto-approve');
      await rm(folder, { recursive: true });
      return result;
    },
  };
}
