import type { Colors } from 'picocolors/types.js';
import type { SourcePosition } from './diagnostic.ts';
import { hideSecretLiterals } from './secret-literals.ts';

const longestLine = 160;

/**
 * The line that a position names, with a mark below its column; empty where there is none. Secrets that stand in it are
 * hidden: it may be shown to more people than have the file.
 */
export function codeFrame(text: string, { line, column }: SourcePosition, colors: Colors): readonly string[] {
  const found = line === undefined ? undefined : text.split(/\r\n|\n|\r/)[line - 1];
  if (line === undefined || found === undefined) return [];
  const { text: written, offset: at } = hideSecretLiterals(found, (column ?? 1) - 1);
  // Of a long line the part around the place.
  const from = written.length <= longestLine ? 0 : Math.max(0, at - longestLine / 2);
  const shown = written.slice(from, from + longestLine).replaceAll('\t', ' ');
  const number = String(line);
  const mark = column === undefined ? [] : [`${' '.repeat(number.length)} | ${' '.repeat(at - from)}^`];
  return [
    `${colors.dim(`${number} |`)} ${shown}`,
    ...mark.map((text) => colors.dim(text.replace('^', '')) + colors.red('^')),
  ];
}
