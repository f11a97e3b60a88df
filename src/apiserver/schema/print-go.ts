import { isJsonObject, type JsonObject } from '../json.ts';

/** A decoded JSON value as Go prints it with `%#v`. */
export function printGoSyntax(value: unknown): string {
  if (value === undefined || value === null) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(printGoSyntax).join(', ')}}`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const fields = sortedEntries(value).map(([name, item]) => `${JSON.stringify(name)}:${printGoSyntax(item)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}

/** The same with `%v`. */
export function printGoPlain(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printGoPlain).join(' ')}]`;
  if (!isJsonObject(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  return `map[${sortedEntries(value)
    .map(([name, item]) => `${name}:${printGoPlain(item)}`)
    .join(' ')}]`;
}

function sortedEntries(value: JsonObject): [string, unknown][] {
  return Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
}
