import { z } from 'zod';
import { configMapType } from '../../apiclient/core-types.ts';
import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { malformedChecksum, readJarChecksum } from '../../engines/flink/jar-checksum.ts';
import { buildRevision, sqlRunnerEntryClass } from '../../sql/revision.ts';
import { findTopics } from '../../sql/topics.ts';
import type { Companion, DeclaredMetadata, Topics } from '../kind.ts';
import { buildPythonArchive, pythonArchiveParams, pythonFilesKey, pythonKeys } from './python-archive.ts';
import { buildPythonProgram, pythonParams, pythonRunnerEntryClass } from './python-runner.ts';
import type { JobSpec } from './spec.ts';

/** Before the names of an archive's options in the arguments of a SQL job. */
export const sqlPythonPrefix = '--python-';

const sourceText = z.object({
  path: z.string().describe('Path of the file, as messages name it.'),
  text: z.string().describe('Content of the file.'),
});

const sqlParams = z.object({
  script: sourceText.describe('The script: one or more INSERT statements make one job.'),
  ddl: z.array(sourceText).describe('Files with the DDL statements that scripts may use.'),
  catalog: z
    .string()
    .optional()
    .describe(
      'Name of a ConfigMap with all of the DDL, as sql_catalog makes it: the job runs all of it, and changes with any of it. When absent, the job has the DDL that its script reaches.',
    ),
  parameters: z
    .record(z.string(), z.string())
    .optional()
    .describe(`Values for \${name} in the script and in the DDL that it reaches. None when absent.`),
  python: pythonArchiveParams
    .optional()
    .describe(
      'The archive with the functions that the SQL creates with LANGUAGE PYTHON. Needed only with such functions.',
    ),
});

/** What a job is written in, when it is not a jar: a field each, at most one of them set. */
export const jobSources = {
  sql: sqlParams
    .optional()
    .describe('A Flink SQL job. The entry class, its arguments and the revision are then made from it.'),
  python: pythonParams
    .optional()
    .describe('A Python job. The entry class, its arguments and where its files lie are then made from it.'),
};

export interface DeclaredJob {
  readonly job: JobSpec;
  readonly sql?: z.output<typeof sqlParams> | undefined;
  readonly python?: z.output<typeof pythonParams> | undefined;
  readonly flinkConfiguration?: Readonly<Record<string, string>> | undefined;
}

/** The topics of a SQL job; what a program reads and writes, nobody knows. */
export function findJobTopics({ sql }: Pick<DeclaredJob, 'sql'>): Topics {
  if (sql === undefined) return { reads: [], writes: [] };
  return findTopics(sql.script, sql.ddl, sql.parameters ?? {});
}

export interface BuiltJob {
  readonly job: JobSpec;
  readonly flinkConfiguration?: Record<string, string>;
  readonly companions: readonly Companion[];
}

export interface RunnerPlace {
  /** The runner's jar where the job has to name one; absent where the runner is on the cluster's classpath. */
  readonly jarURI?: string;
}

