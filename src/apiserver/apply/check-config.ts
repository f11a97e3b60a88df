import { isJsonObject, type JsonObject } from '../json.ts';
import { printGoPlain, printGoSyntax } from '../schema/print-go.ts';
import { allowsUnknownFields, propertySchema, type StructuralSchema } from '../schema/structural-schema.ts';
import { printElement } from './field-set.ts';
import { elementOf, missingKey } from './typed-value.ts';

/**
 * What keeps an applied configuration from being laid over an object, in the words of structured-merge-diff's
 * `typed.ValidationErrors`: values of other types than the schema's, items that cannot be told apart, and, when the
 * schema names every field, fields that it does not have.
 */
export function checkConfig(config: JsonObject, schema: StructuralSchema, namesAll: boolean): string[] {
  const errors: string[] = [];
  checkValue(config, schema, '', { namesAll, isResource: true, errors });
  return errors.toSorted();
}

interface Check {
  readonly namesAll: boolean;
  readonly isResource: boolean;
  readonly errors: string[];
}

const RESOURCE_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

function checkValue(value: unknown, schema: StructuralSchema, path: string, check: Check): void {
  if (value === null || value === undefined) return;
  const fail = (text: string): void => {
    check.errors.push(`${path}: ${text}`);
  };
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (typeof value === 'object') fail(`expected any scalar, got ${printReference(value)}`);
    return;
  }
  switch (schema.type ?? '') {
    case 'object':
      if (!isJsonObject(value)) fail(`expected map, got ${printReference(value)}`);
      else checkMap(value, schema, path, check);
      return;
    case 'array':
      if (!Array.isArray(value)) fail(`expected list, got ${printReference(value)}`);
      else checkList(value, schema, path, check);
      return;
    case 'string':
      if (typeof value !== 'string') fail(`expected string, got ${printScalar(value)}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') fail(`expected boolean, got ${printScalar(value)}`);
      return;
    case 'integer':
    case 'number':
      if (typeof value !== 'number') fail(`expected numeric (int or float), got ${goType(value)}`);
      return;
    default:
  }
}

function checkMap(value: JsonObject, schema: StructuralSchema, path: string, check: Check): void {
  const isResource = check.isResource || schema['x-kubernetes-embedded-resource'] === true;
  for (const [name, item] of Object.entries(value)) {
    const child = propertySchema(schema, name);
    const at = `${path}.${name}`;
    if (child !== undefined) checkValue(item, child, at, { ...check, isResource: false });
    else if (isResource && RESOURCE_FIELDS.has(name)) continue;
    else if (check.namesAll && !allowsUnknownFields(schema)) {
      check.errors.push(`${at}: field not declared in schema`);
    }
  }
}

function checkList(value: readonly unknown[], schema: StructuralSchema, path: string, check: Check): void {
  const listType = schema['x-kubernetes-list-type'];
  const isAssociative = listType === 'set' || listType === 'map';
  const seen = new Set<string>();
  const doubled = new Set<string>();
  value.forEach((item, index) => {
    const at = isAssociative ? identify(item, schema) : `[${index}]`;
    if (at === undefined) {
      check.errors.push(`${path}: element ${index}: ${missingKey(item, schema)}`);
      return;
    }
    if (isAssociative && seen.has(at) && !doubled.has(at)) {
      doubled.add(at);
      check.errors.push(`${path}: duplicate entries for key ${at}`);
    }
    seen.add(at);
    if (schema.items !== undefined) {
      checkValue(item, schema.items, `${path}${at}`, { ...check, isResource: false });
    }
  });
}

/** `undefined` for an item of a keyed list that lacks a key. */
function identify(item: unknown, schema: StructuralSchema): string | undefined {
  return missingKey(item, schema) === undefined ? printElement(elementOf(item, schema)) : undefined;
}

/** A map or list as Go prints the reader that it is wrapped in, anything else by its value. */
function printReference(value: unknown): string {
  return `&{${printGoPlain(value)}}`;
}

function printScalar(value: unknown): string {
  return `&value.valueUnstructured{Value:${printGoSyntax(value)}}`;
}

function goType(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}
