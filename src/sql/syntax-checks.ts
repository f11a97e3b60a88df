import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt, type ReadStatement } from './sql-file.ts';
import { type Token, tokenize } from './tokens.ts';

/*
 * Mistakes that are mistakes in every version of Flink's grammar, told from tokens alone: only words that Flink
 * reserves count. What needs a grammar is in parse.ts, and what needs types only Flink's planner knows.
 */

const statementStarts = new Set(
  (
    'ADD ALTER ANALYZE BEGIN CALL COMPILE CREATE DELETE DESC DESCRIBE DROP EXECUTE EXPLAIN HELP INSERT LOAD REMOVE ' +
    'REPLACE RESET SELECT SET SHOW STOP TABLE TRUNCATE UNLOAD UPDATE USE VALUES WITH'
  ).split(' '),
);
/** Reserved words that open a clause, so none can follow a comma, SELECT or FROM, or stand twice. */
const clauseWords = new Set('SELECT FROM WHERE GROUP HAVING ORDER UNION INTERSECT EXCEPT JOIN'.split(' '));
/** Words after which something has to come. */
const openWords = new Set([
  ...clauseWords,
  ...'INSERT INTO CREATE AND OR NOT BY ON AS IN LIKE BETWEEN CASE WHEN THEN ELSE'.split(' '),
]);
const openSymbols = new Set([',', '(', '[', '.', '=', '+', '-', '/', '<', '>']);
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/** The first certain mistake of a statement, if there is one. */
export function checkTokens(read: ReadStatement): Diagnostic | undefined {
  const { text } = read.filled;
  const tokens = tokenize(text).tokens.map((token) => ({ ...token, text: word(text, token) }));
  const [first] = tokens;
  if (first?.kind === 'word' && !statementStarts.has(first.text)) {
    return syntaxError(read, first, `no statement starts with ${text.slice(first.start, first.end)}`);
  }
  return checkPairs(read, tokens) ?? checkBrackets(read, tokens);
}

interface Word extends Token {
  /** Upper case for words, as written for symbols, empty for everything quoted. */
  readonly text: string;
}

function word(text: string, token: Token): string {
  if (token.kind === 'word') return text.slice(token.start, token.end).toUpperCase();
  return token.kind === 'symbol' ? text.slice(token.start, token.end) : '';
}

function checkPairs(read: ReadStatement, tokens: readonly Word[]): Diagnostic | undefined {
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (next === undefined) {
      const open = token.kind === 'word' ? openWords.has(token.text) : openSymbols.has(token.text);
      return open ? syntaxError(read, token, `the statement ends after ${token.text}`) : undefined;
    }
    const missing = missingBetween(token, next);
    if (missing !== undefined) return syntaxError(read, next, missing);
  }
  return undefined;
}

function missingBetween(token: Word, next: Word): string | undefined {
  const nextOpensClause = next.kind === 'word' && clauseWords.has(next.text);
  const ends = [',', ')'].includes(next.text);
  const something = `something is missing between ${token.text} and ${next.text}`;
  if (token.text === ',') {
    return ends || (nextOpensClause && next.text !== 'SELECT') ? something : undefined;
  }
  if (token.text === '(' && next.text === ',') return something;
  if (token.kind !== 'word') return undefined;
  if (['SELECT', 'FROM', 'WHERE'].includes(token.text) && (nextOpensClause || ends)) return something;
  return nextOpensClause && next.text === token.text ? `${next.text} stands twice` : undefined;
}

function checkBrackets(read: ReadStatement, tokens: readonly Word[]): Diagnostic | undefined {
  const open: Word[] = [];
  for (const token of tokens) {
    if (token.text in closers) open.push(token);
    else if (token.text === ')' || token.text === ']') {
      const opener = open.pop();
      if (opener === undefined) return syntaxError(read, token, `nothing opens the ${token.text} here`);
      const expected = closers[opener.text];
      if (expected !== token.text) {
        return syntaxError(
          read,
          token,
          `${token.text} stands where ${expected} would close the ${opener.text}`,
        );
      }
    }
  }
  const unclosed = open.at(-1);
  return unclosed && syntaxError(read, unclosed, `nothing closes the ${unclosed.text} here`);
}

/** `seen` is a clause such as "FROM stands twice", or a question. */
export function syntaxError(read: ReadStatement, at: { readonly start: number }, seen: string): Diagnostic {
  return errorAt(
    read,
    at.start,
    'SqlSyntaxError',
    'SQL syntax error',
    `${seen.charAt(0).toUpperCase()}${seen.slice(1)}${seen.endsWith('?') ? '' : '.'} Flink would refuse the script when the job starts; correct the statement here.`,
  );
}
