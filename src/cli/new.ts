import { basename, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { packageFile, packageVersion } from '../package-file.ts';
import { type ScaffoldLayer, type ScaffoldName, scaffoldNames } from '../scaffold/scaffold.ts';
import { ask, canAsk } from './ask.ts';
import { exitCodes, note, printJson, printLine } from './terminal-output.ts';

interface NewOptions {
  project?: string;
  modules?: string;
  ref?: string;
  ciTemplates: string;
  ciRef?: string;
  deployProject: string;
  firstJob?: boolean;
  json?: boolean;
}

const kinds = ['team', ...scaffoldNames];

export function registerNew(program: Command): void {
  program
    .command('new [kind] [dir]')
    .description(
      `Make a new project (${scaffoldNames.join(', ')}), or a team's folder with one of each; what is not said is asked for.`,
    )
    .option('--project <name>', "name of the project or team; the folder's when absent")
    .option(
      '--modules <source>',
      'where the common modules are: a Terraform module source without the module, such as git::https://git.example.com/platform/terraform-modules.git; those of this installation when absent',
    )
    .option('--ref <version>', 'tag, branch or commit of the modules, for a git source')
    .option(
      '--ci-templates <project>',
      'GitLab project that has the components of ci-templates/, as pipelines name it',
      '$CI_SERVER_FQDN/platform/sdp-ci',
    )
    .option('--ci-ref <version>', "its version; this sdp's when absent")
    .option(
      '--deploy-project <path>',
      'GitLab project of the Terraform files that a job is deployed by',
      '$CI_PROJECT_NAMESPACE/terraform',
    )
    .option('--first-job', 'with a SQL job that shows rows at once (default for a team)')
    .option('--no-first-job', 'without it')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Run again it changes nothing; "sdp upgrade" brings a project to a newer sdp.

Examples:
  $ sdp new team orders
  $ sdp new team orders --modules git::https://git.example.com/platform/terraform-modules.git --ref v1.4.0
  $ sdp new terraform-project orders --first-job
  $ sdp new python-job readings --deploy-project data/orders/terraform`,
    )
    .action(async (kind: string | undefined, dir: string | undefined, options: NewOptions) => {
      const chosen = await choose(kind, dir, options.modules);
      if (chosen === undefined) return;
      const made = await makeAll(chosen.kind, resolve(chosen.dir), { ...options, modules: chosen.modules });
      if (options.json) printJson(made);
      else printMade(chosen.kind, made);
      if (chosen.modules === ownModules()) {
        note(
          'Its modules are those of this installation. Pipelines fetch theirs by git: sdp upgrade --modules git::https://….',
        );
      }
    });
}

interface Choice {
  readonly kind: string;
  readonly dir: string;
  readonly modules: string;
}

/** What the arguments say, and for the rest who sits at the terminal; undefined, with an exit code, when he goes. */
async function choose(
  kind: string | undefined,
  dir: string | undefined,
  modules: string | undefined,
): Promise<Choice | undefined> {
  if (kind !== undefined && kind !== 'team') requireScaffold(kind);
  if (kind !== undefined && dir !== undefined) return { kind, dir, modules: modules ?? ownModules() };
  if (!canAsk()) {
    note(`error: say what is to be made, and in which folder: sdp new ${kinds.join('|')} DIR`);
    process.exitCode = exitCodes.usage;
    return undefined;
  }
  const chosenKind = kind ?? (await ask(`What is to be made (${kinds.join(', ')})? [team] `, 'team'));
  if (chosenKind !== undefined && chosenKind !== 'team') requireScaffold(chosenKind);
  const chosenDir = chosenKind && (await ask('In which folder? It is also the name. '));
  const chosenModules =
    chosenDir &&
    (modules ??
      (await ask(
        'Where are the common modules: git::https://…, or those of this installation? [this installation] ',
        ownModules(),
      )));
  if (chosenKind && chosenDir && chosenModules) {
    return { kind: chosenKind, dir: chosenDir, modules: chosenModules };
  }
  note('\nNothing was made.');
  process.exitCode = chosenDir === '' ? exitCodes.usage : exitCodes.interrupted;
  return undefined;
}

function ownModules(): string {
  return packageFile('terraform-modules');
}

interface Made {
  readonly folder: string;
  readonly project: string;
  /** What was written; none where the project was there. */
  readonly files: readonly string[];
}

async function makeAll(
  what: string,
  folder: string,
  options: NewOptions & { readonly modules: string },
): Promise<readonly Made[]> {
  // Loaded late, as everything heavy here: `sdp --help` must not wait for it.
  const { createProject } = await import('../scaffold/create-project.ts');
  const project = options.project ?? basename(folder);
  const make = async (
    name: ScaffoldName,
    where: string,
    called: string,
    more: readonly ScaffoldLayer[] = [],
  ) => {
    const values = {
      project: called,
      modules: options.modules,
      ref: options.ref ? `?ref=${options.ref}` : '',
      ci_templates: options.ciTemplates,
      ci_ref: options.ciRef ?? packageVersion(),
      deploy_project: options.deployProject,
    };
    const files = await createProject({
      layers: [name, ...more],
      folder: where,
      values,
      version: packageVersion(),
    });
    return { folder: where, project: called, files };
  };
  const withFirstJob = (isDefault: boolean) =>
    (options.firstJob ?? isDefault) ? (['first-job'] as const) : [];
  if (what !== 'team') {
    const name = requireScaffold(what);
    return [await make(name, folder, project, name === 'terraform-project' ? withFirstJob(false) : [])];
  }
  // One after the other: a refusal comes before anything is written beside it.
  const terraform = await make('terraform-project', join(folder, 'terraform'), project, withFirstJob(true));
  const python = await make('python-job', join(folder, 'python-job'), `${project}-python-job`);
  const java = await make('java-job', join(folder, 'java-job'), `${project}-java-job`);
  return [terraform, python, java];
}

function printMade(what: string, made: readonly Made[]): void {
  for (const { folder, project, files } of made) {
    const where = relative('.', folder) || '.';
    printLine(
      files.length === 0
        ? `${where} is the project ${project} already.`
        : `${where} is a new project, ${project}, of ${files.length} files.`,
    );
  }
  const [first] = made;
  if (first === undefined || (what !== 'team' && what !== 'terraform-project')) return;
  printLine(`Next: cd ${relative('.', first.folder) || '.'} && sdp init && sdp plan`);
}

function requireScaffold(kind: string): ScaffoldName {
  const found = scaffoldNames.find((name) => name === kind);
  if (found !== undefined) return found;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'UnknownScaffold',
    summary: `There is no scaffold ${JSON.stringify(kind)}`,
    detail: `There are: ${kinds.join(', ')}.`,
  });
}
