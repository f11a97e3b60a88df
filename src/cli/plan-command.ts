import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanTable } from '../terraform/plan-table.ts';
import { toPlanDocument } from './plan-document.ts';
import { renderPlanMarkdown } from './plan-markdown.ts';
import { planProject } from './plan-project.ts';
import { renderPlanText } from './plan-text.ts';
import { environmentOf } from './project-environment.ts';
import { runInTerminal } from './run-terraform.ts';
import { exitCodes, note, outputColors, printJson, printLine } from './terminal-output.ts';
import { isSet, parallelism, parseArguments, valueOf, without } from './terraform-arguments.ts';
import { openTerraform, plainOutput, withPlanFile } from './terraform-project.ts';

export interface PlanOptions {
  readonly data?: string;
  readonly chdir: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly reports?: string;
  readonly detailedExitcode?: boolean;
  readonly terraformOutput?: boolean;
}

/** `sdp plan`: the command. */
export async function runPlan(args: readonly string[], options: PlanOptions): Promise<void> {
  const asked = parseArguments(args);
  const asJson = options.json ?? isSet(asked, 'json');
  const asMarkdown = options.markdown ?? isSet(asked, 'markdown');
  const terraform = await openTerraform(valueOf(asked, 'chdir') ?? options.chdir, options.data);
  // Only what the state becomes is planned: there are no changes for a table.
  if (isSet(asked, 'refresh-only') || isSet(asked, 'help')) {
    process.exitCode = await runInTerminal(terraform, ['plan', ...plainOutput(), ...args]);
    return;
  }
  const passed = without(
    asked,
    'json',
    'markdown',
    'detailed-exitcode',
    'terraform-output',
    'chdir',
    'out',
    'parallelism',
    'reports',
  );
  const saved = valueOf(asked, 'out');
  const reports = options.reports ?? valueOf(asked, 'reports');
  if (reports !== undefined) await mkdir(reports, { recursive: true });
  const { outcome, code } = await withPlanFile(saved, async (file) => {
    const plan = await planProject(terraform, [parallelism(asked, 0), ...passed, ...asked.rest], file);
    if (plan.outcome === 'interrupted') {
      note('Interrupted. Nothing was changed.');
      return { outcome: plan.outcome, code: exitCodes.interrupted };
    }
    const { outcome: planned } = plan;
    const document = () => toPlanDocument(plan.table, planned);
    const markdown = async () => renderPlanMarkdown(plan.table, await environmentOf(terraform.folder));
    if (reports !== undefined) await writeReports(reports, document(), await markdown());
    if (asJson) printJson(document());
    else if (asMarkdown) printLine(await markdown());
    else printTable(plan.table, printLine);
    if (plan.outcome === 'failed') return { outcome: plan.outcome, code: exitCodes.problem };
    if (!asJson && !asMarkdown && (options.terraformOutput ?? isSet(asked, 'terraform-output'))) {
      printLine();
      await runInTerminal(terraform, ['show', ...plainOutput(), file]);
    } else if (plan.outcome === 'changes' && saved === undefined) {
      note('Attribute by attribute: sdp plan --terraform-output');
    } else if (plan.outcome === 'changes') {
      note(
        `Attribute by attribute: ${terraform.command} show ${saved}. To apply this plan: sdp apply ${saved}`,
      );
    }
    return { outcome: plan.outcome, code: exitCodes.done };
  });
  const isDetailed = options.detailedExitcode ?? isSet(asked, 'detailed-exitcode');
  process.exitCode = isDetailed && outcome === 'changes' ? 2 : code;
}

async function writeReports(folder: string, document: unknown, markdown: string): Promise<void> {
  await writeFile(join(folder, 'plan.json'), `${JSON.stringify(document, undefined, 2)}\n`);
  await writeFile(join(folder, 'plan.md'), `${markdown}\n`);
}

const widest = 120;

export function printTable(table: PlanTable, print: (text: string) => void): void {
  const width = Math.min(process.stdout.columns ?? 100, widest);
  print(renderPlanText(table, outputColors(), width));
}
