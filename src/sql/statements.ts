import { type Diagnosed, type Diagnostic, failed, ok } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from './position.ts';
import { type Token, tokenize, type Unclosed } from './tokens.ts';

/**
 * One statement, from its first to its last token: no comments around it and no `;`. Statements of a statement set
 * stand here one by one with `inSet`; what opens and closes the set does not, since all INSERTs of a script are one
 * job anyway. `offset`, `line` and `column` place it in its file.
 */
export interface Statement {
  readonly text: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly inSet: boolean;
}

/** Splits a script at its semicolons. What is never closed is an error: nothing after it could be told apart. */
export function splitStatements(source: SourceFile): Diagnosed<readonly Statement[]> {
  const { text } = source;
  const unreadable = text.search(/[\0\uFFFD]/);
  if (unreadable >= 0) return failed(otherEncoding(source, unreadable));
  const { tokens, unclosed } = tokenize(text);
  if (unclosed !== undefined) return failed(unclosedError(source, unclosed));

  const statements: Statement[] = [];
  let openSet: Token | undefined;
  let first = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    const token = tokens[at];
    if (token !== undefined && textOf(text, token) !== ';') {
      if (at !== first) continue;
      if (openSet === undefined && startsWith(text, tokens, at, ['EXECUTE', 'STATEMENT', 'SET', 'BEGIN'])) {
        openSet = token;
        at += 3;
        first = at + 1;
      } else if (openSet === undefined && startsWith(text, tokens, at, ['BEGIN', 'STATEMENT', 'SET', ';'])) {
        openSet = token;
        at += 3;
        first = at + 1;
      } else if (openSet !== undefined && isWord(text, token, 'END')) {
        const next = tokens[at + 1];
        if (next !== undefined && textOf(text, next) !== ';') return failed(missingSemicolon(source, token));
        openSet = undefined;
        at += 1;
        first = at + 1;
      }
      continue;
    }
    const start = tokens[first];
    const last = tokens[at - 1];
    if (start !== undefined && last !== undefined && at > first) {
      const { line, column } = source.positionOf(start.start);
      const inSet = openSet !== undefined;
      statements.push({ text: text.slice(start.start, last.end), offset: start.start, line, column, inSet });
    }
    first = at + 1;
  }
  return openSet === undefined ? ok(statements) : failed(unclosedSet(source, openSet));
}

/** The statement's leading words in upper case, up to the first token that is none: `['CREATE', 'TEMPORARY', 'VIEW', 'V']`. */
export function leadingWords(statement: { readonly text: string }, limit = 6): readonly string[] {
  const words: string[] = [];
  for (const token of tokenize(statement.text).tokens) {
    if (token.kind !== 'word' || words.length === limit) break;
    words.push(textOf(statement.text, token).toUpperCase());
  }
  return words;
}

function textOf(text: string, token: Token): string {
  return text.slice(token.start, token.end);
}

function isWord(text: string, token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && textOf(text, token).toUpperCase() === word;
}

function startsWith(
  text: string,
  tokens: readonly Token[],
  at: number,
  expected: readonly string[],
): boolean {
  return expected.every((word, index) => {
    const token = tokens[at + index];
    return token !== undefined && textOf(text, token).toUpperCase() === word;
  });
}

/** Bytes that are no UTF-8 are read as U+FFFD, and those of UTF-16 have NULs between them. */
function otherEncoding(source: SourceFile, offset: number): Diagnostic {
  return {
    severity: 'error',
    reason: 'SqlEncoding',
    summary: 'The file is not UTF-8',
    detail:
      'What stands here is no character of UTF-8, so that Flink would read another name or text than was written. Save the file as UTF-8.',
    source: source.positionOf(offset),
  };
}

const closing = {
  literal: "a single quote (') that ends it; a quote inside a literal is written twice",
  identifier: 'a backtick (`) that ends it; a backtick inside a name is written twice',
  comment: '*/ at its end',
  parameter: 'the form ${name} or ${name:default} on one line, without quotes or braces in the default',
} as const;

function unclosedError(source: SourceFile, { what, start }: Unclosed): Diagnostic {
  const base = { severity: 'error', reason: 'SqlSyntaxError', source: source.positionOf(start) } as const;
  if (what === 'double quote') {
    return {
      ...base,
      summary: 'Double quotes quote nothing in Flink SQL',
      detail: "Write texts in single quotes ('text') and names in backticks (`name`).",
    };
  }
  return {
    ...base,
    summary: `A ${what} is never closed`,
    detail: `The ${what} that starts here runs to the end of the file, so the statements after it cannot be told apart. Give it ${closing[what]}.`,
  };
}

function unclosedSet(source: SourceFile, token: Token): Diagnostic {
  return {
    severity: 'error',
    reason: 'SqlSyntaxError',
    summary: 'A statement set is never closed',
    detail:
      'The statement set that starts here has no END; of its own. End each of its INSERTs with a semicolon and close the set with END;.',
    source: source.positionOf(token.start),
  };
}

function missingSemicolon(source: SourceFile, token: Token): Diagnostic {
  return {
    severity: 'error',
    reason: 'SqlSyntaxError',
    summary: 'END of a statement set without a semicolon',
    detail: 'END closes the statement set here, but something else than a semicolon follows. Write END;.',
    source: source.positionOf(token.start),
  };
}
