import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { packageVersion } from '../package-file.ts';
import { type FileUpgrade, planUpgrade } from '../scaffold/plan-upgrade.ts';
import {
  hashText,
  type ProjectRecord,
  readProjectRecord,
  recordFileName,
  writeProjectRecord,
} from '../scaffold/project-record.ts';
import { renderScaffold } from '../scaffold/scaffold.ts';
import { confirm } from './confirm.ts';
import { exitCodes, outputColors, printJson, printLine } from './terminal-output.ts';

export interface UpgradeOptions {
  readonly yes?: boolean;
  readonly check?: boolean;
  readonly modules?: string;
  readonly ref?: string;
  readonly ciRef?: string;
  readonly json?: boolean;
}

/** `sdp upgrade`: the command. */
export async function runUpgrade(dir: string, options: UpgradeOptions): Promise<void> {
  const folder = resolve(dir);
  const record = await requireRecord(folder);
  const values = {
    ...record.values,
    ...(options.modules !== undefined && { modules: options.modules }),
    ...(options.ref !== undefined && { ref: options.ref === '' ? '' : `?ref=${options.ref}` }),
    ci_ref: options.ciRef ?? packageVersion(),
  };
  const scaffold = await renderScaffold(record.layers, values);
  const upgrades = planUpgrade(record, scaffold, await readFiles(folder, record, scaffold));
  const changes = upgrades.filter(({ action }) => action !== 'keep');
  if (options.json) printJson({ folder, from: record.version, to: packageVersion(), files: upgrades });
  else await printUpgrades(upgrades);
  if (options.check) {
    process.exitCode = changes.length > 0 ? exitCodes.problem : exitCodes.done;
    return;
  }
  if (changes.length > 0) {
    if (options.json && !options.yes) return;
    const files = `${changes.length} file${changes.length === 1 ? '' : 's'}`;
    if (!(await confirm(options.yes, `${files} of ${folder} will be written.`))) return;
    for (const change of changes) await carryOut(folder, change);
  }
  const files = Object.fromEntries([...scaffold].map(([name, text]) => [name, hashText(text)]));
  await writeProjectRecord(folder, { ...record, version: packageVersion(), values, files });
  if (changes.length > 0 && !options.json) printLine('Done: look at it by git diff, and commit it.');
}

async function requireRecord(folder: string): Promise<ProjectRecord> {
  const record = await readProjectRecord(folder);
  if (record !== undefined) return record;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'NoProjectRecord',
    summary: `${folder} was not made by "sdp new"`,
    detail: `It has no ${recordFileName}, which says of which scaffold it was made. Name the folder of a project; of a team, that of each of its projects.`,
  });
}

async function readFiles(
  folder: string,
  record: ProjectRecord,
  scaffold: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const present = new Map<string, string>();
  for (const name of new Set([...scaffold.keys(), ...Object.keys(record.files)])) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) present.set(name, text);
  }
  return present;
}

async function carryOut(folder: string, { file, action, after }: FileUpgrade): Promise<void> {
  const path = join(folder, file);
  if (action === 'remove') return rm(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, after);
}

const words = {
  add: 'new',
  update: 'changed',
  remove: 'gone',
  keep: 'yours, kept; the scaffold has changed it as well',
};

async function printUpgrades(upgrades: readonly FileUpgrade[]): Promise<void> {
  if (upgrades.length === 0)
    return printLine(`Nothing to do: the files are those of sdp ${packageVersion()}.`);
  const { createTwoFilesPatch } = await import('diff');
  const colors = outputColors();
  for (const { file, action, before, after } of upgrades) {
    printLine(colors.bold(`${file}: ${words[action]}`));
    const patch = createTwoFilesPatch(file, file, before, after, '', '', { context: 3 });
    for (const line of patch.slice(patch.indexOf('@@')).split('\n')) {
      const color = line.startsWith('+') ? colors.green : line.startsWith('-') ? colors.red : String;
      if (line !== '') printLine(color(line));
    }
    printLine();
  }
}
