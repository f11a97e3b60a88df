import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Colors } from 'picocolors/types.js';
import { codeFrame } from '../diagnostics/code-frame.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderForTerminal } from '../diagnostics/terminal.ts';
import type { Validation } from './validate-project.ts';

/** Each problem with the line at its place. */
export async function renderProblems(
  diagnostics: readonly Diagnostic[],
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

export function summaryLine({ summary }: Validation): string {
  const { jobs, scripts, ddl, planned, unplanned = 0, errors, warnings } = summary;
  const checked = [count(jobs, 'SQL job'), count(scripts, 'script'), count(ddl, 'DDL file')].join(', ');
  const notes = [
    planned === undefined && "Flink's planner was not asked.",
    unplanned > 0 && `${count(unplanned, 'job')} with Python functions: Flink plans them where they run.`,
  ].filter((text) => text !== false);
  return [`${checked}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`, ...notes].join(' ');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
