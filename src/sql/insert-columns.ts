import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Closure, statementsOf } from './closure.ts';
import { errorAt, type ReadStatement } from './sql-file.ts';
import { readTableDefinition, splitElements, type TableDefinition } from './table-definition.ts';
import { type Token, tokenize } from './tokens.ts';

/** INSERTs that give a table another number of columns than it takes, where both can be counted. */
export function checkInsertColumns(
  closure: Closure,
  inserts: readonly ReadStatement[],
): readonly Diagnostic[] {
  const tables = new Map<string, TableDefinition>();
  for (const read of statementsOf(closure)) {
    const definition = readTableDefinition(read);
    if (definition !== undefined) tables.set(read.names.creates?.parts.join('.') ?? '', definition);
  }
  return inserts.flatMap((read) => checkInsert(read, tables) ?? []);
}

interface Word extends Token {
  readonly text: string;
  /** Words in upper case, empty for everything else. */
  readonly word: string;
}

function checkInsert(
  read: ReadStatement,
  tables: ReadonlyMap<string, TableDefinition>,
): Diagnostic | undefined {
  const [sink] = read.names.uses;
  if (read.words[0] !== 'INSERT' || sink === undefined) return undefined;
  const written = tables.get(sink.parts.join('.'))?.columns?.filter((column) => column.isWritten);
  const tokens = wordsOf(read.filled.text);
  const after = tokens.findIndex(({ start }) => start >= sink.end);
  const { named, query, isPartitioned } = readTarget(tokens, after);
  const expected = named ?? (isPartitioned ? undefined : written?.length);
  const given = query === undefined ? undefined : countColumns(tokens, query);
  if (expected === undefined || given === undefined || expected === given.count) return undefined;
  const name = sink.parts.join('.');
  const takes =
    named === undefined
      ? `${name} takes ${columns(expected)} (${(written ?? []).map((column) => column.name).join(', ')})`
      : `the list names ${columns(expected)}`;
  return errorAt(
    read,
    given.at,
    'SqlColumnCount',
    `${columns(given.count)} for ${columns(expected)} of ${name}`,
    `The query gives ${columns(given.count)}, and ${takes}. Flink refuses the INSERT when the job starts: select as many, or name those that are given: INSERT INTO ${name} (…).`,
  );
}

/** Where the query of an INSERT begins, in its filled text. */
export function queryStart(read: ReadStatement): number | undefined {
  const [sink] = read.names.uses;
  if (sink === undefined) return undefined;
  const tokens = wordsOf(read.filled.text);
  const { query } = readTarget(
    tokens,
    tokens.findIndex(({ start }) => start >= sink.end),
  );
  return query === undefined ? undefined : tokens[query]?.start;
}

function wordsOf(text: string): readonly Word[] {
  return tokenize(text).tokens.map((token) => {
    const own = text.slice(token.start, token.end);
    return { ...token, text: own, word: token.kind === 'word' ? own.toUpperCase() : '' };
  });
}

function columns(count: number): string {
  return count === 1 ? '1 column' : `${count} columns`;
}

interface Target {
  /** How many columns the INSERT names. */
  readonly named: number | undefined;
  /** A static partition is no column of the query. */
  readonly isPartitioned: boolean;
  /** Where the query begins. */
  readonly query: number | undefined;
}

function readTarget(tokens: readonly Word[], start: number): Target {
  let at = start;
  const isPartitioned = tokens[at]?.word === 'PARTITION';
  if (isPartitioned) at = closing(tokens, at + 1) + 1;
  if (tokens[at]?.text === '/*+') {
    while (at < tokens.length && tokens[at]?.text !== '*/') at += 1;
    at += 1;
  }
  const isList =
    tokens[at]?.text === '(' && !['SELECT', 'WITH', 'VALUES', '('].includes(tokens[at + 1]?.word ?? '');
  if (!isList) return { named: undefined, isPartitioned, query: at < tokens.length ? at : undefined };
  const named = splitElements(tokens, at).length;
  return { named, isPartitioned, query: closing(tokens, at) + 1 };
}

/** Of the parenthesis that opens at a token. */
function closing(tokens: readonly Word[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '(') depth += 1;
    else if (tokens[at]?.text === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return tokens.length;
}

/** Undefined where a `*` stands for columns, and where there is no SELECT or VALUES. */
function countColumns(tokens: readonly Word[], start: number): { count: number; at: number } | undefined {
  const depths = depthsOf(tokens);
  const base = depths[start] ?? 0;
  const first = tokens.findIndex(
    ({ word }, index) => index >= start && depths[index] === base && (word === 'SELECT' || word === 'VALUES'),
  );
  const opener = tokens[first];
  if (opener === undefined) return undefined;
  if (opener.word === 'VALUES') {
    const row = tokens[first + 1];
    return row?.text === '(' ? { count: splitElements(tokens, first + 1).length, at: row.start } : undefined;
  }
  const from = first + 1 + Number(['ALL', 'DISTINCT'].includes(tokens[first + 1]?.word ?? ''));
  const end = tokens.findIndex(
    ({ word }, index) => index >= from && depths[index] === base && endsList.has(word),
  );
  const list = tokens.slice(from, end < 0 ? undefined : end);
  const listDepths = depths.slice(from, end < 0 ? undefined : end);
  const commas = list.filter(({ text }, index) => text === ',' && listDepths[index] === base);
  const hasStar = list.some(
    ({ text }, index) =>
      text === '*' &&
      listDepths[index] === base &&
      (index === 0 || [',', '.'].includes(list[index - 1]?.text ?? '')),
  );
  return hasStar || list.length === 0 ? undefined : { count: commas.length + 1, at: opener.start };
}

const endsList = new Set(['FROM', 'WHERE', 'UNION', 'INTERSECT', 'EXCEPT', 'ORDER', 'LIMIT']);

/** How many brackets are open at each token; a closing one counts as outside. */
function depthsOf(tokens: readonly Word[]): readonly number[] {
  let depth = 0;
  return tokens.map(({ text, kind }) => {
    if (kind !== 'symbol') return depth;
    if (text === ')' || text === ']') depth -= 1;
    const own = depth;
    if (text === '(' || text === '[') depth += 1;
    return own;
  });
}
