import { adviseOn, adviseOnWords } from '../../apiclient/api-advice.ts';
import { ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError, type ObjectName } from '../../diagnostics/diagnostic.ts';

/** `KafkaTopic default/orders`, as messages call an object. */
export function describeObject({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

export function nameOf({ kind, metadata: { namespace, name } }: KubernetesObject): ObjectName {
  return { kind, name, ...(namespace !== undefined && { namespace }) };
}

/**
 * A failed request as diagnostics: what was attempted, what the server said, what to do. Anything but an ApiError is
 * a bug and thrown on.
 */
export function apiDiagnostics(
  thrown: unknown,
  attempted: string,
  object: ObjectName,
  type: ResourceType | undefined,
  where?: string,
): readonly Diagnostic[] {
  if (thrown instanceof DiagnosticError) return thrown.diagnostics;
  if (!(thrown instanceof ApiError)) throw thrown;
  const problem = { severity: 'error' as const, reason: thrown.reason, object };
  const summary = `Could not ${attempted} ${describeObject(object)}`;
  if (thrown.reason === 'Conflict' && conflictsOf(thrown).length > 0) {
    return [conflictDiagnostic(summary, object, conflictsOf(thrown))];
  }
  if (thrown.reason === 'Invalid' && thrown.causes.length > 0) {
    return thrown.causes.map(({ field, message }) => ({
      ...problem,
      summary,
      detail: refusedField(field, message ?? thrown.message),
      ...(field !== undefined && { path: specPath(field) }),
    }));
  }
  return [
    {
      ...problem,
      summary,
      detail: `${thrown.message}\n${adviseOn(thrown, { type, where })}`.trim(),
    },
  ];
}

export interface FieldConflict {
  readonly manager: string;
  /** As the server writes it: `.spec.partitions`. */
  readonly field: string;
}

/** The fields that other managers hold, from the causes of a failed server-side apply. */
export function conflictsOf({ causes }: ApiError): readonly FieldConflict[] {
  return causes.flatMap(({ reason, message, field }) => {
    const manager = /^conflict with "([^"]*)"/.exec(message ?? '')?.[1];
    return reason === 'FieldManagerConflict' && manager !== undefined
      ? [{ manager, field: field ?? '' }]
      : [];
  });
}

function conflictDiagnostic(
  summary: string,
  object: ObjectName,
  conflicts: readonly FieldConflict[],
): Diagnostic {
  const managers = [...new Set(conflicts.map(({ manager }) => manager))];
  const lines = managers.map((manager) => {
    const fields = conflicts.filter((conflict) => conflict.manager === manager).map(({ field }) => field);
    return `  ${manager} owns ${fields.join(', ')}`;
  });
  const first = conflicts.find(({ field }) => field.startsWith('.spec.'));
  return {
    severity: 'error',
    reason: 'FieldConflict',
    summary: `${summary}: ${managers.join(', ')} manages fields of it`,
    detail: `${lines.join('\n')}\nTwo managers that set one field undo each other's work. Remove the field here or there, then apply again. To take it over for good, remove the resource from the state (terraform state rm) and import it.`,
    object,
    ...(first !== undefined && { path: specPath(first.field) }),
  };
}

function refusedField(field: string | undefined, message: string): string {
  const said = `${field === undefined ? '' : `${field}: `}${message}`;
  return `The API server refuses the object: ${said}\n${adviseOnWords(said) ?? ''}`.trim();
}

/** `spec.config.retention` of the object is `config`, `retention` of the params, which follow the spec. */
function specPath(field: string): readonly (string | number)[] {
  const steps = field
    .replace(/^\./, '')
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.');
  return steps
    .slice(steps[0] === 'spec' ? 1 : 0)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
