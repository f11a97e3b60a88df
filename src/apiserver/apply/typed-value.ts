import { equalJson, isJsonObject, type JsonObject } from '../json.ts';
import { isNamedField, propertySchema, type StructuralSchema } from '../schema/structural-schema.ts';
import { badRequest } from '../status.ts';
import { emptySet, type FieldPath, type FieldSet, insertPath } from './field-set.ts';

type Schema = StructuralSchema | undefined;

/** How two versions of an object differ, field by field. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Lists merge item by item only when the schema says by which identity; otherwise a list is one field. */
function isAssociative(schema: Schema): boolean {
  const listType = schema?.['x-kubernetes-list-type'];
  return listType === 'map' || listType === 'set';
}

function isGranularMap(value: unknown, schema: Schema): value is JsonObject {
  return isJsonObject(value) && schema?.['x-kubernetes-map-type'] !== 'atomic';
}

/** The path element of an item of an associative list. Throws `BadRequest` for an item that lacks a key. */
export function elementOf(item: unknown, schema: Schema): string {
  if (schema?.['x-kubernetes-list-type'] === 'set') return `v:${JSON.stringify(item)}`;
  const why = missingKey(item, schema);
  if (why !== undefined) throw badRequest(why);
  const key: JsonObject = {};
  for (const name of [...keysOf(schema)].toSorted()) {
    const value = keyValue(item, name, schema);
    if (value !== undefined) key[name] = value;
  }
  return `k:${JSON.stringify(key)}`;
}

/** Why an item of a keyed list cannot be told from others; `undefined` for one that has its keys. */
export function missingKey(item: unknown, schema: Schema): string | undefined {
  if (schema?.['x-kubernetes-list-type'] !== 'map') return undefined;
  const missing = keysOf(schema).find((name) => keyValue(item, name, schema) === undefined);
  if (missing === undefined) return undefined;
  return `associative list with keys has an element that omits key field ${JSON.stringify(missing)} (and doesn't have default value)`;
}

function keysOf(schema: Schema): readonly string[] {
  return schema?.['x-kubernetes-list-map-keys'] ?? [];
}

function keyValue(item: unknown, name: string, schema: Schema): unknown {
  const value = isJsonObject(item) ? item[name] : undefined;
  return value ?? propertySchema(schema?.items, name)?.default;
}

function indexItems(list: readonly unknown[], schema: Schema): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const element = elementOf(item, schema);
    if (!items.has(element)) items.set(element, item);
  }
  return items;
}

/** The fields that somebody who sends this value has an opinion about. */
export function fieldsOf(value: unknown, schema: Schema): FieldSet {
  const set = emptySet();
  if (isGranularMap(value, schema)) {
    for (const [name, item] of Object.entries(value)) {
      const child = fieldsOf(item, propertySchema(schema, name));
      const isEmptyValue = item === null || (isJsonObject(item) && Object.keys(item).length === 0);
      if (isEmptyValue || !isNamedField(schema, name)) child.member = true;
      set.children.set(`f:${name}`, child);
    }
  } else if (Array.isArray(value) && isAssociative(schema)) {
    for (const [element, item] of indexItems(value, schema)) {
      const child = fieldsOf(item, schema?.items);
      child.member = true;
      set.children.set(element, child);
    }
  } else {
    set.member = true;
  }
  return set;
}

/** `config` laid over `live`. */
export function mergeValues(live: unknown, config: unknown, schema: Schema): unknown {
  if (config === undefined) return live;
  if (live === undefined) return config;
  // Null in place of what merges is an empty one: it says nothing about the fields below.
  if (config === null && childrenOf(live, schema) !== undefined) return live;
  if (isGranularMap(live, schema) && isGranularMap(config, schema)) {
    const merged: JsonObject = { ...live };
    for (const [name, value] of Object.entries(config)) {
      merged[name] = mergeValues(live[name], value, propertySchema(schema, name));
    }
    return merged;
  }
  if (Array.isArray(live) && Array.isArray(config) && isAssociative(schema)) {
    return mergeLists(live, config, schema);
  }
  return config;
}

