import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Attribute } from '../framework/schema.ts';
import { toDiagnosticMessage } from './diagnostic-codec.ts';

export function diagnosing(
  { attributes }: { attributes: readonly Attribute[] },
  diagnostics: readonly Diagnostic[],
) {
  return { diagnostics: diagnostics.map((diagnostic) => toDiagnosticMessage(attributes, diagnostic)) };
}

/** What was thrown, as diagnostics: a bug says so, and the state before stays what Terraform keeps. */
function toDiagnostics(thrown: unknown): readonly Diagnostic[] {
  if (thrown instanceof DiagnosticError) return thrown.diagnostics;
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return [{ severity: 'error', reason: 'Bug', summary: 'This is a bug in sdp, please report it', detail }];
}

export async function attempt<T>(
  work: () => Promise<T>,
): Promise<{ value: T; diagnostics: [] } | { value?: undefined; diagnostics: readonly Diagnostic[] }> {
  try {
    return { value: await work(), diagnostics: [] };
  } catch (thrown) {
    return { diagnostics: toDiagnostics(thrown) };
  }
}

export async function collect(work: () => Promise<readonly Diagnostic[]>): Promise<readonly Diagnostic[]> {
  const { value, diagnostics } = await attempt(work);
  return value ?? diagnostics;
}
