import { beforeAll, expect, test } from 'vitest';
import { GROUP } from './connect.ts';
import { forEachTarget } from './for-each-target.ts';
import { printOutcome } from './print-answer.ts';
import { SAMPLE } from './sample.ts';

forEachTarget('schemas: combinations and formats', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(SAMPLE);
  });

  const create = async (spec: unknown): Promise<string> => {
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Sample', metadata: { name: 'sample' }, spec };
    return printOutcome(await api.send('POST', path, { body, query: { dryRun: 'All' } }));
  };

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
