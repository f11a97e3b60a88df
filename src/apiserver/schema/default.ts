import { cloneJson, isJsonObject } from '../json.ts';
import { propertySchema, type StructuralSchema } from './structural-schema.ts';

/** Fills in, in place, the defaults of absent fields; a null where null is not allowed counts as absent. */
export function applyDefaults(value: unknown, schema: StructuralSchema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) applyDefaults(item, items);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    if (child.default === undefined) continue;
    const present = Object.hasOwn(value, name);
    if (!present || (value[name] === null && child.nullable !== true)) value[name] = cloneJson(child.default);
  }
  for (const [name, item] of Object.entries(value)) {
    const child = propertySchema(schema, name);
    if (child !== undefined) applyDefaults(item, child);
  }
}
