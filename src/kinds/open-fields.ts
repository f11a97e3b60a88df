import type { AttributePath, Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * Fields of an open structure that its CRD does not have. The API drops them without an error, so a misspelled one, or one
 * in snake_case, would have no effect.
 */
export function checkOpenFields(
  value: Readonly<Record<string, unknown>> | undefined,
  known: readonly string[],
  path: AttributePath,
): readonly Diagnostic[] {
  return Object.keys(value ?? {})
    .filter((field) => !known.includes(field))
    .map((field) => ({
      severity: 'error',
      reason: 'UnknownField',
      summary: `${path.join('.')} has no field ${field}`,
      detail: `The API would drop it, and it would have no effect. Use ${known.join(', ')}: names are those of Kubernetes, in camelCase.`,
      path,
    }));
}
