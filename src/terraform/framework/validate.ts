import { z } from 'zod';
import type { AttributePath, Diagnostic } from '../../diagnostics/diagnostic.ts';
import { toSnakeCase } from './names.ts';
import { type AnyZod, itemOf, shapeOf, unwrap } from './schema-from-zod.ts';
import { unknown } from './value.ts';

/**
 * Everything that zod finds wrong with params of which some values may still be unknown. A schema is only asked about
 * values that are wholly known; around unknown ones its parts are asked one by one.
 */
export function validateParams(
  schema: AnyZod,
  params: unknown,
  path: AttributePath = [],
): readonly Diagnostic[] {
  if (params === unknown) return [];
  if (!containsUnknown(params)) return validateKnown(schema, params, path);
  const inner = unwrap(schema);
  const item = itemOf(inner);
  if (item !== undefined) {
    return entries(params).flatMap(([key, value]) => validateParams(item.schema, value, [...path, key]));
  }
  const values = params as Readonly<Record<string, unknown>>;
  return Object.entries(shapeOf(inner)).flatMap(([field, part]) =>
    validateParams(part, values[field], [...path, field]),
  );
}

function validateKnown(schema: AnyZod, params: unknown, path: AttributePath): readonly Diagnostic[] {
  const result = z.safeParse(schema, params);
  if (result.success) return [];
  return result.error.issues.map((issue) => {
    const steps = issue.path.filter((step) => typeof step !== 'symbol');
    return toDiagnostic(issue, [...path, ...steps], valueAt(params, steps));
  });
}

function toDiagnostic(issue: z.core.$ZodIssue, path: AttributePath, seen: unknown): Diagnostic {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : toSnakeCase(step))).join('.');
  const reason = seen === undefined && issue.code === 'invalid_type' ? 'MissingValue' : 'InvalidValue';
  return {
    severity: 'error',
    reason,
    summary: reason === 'MissingValue' ? `Missing value for ${name}` : `Invalid value for ${name}`,
    detail:
      seen === undefined
        ? `Set ${name}: ${issue.message}.`
        : `${show(seen)}: ${issue.message}. ${advice(issue)}`.trim(),
    path,
  };
}

function advice(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `Use one of ${issue.values.map(String).join(', ')}.`;
  if (issue.code === 'too_small') return `Use at least ${String(issue.minimum)}.`;
  if (issue.code === 'too_big') return `Use at most ${String(issue.maximum)}.`;
  if (issue.code === 'unrecognized_keys') return `Remove ${issue.keys.join(', ')}.`;
  return '';
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function valueAt(value: unknown, path: AttributePath): unknown {
  return path.reduce<unknown>(
    (at, step) => (at as Record<string | number, unknown> | undefined)?.[step],
    value,
  );
}

function containsUnknown(value: unknown): boolean {
  if (value === unknown) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(containsUnknown);
}

function entries(value: unknown): [string | number, unknown][] {
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value as object);
}
