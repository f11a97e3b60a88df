import { parse as parseYaml } from 'yaml';
import { isObjectValue, type ObjectValue, unknown, type Value } from '../framework/value.ts';
import { EvaluationError } from './evaluation-error.ts';

/** Of arguments that may be unknown, in whole or in part. */
export type TerraformFunction = (args: readonly Value[]) => Value;

type Known = Exclude<Value, typeof unknown>;

/** Unknown where an argument is. */
function ofKnown(compute: (...args: Known[]) => Value): TerraformFunction {
  return (args) => (args.includes(unknown) ? unknown : compute(...(args as Known[])));
}

const ofText = (compute: (...texts: string[]) => Value) => ofKnown((...args) => compute(...args.map(toText)));

/** What stands where Terraform wants a text. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new EvaluationError('no text');
}

function toNumber(value: Value): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isNaN(number)) throw new EvaluationError('no number');
  return number;
}

type List = readonly Value[];

/** `Array.isArray`, for lists that are not written to. */
export function isList(value: Value | undefined): value is List {
  return Array.isArray(value);
}

function toList(value: Value): List {
  if (isList(value)) return value;
  if (isObjectValue(value)) return Object.values(value);
  throw new EvaluationError('no list');
}

function toObject(value: Value): ObjectValue {
  if (isObjectValue(value)) return value;
  throw new EvaluationError('no map');
}

/** Keys in the order in which Terraform has them. */
const keysOf = (value: Value) => Object.keys(toObject(value)).toSorted();

function coalesce(args: readonly Value[]): Value {
  for (const arg of args) {
    if (arg === unknown) return unknown;
    if (arg !== null && arg !== '') return arg;
  }
  throw new EvaluationError('nothing but null');
}

function one(list: Value): Value {
  const items = toList(list);
  if (items.length > 1) throw new EvaluationError('more than one');
  return items[0] ?? null;
}

function trim(text: string, cutset: string): string {
  const isCut = (char: string) => cutset.includes(char);
  const chars = Array.from(text);
  const from = chars.findIndex((char) => !isCut(char));
  return from < 0 ? '' : chars.slice(from, chars.findLastIndex((char) => !isCut(char)) + 1).join('');
}

/** A text, or a regular expression of RE2 between slashes, which is one of JavaScript's for what is common. */
function replace(text: string, search: string, replacement: string): string {
  const [, pattern] = /^\/(.*)\/$/s.exec(search) ?? [];
  if (pattern === undefined) return text.replaceAll(search, () => replacement);
  return text.replaceAll(toRegExp(pattern), replacement.replaceAll(/\$\{?(\w+)\}?/g, '$$$1'));
}

function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'gu');
  } catch {
    throw new EvaluationError('a regular expression that JavaScript does not have');
  }
}

function format(template: string, ...args: Known[]): Value {
  let next = 0;
  let isPlain = true;
  const text = template.replaceAll(/%(%|s|d|v|q)|%/g, (_all, verb: string | undefined) => {
    if (verb === '%') return '%';
    if (verb === undefined) isPlain = false;
    const arg = args[next] ?? null;
    next += 1;
    return verb === 'q' ? JSON.stringify(toText(arg)) : toText(arg);
  });
  return isPlain ? text : unknown;
}

function flatten(value: Value): Value {
  if (value === unknown) return unknown;
  const items: List = toList(value).flatMap((item) => (isList(item) ? toList(flatten(item)) : [item]));
  return items.includes(unknown) ? unknown : items;
}

