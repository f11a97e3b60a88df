import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { PlanJson } from '../terraform/plan-json.ts';
import { printDiagnostic, printJson, printLine } from './terminal-output.ts';
import { findTerraform, terraformEnvironment, withPlanFile } from './terraform-project.ts';

interface RenderOptions {
  data?: string;
  chdir?: string;
  json?: boolean;
}

export function registerRender(program: Command): void {
  program
    .command('render')
    .description("Print the project's Kubernetes manifests as YAML, for GitOps or for reading.")
    .option('--data <dir>', 'data folder of the platform')
    .option('--chdir <dir>', "the project's folder", '.')
    .option('--json', 'as a JSON list')
    .addHelpText(
      'after',
      '\nThe project has to be initialised (terraform init). Nothing is read from the API.\n\nExample:\n  $ sdp render > manifests.yaml && kubectl diff --server-side -f manifests.yaml',
    )
    .action(async (options: RenderOptions) => {
      const folder = resolve(options.chdir ?? '.');
      const plan = await planAsJson(folder, options.data);
      const [{ renderPlan }, { kinds }] = await Promise.all([
        import('../terraform/render-plan.ts'),
        import('../kinds/catalog.ts'),
      ]);
      const { value, diagnostics } = await renderPlan(plan, kinds);
      if (value === undefined) throw new DiagnosticError(...diagnostics);
      diagnostics.forEach(printDiagnostic);
      if (options.json) return printJson(value);
      const { toYaml } = await import('./to-yaml.ts');
      printLine(
        value
          .map((manifest) => `---\n${toYaml(manifest)}`)
          .join('')
          .trimEnd(),
      );
    });
}

async function planAsJson(folder: string, data: string | undefined): Promise<PlanJson> {
  const command = await findTerraform();
  const env = await terraformEnvironment(folder, data);
  const run = (...args: string[]) =>
    new Promise<string>((resolve, reject) => {
      execFile(
        command,
        args,
        { cwd: folder, env: { ...process.env, ...env, TF_IN_AUTOMATION: '1' }, maxBuffer: 512 * 1024 * 1024 },
        (error, stdout, stderr) =>
          error === null ? resolve(stdout) : reject(planFailed(command, stdout + stderr)),
      );
    });
  return withPlanFile(undefined, async (file) => {
    await run('plan', '-input=false', '-no-color', '-refresh=false', '-lock=false', `-out=${file}`);
    return JSON.parse(await run('show', '-json', file)) as PlanJson;
  });
}

function planFailed(command: string, output: string): DiagnosticError {
  const error = output.search(/^Error:/m);
  return new DiagnosticError({
    severity: 'error',
    reason: 'PlanFailed',
    summary: `${command} could not plan the project`,
    detail: output.slice(Math.max(error, 0)).trim(),
  });
}
