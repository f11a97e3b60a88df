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
