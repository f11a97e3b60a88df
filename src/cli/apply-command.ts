import { taintedIn } from '../terraform/state-file.ts';
import { confirm } from './confirm.ts';
import { printTable } from './plan-command.ts';
import { planProject, readSavedPlan } from './plan-project.ts';
import { summaryText } from './plan-text.ts';
import { capture, runInTerminal, type Terraform } from './run-terraform.ts';
import { exitCodes, note, printLine } from './terminal-output.ts';
import {
  type Arguments,
  isSet,
  parallelism,
  parseArguments,
  splitApply,
  valueOf,
  without,
} from './terraform-arguments.ts';
import { openTerraform, plainOutput, withPlanFile } from './terraform-project.ts';

export interface ApplyOptions {
  readonly data?: string;
  readonly chdir: string;
}

/** `sdp apply`: the command. */
export async function runApply(args: readonly string[], options: ApplyOptions): Promise<void> {
  const asked = parseArguments(args);
  const terraform = await openTerraform(valueOf(asked, 'chdir') ?? options.chdir, options.data);
  const passed = parseArguments([...without(asked, 'chdir'), ...asked.rest]);
  const [saved] = passed.rest;
  if (isSet(passed, 'refresh-only') || isSet(passed, 'help')) {
    process.exitCode = await runInTerminal(terraform, ['apply', ...plainOutput(), ...args]);
  } else if (saved === undefined) {
    process.exitCode = await planAndApply(terraform, passed);
  } else {
    process.exitCode = await applySaved(terraform, passed, saved);
  }
}

/** `sdp destroy`: the command. */
export function runDestroy(args: readonly string[], options: ApplyOptions): Promise<void> {
  return runApply(['-destroy', ...args], options);
}

async function planAndApply(terraform: Terraform, asked: Arguments): Promise<number> {
  const { plan: forPlan, apply: forApply } = splitApply(asked);
  const asJson = isSet(asked, 'json');
  return withPlanFile(undefined, async (file) => {
    const planning = [parallelism(asked, 0), ...forPlan, ...asked.rest];
    const { outcome, table, changes } = await planProject(terraform, planning, file);
    if (outcome === 'interrupted') {
      note('Interrupted. Nothing was changed.');
      return exitCodes.interrupted;
    }
    // What Terraform prints while it applies is then the only thing on standard output.
    printTable(table, asJson ? note : printLine);
    if (outcome === 'failed') return exitCodes.problem;
    if (outcome === 'changes' && !(await isApproved(asked, summaryText(table.summary)))) {
      return exitCodes.problem;
    }
    // Without changes too: what was read goes into the state.
    return apply(terraform, [parallelism(asked, changes), ...forApply, file], 'sdp apply');
  });
}

async function applySaved(terraform: Terraform, asked: Arguments, file: string): Promise<number> {
  const saved = await readSavedPlan(terraform, file);
  if (saved !== undefined) note(`${summaryText(saved.table.summary)}.`);
  const own = [parallelism(asked, saved?.changes ?? 0), ...without(asked, 'parallelism')];
  return apply(terraform, [...own, ...asked.rest], `sdp plan -out ${file} && sdp apply ${file}`);
}

async function apply(terraform: Terraform, args: readonly string[], again: string): Promise<number> {
  const plain = args.some((word) => /^--?no-color$/.test(word)) ? [] : plainOutput();
  const code = await runInTerminal(terraform, ['apply', ...plain, ...args]);
  if (code === exitCodes.problem) await sayWhatNext(terraform, again);
  return code;
}

function isApproved(asked: Arguments, consequence: string): Promise<boolean> {
  return confirm(isSet(asked, 'auto-approve'), `${consequence}.`, '-auto-approve');
}

/** After a failed apply, from the state as it is now: nothing where it cannot be read. */
async function sayWhatNext(terraform: Terraform, again: string): Promise<void> {
  const { code, output } = await capture(terraform, ['state', 'pull'], true);
  const tainted = code === 0 ? taintedIn(output) : undefined;
  if (tainted === undefined) return;
  if (tainted.length === 0) {
    note(`Nothing was tainted. Once the cause is gone, this goes on where it stopped: ${again}`);
    return;
  }
  note(`The next apply replaces what was created in part: ${tainted.join(', ')}`);
}
