import { z } from 'zod';

/** A reference that Connect's workers resolve by a config provider: `${secrets:team-a/database:password}`. */
const reference = /\$\{[^{}:]+:[^{}]+\}/;

/** Whether a value is only known to the workers: no rule can be checked against it. */
export function isReference(value: string): boolean {
  return reference.test(value);
}

/** What a key is, for documentation and for modules. */
export interface ValueInfo {
  readonly description: string;
  /** As the tables of docs/connectors.md name it. */
  readonly type: string;
  /** What holds when the key is absent. */
  readonly fallback?: string;
}

interface Fallback {
  readonly fallback?: string;
}

/**
 * Values of a connector's configuration: texts, as Connect takes them. Issues say what is wrong with one without
 * repeating it, since it may be a secret in the wrong place.
 */
function value(
  info: ValueInfo,
  problem?: (text: string) => string | undefined,
  schema: z.ZodString = z.string(),
): z.ZodString {
  const checked =
    problem === undefined
      ? schema
      : schema.superRefine((text, context) => {
          const found = isReference(text) ? undefined : problem(text);
          if (found !== undefined) context.addIssue({ code: 'custom', message: found });
        });
  return checked.meta({ ...info });
}

export function text(description: string, { fallback }: Fallback = {}): z.ZodString {
  return value({ description, type: 'text', ...(fallback !== undefined && { fallback }) });
}

/** What must not be written in the configuration, but referred to. */
export function secret(description: string): z.ZodString {
  return value({ description, type: 'secret' });
}

/** A Java class, in full or by an alias of Connect's. */
export function className(description: string, { fallback }: Fallback = {}): z.ZodString {
  return value({ description, type: 'class', ...(fallback !== undefined && { fallback }) }, (name) =>
    /^[\p{L}_$][\p{L}\p{N}_$]*(\.[\p{L}_$][\p{L}\p{N}_$]*)*$/u.test(name.trim())
      ? undefined
      : 'is no name of a Java class',
  );
}

export interface Range extends Fallback {
  readonly min?: number;
  readonly max?: number;
  /** Size of Java's integer. 32 when absent. */
  readonly bits?: 16 | 32 | 64;
}

export function wholeNumber(description: string, { min, max, bits = 32, fallback }: Range = {}): z.ZodString {
  const limit = 2n ** BigInt(bits - 1);
  const least = min === undefined ? -limit : BigInt(min);
  const most = max === undefined ? limit - 1n : BigInt(max);
  return value({ description, type: 'number', ...(fallback !== undefined && { fallback }) }, (written) => {
    const number = /^[+-]?\d{1,25}$/.test(written.trim()) ? BigInt(written.trim()) : undefined;
    if (number === undefined) return 'is no whole number';
    if (number < least) return `is below ${least}`;
    return number > most ? `is above ${most}` : undefined;
  });
}

export function flag(description: string, { fallback }: Fallback = {}): z.ZodString {
  return value(
    { description, type: 'true, false', ...(fallback !== undefined && { fallback }) },
    (written) => (/^\s*(true|false)\s*$/i.test(written) ? undefined : 'is neither true nor false'),
  );
}

export interface Choice extends Fallback {
  /** Whether the plugin takes any case. true when absent. */
  readonly anyCase?: boolean;
}

export function choice(
  values: readonly string[],
  description: string,
  { fallback, anyCase = true }: Choice = {},
): z.ZodString {
  const fold = (text: string) => (anyCase ? text.trim().toLowerCase() : text);
  const known = new Set(values.map(fold));
  return value(
    { description, type: values.join(', '), ...(fallback !== undefined && { fallback }) },
    (written) => (known.has(fold(written)) ? undefined : `is not one of ${values.join(', ')}`),
  );
}

/** Items separated by commas, each one of `values` where they are given. */
export function list(
  description: string,
  { values, fallback }: Fallback & { readonly values?: readonly string[] } = {},
): z.ZodString {
  const type = values === undefined ? 'list' : `list of ${values.join(', ')}`;
  const known = new Set(values);
  return value({ description, type, ...(fallback !== undefined && { fallback }) }, (written) =>
    values === undefined || splitList(written).every((item) => known.has(item.toLowerCase()))
      ? undefined
      : `has something else than ${values.join(', ')}`,
  );
}

/** A text of a given form; `problem` goes on after the key: `is no name of a replication slot`. */
export function pattern(
  form: RegExp,
  problem: string,
  description: string,
  { fallback }: Fallback = {},
): z.ZodString {
  return value({ description, type: 'text', ...(fallback !== undefined && { fallback }) }, (written) =>
    form.test(written) ? undefined : problem,
  );
}

/** The items of a list as Connect reads it. */
export function splitList(written: string | undefined): readonly string[] {
  return (written ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
