import { createInterface } from 'node:readline/promises';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { exitCodes, note } from './terminal-output.ts';

/**
 * Whether the user wants what cannot be taken back: said by `option`, or asked where somebody sits at a terminal. A no is an
 * answer, and the command ends with exit code 1; no answer where nobody can be asked is a diagnostic.
 */
export async function confirm(
  yes: boolean | undefined,
  consequence: string,
  option = '--yes',
): Promise<boolean> {
  if (yes === true) return true;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'ConfirmationMissing',
      summary: 'This needs a yes',
      detail: `${consequence} Nobody can be asked here: say so by ${option}. Nothing was changed.`,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D are a no.
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const asked = terminal.question(`${consequence} Go on? [y/N] `).catch(() => '');
    const answer = await Promise.race([asked, ended]);
    if (/^y(es)?$/i.test(answer.trim())) return true;
  } finally {
    terminal.close();
  }
  note('Nothing was changed.');
  process.exitCode = exitCodes.problem;
  return false;
}
