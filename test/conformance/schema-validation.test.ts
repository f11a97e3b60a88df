import { beforeAll, expect, test } from 'vitest';
import { GROUP } from './connect.ts';
import { forEachTarget } from './for-each-target.ts';
import { printOutcome } from './print-answer.ts';

/** A field for each keyword of structural schemas. */
const SPEC = {
  type: 'object',
  properties: {
    text: { type: 'string', minLength: 2, maxLength: 5 },
    code: { type: 'string', pattern: '^[A-Z]+$' },
    colour: { type: 'string', enum: ['red', 'blue'] },
    level: { type: 'integer', enum: [1, 2] },
    whole: { type: 'integer', minimum: 1, maximum: 10 },
    open: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true },
    even: { type: 'integer', multipleOf: 2 },
    small: { type: 'integer', format: 'int32' },
    big: { type: 'integer', format: 'int64' },
    flag: { type: 'boolean' },
    port: { 'x-kubernetes-int-or-string': true },
    list: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string', minLength: 1 } },
    map: { type: 'object', minProperties: 1, maxProperties: 2, additionalProperties: { type: 'integer' } },
    nested: {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    },
    maybe: { type: 'string', nullable: true },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    keyed: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name', 'protocol'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          protocol: { type: 'string', default: 'TCP' },
          value: { type: 'integer' },
        },
      },
    },
    all: { type: 'integer', allOf: [{ minimum: 5 }, { multipleOf: 5 }] },
    any: { type: 'string', anyOf: [{ minLength: 5 }, { pattern: '^x' }] },
    one: { type: 'integer', oneOf: [{ minimum: 10 }, { multipleOf: 2 }] },
    none: { type: 'string', not: { enum: ['forbidden'] } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    time: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    duration: { type: 'string', format: 'duration' },
    address: { type: 'string', format: 'ipv4' },
    address6: { type: 'string', format: 'ipv6' },
    network: { type: 'string', format: 'cidr' },
    link: { type: 'string', format: 'uri' },
    mail: { type: 'string', format: 'email' },
    host: { type: 'string', format: 'hostname' },
    id: { type: 'string', format: 'uuid' },
    bytes: { type: 'string', format: 'byte' },
    embedded: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
};

