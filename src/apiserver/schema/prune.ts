import { isJsonObject, type JsonObject } from '../json.ts';
import { allowsUnknownFields, propertySchema, type StructuralSchema } from './structural-schema.ts';

const RESOURCE_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Removes, in place, what a structural schema does not name; answers the paths that went, as kube-apiserver's strict
 * decoder prints them: `spec.foo`, `spec.list[0].bar`.
 */
export function pruneUnknownFields(object: JsonObject, schema: StructuralSchema): string[] {
  const removed: string[] = [];
  pruneObject(object, schema, '', true, removed);
  return removed;
}

function pruneObject(
  object: JsonObject,
  schema: StructuralSchema,
  path: string,
  isResource: boolean,
  removed: string[],
): void {
  const keepsUnknown = allowsUnknownFields(schema);
  for (const [name, value] of Object.entries(object)) {
    if (isResource && RESOURCE_FIELDS.has(name)) continue;
    const child = propertySchema(schema, name);
    const at = path === '' ? name : `${path}.${name}`;
    if (child !== undefined) {
      pruneValue(value, child, at, removed);
    } else if (!keepsUnknown) {
      delete object[name];
      removed.push(at);
    }
  }
}

function pruneValue(value: unknown, schema: StructuralSchema, path: string, removed: string[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return;
    value.forEach((item, index) => pruneValue(item, items, `${path}[${index}]`, removed));
  } else if (isJsonObject(value)) {
    pruneObject(value, schema, path, schema['x-kubernetes-embedded-resource'] === true, removed);
  }
}
