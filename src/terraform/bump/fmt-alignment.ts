import type { Node } from 'web-tree-sitter';

/** Where `terraform fmt` may put spaces in a line: before its `=`, and before its comment. Offsets into the line. */
export interface Cells {
  readonly equals?: number;
  readonly comment?: number;
  /** It is within a heredoc, which is one line to `terraform fmt`. */
  readonly isHeredoc?: boolean;
}

/** The cells of a file by line, from 0. Lines without any have none. */
export function readCells(root: Node, text: string): ReadonlyMap<number, Cells> {
  const lines = text.split('\n');
  const cells = new Map<number, Cells>();
  const isFirst = (node: Node) =>
    (lines[node.startPosition.row] ?? '').slice(0, node.startPosition.column).trim() === '';
  const visit = (node: Node): void => {
    const { row, column } = node.startPosition;
    if (node.type === 'comment' && !isFirst(node) && !node.text.startsWith('/*')) {
      cells.set(row, { ...cells.get(row), comment: column });
    }
    if ((node.type === 'attribute' || node.type === 'object_elem') && isFirst(node)) {
      const equals = node.children.find(({ type }) => type === '=');
      if (equals !== undefined && equals.startPosition.row === row && endsInLine(node)) {
        cells.set(row, { ...cells.get(row), equals: equals.startPosition.column });
        for (let next = row + 1; next <= node.endPosition.row; next += 1)
          cells.set(next, { isHeredoc: true });
      }
    }
    for (const child of node.namedChildren) visit(child);
  };
  visit(root);
  return cells;
}

/** A bracket that stays open keeps a line out of the alignment, a heredoc does not. */
function endsInLine(node: Node): boolean {
  if (node.endPosition.row === node.startPosition.row) return true;
  let value = node.namedChildren.at(-1);
  while (value?.type === 'expression' || value?.type === 'template_expr') [value] = value.namedChildren;
  return value?.type === 'heredoc_template';
}

/** The lines around one that `terraform fmt` aligns together with it, as `[first, afterLast]`. */
function windowAround(row: number, cells: ReadonlyMap<number, Cells>): readonly [number, number] {
  let first = row;
  let end = row;
  if (!cells.has(row)) return [row, row];
  while (cells.has(first - 1)) first -= 1;
  while (cells.has(end)) end += 1;
  return [first, end];
}

/** Whether the lines around one are as `terraform fmt` would have them. */
export function isAligned(lines: readonly string[], cells: ReadonlyMap<number, Cells>, row: number): boolean {
  const [first, end] = windowAround(row, cells);
  return align(lines, cells, first, end).every((line, index) => line === lines[first + index]);
}

/** The text with the lines around each of `rows` aligned as `terraform fmt` does. */
export function alignAround(
  text: string,
  cells: ReadonlyMap<number, Cells>,
  rows: readonly number[],
): string {
  const lines = text.split('\n');
  for (const row of rows) {
    const [first, end] = windowAround(row, cells);
    // Offsets are those of the lines as they were parsed.
    lines.splice(first, end - first, ...align(text.split('\n'), cells, first, end));
  }
  return lines.join('\n');
}

/** Lines that follow each other and have an `=` have it below each other; then comments. */
function align(
  lines: readonly string[],
  cells: ReadonlyMap<number, Cells>,
  first: number,
  end: number,
): readonly string[] {
  const rows = Array.from({ length: end - first }, (_, index) => first + index);
  const heredocs = rows.filter((row) => cells.get(row)?.isHeredoc === true);
  const own = rows.filter((row) => !heredocs.includes(row));
  const aligned = alignLines(own.map((row) => ({ line: lines[row] ?? '', ...cells.get(row) })));
  return rows.map((row) => aligned[own.indexOf(row)] ?? lines[row] ?? '');
}

function alignLines(own: readonly (Cells & { readonly line: string })[]): readonly string[] {
  const parts = own.map(({ line, equals, comment }) => {
    const code = line.slice(0, comment).trimEnd();
    return {
      lead: equals === undefined ? code : code.slice(0, equals).trimEnd(),
      assign: equals === undefined ? undefined : code.slice(equals),
      comment: comment === undefined ? undefined : line.slice(comment),
      // With the carriage return, where there is one.
      rest: comment === undefined ? line.slice(code.length) : '',
    };
  });
  const equalsAt = widthsOfChains(
    parts.map(({ lead, assign }) => (assign === undefined ? undefined : columns(lead))),
  );
  const codes = parts.map(({ lead, assign }, index) =>
    assign === undefined ? lead : `${lead}${' '.repeat((equalsAt[index] ?? 0) - columns(lead) + 1)}${assign}`,
  );
  const commentsAt = widthsOfChains(
    parts.map(({ comment }, index) => (comment === undefined ? undefined : columns(codes[index] ?? ''))),
  );
  return parts.map(({ comment, rest }, index) => {
    const code = codes[index] ?? '';
    if (comment === undefined) return code + rest;
    return `${code}${' '.repeat((commentsAt[index] ?? 0) - columns(code) + 1)}${comment}`;
  });
}

/** Of each run of widths the greatest, for all of the run. */
function widthsOfChains(widths: readonly (number | undefined)[]): readonly number[] {
  const result: number[] = [];
  for (let start = 0; start < widths.length; ) {
    let end = start;
    while (end < widths.length && widths[end] !== undefined) end += 1;
    const widest = Math.max(0, ...widths.slice(start, end).map((width) => width ?? 0));
    result.push(...widths.slice(start, Math.max(end, start + 1)).map(() => widest));
    start = Math.max(end, start + 1);
  }
  return result;
}

const segmenter = new Intl.Segmenter();

function columns(text: string): number {
  return [...segmenter.segment(text)].length;
}