/** The job that a source stands for, or the job as it is. All conflicts are collected. */
export async function buildJob(
  metadata: DeclaredMetadata,
  declared: DeclaredJob,
  runner: RunnerPlace = {},
): Promise<Diagnosed<BuiltJob>> {
  const { job, sql, python, flinkConfiguration } = declared;
  const conflicts = checkConflicts(declared, runner);
  const name = sql === undefined ? [] : checkNameOfSqlJob(metadata.name);
  const revision =
    sql === undefined
      ? undefined
      : await buildRevision({
          job: metadata.name,
          namespace: metadata.namespace,
          script: sql.script,
          ddl: sql.ddl,
          parameters: sql.parameters ?? {},
          catalog: sql.catalog,
          hasPython: (sql.python ?? flinkConfiguration?.[pythonFilesKey]) !== undefined,
        });
  const diagnostics = [...conflicts, ...checkJarUri(job.jarURI), ...name, ...(revision?.diagnostics ?? [])];
  if (hasErrors(diagnostics)) return failed(...diagnostics);
  const program = python === undefined ? undefined : buildPythonProgram(python);
  const functions = sql?.python && buildPythonArchive(sql.python, sqlPythonPrefix);
  const code = program ?? functions;
  const configuration = { ...flinkConfiguration, ...code?.flinkConfiguration };
  return ok(
    {
      job: {
        ...((revision ?? program) !== undefined && runner),
        ...job,
        ...(revision?.value !== undefined && {
          entryClass: sqlRunnerEntryClass,
          args: [...revision.value.args, ...(functions?.archive ?? []), ...(functions?.requirements ?? [])],
        }),
        ...(program !== undefined && { entryClass: pythonRunnerEntryClass, args: program.args }),
      },
      ...((flinkConfiguration ?? code) !== undefined && { flinkConfiguration: configuration }),
      companions:
        revision?.value === undefined ? [] : [{ type: configMapType, manifest: revision.value.configMap }],
    },
    diagnostics,
  );
}

/** Of a checksum that is none nobody would check anything: the operator on a cluster ignores it. */
function checkJarUri(jarURI: string | undefined): readonly Diagnostic[] {
  const checksum = readJarChecksum(jarURI ?? '');
  if (checksum === undefined || checksum.sha256 !== undefined) return [];
  return [
    {
      severity: 'error',
      reason: 'InvalidValue',
      summary: 'Invalid value for job.jarURI',
      detail: `In #${jarURI?.split('#')[1]}, ${malformedChecksum}`,
      path: ['job', 'jarURI'],
    },
  ];
}

function checkConflicts(
  { job, sql, python, flinkConfiguration }: DeclaredJob,
  runner: RunnerPlace,
): readonly Diagnostic[] {
  if (sql === undefined && python === undefined) return [];
  const source = sql === undefined ? 'python' : 'sql';
  const name = sql === undefined ? 'Python' : 'SQL';
  // Where the runner's jar has to be named, the user may say where it is.
  const made =
    runner.jarURI === undefined
      ? (['jarURI', 'entryClass', 'args'] as const)
      : (['entryClass', 'args'] as const);
  const fields = made.filter((field) => job[field] !== undefined);
  const code = python === undefined ? 'sql.python' : 'python';
  const keys =
    (python ?? sql?.python) === undefined
      ? []
      : pythonKeys.filter((key) => flinkConfiguration?.[key] !== undefined);
  return [
    ...(sql !== undefined && python !== undefined
      ? [conflict(['python'], 'python is set beside sql', 'A job has one source. Remove sql, or python.')]
      : []),
    ...fields.map((field) =>
      conflict(
        ['job', field],
        `job.${field} is set beside ${source}`,
        `A ${name} job's jar, entry class and arguments are made from ${source}. Remove job.${field}, or ${source}.`,
      ),
    ),
    ...keys.map((key) =>
      conflict(
        ['flinkConfiguration', key],
        `flink_configuration has ${key} beside ${code}`,
        `${key} is made from ${code}, so that the workers find the archive. Remove it: what else the job needs goes into the archive or into ${code}.requirements.`,
      ),
    ),
  ];
}

function conflict(path: readonly string[], summary: string, detail: string): Diagnostic {
  return { severity: 'error', reason: 'ConflictingArguments', summary, detail, path };
}

/** The job's name is the value of a label of its revision. */
function checkNameOfSqlJob(name: string): readonly Diagnostic[] {
  if (name.length <= 63) return [];
  return [
    {
      severity: 'error',
      reason: 'InvalidName',
      summary: `The name of the SQL job has ${name.length} characters`,
      detail: `The ConfigMap with its SQL is labelled with the name, and Kubernetes allows 63 characters in a label. Shorten ${name}.`,
      path: ['name'],
    },
  ];
}
