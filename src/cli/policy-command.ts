import { existsSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { toCodeQuality } from '../diagnostics/code-quality.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { kinds } from '../kinds/catalog.ts';
import { checkPolicy, missingContext, type PolicyContext } from '../policy/check-policy.ts';
import { plannedPolicyObjects } from '../policy/planned-policy-objects.ts';
import { type Rule, readPolicy } from '../policy/policy-file.ts';
import {
  findingsOf,
  type PolicyReport,
  summaryOf,
  toDiagnostic,
  toPlacedDiagnostic,
} from '../policy/policy-report.ts';
import { runPolicyTests } from '../policy/policy-tests.ts';
import { readConfiguration } from '../terraform/hcl/configuration.ts';
import { ProjectFiles } from '../terraform/hcl/project-files.ts';
import { parseJsonObject } from '../terraform/json-object.ts';
import type { PlanJson } from '../terraform/plan-json.ts';
import { type PlanTable, planTable } from '../terraform/plan-table.ts';
import { planProject, readSavedPlan } from './plan-project.ts';
import { renderPlanText } from './plan-text.ts';
import { toPolicyDocument } from './policy-document.ts';
import { renderPolicyJUnit } from './policy-junit.ts';
import { policyMarker, renderPolicyMarkdown } from './policy-markdown.ts';
import { policyNotes, policySummaryLine, renderPolicyTests } from './policy-text.ts';
import { problem } from './problem.ts';
import { environmentOf } from './project-environment.ts';
import type { ProjectOptions } from './project-options.ts';
import { exitCodes, note, outputColors, printDiagnostic, printJson, printLine } from './terminal-output.ts';
import { findTerraform, openTerraform, withPlanFile } from './terraform-project.ts';
import { renderProblems } from './validation-text.ts';

export interface PolicyOptions extends ProjectOptions {
  readonly plan?: string;
  readonly policy?: readonly string[];
  readonly environment?: string;
  readonly data?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly codeQuality?: string;
  readonly junit?: string;
  readonly reports?: string;
}

/** `sdp policy`: the command. */
export async function runPolicy(options: PolicyOptions): Promise<void> {
  const folder = resolve(options.chdir ?? '.');
  // The rules first: their mistakes show before a plan is waited for.
  const { value: rules, diagnostics } = await readPolicy(policyFiles(folder, options), folder, kinds);
  if (rules === undefined) throw new DiagnosticError(...diagnostics);
  diagnostics.forEach(printDiagnostic);
  const environment = options.environment ?? (await environmentOf(folder));
  const today = new Date().toISOString().slice(0, 10);
  // What the plan tells comes later.
  if (missingContext(rules, { environment, project: '', today }).length > 0) throw noEnvironment();

  const plan = await readPlan(folder, options);
  if (plan === undefined) return;
  const context = { project: plan.table.project, environment, today };
  if (missingContext(rules, context).length > 0) throw noProject();
  const report = await reportOn(plan, rules, context, { folder, variableFiles: options.varFile ?? [] });
  await print(report, folder, options);
  process.exitCode = summaryOf(report).errors > 0 ? exitCodes.problem : exitCodes.done;
}

/** Holds a plan against rules. The project's files are read for the places of findings. */
export async function reportOn(
  { json, table }: ReadPlan,
  rules: readonly Rule[],
  context: PolicyContext,
  { folder, variableFiles }: { readonly folder: string; readonly variableFiles: readonly string[] },
): Promise<PolicyReport> {
  const { resources } = await readConfiguration(folder, new ProjectFiles(), {
    variableFiles,
    environment: process.env,
  });
  const objects = await plannedPolicyObjects(json, table, kinds, resources);
  const { project, environment } = context;
  const checks = checkPolicy(rules, objects, context);
  return { project, environment, rules: rules.length, objects: objects.length, checks };
}

async function print(report: PolicyReport, folder: string, options: PolicyOptions): Promise<void> {
  const findings = findingsOf(report);
  const document = toPolicyDocument(report);
  const codeQuality = toJson(toCodeQuality(findings.map(toPlacedDiagnostic)));
  const junit = renderPolicyJUnit(report);
  const files = new Map([
    [options.codeQuality, codeQuality],
    [options.junit, junit],
  ]);
  if (options.reports !== undefined) {
    await mkdir(options.reports, { recursive: true });
    files.set(join(options.reports, 'policy.json'), toJson(document));
    files.set(join(options.reports, 'policy-code-quality.json'), codeQuality);
    files.set(join(options.reports, 'policy.xml'), junit);
    await appendToComment(join(options.reports, 'plan.md'), report);
  }
  for (const [file, text] of files) if (file !== undefined) await writeFile(file, text);
  if (options.json) return printJson(document);
  if (options.markdown) return printLine(renderPolicyMarkdown(report));
  for (const text of await renderProblems(findings.map(toDiagnostic), folder, outputColors()))
    printLine(text);
  policyNotes(report).forEach(note);
  note(policySummaryLine(report));
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** After the plan, in the place of what was said of an earlier one. Where all is well, nothing is said. */
async function appendToComment(file: string, report: PolicyReport): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const [plan = ''] = text.split(policyMarker);
  const part = report.checks.every(({ outcome }) => outcome === 'passed') ? '' : renderPolicyMarkdown(report);
  await writeFile(file, part === '' ? `${plan.trimEnd()}\n` : `${plan.trimEnd()}\n\n${part}\n`);
}

/** `sdp policy test`: the command. */
export async function testPolicy(
  file: string,
  options: { readonly chdir?: string; readonly json?: boolean },
): Promise<void> {
  const folder = resolve(options.chdir ?? '.');
  const today = new Date().toISOString().slice(0, 10);
  const { value: result, diagnostics } = await runPolicyTests(file, folder, kinds, today);
  if (result === undefined) throw new DiagnosticError(...diagnostics);
  if (options.json) printJson({ version: 1, ...result });
  else renderPolicyTests(result, outputColors()).forEach((line) => printLine(line));
  const isGood = result.cases.every(({ unexpected, missing }) => unexpected.length + missing.length === 0);
  process.exitCode = isGood ? exitCodes.done : exitCodes.problem;
}

function policyFiles(folder: string, { policy }: PolicyOptions): readonly string[] {
  if (policy !== undefined) return policy.map((file) => resolve(file));
  if (existsSync(resolve(folder, 'policy.yaml'))) return ['policy.yaml'];
  throw problem(
    'NoPolicy',
    `${folder} has no policy.yaml`,
    'There are no rules to check. Name a file by --policy, or write one: docs/policy.md has an example.',
  );
}

interface ReadPlan {
  readonly json: PlanJson;
  readonly table: PlanTable;
}

/** The plan that is named, or a new one; undefined where that was interrupted or failed, which was told. */
async function readPlan(
  folder: string,
  { plan, data, varFile = [] }: PolicyOptions,
): Promise<ReadPlan | undefined> {
  const read = plan === undefined ? await makePlan(folder, data, varFile) : await readPlanFile(folder, plan);
  if (read?.json.errored === true)
    throw problem(
      'PlanFailed',
      'The plan failed on the way',
      'Only a whole plan says what will be there. Correct what "sdp plan" tells, and make the plan again.',
    );
  return read;
}

async function makePlan(
  folder: string,
  data: string | undefined,
  variableFiles: readonly string[],
): Promise<ReadPlan | undefined> {
  const terraform = await openTerraform(folder, data);
  return withPlanFile(undefined, async (file) => {
    const files = variableFiles.map((name) => `-var-file=${resolve(folder, name)}`);
    const { outcome, table, json } = await planProject(terraform, ['-lock=false', ...files], file);
    if (outcome === 'interrupted') {
      process.exitCode = exitCodes.interrupted;
      return undefined;
    }
    if (outcome !== 'failed' && json !== undefined) return { json, table };
    note(renderPlanText(table, outputColors(), 100));
    process.exitCode = exitCodes.problem;
    return undefined;
  });
}

async function readPlanFile(folder: string, name: string): Promise<ReadPlan> {
  const file = resolve(folder, name);
  if (!existsSync(file))
    throw problem(
      'NoPlan',
      `There is no plan ${file}`,
      'Make one: sdp plan -out FILE. The file is looked for in the project.',
    );
  if (await isJson(file)) {
    const json = (parseJsonObject(await readFile(file, 'utf8')) ?? {}) as PlanJson;
    if (json.resource_changes !== undefined || json.planned_values !== undefined)
      return { json, table: planTable(json, [], kinds) };
    throw problem(
      'NoPlan',
      `${name} is no plan`,
      'Rules are about manifests, which are in the file that "sdp plan -out FILE" writes and in what "terraform show -json FILE" says of it. "sdp plan --json" tells of changes only.',
    );
  }
  // Nothing but the file is read: neither the state nor the API, so no credentials are needed.
  const saved = await readSavedPlan({ command: await findTerraform(), folder, env: {} }, file);
  if (saved?.json !== undefined) return { json: saved.json, table: saved.table };
  throw problem(
    'PlanUnreadable',
    `${name} cannot be read as a plan`,
    `Terraform reads it with the providers of the folder. "terraform show ${name}" in ${folder} says what is wrong; "terraform init" may be missing.`,
  );
}

/** A saved plan is a zip archive. */
async function isJson(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('utf8').trimStart().startsWith('{');
  } finally {
    await handle.close();
  }
}

function noEnvironment(): DiagnosticError {
  return problem(
    'NoEnvironment',
    'The environment is not known',
    'Rules of the policy hold in some environments only, or have {environment} in them. Name it by --environment; "sdp init --environment NAME" chooses it for the folder.',
  );
}

function noProject(): DiagnosticError {
  return problem(
    'NoProject',
    'The name of the project is not known',
    'Rules of the policy have {project} in them. It is "project" in the block of provider "sdp", which has to be a constant.',
  );
}
