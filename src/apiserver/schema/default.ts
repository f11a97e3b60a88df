import { cloneJson, isJsonObject } from '../json.ts';
import { propertySchema, type StructuralSchema } from './structural-schema.ts';

/**
 * Fills in, in place, the defaults of absent fields. A null where null is not allowed counts as absent: it gives way
 * to the default or goes (apiextensions `PruneNonNullableNullsWithoutDefaults`).
 */
export function applyDefaults(value: unknown, schema: StructuralSchema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) applyDefaults(item, items);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, item] of Object.entries(value)) {
    const child = propertySchema(schema, name);
    if (item === null && child !== undefined && child.nullable !== true) delete value[name];
  }
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (child.default !== undefined && !Object.hasOwn(value, name)) value[name] = cloneJson(child.default);
  }
  for (const [name, item] of Object.entries(value)) {
    const child = propertySchema(schema, name);
    if (child !== undefined) applyDefaults(item, child);
  }
}
