import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { type Closure, readClosure } from './closure.ts';
import { isFaultless } from './faultless.ts';
import { checkInsertColumns } from './insert-columns.ts';
import { unusedArguments } from './parameters.ts';
import { SourceFile } from './position.ts';
import { createsPythonFunction, pythonMissing } from './python-functions.ts';
import {
  type Content,
  checkSize,
  contentOf,
  type RevisionData,
  revisionData,
  type TooLarge,
} from './revision-content.ts';
import type { ReadStatement, SqlFile } from './sql-file.ts';
import { checkScript } from './statement-rules.ts';
import { checkTokens } from './syntax-checks.ts';

/** The SQL of one job. */
export interface JobSql {
  readonly script: SqlFile;
  readonly ddl: readonly SqlFile[];
  readonly parameters: Readonly<Record<string, string>>;
  /** The ConfigMap with all of the DDL, where the job runs all of it. */
  readonly catalog?: string | undefined;
  /** Whether the job brings Python code to its cluster: an archive of functions, or `python.files`. Undefined where nobody knows. */
  readonly hasPython?: boolean | undefined;
}

export interface Inspection {
  /** As far as it could be read. */
  readonly closure: Closure;
  /** What its revision holds, and the same as a ConfigMap has it. */
  readonly data: RevisionData;
  readonly content: Content | TooLarge;
  readonly diagnostics: readonly Diagnostic[];
}

/** All that can be found in a job's SQL without parsing it. */
export function inspectSql(job: JobSql): Inspection {
  const { script, ddl, parameters, catalog, hasPython } = job;
  const runs = catalog === undefined ? 'reached' : 'all';
  const { diagnostics, ...closure } = readClosure(script, ddl, parameters, runs);
  const reached = reachedStatements(closure);
  const used = new Set(reached.flatMap(({ filled }) => [...filled.used]));
  // What was not reached may use the rest of the arguments.
  const unused = hasErrors(diagnostics)
    ? []
    : unusedArguments(new SourceFile(script.path, script.text), parameters, used);
  const data = revisionData(script, catalog === undefined ? closure.ddl : [], catalog);
  const content = contentOf(data);
  return {
    closure,
    data,
    content,
    diagnostics: [
      ...diagnostics,
      ...reached.flatMap(({ filled }) => filled.diagnostics),
      ...unused,
      // Of a script that could not be split nothing is known.
      ...(closure.script.length === 0 && hasErrors(diagnostics) ? [] : checkScript(script, closure.script)),
      ...reached.flatMap((statement) => checkTokens(statement) ?? []),
      ...checkSize(script, content),
      ...(hasPython === false ? missingPython(job, reached) : []),
    ],
  };
}

/** Of the statements that run, those that the script reaches: Flink loads a function of a shared catalog once it is called. */
function missingPython(
  { script, ddl, parameters, catalog }: JobSql,
  statements: readonly ReadStatement[],
): readonly Diagnostic[] {
  if (!statements.some(createsPythonFunction)) return [];
  const called =
    catalog === undefined ? statements : reachedStatements(readClosure(script, ddl, parameters, 'reached'));
  return called.filter(createsPythonFunction).map(pythonMissing);
}

/**
 * What the grammar finds in statements in which nothing was found before, and, where it finds nothing, INSERTs with a wrong
 * number of columns. Loads a parser where one is needed.
 */
export async function inspectSyntax({
  closure,
  content,
  diagnostics,
}: Inspection): Promise<readonly Diagnostic[]> {
  // Parsing so much takes long, and it has to become less anyway.
  if ('compressed' in content) return [];
  const unknown = withoutProblems(reachedStatements(closure), diagnostics).filter(
    ({ filled }) => !isFaultless(filled.text),
  );
  const parsed = unknown.length === 0 ? [] : (await import('./parse.ts')).parseStatements(unknown);
  const sound = withoutProblems(closure.script, [
    ...diagnostics,
    ...parsed.filter(({ severity }) => severity === 'error'),
  ]);
  return [...parsed, ...checkInsertColumns(closure, sound)];
}

/** Those in whose lines no error is. */
function withoutProblems(
  statements: readonly ReadStatement[],
  diagnostics: readonly Diagnostic[],
): readonly ReadStatement[] {
  const faulty = faultyLines(diagnostics);
  return faulty.size === 0 ? statements : statements.filter((read) => !isFaulty(read, faulty));
}

/** Where errors are: `sql/jobs/a.sql:3`. */
export function faultyLines(diagnostics: readonly Diagnostic[]): ReadonlySet<string> {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return new Set(errors.map(({ source }) => `${source?.file}:${source?.line}`));
}

/** Whether an error is in a line of the statement. */
export function isFaulty(
  { source, statement: { text, line } }: ReadStatement,
  faulty: ReadonlySet<string>,
): boolean {
  return text.split('\n').some((_, index) => faulty.has(`${source.path}:${line + index}`));
}

function reachedStatements({ script, ddl }: Closure): readonly ReadStatement[] {
  return [...script, ...ddl.map(({ read }) => read)];
}
