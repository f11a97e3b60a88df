import type { HclEntry } from './hcl-places.ts';

/** Where a line below an entry goes, and what it takes from the entry's own. */
export interface LineBelow {
  /** Before the end of the entry's line. */
  readonly at: number;
  readonly lineEnd: string;
  readonly indent: string;
  /** A comma, where the entry has one behind it. */
  readonly comma: string;
}

/** Undefined where the entry shares its line with others. */
export function lineBelow(text: string, { start, end }: HclEntry): LineBelow | undefined {
  const row = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const rowEnd = next === -1 ? text.length : next;
  const indent = text.slice(row, start);
  const rest = /^[ \t]*(,?)[ \t]*(?:\/\*[^\n]*?\*\/[ \t]*)*(?:(?:#|\/\/)[^\n]*?)?(\r?)$/.exec(
    text.slice(end, rowEnd),
  );
  if (indent.trim() !== '' || rest === null) return undefined;
  const [, comma = '', carriage = ''] = rest;
  return { at: rowEnd - carriage.length, lineEnd: `${carriage}\n`, indent, comma };
}
