import { isJsonObject, type JsonObject } from '../json.ts';

/**
 * A set of field paths as in FieldsV1: the keys of `children` are its path elements (`f:<field>`, `k:<key fields>`,
 * `v:<value>`, `i:<index>`), `member` says whether the path that leads here is itself in the set.
 */
export interface FieldSet {
  member: boolean;
  readonly children: Map<string, FieldSet>;
}

export type FieldPath = readonly string[];

export function emptySet(): FieldSet {
  return { member: false, children: new Map() };
}

export function isEmptySet(set: FieldSet): boolean {
  if (set.member) return false;
  for (const child of set.children.values()) if (!isEmptySet(child)) return false;
  return true;
}

export function insertPath(set: FieldSet, path: FieldPath): void {
  let node = set;
  for (const element of path) {
    let child = node.children.get(element);
    if (child === undefined) {
      child = emptySet();
      node.children.set(element, child);
    }
    node = child;
  }
  node.member = true;
}

/** Combines path by path; paths for which `keep` answers false, and branches left without members, are absent. */
function combine(
  left: FieldSet | undefined,
  right: FieldSet | undefined,
  keep: (left: boolean, right: boolean) => boolean,
): FieldSet {
  const result: FieldSet = {
    member: keep(left?.member ?? false, right?.member ?? false),
    children: new Map(),
  };
  const elements = new Set([...(left?.children.keys() ?? []), ...(right?.children.keys() ?? [])]);
  for (const element of elements) {
    const child = combine(left?.children.get(element), right?.children.get(element), keep);
    if (!isEmptySet(child)) result.children.set(element, child);
  }
  return result;
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (inLeft, inRight) => inLeft || inRight);
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (inLeft, inRight) => inLeft && inRight);
}

/** Exactly the paths of `right` go; what lies below them stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (inLeft, inRight) => inLeft && !inRight);
}

export function equalSets(left: FieldSet, right: FieldSet): boolean {
  return isEmptySet(combine(left, right, (inLeft, inRight) => inLeft !== inRight));
}

/** In structured-merge-diff's order: at every level first the members, then what lies below. */
export function pathsOf(set: FieldSet): FieldPath[] {
  const paths: FieldPath[] = [];
  const walk = (node: FieldSet, path: FieldPath): void => {
    const children = [...node.children].toSorted(([left], [right]) => compareElements(left, right));
    for (const [element, child] of children) if (child.member) paths.push([...path, element]);
    for (const [element, child] of children) walk(child, [...path, element]);
  };
  walk(set, []);
  return paths;
}

const ELEMENT_ORDER = 'fkvi';

function compareElements(left: string, right: string): number {
  const byKind = ELEMENT_ORDER.indexOf(left[0] ?? '') - ELEMENT_ORDER.indexOf(right[0] ?? '');
  if (byKind !== 0) return byKind;
  if (left.startsWith('f:')) return compareScalars(left, right);
  const [a, b] = [left, right].map((element): unknown => JSON.parse(element.slice(2)));
  if (!isJsonObject(a) || !isJsonObject(b)) return compareScalars(a, b);
  for (const [name, value] of Object.entries(a)) {
    const order = compareScalars(value, b[name]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareScalars(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left), String(right)];
  return a < b ? -1 : Number(a > b);
}

/** `undefined` when the value is no FieldsV1. */
export function parseFieldsV1(value: unknown): FieldSet | undefined {
  if (!isJsonObject(value)) return undefined;
  const root = parseNode(value);
  if (root !== undefined) root.member = false;
  return root;
}

function parseNode(value: JsonObject): FieldSet | undefined {
  const elements = Object.entries(value);
  const node: FieldSet = { member: elements.length === 0, children: new Map() };
  for (const [element, child] of elements) {
    if (element === '.') {
      node.member = true;
      continue;
    }
    if (!/^[fkvi]:/u.test(element) || !isJsonObject(child)) return undefined;
    const parsed = parseNode(child);
    if (parsed === undefined) return undefined;
    node.children.set(element, parsed);
  }
  return node;
}

export function printFieldsV1(set: FieldSet): JsonObject {
  const printed: JsonObject = {};
  if (set.member && set.children.size > 0) printed['.'] = {};
  for (const element of [...set.children.keys()].toSorted(compareElements)) {
    const child = set.children.get(element);
    if (child !== undefined) printed[element] = printFieldsV1(child);
  }
  return printed;
}

/** As conflicts name fields: `.spec.containers[name="a"].image`. */
export function printPath(path: FieldPath): string {
  return path.map(printElement).join('');
}

/** `.name`, `[key="value"]`, `[="value"]` or `[index]`. */
export function printElement(element: string): string {
  const content = element.slice(2);
  switch (element.slice(0, 1)) {
    case 'f':
      return `.${content}`;
    case 'k': {
      const key = JSON.parse(content) as JsonObject;
      const fields = Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      return `[${fields.join(',')}]`;
    }
    case 'v':
      return `[=${content}]`;
    default:
      return `[${content}]`;
  }
}
