import { beforeAll, expect, test } from 'vitest';
import { GROUP } from './connect.ts';
import { forEachTarget } from './for-each-target.ts';
import { printOutcome } from './print-answer.ts';
import { SAMPLE } from './sample.ts';

forEachTarget('schemas: values', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(SAMPLE);
  });

  const create = async (spec: unknown): Promise<string> => {
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Sample', metadata: { name: 'sample' }, spec };
    return printOutcome(await api.send('POST', path, { body, query: { dryRun: 'All' } }));
  };

  test('no spec', async () => {
    expect(await create(undefined)).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueRequired spec: Required value
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a spec that is null', async () => {
    expect(await create(null)).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueRequired spec: Required value
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a spec that is a list', async () => {
    expect(await create([])).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec: Invalid value: "array": spec in body must be of type object: "array"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a spec that is a text', async () => {
    expect(await create('x')).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec: Invalid value: "string": spec in body must be of type object: "string"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a text that is too short', async () => {
    expect(await create({ text: 'x' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.text: Invalid value: "x": spec.text in body should be at least 2 chars long
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a text that is too long', async () => {
    expect(await create({ text: 'abcdef' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTooLong spec.text: Too long: may not be more than 5 bytes
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a text that is too long in bytes, not in characters', async () => {
    expect(await create({ text: 'äöüäö' })).toMatchInlineSnapshot(`"201"`);
  });

  test('a number for a text', async () => {
    expect(await create({ text: 5 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.text: Invalid value: "integer": spec.text in body must be of type string: "integer"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a boolean for a text', async () => {
    expect(await create({ text: true })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.text: Invalid value: "boolean": spec.text in body must be of type string: "boolean"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a list for a text', async () => {
    expect(await create({ text: [] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.text: Invalid value: "array": spec.text in body must be of type string: "array"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an object for a text', async () => {
    expect(await create({ text: {} })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.text: Invalid value: "object": spec.text in body must be of type string: "object"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('null for a text', async () => {
    expect(await create({ text: null })).toMatchInlineSnapshot(`"201"`);
  });

  test('a pattern that does not match', async () => {
    expect(await create({ code: 'abc' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.code: Invalid value: "abc": spec.code in body should match '^[A-Z]+$'
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a text outside of an enum', async () => {
    expect(await create({ colour: 'green' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueNotSupported spec.colour: Unsupported value: "green": supported values: "red", "blue"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a number outside of an enum', async () => {
    expect(await create({ level: 3 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueNotSupported spec.level: Unsupported value: 3: supported values: "1", "2"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a number below its minimum', async () => {
    expect(await create({ whole: 0 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.whole: Invalid value: 0: spec.whole in body should be greater than or equal to 1
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a number above its maximum', async () => {
    expect(await create({ whole: 11 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.whole: Invalid value: 11: spec.whole in body should be less than or equal to 10
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a fraction for a whole number', async () => {
    expect(await create({ whole: 1.5 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.whole: Invalid value: "number": spec.whole in body must be of type integer: "number"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a text for a whole number', async () => {
    expect(await create({ whole: '5' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.whole: Invalid value: "string": spec.whole in body must be of type integer: "string"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an exclusive minimum', async () => {
    expect(await create({ open: 0 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.open: Invalid value: 0: spec.open in body should be greater than 0
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an exclusive maximum', async () => {
    expect(await create({ open: 1 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.open: Invalid value: 1: spec.open in body should be less than 1
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a text for a number', async () => {
    expect(await create({ open: 'x' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.open: Invalid value: "string": spec.open in body must be of type number: "string"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a multiple', async () => {
    expect(await create({ even: 3 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.even: Invalid value: 3: spec.even in body should be a multiple of 2
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a number beyond int32', async () => {
    expect(await create({ small: 2147483648 })).toMatchInlineSnapshot(`"201"`);
  });

  test('a number beyond int64', async () => {
    expect(await create({ big: 1e19 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.big: Invalid value: "number": spec.big in body must be of type integer: "number"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a text for a boolean', async () => {
    expect(await create({ flag: 'true' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.flag: Invalid value: "string": spec.flag in body must be of type boolean: "string"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a boolean for int-or-string', async () => {
    expect(await create({ port: true })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a fraction for int-or-string', async () => {
    expect(await create({ port: 1.5 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.port: Invalid value: "number": spec.port in body must be of type integer,string: "number"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('null for int-or-string', async () => {
    expect(await create({ port: null })).toMatchInlineSnapshot(`"201"`);
  });

  test('an empty list with minItems', async () => {
    expect(await create({ list: [] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.list: Invalid value: 0: spec.list in body should have at least 1 items
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('too many items', async () => {
    expect(await create({ list: ['a', 'b', 'c'] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTooMany spec.list: Too many: 3: must have at most 2 items
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an item of another type', async () => {
    expect(await create({ list: ['a', 1] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.list[1]: Invalid value: "integer": spec.list[1] in body must be of type string: "integer"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an item that is too short', async () => {
    expect(await create({ list: [''] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.list[0]: Invalid value: "": spec.list[0] in body should be at least 1 chars long
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an item that is null', async () => {
    expect(await create({ list: [null] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.list[0]: Invalid value: "null": spec.list[0] in body must be of type string: "null"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an object for a list', async () => {
    expect(await create({ list: {} })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.list: Invalid value: "object": spec.list in body must be of type array: "object"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an empty map with minProperties', async () => {
    expect(await create({ map: {} })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.map: Invalid value: 0: spec.map in body should have at least 1 properties
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('too many properties', async () => {
    expect(await create({ map: { a: 1, b: 2, c: 3 } })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTooMany spec.map: Too many: 3: must have at most 2 items
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a map value of another type', async () => {
    expect(await create({ map: { a: 'x' } })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('required fields that are missing', async () => {
    expect(await create({ nested: {} })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueRequired spec.nested.a: Required value
      - FieldValueRequired spec.nested.b: Required value
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a required field that is null', async () => {
    expect(await create({ nested: { a: null, b: '' } })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueRequired spec.nested.a: Required value
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('the same item of a set twice', async () => {
    expect(await create({ set: ['a', 'b', 'a'] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueDuplicate spec.set[2]: Duplicate value: "a"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('the same keys twice, one by default', async () => {
    expect(await create({ keyed: [{ name: 'a' }, { name: 'a', protocol: 'TCP' }] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueDuplicate spec.keyed[1]: Duplicate value: map[string]interface {}{"name":"a", "protocol":"TCP"}
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an item without a required key', async () => {
    expect(await create({ keyed: [{ value: 1 }] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueRequired spec.keyed[0].name: Required value
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });
});
