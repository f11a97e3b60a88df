import { isObjectValue, unknown, type Value } from '../framework/value.ts';
import type { Expression } from './expression.ts';
import { isList, toText } from './functions.ts';

/** A value as a variable of a type has it: converted, and with the defaults of attributes that are optional. */
export function fitVariable(
  value: Value,
  type: Expression,
  evaluate: (expression: Expression) => Value,
): Value {
  if (value === unknown || value === null) return value;
  if (type.is === 'name') return toPrimitive(value, type.name);
  if (type.is !== 'call') return value;
  const [inner] = type.args;
  if (inner === undefined) return value;
  const fit = (item: Value, itemType: Expression) => fitVariable(item, itemType, evaluate);
  switch (type.name) {
    case 'list':
    case 'set':
      return isList(value) ? value.map((item) => fit(item, inner)) : value;
    case 'map': {
      if (!isObjectValue(value)) return value;
      return Object.fromEntries<Value>(Object.entries(value).map(([name, item]) => [name, fit(item, inner)]));
    }
    case 'object': {
      if (!isObjectValue(value) || inner.is !== 'object') return value;
      return Object.fromEntries<Value>(
        inner.entries.flatMap(({ key, value: attribute }) => {
          const name = key.is === 'literal' ? toText(key.value) : '';
          return [[name, fitAttribute(value[name] ?? null, attribute, evaluate)]];
        }),
      );
    }
    default:
      return value;
  }
}

/** `optional(type, default)`; null counts as absent. */
function fitAttribute(value: Value, type: Expression, evaluate: (expression: Expression) => Value): Value {
  if (type.is !== 'call' || type.name !== 'optional') return fitVariable(value, type, evaluate);
  const [inner, fallback] = type.args;
  const given = value === null && fallback !== undefined ? evaluate(fallback) : value;
  return inner === undefined ? given : fitVariable(given, inner, evaluate);
}

function toPrimitive(value: Value, type: string): Value {
  if (typeof value === 'object') return value;
  if (type === 'string') return String(value);
  if (type === 'number') return typeof value === 'string' ? Number(value) : value;
  if (type === 'bool') return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}
