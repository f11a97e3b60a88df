import { equalJson, isJsonObject, type JsonObject } from '../json.ts';
import type { FieldProblem } from '../status.ts';
import { printGoSyntax } from './print-go.ts';
import { hasFormat } from './string-formats.ts';
import { propertySchema, type StructuralSchema } from './structural-schema.ts';

/**
 * Every violation of a structural schema, in kube-apiserver's words (kube-openapi `validation/errors` inside
 * apimachinery `field.Error`). CEL rules are not evaluated.
 */
export function validateSchema(value: unknown, schema: StructuralSchema, path: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  validateValue(value, schema, path, problems);
  return problems;
}

const MAX_INTEGER = 2 ** 63;

/** What Go's decoder reads as a whole number: no fraction, and within int64. */
function isInteger(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < MAX_INTEGER;
}

/** A value as Go's `field.Error` shows it. */
export function printValue(value: unknown): string {
  return value === null ? '"null"' : printGoSyntax(value);
}

export function invalidValue(field: string, value: unknown, detail: string): FieldProblem {
  return {
    field,
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${printValue(value)}: ${detail}`,
  };
}

export function requiredValue(field: string, detail?: string): FieldProblem {
  return {
    field,
    reason: 'FieldValueRequired',
    message: detail === undefined ? 'Required value' : `Required value: ${detail}`,
  };
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldProblem {
  return {
    field,
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${printValue(value)}: supported values: ${supported
      .map((item) => JSON.stringify(typeof item === 'string' ? item : JSON.stringify(item)))
      .join(', ')}`,
  };
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function validateValue(value: unknown, schema: StructuralSchema, path: string, problems: FieldProblem[]) {
  if (value === null) {
    if (schema.nullable === true) return;
    if (schema.type === undefined && schema['x-kubernetes-int-or-string'] !== true) return;
  }
  const typeProblem = checkType(value, schema, path);
  if (typeProblem !== undefined) {
    problems.push(typeProblem);
    return;
  }
  if (schema.enum !== undefined && !schema.enum.some((allowed) => equalJson(allowed, value))) {
    problems.push(notSupported(path, value, schema.enum));
  }
  if (typeof value === 'number') validateNumber(value, schema, path, problems);
  else if (typeof value === 'string') validateString(value, schema, path, problems);
  else if (Array.isArray(value)) validateList(value, schema, path, problems);
  else if (isJsonObject(value)) validateObject(value, schema, path, problems);
  validateCombinations(value, schema, path, problems);
}

function checkType(value: unknown, schema: StructuralSchema, path: string): FieldProblem | undefined {
  const detail = (type: string): string => `${path} in body must be of type ${type}: ${printType(value)}`;
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (typeof value === 'string' || isInteger(value)) return undefined;
    return typeProblem(path, value, detail('integer,string'));
  }
  switch (schema.type) {
    case undefined:
    case '':
      return undefined;
    case 'integer':
      return isInteger(value) ? undefined : typeProblem(path, value, detail('integer'));
    case 'number':
      return typeof value === 'number' ? undefined : typeProblem(path, value, detail('number'));
    case 'array':
      return Array.isArray(value) ? undefined : typeProblem(path, value, detail('array'));
    case 'object':
      return isJsonObject(value) ? undefined : typeProblem(path, value, detail('object'));
    default:
      return typeof value === schema.type ? undefined : typeProblem(path, value, detail(schema.type));
  }
}

