import { DiagnosticError } from '../diagnostics/diagnostic.ts';

/** An error of the user's or of the world's, to throw. */
export function problem(reason: string, summary: string, detail: string): DiagnosticError {
  return new DiagnosticError({ severity: 'error', reason, summary, detail });
}
