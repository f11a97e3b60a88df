import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { kinds } from '../kinds/catalog.ts';
import { destroyVariable } from '../terraform/destroy-variable.ts';
import { readDigests } from '../terraform/plan-file.ts';
import type { PlanJson } from '../terraform/plan-json.ts';
import { type PlanDiagnostic, parsePlanLine } from '../terraform/plan-stream.ts';
import { type PlanTable, planTable } from '../terraform/plan-table.ts';
import { capture, stream, type Terraform } from './run-terraform.ts';
import { note, showProgress } from './terminal-output.ts';
import { isSet, parseArguments } from './terraform-arguments.ts';

export interface ProjectPlan {
  readonly outcome: 'changes' | 'no-changes' | 'failed' | 'interrupted';
  readonly table: PlanTable;
  /** Resources that an apply does something to, rollouts included. */
  readonly changes: number;
  /** What the table is made of. Undefined where planning failed before there was a plan. */
  readonly json: PlanJson | undefined;
}

/** Plans a project into a file, and makes a table of it. A failed plan has what was planned until then. */
export async function planProject(
  terraform: Terraform,
  args: readonly string[],
  file: string,
): Promise<ProjectPlan> {
  const command = ['plan', '-json', '-detailed-exitcode', `-out=${file}`, ...args];
  note(`$ ${[terraform.command, ...command].join(' ')}`);
  const diagnostics: PlanDiagnostic[] = [];
  const progress = showProgress();
  const before = await writtenAt(terraform, file);
  let read = 0;
  const destroys = isSet(parseArguments(args), 'destroy');
  const env = { ...terraform.env, ...(destroys && { [destroyVariable]: 'true' }) };
  const { code, interrupted } = await stream({ ...terraform, env }, command, (line) => {
    const event = parsePlanLine(line);
    if (event.type === 'diagnostic') diagnostics.push(event.diagnostic);
    if (event.type === 'other') note(event.text);
    if (event.type !== 'refreshed') return;
    read += 1;
    progress.show(`Planning: ${read} objects read`);
  }).finally(() => progress.clear());
  if (interrupted)
    return {
      outcome: 'interrupted',
      table: await tableOf(undefined, diagnostics, file),
      changes: 0,
      json: undefined,
    };
  // A plan that failed early wrote none: what the user has there is an older one.
  const isWritten = (await writtenAt(terraform, file)) !== before;
  const shown = isWritten ? await showPlan(terraform, file, code === 1) : undefined;
  const table = await tableOf(shown, diagnostics, resolve(terraform.folder, file));
  const outcome = code === 0 ? 'no-changes' : code === 2 ? 'changes' : 'failed';
  return { outcome, table, changes: countChanges(shown), json: shown };
}

/** A saved plan, which says nothing of what was found when it was made; undefined where it cannot be read. */
export async function readSavedPlan(
  terraform: Terraform,
  file: string,
): Promise<Omit<ProjectPlan, 'outcome'> | undefined> {
  const shown = await showPlan(terraform, file, true);
  return (
    shown && {
      table: await tableOf(shown, [], resolve(terraform.folder, file)),
      changes: countChanges(shown),
      json: shown,
    }
  );
}

async function writtenAt({ folder }: Terraform, file: string): Promise<number | undefined> {
  const found = await stat(resolve(folder, file)).catch(() => undefined);
  return found?.mtimeMs;
}

async function showPlan(
  terraform: Terraform,
  file: string,
  mayBeAbsent: boolean,
): Promise<PlanJson | undefined> {
  // It says by JSON only what it has, so its errors are not for the user where there may be none.
  const { code, output } = await capture(terraform, ['show', '-json', file], mayBeAbsent);
  if (code === 0) return JSON.parse(output) as PlanJson;
  if (mayBeAbsent) return undefined;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'PlanUnreadable',
    summary: `${terraform.command} cannot show the plan that it made`,
    detail: `"${terraform.command} show -json ${file}" ended with ${code}. Nothing was changed.`,
  });
}

async function tableOf(
  plan: PlanJson | undefined,
  diagnostics: readonly PlanDiagnostic[],
  file: string,
): Promise<PlanTable> {
  const digests = plan === undefined ? new Map<string, unknown>() : await readDigests(file);
  return planTable(plan, diagnostics, kinds, digests);
}

function countChanges(plan: PlanJson | undefined): number {
  const idle = ['no-op', 'read'];
  return (plan?.resource_changes ?? []).filter(
    ({ change }) => !change.actions.every((action) => idle.includes(action)),
  ).length;
}
