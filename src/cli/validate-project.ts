import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { keepFaultless, recallFaultless } from '../sql/faultless.ts';
import type { AskPlanner } from '../sql/planner-checks.ts';
import { isOfJar, jarUnavailable, type PlannerProblem } from '../sql/planner-problem.ts';
import { ProjectFiles, type Sight } from '../terraform/hcl/project-files.ts';

export interface Validation {
  readonly summary: {
    readonly jobs: number;
    readonly scripts: number;
    readonly ddl: number;
    /** Jobs that Flink's planner has planned, and those that it could not, since they call Python. Absent: it was not asked. */
    readonly planned?: number;
    readonly unplanned?: number;
    readonly errors: number;
    readonly warnings: number;
  };
  readonly diagnostics: readonly Diagnostic[];
}

export interface ValidationOptions {
  readonly folder: string;
  readonly variableFiles: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the result is kept for the next time. */
  readonly cache: string;
  /** Absent: the files alone are checked. */
  readonly planner?: ProjectPlanner;
}

export interface ProjectPlanner {
  readonly ask: AskPlanner;
  /** Called with what was found without it, if it is asked anything. */
  onStart(found: readonly Diagnostic[]): void;
  onAnswer(done: number, all: number): void;
}

interface Kept extends Validation {
  /** Of the program that checked. */
  readonly version: string;
  readonly sights: readonly Sight[];
  /** The planner's, by what it was asked: a script that changes is no reason to plan the others again. */
  readonly answers: Readonly<Record<string, readonly PlannerProblem[]>>;
  /** Statements that need not be parsed again. */
  readonly faultless: readonly string[];
}

/** Checks a project, or answers as the last time where nothing that was read then is another. */
export async function validateProject(options: ValidationOptions): Promise<Validation> {
  const file = resultFile(options);
  const version = await programVersion();
  const kept = await readKept(file);
  const isKnown = kept?.version === version;
  if (isKnown && isWhole(kept, options) && new ProjectFiles().areAsSeen(kept.sights))
    return { summary: kept.summary, diagnostics: kept.diagnostics };
  const files = new ProjectFiles();
  if (isKnown) recallFaultless(kept.faultless);
  const { answers, ...validation } = await check(options, files, isKnown ? kept.answers : {});
  await keep(file, { ...validation, version, sights: files.sights(), answers, faultless: keepFaultless() });
  return validation;
}

/** Whether it says neither less nor more than is asked for. */
function isWhole({ summary, diagnostics }: Kept, { planner }: ValidationOptions): boolean {
  // A jar that could not be had may be there now.
  if (diagnostics.some(({ reason }) => reason === jarUnavailable)) return false;
  return (planner === undefined) === (summary.planned === undefined);
}

async function check(
  { folder, variableFiles, environment, planner }: ValidationOptions,
  files: ProjectFiles,
  known: Kept['answers'],
): Promise<Validation & Pick<Kept, 'answers'>> {
  const [{ readSqlProject }, { findSecretLiterals }, { checkProject }, { checkByPlanner }] =
    await Promise.all([
      import('../terraform/hcl/sql-project.ts'),
      import('../terraform/hcl/secret-checks.ts'),
      import('../sql/project-checks.ts'),
      import('../sql/planner-checks.ts'),
    ]);
  const { project, diagnostics: read } = await readSqlProject(folder, files, { variableFiles, environment });
  const checks = await checkProject(project);
  const secrets = findSecretLiterals(folder, files, [...project.scripts, ...project.ddl]);
  const found = [...read, ...checks.diagnostics, ...secrets];
  const keeping = planner && keepAnswers(planner, known, found);
  const planned = keeping && (await checkByPlanner(checks.closures, found, keeping.ask, planner.onAnswer));
  const diagnostics = [...found, ...(planned?.diagnostics ?? [])];
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const { jobs, scripts, ddl } = project;
  return {
    summary: {
      jobs: jobs.length,
      scripts: scripts.length,
      ddl: ddl.length,
      ...(planned && { planned: planned.planned, unplanned: planned.unplanned }),
      errors,
      warnings: diagnostics.length - errors,
    },
    diagnostics,
    // Without the planner, what it said before stays good.
    answers: keeping?.answers ?? known,
  };
}

/** Asks only what was not answered before. `answers`: those to what was asked. */
function keepAnswers(
  planner: ProjectPlanner,
  known: Kept['answers'],
  found: readonly Diagnostic[],
): { readonly ask: AskPlanner; readonly answers: Kept['answers'] } {
  const answers: Record<string, readonly PlannerProblem[]> = {};
  let hasStarted = false;
  return {
    answers,
    async ask(question) {
      const key = hashOf(question);
      if (known[key] === undefined && !hasStarted) {
        planner.onStart(found);
        hasStarted = true;
      }
      const answer = known[key] ?? (await planner.ask(question));
      if (!answer.some(isOfJar)) answers[key] = answer;
      return answer;
    },
  };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** One for each project and choice of variables. */
function resultFile({ folder, variableFiles, environment, cache }: ValidationOptions): string {
  const variables = Object.entries(environment).filter(([name]) => name.startsWith('TF_VAR_'));
  return join(cache, `${hashOf([folder, variableFiles, variables])}.json`);
}

/** Another one may find something else. */
async function programVersion(): Promise<string> {
  const { mtimeMs, size } = await stat(fileURLToPath(import.meta.url));
  return `${mtimeMs} ${size}`;
}

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written is none. */
async function keep(file: string, kept: Kept): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    // The next run checks again.
  }
}
