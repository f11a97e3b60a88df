import { Dynamic, ExactNumber, isObjectValue, type Type, unknown, type Value } from './value.ts';

/**
 * Plain JSON as a value of an attribute that takes any type, with the type that Terraform gives the same literal:
 * lists are tuples, records are objects. What is undefined is left out.
 */
export function toDynamic(plain: unknown): Dynamic {
  if (plain === unknown || plain === null || plain === undefined) {
    return new Dynamic('dynamic', plain === unknown ? unknown : null);
  }
  if (typeof plain === 'string') return new Dynamic('string', plain);
  if (typeof plain === 'number') return new Dynamic('number', plain);
  if (typeof plain === 'boolean') return new Dynamic('bool', plain);
  if (Array.isArray(plain)) return tupleOf(plain.map(toDynamic));
  if (typeof plain !== 'object') throw new TypeError(`Terraform has no value for a ${typeof plain}`);
  return objectOf(
    Object.entries(plain).flatMap(([key, item]) => (item === undefined ? [] : [[key, toDynamic(item)]])),
  );
}

/**
 * A live value where the state has `state`: of the same type wherever it can be, since Terraform takes another type
 * for a change. Records are followed at the keys that the state has; equal values stay as they are in the state.
 */
export function readDynamic(state: Dynamic, live: Dynamic): Dynamic {
  return readAs(state.type, state.value, live);
}

function readAs(type: Type, state: Value, live: Dynamic): Dynamic {
  if (state instanceof Dynamic) return readAs(state.type, state.value, live);
  if (state === null) return new Dynamic(type, null);
  if (Array.isArray(state) && Array.isArray(live.value)) return readList(type, state, live);
  if (isObjectValue(state) && isObjectValue(live.value)) {
    const found = live.value;
    const items = Object.keys(state).flatMap((key): [string, Dynamic][] => {
      const before = state[key] ?? null;
      const item = found[key] ?? null;
      if (item === null && before !== null) return [];
      const itemType = partType(type, key);
      return [[key, readAs(itemType, before, new Dynamic(partType(live.type, key), item))]];
    });
    return sameItemType(type, items) ? mapOf(type, items) : objectOf(items);
  }
  return sameScalar(state, live.value) ? new Dynamic(type, state) : live;
}

function readList(type: Type, state: readonly Value[], live: Dynamic): Dynamic {
  const found = live.value as readonly Value[];
  const before = state.length === found.length ? state : found;
  const items = found.map((item, index) =>
    readAs(
      before === state ? partType(type, index) : partType(live.type, index),
      before[index] ?? null,
      new Dynamic(partType(live.type, index), item),
    ),
  );
  const pairs = items.map((item, index): [string, Dynamic] => [String(index), item]);
  return sameItemType(type, pairs)
    ? new Dynamic(
        type,
        items.map(({ value }) => value),
      )
    : tupleOf(items);
}

/** The type of one part of a value of this type. */
function partType(type: Type, step: string | number): Type {
  if (typeof type === 'string') return 'dynamic';
  const [shape, parts] = type;
  if (shape === 'object') return (parts as Readonly<Record<string, Type>>)[step] ?? 'dynamic';
  if (shape === 'tuple') return (parts as readonly Type[])[Number(step)] ?? 'dynamic';
  return parts as Type;
}

/** Whether a collection of one item type can hold these. */
function sameItemType(type: Type, items: readonly (readonly [string, Dynamic])[]): boolean {
  if (typeof type === 'string' || type[0] === 'object' || type[0] === 'tuple') return false;
  return items.every(([, item]) => item.value === null || sameType(type[1], item.type));
}

/** Equality of types; the order of an object's attributes means nothing. */
export function sameType(left: Type, right: Type): boolean {
  if (typeof left === 'string' || typeof right === 'string') return left === right;
  if (left[0] !== right[0]) return false;
  const [a, b] = [Object.entries(partsOf(left)), partsOf(right)];
  return a.length === Object.keys(b).length && a.every(([key, part]) => sameType(part, b[key] ?? 'dynamic'));
}

function partsOf([shape, parts]: Exclude<Type, string>): Readonly<Record<string, Type>> {
  if (shape === 'object') return parts as Readonly<Record<string, Type>>;
  return Object.fromEntries(
    shape === 'tuple' ? (parts as readonly Type[]).entries() : [['0', parts as Type]],
  );
}

function sameScalar(state: Value, live: Value): boolean {
  if (state instanceof ExactNumber) return Number(state.text) === live;
  return state === live;
}

function objectOf(items: readonly (readonly [string, Dynamic])[]): Dynamic {
  return new Dynamic(
    ['object', Object.fromEntries(items.map(([key, { type }]) => [key, type]))],
    Object.fromEntries(items.map(([key, { value }]) => [key, value])),
  );
}

function mapOf(type: Type, items: readonly (readonly [string, Dynamic])[]): Dynamic {
  return new Dynamic(type, Object.fromEntries(items.map(([key, { value }]) => [key, value])));
}

function tupleOf(items: readonly Dynamic[]): Dynamic {
  return new Dynamic(
    ['tuple', items.map(({ type }) => type)],
    items.map(({ value }) => value),
  );
}
