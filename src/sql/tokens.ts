/** Kinds that matter to splitting and naming. Comments and white space are no tokens. */
export type TokenKind = 'word' | 'number' | 'literal' | 'identifier' | 'parameter' | 'symbol';

/** `start` and `end` are offsets into the text, `end` exclusive, in UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/**
 * Something that was opened and never closed, which makes everything after it a guess. A double quote opens nothing
 * in Flink, but whoever wrote it meant that it does.
 */
export interface Unclosed {
  readonly what: 'literal' | 'identifier' | 'comment' | 'parameter' | 'double quote';
  readonly start: number;
}

export interface Tokenized {
  readonly tokens: readonly Token[];
  readonly unclosed?: Unclosed;
}

const space = /[ \t\n\r\f\uFEFF]/;
const letter = /[\p{L}_$]/u;
const wordPart = /[\p{L}\p{Nd}_$]/u;
const bareParameter = /\$\{[^{}'"`\r\n]*\}/y;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * The lexical rules of Flink's parser (Calcite's, with backtick quoting): `--` and `//` comments to the end of the
 * line, comments in slash and star that do not nest, hints as code, `'` literals with doubled quotes and
 * backslash escapes only in `E'…'`. `${…}` outside quotes is one token. The runner's Tokens.java does the same;
 * `testdata/splits.golden.json` holds both to it.
 */
export function tokenize(text: string): Tokenized {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (space.test(char)) {
      at += 1;
      continue;
    }
    if (text.startsWith('--', at) || text.startsWith('//', at)) {
      at = endOfLine(text, at);
      continue;
    }
    if (text.startsWith('/*', at) && text.charAt(at + 2) !== '+') {
      const end = text.indexOf('*/', at + openingOfComment(text, at));
      if (end < 0) return { tokens, unclosed: { what: 'comment', start: at } };
      at = end + 2;
      continue;
    }
    const token = readToken(text, at);
    if ('what' in token) return { tokens, unclosed: token };
    tokens.push(token);
    at = token.end;
  }
  return { tokens };
}

/** Flink takes the star after `/**` as text, unless it is `/**\/`: the comment `/***\/` goes on. */
function openingOfComment(text: string, at: number): number {
  return text.startsWith('/**', at) && text.charAt(at + 3) !== '/' ? 4 : 2;
}

function readToken(text: string, start: number): Token | Unclosed {
  const char = text.charAt(start);
  if (char === "'") return closed('literal', start, endOfQuoted(text, start, "'"));
  if (char === '`') return closed('identifier', start, endOfQuoted(text, start, '`'));
  if (char === '"') return { what: 'double quote', start };
  if ((char === 'e' || char === 'E') && text.charAt(start + 1) === "'") {
    return closed('literal', start, endOfEscaped(text, start + 1));
  }
  if (text.startsWith('${', start)) {
    bareParameter.lastIndex = start;
    return closed('parameter', start, bareParameter.test(text) ? bareParameter.lastIndex : undefined);
  }
  if (/\d/.test(char)) {
    number.lastIndex = start;
    number.test(text);
    return { kind: 'number', start, end: number.lastIndex };
  }
  const first = characterAt(text, start);
  if (letter.test(first)) {
    let end = start + first.length;
    while (end < text.length && !text.startsWith('${', end)) {
      const next = characterAt(text, end);
      if (!wordPart.test(next)) break;
      end += next.length;
    }
    return { kind: 'word', start, end };
  }
  const long = text.startsWith('/*+', start) ? 3 : text.startsWith('*/', start) ? 2 : first.length;
  return { kind: 'symbol', start, end: start + long };
}

function closed(kind: 'literal' | 'identifier' | 'parameter', start: number, end?: number): Token | Unclosed {
  return end === undefined ? { what: kind, start } : { kind, start, end };
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at) !== '\n' && text.charAt(at) !== '\r') at += 1;
  return at;
}

function endOfQuoted(text: string, start: number, quote: string): number | undefined {
  let at = start + 1;
  for (;;) {
    at = text.indexOf(quote, at);
    if (at < 0) return undefined;
    if (text.charAt(at + 1) !== quote) return at + 1;
    at += 2;
  }
}

function endOfEscaped(text: string, quoteAt: number): number | undefined {
  let at = quoteAt + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\\') at += 2;
    else if (char !== "'") at += 1;
    else if (text.charAt(at + 1) === "'") at += 2;
    else return at + 1;
  }
  return undefined;
}
