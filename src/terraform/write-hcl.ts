/** A value as it is written: `null` and `undefined` are left out of objects and blocks. */
export type HclValue =
  | null
  | undefined
  | string
  | number
  | boolean
  | Expression
  | readonly HclValue[]
  | { readonly [key: string]: HclValue };

/** HCL that is written as it is: a reference, a function call. */
export class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface HclBlock {
  readonly type: string;
  readonly labels?: readonly string[];
  readonly attributes: Readonly<Record<string, HclValue>>;
  /** Lines above the block, without their `#`. */
  readonly comment?: readonly string[];
}

/** A file of blocks, laid out as `terraform fmt` does. */
export function writeHcl(blocks: readonly HclBlock[]): string {
  return blocks.map(writeBlock).join('\n');
}

function writeBlock({ type, labels = [], attributes, comment = [] }: HclBlock): string {
  const opening = [type, ...labels.map(quote), '{'].join(' ');
  const body = writeItems(Object.entries(attributes), '  ');
  return [...comment.map((line) => `# ${line}`), opening, ...body, '}', ''].join('\n');
}

interface Item {
  readonly name: string;
  readonly text: string;
  /** It is written without an opening bracket that a later line closes: fmt then aligns its "=" with its neighbours'. */
  readonly aligned: boolean;
}

/** `name = value` lines; the "=" of neighbours stand below each other, as fmt puts them. */
function writeItems(entries: readonly (readonly [string, HclValue])[], indent: string): readonly string[] {
  const items = entries.flatMap(([name, value]): Item[] => {
    if (value === null || value === undefined) return [];
    const heredoc = writeHeredoc(value);
    const text = heredoc ?? writeValue(value, indent);
    return [{ name: writeName(name), text, aligned: heredoc !== undefined || !text.includes('\n') }];
  });
  const lines: string[] = [];
  for (let start = 0; start < items.length; ) {
    let end = start;
    while (items[end]?.aligned === true) end += 1;
    const chain = items.slice(start, Math.max(end, start + 1));
    const width = Math.max(...chain.map(({ name }) => name.length));
    for (const { name, text } of chain) lines.push(`${indent}${name.padEnd(width)} = ${text}`);
    start += chain.length;
  }
  return lines;
}

const lineWidth = 100;

/** A value that starts in a line with `indent`. */
function writeValue(value: HclValue, indent: string): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Expression) return value.text;
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: HclValue) => writeValue(item, inner));
    const line = `[${items.join(', ')}]`;
    const fits = indent.length + line.length <= lineWidth && !line.includes('\n');
    if (fits && value.every((item: HclValue) => typeof item !== 'object')) return line;
    return ['[', ...items.map((item) => `${inner}${item},`), `${indent}]`].join('\n');
  }
  const body = writeItems(Object.entries(value), inner);
  return body.length === 0 ? '{}' : ['{', ...body, `${indent}}`].join('\n');
}

function writeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) && !reserved.has(name) ? name : quote(name);
}

/** Words that an object key is not taken for: `null = 1` and the start of a `for` expression. */
const reserved: ReadonlySet<string> = new Set(['for', 'null', 'true', 'false']);

/** Text of several whole lines as it is read; anything else is quoted, where every character can be written. */
function writeHeredoc(value: HclValue): string | undefined {
  if (typeof value !== 'string' || !/^[^\n]*\n[^]*\n$/.test(value)) return undefined;
  if (Array.from(value).some((char) => char !== '\n' && char !== '\t' && mustEscape(char))) return undefined;
  const lines = new Set(value.split('\n').map((line) => line.trim()));
  let mark = 'EOT';
  for (let count = 1; lines.has(mark); count += 1) mark = `EOT${count}`;
  return `<<${mark}\n${escapeTemplates(value)}${mark}`;
}

/** A string literal: nothing in it is taken for a template. */
export function quote(text: string): string {
  const escaped = Array.from(escapeTemplates(text), (char) => {
    const short = shortEscapes[char];
    if (short !== undefined) return short;
    if (!mustEscape(char)) return char;
    const code = char.codePointAt(0) ?? 0;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped.join('')}"`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Control and format characters, and separators other than a space: nobody sees them in a file. */
function mustEscape(char: string): boolean {
  return char !== ' ' && /[\p{C}\p{Z}]/u.test(char);
}

function escapeTemplates(text: string): string {
  return text.replace(/([$%])\{/g, (_, mark: string) => `${mark}${mark}{`);
}
