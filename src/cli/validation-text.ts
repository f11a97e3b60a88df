import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Colors } from 'picocolors/types.js';
import { codeFrame } from '../diagnostics/code-frame.ts';
import { renderForTerminal } from '../diagnostics/terminal.ts';
import type { Validation } from './validate-project.ts';

/** Each problem with the line at its place. */
export async function renderValidation(
  { diagnostics }: Validation,
  folder: string,
  colors: Colors,
): Promise<readonly string[]> {
  return Promise.all(
    diagnostics.map(async (diagnostic) => {
      const { source } = diagnostic;
      const text = source && (await readFile(join(folder, source.file), 'utf8').catch(() => undefined));
      const frame = source === undefined || text === undefined ? [] : codeFrame(text, source, colors);
      return `${renderForTerminal(diagnostic, colors, frame)}\n`;
    }),
  );
}

export function summaryLine({ summary: { jobs, scripts, ddl, errors, warnings } }: Validation): string {
  const checked = [count(jobs, 'SQL job'), count(scripts, 'script'), count(ddl, 'DDL file')].join(', ');
  return `${checked}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
