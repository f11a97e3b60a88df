import type { Node } from 'web-tree-sitter';

/** Offsets into a text, in UTF-16 units, the end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** `name = value`, of a block or of an object; or an item of a list, whose key is empty. */
export interface HclEntry extends Range {
  readonly key: string;
  /** For messages: `module.readings.python.archive_uri`. */
  readonly label: string;
  /** What stands for the value elsewhere: `local.jobs.readings.archive_uri`. */
  readonly path?: string;
  readonly line: number;
  readonly separator: '=' | ':';
  readonly value: Range & { readonly text: string };
  /** Between its quotes, where the value is one string without templates and escapes. */
  readonly literal?: Range & { readonly text: string };
  readonly container: HclContainer;
}

export interface HclContainer {
  readonly kind: 'body' | 'object' | 'list';
  /** Of values that other places refer to: locals, defaults of variables, variable files. */
  readonly isHolder: boolean;
  readonly entries: HclEntry[];
}

/** A string that stands within an expression, or has templates: those are `${}` in the text. */
export interface LooseString {
  readonly label: string;
  readonly line: number;
  readonly text: string;
}

/** The text of a heredoc as it is written. */
export interface Heredoc {
  readonly label: string;
  readonly start: number;
  readonly text: string;
}

export interface HclPlaces {
  readonly entries: readonly HclEntry[];
  readonly loose: readonly LooseString[];
  readonly heredocs: readonly Heredoc[];
}

interface Scope {
  readonly labels: readonly string[];
  readonly path?: string | undefined;
  readonly isHolder: boolean;
}

/** All values of a file of Terraform, with where they are written. `isVariables`: it is a variable file. */
export function readHclPlaces(root: Node, isVariables: boolean): HclPlaces {
  const entries: HclEntry[] = [];
  const loose: LooseString[] = [];
  const heredocs: Heredoc[] = [];

  function visitBody(body: Node, scope: Scope): void {
    const container: HclContainer = { kind: 'body', isHolder: scope.isHolder, entries: [] };
    for (const node of body.namedChildren) {
      if (node.type === 'attribute') {
        const [name] = node.namedChildren;
        visitEntry(node, name?.text ?? '', valueOf(node), container, scope);
      } else if (node.type === 'block') visitBlock(node, scope);
    }
  }

  function visitBlock(block: Node, scope: Scope): void {
    const [type, ...rest] = block.namedChildren;
    const names = rest
      .filter((node) => node.type === 'string_lit' || node.type === 'identifier')
      .map(({ text }) => text.replaceAll('"', ''));
    const inner = rest.find((node) => node.type === 'body');
    if (type === undefined || inner === undefined) return;
    if (scope.labels.length === 0 && type.text === 'locals') {
      return visitBody(inner, { labels: ['local'], path: 'local', isHolder: true });
    }
    const labels = [...scope.labels, ...(type.text === 'resource' ? [] : [type.text]), ...names];
    const isVariable = scope.labels.length === 0 && type.text === 'variable';
    const path = isVariable ? `var.${names.join('.')}` : undefined;
    visitBody(inner, { labels, path, isHolder: isVariable });
  }

  function visitEntry(
    node: Node,
    key: string,
    value: Node | undefined,
    container: HclContainer,
    scope: Scope,
  ): void {
    if (value === undefined) return;
    // Of a variable, its default is what stands for it.
    const isDeclared = scope.labels[0] === 'variable' && scope.labels.length === 2;
    const isDefault = isDeclared && key === 'default';
    const labels = key === '' || isDefault ? scope.labels : [...scope.labels, key];
    const inner = scope.path === undefined || key === '' ? undefined : `${scope.path}.${key}`;
    const path = isDefault ? scope.path : isDeclared ? undefined : inner;
    const plain = plainString(value);
    const entry: HclEntry = {
      key,
      label: labels.join('.'),
      ...(path !== undefined && { path }),
      start: node.startIndex,
      end: node.endIndex,
      line: node.startPosition.row + 1,
      separator: node.children.some((child) => child.type === ':') ? ':' : '=',
      value: { start: value.startIndex, end: value.endIndex, text: value.text },
      ...(plain !== undefined && { literal: plain }),
      container,
    };
    container.entries.push(entry);
    entries.push(entry);
    if (plain === undefined) visitValue(value, { labels, path, isHolder: scope.isHolder });
  }

  function visitValue(value: Node, scope: Scope): void {
    const inner = withoutParentheses(value);
    if (inner?.type !== 'collection_value') return visitStrings(value, scope);
    const [collection] = inner.namedChildren;
    if (collection === undefined) return;
    const kind = collection.type === 'object' ? 'object' : 'list';
    const container: HclContainer = { kind, isHolder: scope.isHolder, entries: [] };
    for (const node of collection.namedChildren) {
      if (node.type === 'object_elem') {
        const [key] = node.namedChildren.filter(({ type }) => type === 'expression');
        visitEntry(node, key?.text.replaceAll('"', '') ?? '', valueOf(node), container, scope);
      } else if (node.type === 'expression') visitEntry(node, '', node, container, scope);
    }
  }

  function visitStrings(node: Node, scope: Scope): void {
    const label = scope.labels.join('.');
    if (node.type === 'heredoc_template') heredocs.push(readHeredoc(node, label));
    else if (node.type === 'string_lit' || node.type === 'quoted_template') {
      loose.push({ label, line: node.startPosition.row + 1, text: templateText(node) });
    }
    for (const child of node.namedChildren) visitStrings(child, scope);
  }

  const body = root.namedChildren.find(({ type }) => type === 'body');
  if (body !== undefined) {
    visitBody(
      body,
      isVariables ? { labels: [], path: 'var', isHolder: true } : { labels: [], isHolder: false },
    );
  }
  return { entries, loose, heredocs };
}

function valueOf(node: Node): Node | undefined {
  return node.namedChildren.findLast(({ type }) => type === 'expression');
}

function withoutParentheses(expression: Node): Node | undefined {
  const inner = expression.namedChildren.filter(({ type }) => type !== 'comment');
  const [only] = inner;
  if (inner.length !== 1 || only === undefined) return undefined;
  return only.type === 'expression' ? withoutParentheses(only) : only;
}

function plainString(expression: Node): HclEntry['literal'] {
  const inner = withoutParentheses(expression);
  const string = inner?.namedChildren[0];
  if (string?.type !== 'string_lit') return undefined;
  const text = string.text.slice(1, -1);
  // What is written differs from what is meant.
  if (/\\|\$\$\{|%%\{/.test(text)) return undefined;
  return { start: string.startIndex + 1, end: string.endIndex - 1, text };
}

function templateText(node: Node): string {
  let text = '';
  let at = node.startIndex + 1;
  for (const child of node.namedChildren) {
    if (child.type !== 'template_interpolation' && child.type !== 'template_directive') continue;
    text += `${node.text.slice(at - node.startIndex, child.startIndex - node.startIndex)}\${}`;
    at = child.endIndex;
  }
  return text + node.text.slice(at - node.startIndex, -1);
}

function readHeredoc(node: Node, label: string): Heredoc {
  const first = node.text.indexOf('\n') + 1;
  const last = Math.max(first, node.text.lastIndexOf('\n') + 1);
  return { label, start: node.startIndex + first, text: node.text.slice(first, last) };
}