function typeProblem(field: string, value: unknown, detail: string): FieldProblem {
  return {
    field,
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: ${JSON.stringify(printType(value).replaceAll('"', ''))}: ${detail}`,
  };
}

function printType(value: unknown): string {
  if (value === null) return '"null"';
  if (Array.isArray(value)) return '"array"';
  if (typeof value === 'string') return '"string"';
  if (isInteger(value)) return '"integer"';
  return JSON.stringify(typeof value);
}

function validateNumber(value: number, schema: StructuralSchema, path: string, problems: FieldProblem[]) {
  const { minimum, maximum, multipleOf } = schema;
  if (minimum !== undefined) {
    const exclusive = schema.exclusiveMinimum === true;
    if (exclusive ? value <= minimum : value < minimum) {
      const bound = exclusive ? 'greater than' : 'greater than or equal to';
      problems.push(invalidValue(path, value, `${path} in body should be ${bound} ${minimum}`));
    }
  }
  if (maximum !== undefined) {
    const exclusive = schema.exclusiveMaximum === true;
    if (exclusive ? value >= maximum : value > maximum) {
      const bound = exclusive ? 'less than' : 'less than or equal to';
      problems.push(invalidValue(path, value, `${path} in body should be ${bound} ${maximum}`));
    }
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    problems.push(invalidValue(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  }
}

function validateString(value: string, schema: StructuralSchema, path: string, problems: FieldProblem[]) {
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    const message = `Too long: may not be more than ${schema.maxLength} bytes`;
    problems.push({ field: path, reason: 'FieldValueTooLong', message });
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    const detail = `${path} in body should be at least ${schema.minLength} chars long`;
    problems.push(invalidValue(path, value, detail));
  }
  if (schema.pattern !== undefined && !compilePattern(schema.pattern).test(value)) {
    problems.push(invalidValue(path, value, `${path} in body should match '${schema.pattern}'`));
  }
  if (schema.format !== undefined && !hasFormat(value, schema.format)) {
    const text = printValue(value);
    const message = `Invalid value: ${text}: ${path} in body must be of type ${schema.format}: ${text}`;
    problems.push({ field: path, reason: 'FieldValueTypeInvalid', message });
  }
}

function validateList(
  value: readonly unknown[],
  schema: StructuralSchema,
  path: string,
  problems: FieldProblem[],
) {
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    const message = `Too many: ${value.length}: must have at most ${schema.maxItems} items`;
    problems.push({ field: path, reason: 'FieldValueTooMany', message });
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    const detail = `${path} in body should have at least ${schema.minItems} items`;
    problems.push(invalidValue(path, value.length, detail));
  }
  const { items } = schema;
  if (items !== undefined) {
    value.forEach((item, index) => validateValue(item, items, `${path}[${index}]`, problems));
  }
  findDuplicates(value, schema, path, problems);
}

function findDuplicates(
  value: readonly unknown[],
  schema: StructuralSchema,
  path: string,
  problems: FieldProblem[],
) {
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map') return;
  const seen = new Set<string>();
  value.forEach((item, index) => {
    const identity = listType === 'map' ? mapKeyOf(item, schema) : item;
    const text = JSON.stringify(identity);
    if (seen.has(text)) {
      const message = `Duplicate value: ${printValue(identity)}`;
      problems.push({ field: `${path}[${index}]`, reason: 'FieldValueDuplicate', message });
    }
    seen.add(text);
  });
}

function mapKeyOf(item: unknown, schema: StructuralSchema): JsonObject {
  const key: JsonObject = {};
  for (const name of schema['x-kubernetes-list-map-keys'] ?? []) {
    if (isJsonObject(item) && item[name] !== undefined) key[name] = item[name];
  }
  return key;
}

function validateObject(value: JsonObject, schema: StructuralSchema, path: string, problems: FieldProblem[]) {
  const size = Object.keys(value).length;
  if (schema.minProperties !== undefined && size < schema.minProperties) {
    const detail = `${path} in body should have at least ${schema.minProperties} properties`;
    problems.push(invalidValue(path, size, detail));
  }
  if (schema.maxProperties !== undefined && size > schema.maxProperties) {
    const message = `Too many: ${size}: must have at most ${schema.maxProperties} items`;
    problems.push({ field: path, reason: 'FieldValueTooMany', message });
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) problems.push(requiredValue(join(path, name)));
  }
  if (schema['x-kubernetes-embedded-resource'] === true) {
    for (const name of ['apiVersion', 'kind']) {
      if ((value[name] ?? '') === '') problems.push(requiredValue(join(path, name), 'must not be empty'));
    }
  }
  for (const [name, item] of Object.entries(value)) {
    const child = propertySchema(schema, name);
    if (child !== undefined) validateValue(item, child, join(path, name), problems);
  }
}

function validateCombinations(
  value: unknown,
  schema: StructuralSchema,
  path: string,
  problems: FieldProblem[],
) {
  const problemsOf = (branch: StructuralSchema): FieldProblem[] => validateSchema(value, branch, path);
  // The field of these is absent in kube-openapi's errors, and printed as such.
  const combination = (detail: string): FieldProblem => ({
    field: '<nil>',
    reason: 'FieldValueInvalid',
    message: `Invalid value: "": ${JSON.stringify(path)} ${detail}`,
  });
  const { allOf = [], anyOf, oneOf, not } = schema;
  const all = allOf.map(problemsOf);
  problems.push(...all.flat());
  const holding = all.filter(({ length }) => length === 0).length;
  if (holding < all.length) {
    const none = holding === 0 ? '. None validated' : '';
    problems.push(combination(`must validate all the schemas (allOf)${none}`));
  }
  if (anyOf !== undefined && schema['x-kubernetes-int-or-string'] !== true) {
    const any = anyOf.map(problemsOf);
    if (any.every(({ length }) => length > 0)) {
      problems.push(combination('must validate at least one schema (anyOf)'), ...bestOf(value, anyOf, any));
    }
  }
  if (oneOf !== undefined) {
    const one = oneOf.map(problemsOf);
    const matching = one.filter(({ length }) => length === 0).length;
    if (matching !== 1) {
      const found = matching === 0 ? 'Found none valid' : `Found ${matching} valid alternatives`;
      problems.push(combination(`must validate one and only one schema (oneOf). ${found}`));
      if (matching === 0) problems.push(...bestOf(value, oneOf, one));
    }
  }
  if (not !== undefined && problemsOf(not).length === 0) {
    problems.push(combination('must not validate the schema (not)'));
  }
}

/** The problems of the branch that has most to say about the value, the first among equals. */
function bestOf(
  value: unknown,
  branches: readonly StructuralSchema[],
  problems: readonly (readonly FieldProblem[])[],
): readonly FieldProblem[] {
  const weights = branches.map((branch) => countChecked(value, branch));
  return problems[weights.indexOf(Math.max(...weights))] ?? [];
}

function countChecked(value: unknown, schema: StructuralSchema): number {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? 1 : value.reduce<number>((sum, item) => sum + countChecked(item, items), 1);
  }
  if (!isJsonObject(value)) return 1;
  return Object.entries(value).reduce((sum, [name, item]) => {
    const child = propertySchema(schema, name);
    return child === undefined ? sum : sum + countChecked(item, child);
  }, 1);
}

const compiled = new Map<string, RegExp>();

/** Patterns are Go's RE2; what JavaScript cannot compile is not enforced. */
function compilePattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'u');
  } catch {
    expression = /(?:)/u;
  }
  compiled.set(pattern, expression);
  return expression;
}
