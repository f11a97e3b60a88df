import type { Name } from './names.ts';
import type { ReadStatement } from './sql-file.ts';
import { type Token, tokenize } from './tokens.ts';

export interface Column {
  readonly name: string;
  /** An INSERT gives it a value: it is neither computed nor a virtual metadata column. */
  readonly isWritten: boolean;
}

export interface TableOption {
  readonly key: string;
  readonly value: string;
  /** Of the value, in the statement's filled text; `end` is that after it. */
  readonly offset: number;
  readonly end: number;
}

/** What a CREATE TABLE says, as far as its tokens tell. */
export interface TableDefinition {
  /** Undefined where not all of them stand there: LIKE, and tables without a list. */
  readonly columns: readonly Column[] | undefined;
  readonly hasPrimaryKey: boolean;
  readonly options: readonly TableOption[];
  /** The table whose definition it takes over. */
  readonly like: Name | undefined;
}

/** Words that open an element of the list which is no column; as a column's name they have to be quoted. */
const otherElements = new Set(['PRIMARY', 'CONSTRAINT', 'WATERMARK', 'UNIQUE', 'PERIOD']);

/** Undefined of everything but a CREATE TABLE. */
export function readTableDefinition({ names, filled: { text } }: ReadStatement): TableDefinition | undefined {
  const { creates, uses } = names;
  if (creates?.kind !== 'table') return undefined;
  const tokens = tokenize(text).tokens.map((token) => ({
    ...token,
    text: text.slice(token.start, token.end),
  }));
  const after = tokens.findIndex(({ start }) => start >= creates.end);
  const opening = after >= 0 && tokens[after]?.text === '(' ? after : undefined;
  const elements = opening === undefined ? [] : splitElements(tokens, opening);
  const like = creates.fromQuery ? undefined : uses.find((use) => use.kind === 'table');
  const columns = elements.flatMap((element) => readColumn(element) ?? []);
  return {
    columns: like === undefined && opening !== undefined ? columns : undefined,
    hasPrimaryKey: elements.some((element) => hasWords(element, 'PRIMARY', 'KEY')),
    options: readOptions(tokens),
    like,
  };
}

interface Word extends Token {
  readonly text: string;
}

/** The elements of a list in parentheses, by the commas that stand directly in it. */
export function splitElements(tokens: readonly Word[], opening: number): readonly (readonly Word[])[] {
  const elements: Word[][] = [];
  let current: Word[] = [];
  let depth = 0;
  let openTypes = 0;
  for (const [index, token] of tokens.slice(opening).entries()) {
    const isOpening =
      token.text === '<' && typesOfTypes.has(tokens[opening + index - 1]?.text.toUpperCase() ?? '');
    const isClosing = token.text === '>' && openTypes > 0;
    openTypes += Number(isOpening) - Number(isClosing);
    if (isOpening || opens(token)) depth += 1;
    else if (isClosing || closes(token)) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && token.text === '(' && current.length === 0 && elements.length === 0) continue;
    if (depth === 1 && token.text === ',') {
      elements.push(current);
      current = [];
    } else current.push(token);
  }
  return current.length === 0 ? elements : [...elements, current];
}

/** `MAP<STRING, INT>`: after other words it compares. */
const typesOfTypes = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW', 'STRUCTURED']);
const opens = ({ kind, text }: Word) => kind === 'symbol' && ['(', '['].includes(text);
const closes = ({ kind, text }: Word) => kind === 'symbol' && [')', ']'].includes(text);

function readColumn(element: readonly Word[]): Column | undefined {
  const [name, ...rest] = element;
  if (name === undefined || (name.kind === 'word' && otherElements.has(name.text.toUpperCase())))
    return undefined;
  const isComputed = isWord(rest[0], 'AS');
  const isVirtual =
    rest.some((token) => isWord(token, 'METADATA')) && rest.some((token) => isWord(token, 'VIRTUAL'));
  const text = name.kind === 'identifier' ? name.text.slice(1, -1).replaceAll('``', '`') : name.text;
  return { name: text, isWritten: !isComputed && !isVirtual };
}

function hasWords(element: readonly Word[], first: string, second: string): boolean {
  return element.some((token, index) => isWord(token, first) && isWord(element[index + 1], second));
}

function isWord(token: Word | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

function readOptions(tokens: readonly Word[]): readonly TableOption[] {
  return tokens.flatMap((token, at) => {
    const [key, value] = [tokens[at - 1], tokens[at + 1]];
    if (token.text !== '=' || key?.kind !== 'literal' || value?.kind !== 'literal') return [];
    return [{ key: textOf(key), value: textOf(value), offset: value.start, end: value.end }];
  });
}

function textOf({ text }: Word): string {
  return text.slice(1, -1).replaceAll("''", "'");
}
