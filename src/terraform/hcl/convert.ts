import { isObjectValue, type Type, type Value } from '../framework/value.ts';
import { isList } from './functions.ts';

/** As Terraform converts what a configuration gives to the type of an attribute: a number becomes a text where one is wanted. */
export function convert(value: Value, type: Type): Value {
  if (value === null || typeof value === 'symbol') return value;
  if (type === 'string') return typeof value === 'object' ? value : String(value);
  if (type === 'number') return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (type === 'bool') return value === 'true' ? true : value === 'false' ? false : value;
  if (type === 'dynamic') return value;
  const [kind, inner] = type;
  if (kind === 'object') {
    if (!isObjectValue(value)) return value;
    return mapEntries(value, (item, name) => convert(item, inner[name] ?? 'dynamic'));
  }
  if (kind === 'map') return isObjectValue(value) ? mapEntries(value, (item) => convert(item, inner)) : value;
  if (!isList(value)) return value;
  const itemType = (index: number): Type => (kind === 'tuple' ? (inner[index] ?? 'dynamic') : inner);
  return value.map((item, index) => convert(item, itemType(index)));
}

function mapEntries(value: Readonly<Record<string, Value>>, change: (item: Value, name: string) => Value) {
  return Object.fromEntries<Value>(Object.entries(value).map(([name, item]) => [name, change(item, name)]));
}
