import { cloneJson, equalJson, isJsonObject, type JsonObject } from '../json.ts';
import { printGoPlain } from '../schema/print-go.ts';
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
  if (!isJsonObject(patch)) {
    const type = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(`json: cannot unmarshal ${type} into Go value of type map[string]interface {}`);
  }
  return mergeObject(document, patch, schema);
}

function mergeObject(target: unknown, patch: JsonObject, schema: Schema): JsonObject {
  const directive = patch['$patch'];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw badRequest(`unknown patch type: ${printGoPlain(directive)} in map: ${printGoPlain(patch)}`);
  }
  let result: JsonObject = isJsonObject(target) ? { ...target } : {};
  const retained = patch['$retainKeys'];
  if (Array.isArray(retained)) {
    result = Object.fromEntries(Object.entries(result).filter(([name]) => retained.includes(name)));
  }
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$')) continue;
    if (value === null) delete result[name];
    else {
      const before = result[name];
      const merged = mergeField(before, value, propertySchema(schema, name));
      const order = patch[`${ELEMENT_ORDER}${name}`] ?? value;
      if (isDeletion(value)) delete result[name];
      else result[name] = inOrder(merged, order, before, propertySchema(schema, name));
    }
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
      if (patch[name] === undefined) {
        result[name] = inOrder(result[name], value, result[name], propertySchema(schema, name));
      }
    }
  }
  return result;
}

const isDeletion = (value: unknown): boolean => isJsonObject(value) && value['$patch'] === 'delete';

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
      throw badRequest(`map: ${printGoPlain(item)} does not contain declared merge key: ${key}`);
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

/**
 * A merged list in order: the items that the patch speaks of in its own order, and each of the others where it stood,
 * but never before one of those that it followed (strategicpatch's `normalizeElementOrder`).
 */
function inOrder(merged: unknown, order: unknown, before: unknown, schema: Schema): unknown {
  const key = mergeKeyOf(schema);
  const isMerged = key !== undefined || schema?.['x-kubernetes-list-type'] === 'set';
  if (!Array.isArray(merged) || !Array.isArray(order) || !isMerged) return merged;
  const identity = (item: unknown): unknown => (key !== undefined && isJsonObject(item) ? item[key] : item);
  const indexIn = (list: readonly unknown[], item: unknown): number =>
    list.findIndex((other) => equalJson(identity(other), identity(item)));
  const known = Array.isArray(before) ? before : [];
  const named = merged
    .filter((item) => indexIn(order, item) !== -1)
    .toSorted((a, b) => indexIn(order, a) - indexIn(order, b));
  const others = merged.filter((item) => indexIn(order, item) === -1);
  const result: unknown[] = [];
  while (named.length > 0 || others.length > 0) {
    const [ofPatch, other] = [indexIn(known, named[0]), indexIn(known, others[0])];
    const otherFirst = named.length === 0 || (others.length > 0 && ofPatch !== -1 && other < ofPatch);
    result.push(otherFirst ? others.shift() : named.shift());
  }
  return result;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return cloneJson(Object.fromEntries(Object.entries(patch).filter(([name]) => !name.startsWith('$'))));
}
