import { toDynamic } from './dynamic.ts';
import type { Attribute, Shape } from './schema.ts';
import { Dynamic, ExactNumber, isObjectValue, type ObjectValue, unknown, type Value } from './value.ts';

/**
 * Params as zod takes them: fields in camelCase, absent instead of null. Unknown values stay the `unknown` symbol. A map
 * without an entry is absent too: an API server refuses an apply that empties a map, for its merge leaves null in its place
 * (structured-merge-diff), and takes one that leaves it out.
 */
export type RawParams = Record<string, unknown>;

export function toParams(attributes: readonly Attribute[], value: ObjectValue): RawParams {
  const params: RawParams = {};
  for (const { name, field, shape } of attributes) {
    const item = value[name] ?? null;
    if (item !== null && !isTypedNull(item) && !isEmptyMap(shape, item)) params[field] = toParam(shape, item);
  }
  return params;
}

/** A null that has a type, as `tonumber(null)` in an attribute of any type. */
function isTypedNull(value: Value): boolean {
  return value instanceof Dynamic && value.value === null;
}

function isEmptyMap(shape: Shape, value: Value): boolean {
  const isMap =
    shape.nesting === 'map' ||
    (shape.nesting === 'none' && Array.isArray(shape.type) && shape.type[0] === 'map');
  return isMap && isObjectValue(value) && Object.keys(value).length === 0;
}

function toParam(shape: Shape, value: Value): unknown {
  if (value === unknown || shape.nesting === 'none') return toPlain(value);
  if (shape.nesting === 'list' && Array.isArray(value)) {
    return value.map((item: Value) =>
      isObjectValue(item) ? toParams(shape.attributes, item) : toPlain(item),
    );
  }
  if (!isObjectValue(value)) return toPlain(value);
  if (shape.nesting === 'single') return toParams(shape.attributes, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isObjectValue(item) ? toParams(shape.attributes, item) : toPlain(item),
    ]),
  );
}

function toPlain(value: Value): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (value instanceof Dynamic) return toPlain(value.value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isObjectValue(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && !isTypedNull(item))
      .map(([key, item]) => [key, toPlain(item)]),
  );
}

/** The way back. Values that a string cannot hold as they are become their text. */
export function fromParams(attributes: readonly Attribute[], params: RawParams): ObjectValue {
  return Object.fromEntries(
    attributes.map(({ name, field, shape }) => [name, fromParam(shape, params[field])]),
  );
}

function fromParam(shape: Shape, param: unknown): Value {
  if (param === undefined || param === null) return null;
  if (shape.nesting === 'none') return fromPlain(shape.type, param);
  if (shape.nesting === 'single') return isRecord(param) ? fromParams(shape.attributes, param) : null;
  if (Array.isArray(param))
    return param.map((item) => fromParams(shape.attributes, isRecord(item) ? item : {}));
  if (!isRecord(param)) return null;
  return Object.fromEntries(
    Object.entries(param).flatMap(([key, item]) =>
      isRecord(item) ? [[key, fromParams(shape.attributes, item)]] : [],
    ),
  );
}

function fromPlain(type: unknown, param: unknown): Value {
  if (type === 'dynamic') return toDynamic(param);
  if (Array.isArray(type)) {
    if (Array.isArray(param)) return param.map((item) => fromPlain(type[1], item));
    if (!isRecord(param)) return null;
    return Object.fromEntries(
      Object.entries(param)
        .filter(([, item]) => item !== undefined && item !== null)
        .map(([key, item]) => [key, fromPlain(type[1], item)]),
    );
  }
  if (type === 'string') return toText(param);
  if (type === 'bool') return typeof param === 'boolean' ? param : param === 'true';
  const number = Number(param);
  return Number.isFinite(number) ? number : null;
}

function toText(param: unknown): string {
  return typeof param === 'string' ? param : JSON.stringify(param);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
