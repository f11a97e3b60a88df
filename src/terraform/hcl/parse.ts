import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';
import type { SourcePosition } from '../../diagnostics/diagnostic.ts';
import { type Attribute, type Block, type Entry, type Expression, splatItem } from './expression.ts';

export interface ParsedFile {
  readonly blocks: readonly Block[];
  /** Attributes outside of blocks: those of a variables file. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Where the first thing stands that is no HCL. */
  readonly error: SourcePosition | undefined;
}

export type HclParser = (file: string, text: string) => ParsedFile;

/** Calls with the tree of a text, which is gone afterwards. Offsets are those of the text, in UTF-16 units. */
export type HclReader = <T>(file: string, text: string, read: (root: Node) => T) => T;

let opened: Promise<HclReader> | undefined;

/** Loads the grammar, which takes about 50 ms. */
export async function openHclParser(): Promise<HclParser> {
  const read = await openHclReader();
  return (file, text) => read(file, text, (root) => readFileNode(file, root));
}

/** The same, for who wants to know where everything is written. */
export function openHclReader(): Promise<HclReader> {
  opened ??= open();
  return opened;
}

/** Where the first thing stands that is no HCL. */
export function findHclError(file: string, root: Node): SourcePosition | undefined {
  return root.hasError ? findError(file, root) : undefined;
}

