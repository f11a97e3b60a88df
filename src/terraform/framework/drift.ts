import { readDynamic } from './dynamic.ts';
import type { Attribute, Shape } from './schema.ts';
import { Dynamic, isObjectValue, type ObjectValue, type Value } from './value.ts';

/**
 * The live values at the paths that the state sets: what the user did not set stays null, keys of maps that the user
 * did not write are left out, and an empty collection equals an absent one. Lists are taken whole. A value of any type
 * keeps the type that it has in the state wherever it fits.
 */
export function readDrift(
  attributes: readonly Attribute[],
  state: ObjectValue,
  live: ObjectValue,
): ObjectValue {
  return Object.fromEntries(
    attributes.map(({ name, shape }) => [name, readAt(shape, state[name] ?? null, live[name] ?? null)]),
  );
}

function readAt(shape: Shape, state: Value, live: Value): Value {
  if (state === null) return null;
  if (state instanceof Dynamic) {
    if (state.value === null) return state;
    if (live instanceof Dynamic && live.value !== null) return readDynamic(state, live);
    return isEmpty(state.value) ? state : null;
  }
  if (live === null) return isEmpty(state) ? state : null;
  if (Array.isArray(state) && Array.isArray(live)) {
    if (shape.nesting !== 'list' || state.length !== live.length) return live;
    return live.map((item: Value, index) => readNested(shape.attributes, state[index] ?? null, item));
  }
  if (!isObjectValue(state) || !isObjectValue(live)) return live;
  if (shape.nesting === 'single') return readDrift(shape.attributes, state, live);
  return Object.fromEntries(
    Object.keys(state).flatMap((key) => {
      const item = live[key] ?? null;
      if (item === null) return [];
      return [[key, shape.nesting === 'map' ? readNested(shape.attributes, state[key] ?? null, item) : item]];
    }),
  );
}

function readNested(attributes: readonly Attribute[], state: Value, live: Value): Value {
  return isObjectValue(state) && isObjectValue(live) ? readDrift(attributes, state, live) : live;
}

function isEmpty(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObjectValue(value) && Object.values(value).every((item) => item === null || isEmpty(item));
}