function distinct(items: List): List {
  return [...new Map<string, Value>(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** Terraform goes through sets of texts in their order. */
function toSet(items: List): List {
  const members = distinct(items);
  return members.every((item) => typeof item === 'string') ? members.toSorted() : members;
}

/** Functions of values alone, as far as projects use them to name things and to put settings together. */
export const pureFunctions: ReadonlyMap<string, TerraformFunction> = new Map<string, TerraformFunction>([
  ['coalesce', coalesce],
  ['coalescelist', ofKnown((...lists): Value => lists.find((list) => toList(list).length > 0) ?? [])],
  ['compact', ofKnown((list): List => toList(list).filter((item) => item !== null && item !== ''))],
  ['concat', ofKnown((...lists): List => lists.flatMap(toList))],
  ['contains', ofKnown((list, value) => toList(list).some((item) => item === value))],
  ['distinct', ofKnown((list) => distinct(toList(list)))],
  ['element', ofKnown((list, index) => toList(list)[Number(index) % toList(list).length] ?? null)],
  ['endswith', ofText((text, end = '') => text.endsWith(end))],
  ['flatten', ([list]) => flatten(list ?? null)],
  ['format', ofKnown((template, ...args) => format(toText(template), ...args))],
  ['join', ofKnown((separator, ...lists) => joinAll(toText(separator), lists))],
  ['jsondecode', ofText((text) => JSON.parse(text) as Value)],
  ['keys', ofKnown(keysOf)],
  [
    'length',
    ofKnown((value) => (typeof value === 'string' ? Array.from(value).length : toList(value).length)),
  ],
  ['lookup', ofKnown((map, key, fallback) => toObject(map)[toText(key)] ?? fallback ?? null)],
  ['lower', ofText((text) => text.toLowerCase())],
  ['max', ofKnown((...numbers) => Math.max(...numbers.map(Number)))],
  [
    'merge',
    ofKnown((...maps) => Object.assign({}, ...maps.filter((map) => map !== null).map(toObject)) as Value),
  ],
  ['min', ofKnown((...numbers) => Math.min(...numbers.map(Number)))],
  ['one', ofKnown(one)],
  ['replace', ofText((text, search = '', replacement = '') => replace(text, search, replacement))],
  ['sort', ofKnown((list) => toList(list).map(toText).toSorted())],
  ['split', ofText((separator, text = '') => text.split(separator))],
  ['startswith', ofText((text, start = '') => text.startsWith(start))],
  ['substr', ofKnown((text, offset, length) => substring(toText(text), Number(offset), Number(length)))],
  ['title', ofText((text) => text.replaceAll(/\b\p{L}/gu, (letter) => letter.toUpperCase()))],
  ['tolist', ofKnown((value) => toList(value))],
  ['tomap', ofKnown((value) => toObject(value))],
  ['tonumber', ofKnown((value) => (value === null ? null : toNumber(value)))],
  ['toset', ofKnown((value) => toSet(toList(value)))],
  ['tostring', ofKnown((value) => (value === null ? null : toText(value)))],
  ['trim', ofText((text, cutset = '') => trim(text, cutset))],
  ['trimprefix', ofText((text, start = '') => (text.startsWith(start) ? text.slice(start.length) : text))],
  ['trimspace', ofText((text) => text.trim())],
  [
    'trimsuffix',
    ofText((text, end = '') => (end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text)),
  ],
  ['upper', ofText((text) => text.toUpperCase())],
  ['values', ofKnown((map): List => keysOf(map).map((key) => toObject(map)[key] ?? null))],
  ['yamldecode', ofText((text) => parseYaml(text) as Value)],
  ['zipmap', ofKnown((names, items) => zip(toList(names), toList(items)))],
]);

function joinAll(separator: string, lists: readonly Value[]): Value {
  const items = lists.flatMap(toList);
  return items.includes(unknown) ? unknown : items.map(toText).join(separator);
}

function substring(text: string, offset: number, length: number): string {
  const chars = Array.from(text);
  const from = offset < 0 ? chars.length + offset : offset;
  return chars.slice(from, length < 0 ? undefined : from + length).join('');
}

function zip(names: readonly Value[], items: readonly Value[]): Value {
  return Object.fromEntries(names.map((name, index) => [toText(name), items[index] ?? null]));
}