/** Keeps the order of both lists where they agree; where they do not, that of `config` wins. */
function mergeLists(live: readonly unknown[], config: readonly unknown[], schema: Schema): unknown[] {
  const ours = [...indexItems(live, schema)];
  const theirs = indexItems(config, schema);
  const positions = new Map(ours.map(([element], index) => [element, index]));
  const merged: unknown[] = [];
  let next = 0;
  const takeOurOwn = (until: number): void => {
    while (next < until) {
      const own = ours[next];
      if (own !== undefined && !theirs.has(own[0])) merged.push(own[1]);
      next += 1;
    }
  };
  for (const [element, item] of theirs) {
    let shared = ours.findIndex(([own], index) => index >= next && theirs.has(own));
    if (shared === -1) shared = ours.length;
    takeOurOwn(shared);
    const position = positions.get(element);
    if (position === undefined) {
      merged.push(item);
      continue;
    }
    takeOurOwn(position);
    next = Math.max(next, position + 1);
    merged.push(mergeValues(ours[position]?.[1], item, schema?.items));
  }
  takeOurOwn(ours.length);
  return merged;
}

export function compareValues(before: unknown, after: unknown, schema: Schema): Comparison {
  const comparison = { added: emptySet(), modified: emptySet(), removed: emptySet() };
  compareAt(before, after, schema, [], comparison);
  return comparison;
}

function compareAt(before: unknown, after: unknown, schema: Schema, path: FieldPath, into: Comparison): void {
  if (before === undefined && after === undefined) return;
  if (path.length > 0 && before === undefined) insertPath(into.added, path);
  if (path.length > 0 && after === undefined) insertPath(into.removed, path);
  const sample = after ?? before;
  const children = childrenOf(sample, schema);
  const alike =
    before === undefined || after === undefined || childrenOf(before, schema)?.kind === children?.kind;
  if (children === undefined || !alike) {
    if (before !== undefined && after !== undefined && !equalJson(before, after)) {
      insertPath(into.modified, path);
    }
    return;
  }
  const left = childrenOf(before, schema)?.items ?? new Map<string, unknown>();
  const right = childrenOf(after, schema)?.items ?? new Map<string, unknown>();
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const child = element.startsWith('f:') ? propertySchema(schema, element.slice(2)) : schema?.items;
    compareAt(left.get(element), right.get(element), child, [...path, element], into);
  }
}

/** What lies below a granular value, by path element; `undefined` for a leaf. */
function childrenOf(
  value: unknown,
  schema: Schema,
): { kind: 'map' | 'list'; items: Map<string, unknown> } | undefined {
  if (isGranularMap(value, schema)) {
    return {
      kind: 'map',
      items: new Map(Object.entries(value).map(([name, item]) => [`f:${name}`, item])),
    };
  }
  if (Array.isArray(value) && isAssociative(schema)) {
    return { kind: 'list', items: indexItems(value, schema) };
  }
  return undefined;
}

/** The value without the paths of a set. What becomes empty by that is null, as structured-merge-diff leaves it. */
export function removeFields(value: unknown, set: FieldSet, schema: Schema): unknown {
  if (isGranularMap(value, schema)) {
    const kept: JsonObject = {};
    for (const [name, item] of Object.entries(value)) {
      const rest = removeChild(item, `f:${name}`, set, propertySchema(schema, name));
      if (rest !== undefined) kept[name] = rest;
    }
    return Object.keys(kept).length === 0 && Object.keys(value).length > 0 ? null : kept;
  }
  if (Array.isArray(value) && isAssociative(schema)) {
    const kept: unknown[] = [];
    for (const item of value) {
      const rest = removeChild(item, elementOf(item, schema), set, schema?.items);
      if (rest !== undefined) kept.push(rest);
    }
    return kept.length === 0 && value.length > 0 ? null : kept;
  }
  return value;
}

function removeChild(item: unknown, element: string, set: FieldSet, schema: Schema): unknown {
  const child = set.children.get(element);
  if (child === undefined) return item;
  return child.member ? undefined : removeFields(item, child, schema);
}

/** The set with every named field on the way to a member: who owns `a.b` also speaks for `a`, if it is no map item. */
export function withNamedParents(set: FieldSet, schema: Schema): FieldSet {
  const result: FieldSet = { member: set.member, children: new Map() };
  for (const [element, child] of set.children) {
    const isField = element.startsWith('f:');
    const name = element.slice(2);
    const below = withNamedParents(child, isField ? propertySchema(schema, name) : schema?.items);
    if (isField && isNamedField(schema, name)) below.member = true;
    result.children.set(element, below);
  }
  return result;
}
