import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { ProjectFiles, type Sight } from '../terraform/hcl/project-files.ts';

export interface Validation {
  readonly summary: {
    readonly jobs: number;
    readonly scripts: number;
    readonly ddl: number;
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
}

interface Kept extends Validation {
  /** Of the program that checked. */
  readonly version: string;
  readonly sights: readonly Sight[];
}

/** Checks a project, or answers as the last time where nothing that was read then is another. */
export async function validateProject(options: ValidationOptions): Promise<Validation> {
  const file = resultFile(options);
  const version = await programVersion();
  const kept = await readKept(file);
  if (kept?.version === version && new ProjectFiles().areAsSeen(kept.sights)) {
    return { summary: kept.summary, diagnostics: kept.diagnostics };
  }
  const files = new ProjectFiles();
  const validation = await check(options, files);
  await keep(file, { ...validation, version, sights: files.sights() });
  return validation;
}

async function check(
  { folder, variableFiles, environment }: ValidationOptions,
  files: ProjectFiles,
): Promise<Validation> {
  const [{ readSqlProject }, { checkProject }] = await Promise.all([
    import('../terraform/hcl/sql-project.ts'),
    import('../sql/project-checks.ts'),
  ]);
  const { project, diagnostics: read } = await readSqlProject(folder, files, { variableFiles, environment });
  const diagnostics = [...read, ...(await checkProject(project))];
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const { jobs, scripts, ddl } = project;
  return {
    summary: {
      jobs: jobs.length,
      scripts: scripts.length,
      ddl: ddl.length,
      errors,
      warnings: diagnostics.length - errors,
    },
    diagnostics,
  };
}

/** One for each project and choice of variables. */
function resultFile({ folder, variableFiles, environment, cache }: ValidationOptions): string {
  const variables = Object.entries(environment).filter(([name]) => name.startsWith('TF_VAR_'));
  const key = JSON.stringify([folder, variableFiles, variables]);
  return join(cache, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
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
