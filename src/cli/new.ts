import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { packageFile } from '../package-file.ts';
import { printJson, printLine } from './terminal-output.ts';

interface NewOptions {
  project?: string;
  modules: string;
  ref?: string;
  json?: boolean;
}

const scaffolds = ['terraform-project'] as const;

export function registerNew(program: Command): void {
  program
    .command('new <scaffold> <dir>')
    .description(`Make a new project: ${scaffolds.join(', ')}.`)
    .option('--project <name>', "name of the project; the folder's when absent")
    .option(
      '--modules <source>',
      'where the common modules are: a Terraform module source without the module, such as git::https://git.example.com/platform/terraform-modules.git',
      packageFile('terraform-modules'),
    )
    .option('--ref <version>', 'tag, branch or commit of the modules, for a git source')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp new terraform-project orders\n  $ sdp new terraform-project orders --modules git::https://git.example.com/platform/terraform-modules.git --ref v1.4.0',
    )
    .action(async (scaffold: string, dir: string, options: NewOptions) => {
      const folder = resolve(dir);
      const project = options.project ?? basename(folder);
      const files = await newProject({ scaffold, folder, project, ...options });
      if (options.json) printJson({ folder, project, files });
      else {
        printLine(`${folder} is a new project, ${project}, of ${files.length} files.`);
        printLine(`Next: cd ${relative('.', folder) || '.'} && sdp init && sdp plan`);
      }
    });
}

export interface NewProject {
  readonly scaffold: string;
  readonly folder: string;
  readonly project: string;
  /** Module source of the common modules, without `//<module>`. */
  readonly modules: string;
  readonly ref?: string;
}

/** Copies a scaffold and fills in `{{project}}`, `{{modules}}` and `{{ref}}`. Answers the files it wrote; writes over none. */
export async function newProject({
  scaffold,
  folder,
  project,
  modules,
  ref,
}: NewProject): Promise<readonly string[]> {
  requireScaffold(scaffold);
  requireName(project);
  const source = packageFile('scaffolds', scaffold);
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)))
    .sort();
  await requireEmpty(folder);
  const values: Readonly<Record<string, string>> = { project, modules, ref: ref ? `?ref=${ref}` : '' };
  for (const file of files) {
    const text = await readFile(join(source, file), 'utf8');
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(
      join(folder, file),
      text.replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all),
      { flag: 'wx' },
    );
  }
  return files;
}

function requireScaffold(scaffold: string): void {
  if ((scaffolds as readonly string[]).includes(scaffold)) return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'UnknownScaffold',
    summary: `There is no scaffold ${JSON.stringify(scaffold)}`,
    detail: `Scaffolds: ${scaffolds.join(', ')}.`,
  });
}

/** The provider's rule, which a project would meet at its first plan. */
function requireName(project: string): void {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(project)) return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'InvalidProjectName',
    summary: `${JSON.stringify(project)} is no project name`,
    detail:
      'Use lower-case letters, digits and "-": the name also serves as a Kubernetes namespace. Give another one by --project.',
  });
}

async function requireEmpty(folder: string): Promise<void> {
  const present = (await readdir(folder).catch(() => [])).filter((name) => name !== '.git');
  if (present.length === 0) return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'FolderNotEmpty',
    summary: `${folder} is not empty`,
    detail: `It has ${present.slice(0, 5).join(', ')}${present.length > 5 ? ', …' : ''}. A project is made in a new or an empty folder.`,
  });
}
