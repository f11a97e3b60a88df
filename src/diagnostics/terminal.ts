import type { Colors } from 'picocolors/types.js';
import type { Diagnostic } from './diagnostic.ts';

/** A diagnostic for people at a terminal: what, where, why, and what to do, in this order. `frame`: the code at the place. */
export function renderForTerminal(
  diagnostic: Diagnostic,
  colors: Colors,
  frame: readonly string[] = [],
): string {
  const { severity, reason, summary, detail, source, object, path } = diagnostic;
  const mark =
    severity === 'error' ? colors.red(colors.bold('Error')) : colors.yellow(colors.bold('Warning'));
  const place = [
    source && [source.file, source.line, source.column].filter((part) => part !== undefined).join(':'),
    object && `${object.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`,
    path && path.length > 0 ? `attribute ${path.join('.')}` : undefined,
  ].filter((part) => part !== undefined && part !== '');
  return [
    `${mark}: ${colors.bold(summary)} ${colors.dim(`(${reason})`)}`,
    ...(place.length > 0 ? [`  ${colors.cyan(place.join(', '))}`] : []),
    ...frame.map((line) => `    ${line}`),
    ...detail.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}
