import { FlinkErrorListener } from 'dt-sql-parser/dist/parser/flink/flinkErrorListener.js';
import { FlinkSQL } from 'dt-sql-parser/dist/parser/flink/index.js';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { editDistance } from '../diagnostics/similar-name.ts';
import { addFaultless } from './faultless.ts';
import { SourceFile } from './position.ts';
import type { ReadStatement } from './sql-file.ts';
import { syntaxError } from './syntax-checks.ts';
import { tokenize } from './tokens.ts';

/*
 * Loading this module costs a tenth of a second and the first parse two more: import it lazily, and only when SQL
 * has changed.
 *
 * The grammar lags behind Flink's. So its word alone is a warning, and none at all where one of its known gaps explains
 * it, as one does for all that it refuses of some thousand statements that Flink 2.2 accepts (`npm run conformance --
 * --sql`); it is an error where a misspelt keyword stands at the place as well.
 */

/** Lines count from 1, columns from 0. */
interface GrammarError {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Keeps the first error. The listener it replaces looks for what was expected, which takes long and writes to stderr. */
class FirstErrorListener extends FlinkErrorListener {
  first: GrammarError | undefined;

  override syntaxError(...[, token, line, column]: Parameters<FlinkErrorListener['syntaxError']>): void {
    this.first ??= { line, column, text: token?.text ?? '' };
  }
}

class FlinkGrammar extends FlinkSQL {
  #listener = new FirstErrorListener(() => {}, this, new Set());

  protected override createErrorListener(): FirstErrorListener {
    return this.#listener;
  }

  firstErrorIn(text: string): GrammarError | undefined {
    this.#listener = new FirstErrorListener(() => {}, this, new Set());
    const parser = this.createParser(text, () => {});
    // Only the error is of interest.
    parser.buildParseTrees = false;
    parser.program();
    return this.#listener.first;
  }
}

/** Words whose misspelling the grammar takes for a name, so that it stumbles over what comes next. */
const keywords = (
  'SELECT DISTINCT FROM WHERE GROUP HAVING ORDER LIMIT UNION JOIN INNER OUTER CROSS USING VALUES INSERT INTO ' +
  'CREATE TEMPORARY TABLE FUNCTION CATALOG DATABASE EXISTS PRIMARY ENFORCED WATERMARK METADATA VIRTUAL ' +
  'PARTITION PARTITIONED INTERVAL BETWEEN LATERAL UNNEST STRING TIMESTAMP BIGINT DOUBLE BOOLEAN DECIMAL VARCHAR'
).split(' ');

/** What Flink 2.2 accepts and the grammar does not, by words and symbols with single spaces between. */
export const knownGaps: readonly RegExp[] = [
  /\bVALUES \([^()]*,/,
  /\bFILTER \(/,
  /\b(?:FETCH (?:FIRST|NEXT)|OFFSET|QUALIFY|TABLESAMPLE|TRY_CAST|VARIANT|ORDINALITY|MATCH_RECOGNIZE)\b/,
  /\b(?:EXTRACT|FLOOR|CEIL) \(|\bMAP \[|\b(?:PRECEDING|FOLLOWING)\b/,
  /\bOVER\b|\bWINDOW [^ ]+ AS \(/,
  /\b(?:GROUPING SETS|ROLLUP|CUBE)\b/,
  /^CREATE (?:TEMPORARY )?TABLE (?:IF NOT EXISTS )?[^( ]+(?: \. [^( ]+)* (?:WITH|LIKE|AS|\( WATERMARK)\b/,
  /^CREATE OR REPLACE\b|^REPLACE\b|^CREATE (?:MATERIALIZED|MODEL|CATALOG IF)\b/,
  /\bFROM [^ ]+(?: \. [^ ]+)* \(|\( TABLE\b|= >|\bMODEL\b|\bSESSION \(/,
  /\bENFORCED ,|\bDISTRIBUTED\b|\bBUCKETS\b/,
  /\bTHEN\b.*\bEND\b/,
  /, \( SELECT\b|\bSELECT \( SELECT\b|\bARRAY [([]/,
  /\) (?:NOT )?IN \(|\) = TRUE\b|\bON [^ ]+ = [^ ]+ ,/,
  /[\])] \. /,
  /\bMETADATA\b|\bUSER\b/,
  /^(?:SET|RESET|ALTER|ANALYZE|TRUNCATE|CALL|DESCRIBE|DESC|SHOW|LOAD|UNLOAD)\b/,
];

/** Characters of one statement, and of all together. The grammar reads 20 to 100 in a millisecond; what is left is Flink's to read. */
const longest = 50_000;
const mostAtOnce = 500_000;

/** What the grammar finds in statements that are not known to be faultless, at most one each: after the first, it guesses. */
export function parseStatements(statements: readonly ReadStatement[]): readonly Diagnostic[] {
  const grammar = new FlinkGrammar();
  let parsed = 0;
  return statements.flatMap((statement) => {
    const { text } = statement.filled;
    if (text.length > longest || parsed + text.length > mostAtOnce) return [];
    parsed += text.length;
    const diagnostic = parseStatement(grammar, statement);
    if (diagnostic !== undefined) return [diagnostic];
    addFaultless(text);
    return [];
  });
}

function parseStatement(grammar: FlinkGrammar, read: ReadStatement): Diagnostic | undefined {
  const { text } = read.filled;
  const first = grammar.firstErrorIn(text);
  if (first === undefined) return undefined;
  const offset = new SourceFile(read.source.path, text).offsetOf(first.line, first.column + 1);
  const misspelt = misspeltKeyword(text, offset);
  if (misspelt !== undefined) {
    const { start, written, meant } = misspelt;
    return syntaxError(read, { start }, `${written} is no keyword of Flink; did you mean ${meant}?`);
  }
  const outline = outlineOf(text);
  if (knownGaps.some((gap) => gap.test(outline))) return undefined;
  const seen = first.text === '<EOF>' || first.text === '' ? 'the end of the statement' : first.text;
  return {
    severity: 'warning',
    reason: 'SqlSyntaxUnknown',
    summary: 'sdp does not know this SQL syntax',
    detail: `It does not expect ${seen} here. Flink knows more syntax than sdp does and decides when the job starts; check the statement.`,
    source: read.source.positionOf(read.filled.offsetInFile(Math.min(offset, text.length))),
  };
}

/** A name at the place of the error, or just before it, that is almost a keyword. */
function misspeltKeyword(text: string, offset: number) {
  const { tokens } = tokenize(text);
  const at = tokens.findIndex((token) => token.end > offset);
  const suspects = at < 0 ? tokens.slice(-1) : tokens.slice(Math.max(at - 1, 0), at + 1);
  for (const token of suspects) {
    const written = text.slice(token.start, token.end);
    const upper = written.toUpperCase();
    if (token.kind !== 'word' || keywords.includes(upper)) continue;
    const meant = keywords.find((keyword) => editDistance(upper, keyword, 1) <= 1);
    if (meant !== undefined) return { start: token.start, written, meant };
  }
  return undefined;
}

/** The statement's words in upper case and symbols, single spaces between; quoted things as ''. */
function outlineOf(text: string): string {
  return tokenize(text)
    .tokens.map(({ kind, start, end }) => {
      if (kind === 'word') return text.slice(start, end).toUpperCase();
      return kind === 'symbol' || kind === 'number' ? text.slice(start, end) : "''";
    })
    .join(' ');
}
