import { cloneJson, isJsonObject } from '../json.ts';
import { propertySchema, type StructuralSchema } from './structural-schema.ts';

/**
 * Removes, in place, nulls where null is not allowed and no default stands in for it, as a decoder does with what a
 * client sends (apiextensions `PruneNonNullableNullsWithoutDefaults`). Nulls that apply makes are left to validation.
 */
export function pruneNulls(value: unknown, schema: StructuralSchema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) pruneNulls(item, items);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, item] of Object.entries(value)) {
    const child = propertySchema(schema, name);
    if (child === undefined) continue;
    if (item === null && child.nullable !== true && child.default === undefined) delete value[name];
    else pruneNulls(item, child);
  }
}

/** Fills in, in place, the defaults of fields that are absent, or null where null is not allowed. */
export function applyDefaults(value: unknown, schema: StructuralSchema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) applyDefaults(item, items);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const isMissing = !Object.hasOwn(value, name) || (value[name] === null && child.nullable !== true);
    if (child.default !== undefined && isMissing) value[name] = cloneJson(child.default);
  }
  for (const [name, item] of Object.entries(value)) {
    const child = propertySchema(schema, name);
    if (child !== undefined) applyDefaults(item, child);
  }
}
