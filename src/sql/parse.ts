import { FlinkSQL } from 'dt-sql-parser/dist/parser/flink/index.js';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { SourceFile } from './position.ts';
import type { ReadStatement } from './sql-file.ts';

/*
 * Loading this module costs a tenth of a second and the first parse two more: import it lazily, and only when SQL
 * has changed.
 */

const maxMessage = 300;

/** The syntax errors of statements, at most one each: after the first, the parser guesses. */
export function parseStatements(statements: readonly ReadStatement[]): readonly Diagnostic[] {
  const parser = new FlinkSQL();
  return statements.flatMap((statement) => parseStatement(parser, statement) ?? []);
}

function parseStatement(parser: FlinkSQL, read: ReadStatement): Diagnostic | undefined {
  const [first] = parser.validate(read.filled.text);
  if (first === undefined) return undefined;
  const filled = new SourceFile(read.source.path, read.filled.text);
  const offset = filled.offsetOf(first.startLine, first.startColumn);
  const source = read.source.positionOf(read.filled.offsetInFile(Math.min(offset, read.filled.text.length)));
  const seen = first.message.length > maxMessage ? `${first.message.slice(0, maxMessage)}…` : first.message;
  return {
    severity: 'error',
    reason: 'SqlSyntaxError',
    summary: 'SQL syntax error',
    detail: `${seen}. Flink would refuse the script when the job starts; correct the statement here.`,
    source,
  };
}
