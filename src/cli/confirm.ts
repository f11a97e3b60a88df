import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { ask, canAsk } from './ask.ts';
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
  if (!canAsk()) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'ConfirmationMissing',
      summary: 'This needs a yes',
      detail: `${consequence} Nobody can be asked here: say so by ${option}. Nothing was changed.`,
    });
  }
  // Ctrl-C and Ctrl-D are a no.
  const answer = (await ask(`${consequence} Go on? [y/N] `)) ?? '';
  if (/^y(es)?$/i.test(answer)) return true;
  note('Nothing was changed.');
  process.exitCode = exitCodes.problem;
  return false;
}
