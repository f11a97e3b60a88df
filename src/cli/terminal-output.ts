import pc from 'picocolors';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import { renderForTerminal } from '../diagnostics/terminal.ts';

/** Exit codes of every command. */
export const exitCodes = { done: 0, problem: 1, usage: 2, bug: 3, interrupted: 130 } as const;

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  printLine(JSON.stringify(value, undefined, 2));
}

/** Progress and notes go to standard error, so that output can be piped. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printDiagnostic(diagnostic: Diagnostic): void {
  const colors = pc.createColors(pc.isColorSupported && process.stderr.isTTY === true);
  note(renderForTerminal(diagnostic, colors));
}

/** Colours only where a person looks. */
export function outputColors() {
  return pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);
}

/** One line that is written over, where somebody looks. */
export function showProgress(): { show(text: string): void; clear(): void } {
  const isSeen = process.stderr.isTTY === true;
  let last = 0;
  return {
    show(text) {
      if (!isSeen || Date.now() - last < 100) return;
      last = Date.now();
      process.stderr.write(`\r\u001b[K${text}`);
    },
    clear() {
      if (isSeen && last > 0) process.stderr.write('\r\u001b[K');
    },
  };
}

/** Aligned columns under a header, without lines: easy to read and to cut. Columns of numbers align to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^-?[\d.]+$/.test(row[column] ?? '')),
  );
  const pad = (cell: string, column: number) =>
    numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return all.map((row) => row.map(pad).join('   ').trimEnd()).join('\n');
}

/** Ends the process for an error that nobody handled: the user's and the world's problems, or a bug of ours. */
export function failWith(error: unknown): never {
  if (error instanceof DiagnosticError) {
    for (const diagnostic of error.diagnostics) printDiagnostic(diagnostic);
    process.exit(exitCodes.problem);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  note(`This is a bug in sdp, please report it with the following:\n${text}`);
  process.exit(exitCodes.bug);
}
