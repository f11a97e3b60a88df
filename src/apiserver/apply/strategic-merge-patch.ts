import { cloneJson, equalJson, isJsonObject, type JsonObject } from '../json.ts';
import { propertySchema, type StructuralSchema } from '../schema/structural-schema.ts';
import { badRequest } from '../status.ts';

type Schema = StructuralSchema | undefined;

const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';
const ELEMENT_ORDER = '$setElementOrder/';

/**
 * Kubernetes' strategic merge patch: as a merge patch, but lists with a merge key (the first list-map key of the
 * schema) merge item by item, and `$patch`, `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys` direct it.
 */
export function applyStrategicMergePatch(document: JsonObject, patch: unknown, schema: Schema): JsonObject {
  if (!isJsonObject(patch)) throw badRequest('a strategic merge patch is an object');
  return mergeObject(document, patch, schema);
}

function mergeObject(target: unknown, patch: JsonObject, schema: Schema): JsonObject {
  const directive = patch['$patch'];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  let result: JsonObject = isJsonObject(target) ? { ...target } : {};
  const retained = patch['$retainKeys'];
  if (Array.isArray(retained)) {
    result = Object.fromEntries(Object.entries(result).filter(([name]) => retained.includes(name)));
  }
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue;
    if (value === null) delete result[name];
    else result[name] = mergeField(result[name], value, propertySchema(schema, name));
  }
  for (const [directiveName, value] of Object.entries(patch)) {
    if (!Array.isArray(value)) continue;
    if (directiveName.startsWith(DELETE_FROM_LIST)) {
      const name = directiveName.slice(DELETE_FROM_LIST.length);
      const list = result[name];
      if (Array.isArray(list)) {
        result[name] = list.filter((item) => !value.some((removed) => equalJson(removed, item)));
      }
    }
    if (directiveName.startsWith(ELEMENT_ORDER)) {
      const name = directiveName.slice(ELEMENT_ORDER.length);
      const list = result[name];
      if (Array.isArray(list)) result[name] = reorder(list, value, mergeKeyOf(propertySchema(schema, name)));
    }
  }
  return result;
}

function mergeField(target: unknown, value: unknown, schema: Schema): unknown {
  if (isJsonObject(value)) return mergeObject(target, value, schema);
  if (!Array.isArray(value)) return value;
  const key = mergeKeyOf(schema);
  if (key !== undefined) return mergeKeyedList(Array.isArray(target) ? target : [], value, key, schema);
  if (schema?.['x-kubernetes-list-type'] === 'set' && Array.isArray(target)) {
    return [...target, ...value.filter((item) => !target.some((known) => equalJson(known, item)))];
  }
  return cloneJson(value);
}

function mergeKeyOf(schema: Schema): string | undefined {
  return schema?.['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys']?.[0] : undefined;
}

function mergeKeyedList(
  target: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  schema: Schema,
): unknown[] {
  const replaces = patch.some(
    (item) => isJsonObject(item) && item['$patch'] === 'replace' && item[key] === undefined,
  );
  if (replaces) {
    return patch
      .filter((item): item is JsonObject => isJsonObject(item) && item[key] !== undefined)
      .map(withoutDirectives);
  }
  let result = [...target];
  for (const item of patch) {
    if (!isJsonObject(item) || item[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    }
    const isSame = (other: unknown): boolean => isJsonObject(other) && equalJson(other[key], item[key]);
    if (item['$patch'] === 'delete') {
      result = result.filter((other) => !isSame(other));
      continue;
    }
    const index = result.findIndex(isSame);
    if (index === -1) result.push(mergeObject(undefined, item, schema?.items));
    else result[index] = mergeObject(result[index], item, schema?.items);
  }
  return result;
}

function reorder(list: readonly unknown[], order: readonly unknown[], key: string | undefined): unknown[] {
  const position = (item: unknown): number =>
    order.findIndex((wanted) =>
      key !== undefined && isJsonObject(wanted) && isJsonObject(item)
        ? equalJson(wanted[key], item[key])
        : equalJson(wanted, item),
    );
  const ordered = list.filter((item) => position(item) !== -1);
  const others = list.filter((item) => position(item) === -1);
  return [...ordered.toSorted((a, b) => position(a) - position(b)), ...others];
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return cloneJson(Object.fromEntries(Object.entries(patch).filter(([name]) => !name.startsWith('$'))));
}
