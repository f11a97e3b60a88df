import { ApiError, type ApiErrorReason } from '../../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
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
      detail: `The API server refuses the object: ${field === undefined ? '' : `${field}: `}${message ?? thrown.message}`,
      ...(field !== undefined && { path: specPath(field) }),
    }));
  }
  return [
    {
      ...problem,
      summary,
      detail: `${thrown.message}\n${advice[thrown.reason]?.(type, thrown.message) ?? ''}`.trim(),
    },
  ];
}

const checkReach =
  'Check that the platform or the cluster is up and that kubeconfig and context are the right ones, then run again.';

/** What to do about a failed request, where the server's message does not tell. */
const advice: Readonly<
  Partial<Record<ApiErrorReason, (type: ResourceType | undefined, message: string) => string>>
> = {
  Unreachable: () => checkReach,
  Timeout: () => checkReach,
  ServiceUnavailable: () => checkReach,
  Unauthorized: () =>
    'The credentials of the kubeconfig are not accepted, or have expired. Renew them and run again.',
  Forbidden: (type) =>
    type === undefined
      ? 'The credentials do not allow this.'
      : `The credentials do not allow this. Ask for get, list, watch, create, patch and delete on ${resourceName(type)}.`,
  NotFound: (type, message) =>
    /namespaces? "/.test(message)
      ? 'Create the namespace first, or correct its name.'
      : `The server does not know ${type === undefined ? 'the kind' : `${apiVersionOf(type)} ${type.kind}`}. ` +
        "Its operator's CustomResourceDefinition is not installed, or serves only another version.",
  TooManyRequests: () => 'The server has too much to do. Run again, or with a lower -parallelism.',
};

/** As RBAC names it: `configmaps`, `kafkatopics.kafka.strimzi.io`. */
function resourceName({ plural, group }: ResourceType): string {
  return group === '' ? plural : `${plural}.${group}`;
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
