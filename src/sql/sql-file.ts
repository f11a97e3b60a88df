import { type Diagnosed, type Diagnostic, ok } from '../diagnostics/diagnostic.ts';
import { readNames, type StatementNames } from './names.ts';
import { type FilledStatement, fillParameters } from './parameters.ts';
import { SourceFile } from './position.ts';
import { leadingWords, type Statement, splitStatements } from './statements.ts';

/** A script or DDL file: its path relative to the project, as messages show it, and its text. */
export interface SqlFile {
  readonly path: string;
  readonly text: string;
}

/** A statement of a file with its parameters filled in and its names read. */
export interface ReadStatement {
  readonly source: SourceFile;
  readonly statement: Statement;
  readonly filled: FilledStatement;
  readonly names: StatementNames;
  /** Leading words in upper case. */
  readonly words: readonly string[];
}

export function readSqlFile(
  file: SqlFile,
  values: Readonly<Record<string, string>>,
): Diagnosed<readonly ReadStatement[]> {
  const source = new SourceFile(file.path, file.text);
  const split = splitStatements(source);
  if (split.value === undefined) return split;
  const read = split.value.map((statement): ReadStatement => {
    const filled = fillParameters(source, statement, values);
    return { source, statement, filled, names: readNames(filled.text), words: leadingWords(filled) };
  });
  return ok(read, split.diagnostics);
}

type Values = Readonly<Record<string, string>>;

interface Reading {
  readonly file: SqlFile;
  readonly statements: readonly ReadStatement[];
  /** The values that it was read with, of the parameters in it. */
  readonly values: readonly (readonly [string, string | undefined])[];
}

/** The last readings of DDL files, by path. */
const readings = new Map<string, Reading>();
const mostReadings = 1_000;
const longestKept = 20_000;

/** `readSqlFile` for files that many jobs share: one with the same text and values as the last time is not read again. */
export function readDdlFile(file: SqlFile, values: Values): Diagnosed<readonly ReadStatement[]> {
  const last = readings.get(file.path);
  if (
    last?.file.text === file.text &&
    last.values.every(([name, value]) => valueOf(values, name) === value)
  ) {
    return ok(last.statements);
  }
  const result = readSqlFile(file, values);
  if (result.value === undefined || result.diagnostics.length > 0 || file.text.length > longestKept)
    return result;
  const names = new Set(result.value.flatMap(({ filled }) => [...filled.used]));
  if (readings.size >= mostReadings) readings.clear();
  readings.set(file.path, {
    file,
    statements: result.value,
    values: [...names].map((name) => [name, valueOf(values, name)]),
  });
  return result;
}

function valueOf(values: Values, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** As `errorAt`, of what Flink takes all the same. */
export function warningAt(...at: Parameters<typeof errorAt>): Diagnostic {
  return { ...errorAt(...at), severity: 'warning' };
}

/** Makes an error at an offset of a statement's filled text, placed in the file as the user wrote it. */
export function errorAt(
  read: ReadStatement,
  offset: number,
  reason: string,
  summary: string,
  detail: string,
): Diagnostic {
  const source = read.source.positionOf(read.filled.offsetInFile(offset));
  return { severity: 'error', reason, summary, detail, source };
}