forEachTarget('schema validation', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define({
      plural: 'samples',
      kind: 'Sample',
      schema: { type: 'object', required: ['spec'], properties: { spec: SPEC } },
    });
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

  test('one part of allOf', async () => {
    expect(await create({ all: 6 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "": "spec.all" must validate all the schemas (allOf)
      - FieldValueInvalid spec.all: Invalid value: 6: spec.all in body should be a multiple of 5
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('both parts of allOf', async () => {
    expect(await create({ all: 4 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "": "spec.all" must validate all the schemas (allOf). None validated
      - FieldValueInvalid spec.all: Invalid value: 4: spec.all in body should be a multiple of 5
      - FieldValueInvalid spec.all: Invalid value: 4: spec.all in body should be greater than or equal to 5
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('no part of anyOf', async () => {
    expect(await create({ any: 'abc' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "": "spec.any" must validate at least one schema (anyOf)
      - FieldValueInvalid spec.any: Invalid value: "abc": spec.any in body should be at least 5 chars long
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('no part of oneOf', async () => {
    expect(await create({ one: 3 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid
      - FieldValueInvalid spec.one: Invalid value: 3: spec.one in body should be greater than or equal to 10
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('two parts of oneOf', async () => {
    expect(await create({ one: 12 })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('not', async () => {
    expect(await create({ none: 'forbidden' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid <nil>: Invalid value: "": "spec.none" must not validate the schema (not)
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a date-time that is none', async () => {
    expect(await create({ time: 'yesterday' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.time: Invalid value: "yesterday": spec.time in body must be of type date-time: "yesterday"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a date-time with an impossible day', async () => {
    expect(await create({ time: '2026-02-30T00:00:00Z' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.time: Invalid value: "TIME": spec.time in body must be of type date-time: "TIME"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a date that is none', async () => {
    expect(await create({ day: '2026-1-1' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.day: Invalid value: "2026-1-1": spec.day in body must be of type date: "2026-1-1"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a duration that is none', async () => {
    expect(await create({ duration: 'soon' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.duration: Invalid value: "soon": spec.duration in body must be of type duration: "soon"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an IPv4 address that is none', async () => {
    expect(await create({ address: '1.2.3' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.address: Invalid value: "1.2.3": spec.address in body must be of type ipv4: "1.2.3"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an IPv6 address that is none', async () => {
    expect(await create({ address6: '1.2.3.4' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.address6: Invalid value: "1.2.3.4": spec.address6 in body must be of type ipv6: "1.2.3.4"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a network that is none', async () => {
    expect(await create({ network: '10.0.0.0' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.network: Invalid value: "10.0.0.0": spec.network in body must be of type cidr: "10.0.0.0"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a URI that is none', async () => {
    expect(await create({ link: 'no link' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.link: Invalid value: "no link": spec.link in body must be of type uri: "no link"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an email address that is none', async () => {
    expect(await create({ mail: 'nobody' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.mail: Invalid value: "nobody": spec.mail in body must be of type email: "nobody"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a host name that is none', async () => {
    expect(await create({ host: '-a-' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.host: Invalid value: "-a-": spec.host in body must be of type hostname: "-a-"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('a uuid that is none', async () => {
    expect(await create({ id: '123' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.id: Invalid value: "123": spec.id in body must be of type uuid: "123"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('bytes that are not base64', async () => {
    expect(await create({ bytes: '*' })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueTypeInvalid spec.bytes: Invalid value: "*": spec.bytes in body must be of type byte: "*"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an embedded resource without its kind', async () => {
    expect(await create({ embedded: { metadata: {} } })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueRequired spec.embedded.apiVersion: Required value: must not be empty
      - FieldValueRequired spec.embedded.kind: Required value: must not be empty
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });

  test('an embedded resource with a bad name', async () => {
    expect(
      await create({ embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'A_' } } }),
    ).toMatchInlineSnapshot(`"201"`);
  });

  test('several violations at once', async () => {
    expect(await create({ whole: 0, code: 'x', nested: { a: 1 }, list: ['', 2] })).toMatchInlineSnapshot(`
      "422 Invalid
      Sample.conformance.sdp.internal "sample" is invalid: 
      - FieldValueInvalid spec.code: Invalid value: "x": spec.code in body should match '^[A-Z]+$'
      - FieldValueInvalid spec.list[0]: Invalid value: "": spec.list[0] in body should be at least 1 chars long
      - FieldValueInvalid spec.whole: Invalid value: 0: spec.whole in body should be greater than or equal to 1
      - FieldValueRequired spec.nested.b: Required value
      - FieldValueTypeInvalid spec.list[1]: Invalid value: "integer": spec.list[1] in body must be of type string: "integer"
      - FieldValueTypeInvalid spec.nested.a: Invalid value: "integer": spec.nested.a in body must be of type string: "integer"
      details: { group: "conformance.sdp.internal", kind: "Sample", name: "sample" }"
    `);
  });
  test('values that fit everything', async () => {
    expect(
      await create({
        text: 'äöü',
        code: 'ABC',
        colour: 'red',
        level: 1,
        whole: 10,
        open: 0.5,
        even: 4,
        port: 'http',
        list: ['a'],
        map: { a: 1 },
        nested: { a: '', b: '' },
        maybe: null,
        all: 10,
        any: 'xy',
        one: 4,
        none: 'allowed',
        time: '2026-01-02T03:04:05Z',
        embedded: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'inner' }, data: {} },
      }),
    ).toMatchInlineSnapshot(`"201"`);
  });
});
