/** A field, by its steps from the object's root; `*` stands for each item of a list and each value of a map. */
export type FieldPath = readonly string[];

/** `spec.config.retention.ms`, `spec.build.plugins[*].name`. Undefined for what is no path. */
export function parseFieldPath(text: string): FieldPath | undefined {
  const steps = text.replaceAll('[*]', '.*').split('.');
  return steps.every((step) => step !== '' && !/[[\]\s]/.test(step)) ? steps : undefined;
}

export interface Field {
  /** Where it was found, with the keys of lists and maps that `*` stood for. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * What is at a path. A key may have dots: `spec.config.retention.ms` finds the key `retention.ms` of `spec.config`. Nothing
 * where a part of the path is absent, or null.
 */
export function fieldsAt(object: unknown, path: FieldPath, at = ''): readonly Field[] {
  if (object === undefined || object === null) return [];
  const [step] = path;
  if (step === undefined) return [{ path: at, value: object }];
  if (typeof object !== 'object') return [];
  const entries = Object.entries(object);
  const under = (key: string) => (at === '' ? key : Array.isArray(object) ? `${at}[${key}]` : `${at}.${key}`);
  if (step === '*') return entries.flatMap(([key, value]) => fieldsAt(value, path.slice(1), under(key)));
  for (let length = 1; length <= path.length; length += 1) {
    const key = path.slice(0, length).join('.');
    if (!Object.hasOwn(object, key)) continue;
    const found = fieldsAt((object as Record<string, unknown>)[key], path.slice(length), under(key));
    if (found.length > 0) return found;
  }
  return [];
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** The step of a path that a schema has no place for, with what it has there; undefined where the path is possible. */
export function strangeStep(
  schema: Schema,
  path: FieldPath,
): { readonly step: string; readonly known: readonly string[] } | undefined {
  const [step, ...rest] = path;
  if (step === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true) return undefined;
  const { properties, additionalProperties, items } = schema;
  if (properties !== undefined && Object.hasOwn(properties, step))
    return strangeStep(properties[step] ?? {}, rest);
  // Of a map, any key, with dots or without: only what is below values that are no leaves could be told.
  if (additionalProperties !== undefined) {
    const isLeaf = additionalProperties.properties === undefined && additionalProperties.items === undefined;
    return isLeaf ? undefined : strangeStep(additionalProperties, rest);
  }
  if (items !== undefined && step === '*') return strangeStep(items, rest);
  const known = properties === undefined ? (items === undefined ? [] : ['*']) : Object.keys(properties);
  return { step, known };
}