async function open(): Promise<HclReader> {
  const require = createRequire(import.meta.url);
  const [, grammar] = await Promise.all([
    Parser.init({ locateFile: () => require.resolve('web-tree-sitter/web-tree-sitter.wasm') }),
    readFile(require.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm')),
  ]);
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (file, text, read) => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error(`${file} could not be parsed`);
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

function readFileNode(file: string, root: Node): ParsedFile {
  const body = root.namedChildren.find((node) => node.type === 'body');
  const { attributes, blocks } = body === undefined ? empty : readBody(file, body);
  return { attributes, blocks, error: findHclError(file, root) };
}

const empty = { attributes: new Map<string, Attribute>(), blocks: [] };

function findError(file: string, root: Node): SourcePosition {
  let node = root;
  for (;;) {
    const inner = node.children.find((child) => child.hasError || child.isError || child.isMissing);
    if (inner === undefined || node.isError) return positionOf(file, node);
    node = inner;
  }
}

function positionOf(file: string, { startPosition: { row, column } }: Node): SourcePosition {
  return { file, line: row + 1, column: column + 1 };
}

function readBody(file: string, body: Node): Pick<Block, 'attributes' | 'blocks'> {
  const attributes = new Map<string, Attribute>();
  const blocks: Block[] = [];
  for (const node of body.namedChildren) {
    const [name, ...rest] = node.namedChildren;
    if (name === undefined) continue;
    if (node.type === 'attribute') {
      const value = rest.find(({ type }) => type === 'expression');
      attributes.set(name.text, { value: readExpression(value), at: positionOf(file, node) });
    } else if (node.type === 'block') {
      const labels = rest
        .filter(({ type }) => type === 'string_lit' || type === 'identifier')
        .map((label) => (label.type === 'identifier' ? label.text : readQuoted(label)));
      const inner = rest.find(({ type }) => type === 'body');
      const content = inner === undefined ? empty : readBody(file, inner);
      blocks.push({ type: name.text, labels, ...content, at: positionOf(file, node) });
    }
  }
  return { attributes, blocks };
}

const opaque: Expression = { is: 'opaque' };

function readExpression(node: Node | undefined): Expression {
  if (node === undefined) return opaque;
  return readOperand(node.namedChildren);
}

/** A value and the steps into it: `a.b[0]`. */
function readOperand(nodes: readonly Node[]): Expression {
  const [first, ...steps] = nodes.filter(({ type }) => type !== 'comment');
  if (first === undefined) return opaque;
  return readSteps(readValue(first), steps);
}

function readSteps(of: Expression, steps: readonly Node[]): Expression {
  let expression = of;
  for (const [index, step] of steps.entries()) {
    const [inner] = step.namedChildren;
    if (step.type === 'get_attr') {
      expression = { is: 'attribute', of: expression, name: inner?.text ?? '' };
    } else if (step.type === 'index') {
      expression = { is: 'index', of: expression, key: readIndex(inner) };
    } else if (step.type === 'splat') {
      const each = [...(inner?.namedChildren ?? []), ...steps.slice(index + 1)];
      return { is: 'splat', of: expression, each: readSteps({ is: 'name', name: splatItem }, each) };
    } else return opaque;
  }
  return expression;
}

/** `[0]`, or `.0` of old. */
function readIndex(node: Node | undefined): Expression {
  const key = node?.namedChildren[0];
  if (node?.type === 'legacy_index') return { is: 'literal', value: Number(node.text.replace(/^\./, '')) };
  return readExpression(key);
}

function readValue(node: Node): Expression {
  const [child] = node.namedChildren;
  switch (node.type) {
    case 'expression':
      return readExpression(node);
    case 'literal_value':
      return child === undefined ? opaque : readLiteral(child);
    case 'template_expr':
      return child === undefined ? opaque : readTemplate(child);
    case 'variable_expr':
      return { is: 'name', name: node.text };
    case 'collection_value':
      return child === undefined ? opaque : readCollection(child);
    case 'function_call':
      return readCall(node);
    case 'conditional':
      return readConditional(node);
    case 'operation':
      return child === undefined ? opaque : readOperation(child);
    case 'for_expr':
      return child === undefined ? opaque : readFor(child);
    default:
      return opaque;
  }
}

function readLiteral(node: Node): Expression {
  switch (node.type) {
    case 'string_lit':
      return { is: 'literal', value: readQuoted(node) };
    case 'numeric_lit':
      return { is: 'literal', value: Number(node.text) };
    case 'bool_lit':
      return { is: 'literal', value: node.text === 'true' };
    case 'null_lit':
      return { is: 'literal', value: null };
    default:
      return opaque;
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function unescapeQuoted(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{/gs,
    (all: string, short?: string, long?: string, simple?: string, doubled?: string) => {
      if (doubled !== undefined) return `${doubled}{`;
      const code = short ?? long;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return escapes[simple ?? ''] ?? all;
    },
  );
}

const unescapeHeredoc = (text: string) => text.replaceAll(/([$%])\1\{/g, '$1{');

function readQuoted(node: Node): string {
  return unescapeQuoted(node.text.slice(1, -1));
}

function readTemplate(node: Node): Expression {
  return node.type === 'heredoc_template' ? readHeredoc(node) : readQuotedTemplate(node);
}

/** White space beside an interpolation is in no node of the tree. */
function readPieces(node: Node, start: number, end: number): readonly (string | Expression)[] | undefined {
  const pieces: (string | Expression)[] = [];
  let at = start;
  const text = (to: number) => node.text.slice(at - node.startIndex, to - node.startIndex);
  for (const child of node.namedChildren) {
    if (child.type === 'template_directive') return undefined;
    if (child.type !== 'template_interpolation') continue;
    pieces.push(text(child.startIndex));
    pieces.push(readExpression(child.namedChildren.find(({ type }) => type === 'expression')));
    at = child.endIndex;
  }
  pieces.push(text(end));
  return pieces;
}

function toTemplate(
  pieces: readonly (string | Expression)[] | undefined,
  unescape: (text: string) => string,
): Expression {
  if (pieces === undefined) return opaque;
  const parts = pieces
    .map(
      (piece): Expression => (typeof piece === 'string' ? { is: 'literal', value: unescape(piece) } : piece),
    )
    .filter((part) => part.is !== 'literal' || part.value !== '');
  const [only] = parts;
  // "${x}" is x itself, of whatever type it is.
  if (parts.length === 1 && only !== undefined) return only;
  return parts.length === 0 ? { is: 'literal', value: '' } : { is: 'template', parts };
}

function readQuotedTemplate(node: Node): Expression {
  return toTemplate(readPieces(node, node.startIndex + 1, node.endIndex - 1), unescapeQuoted);
}

function readHeredoc(node: Node): Expression {
  const [opening, closing] = node.namedChildren.filter(({ type }) => type === 'heredoc_identifier');
  if (opening === undefined || closing === undefined) return opaque;
  const firstLine = node.text.indexOf('\n', opening.endIndex - node.startIndex) + node.startIndex + 1;
  const lastLine = node.text.lastIndexOf('\n', closing.startIndex - node.startIndex) + node.startIndex + 1;
  const pieces = readPieces(node, firstLine, Math.max(firstLine, lastLine));
  const indented = node.text.startsWith('<<-') ? pieces && withoutIndentation(pieces) : pieces;
  return toTemplate(indented, unescapeHeredoc);
}

/** By as much as the least indented line has. */
function withoutIndentation(pieces: readonly (string | Expression)[]): readonly (string | Expression)[] {
  const lineStart = (index: number) => (index === 0 ? /^[ \t]*/gm : /(?<=\n)[ \t]*/g);
  const indents = pieces.flatMap((piece, index) =>
    typeof piece === 'string'
      ? [...piece.matchAll(lineStart(index))]
          .filter(
            ({ 0: indent, index: at }) =>
              at + indent.length < piece.length && piece[at + indent.length] !== '\n',
          )
          .map(([indent]) => indent.length)
      : [],
  );
  const least = Math.min(...indents, Number.POSITIVE_INFINITY);
  if (!Number.isFinite(least)) return pieces;
  return pieces.map((piece, index) =>
    typeof piece === 'string'
      ? piece.replaceAll(lineStart(index), (indent) => indent.slice(Math.min(least, indent.length)))
      : piece,
  );
}

function readCollection(node: Node): Expression {
  if (node.type === 'tuple') {
    const items = node.namedChildren.filter(({ type }) => type === 'expression');
    return { is: 'tuple', items: items.map(readExpression) };
  }
  const elements = node.namedChildren.filter(({ type }) => type === 'object_elem');
  return { is: 'object', entries: elements.map(readEntry) };
}

function readEntry(node: Node): Entry {
  const [key, value] = node.namedChildren.filter(({ type }) => type === 'expression');
  const read = readExpression(key);
  // A bare word is the key itself.
  return {
    key: read.is === 'name' ? { is: 'literal', value: read.name } : read,
    value: readExpression(value),
  };
}

function readCall(node: Node): Expression {
  const args = node.namedChildren.find(({ type }) => type === 'function_arguments');
  const opening = node.text.indexOf('(');
  return {
    is: 'call',
    name: node.text.slice(0, opening).trim(),
    args: (args?.namedChildren ?? []).filter(({ type }) => type === 'expression').map(readExpression),
    spreads: args?.namedChildren.some(({ type }) => type === 'ellipsis') === true,
  };
}

function readConditional(node: Node): Expression {
  const [condition, yes, no] = node.namedChildren.filter(({ type }) => type === 'expression');
  return {
    is: 'conditional',
    condition: readExpression(condition),
    yes: readExpression(yes),
    no: readExpression(no),
  };
}

function readOperation(node: Node): Expression {
  const at = node.children.findIndex((child) => !child.isNamed && !['(', ')'].includes(child.text));
  const operator = node.children[at]?.text ?? '';
  const after = node.children.slice(at + 1).filter((child) => child.isNamed);
  if (node.type === 'unary_operation') return { is: 'unary', operator, operand: readOperand(after) };
  const before = node.children.slice(0, at).filter((child) => child.isNamed);
  return { is: 'binary', operator, left: readOperand(before), right: readOperand(after) };
}

function readFor(node: Node): Expression {
  const intro = node.namedChildren.find(({ type }) => type === 'for_intro');
  const condition = node.namedChildren.find(({ type }) => type === 'for_cond');
  const values = node.namedChildren.filter(({ type }) => type === 'expression').map(readExpression);
  const isObject = node.type === 'for_object_expr';
  const value = values.at(-1);
  if (intro === undefined || value === undefined) return opaque;
  return {
    is: 'for',
    names: intro.namedChildren.filter(({ type }) => type === 'identifier').map(({ text }) => text),
    over: readExpression(intro.namedChildren.find(({ type }) => type === 'expression')),
    key: isObject ? values[0] : undefined,
    value,
    condition: condition && readExpression(condition.namedChildren.find(({ type }) => type === 'expression')),
    groups: node.namedChildren.some(({ type }) => type === 'ellipsis'),
  };
}
