import { expect, test } from 'vitest';
import type { Answer } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { printAnswer, printJson, printOutcome } from './print-answer.ts';

forEachTarget('writes of built-in kinds', (api) => {
  const core = (kind: string, name: string, fields: object): Promise<Answer> =>
    api.send('POST', `/api/v1/namespaces/${api.namespace}/${kind.toLowerCase()}s`, {
      body: { apiVersion: 'v1', kind, metadata: { name }, ...fields },
    });
  const change = (kind: string, name: string, body: unknown): Promise<Answer> =>
    api.send('PATCH', `/api/v1/namespaces/${api.namespace}/${kind.toLowerCase()}s/${name}`, {
      type: 'application/merge-patch+json',
      body,
    });

  test.each(['ConfigMap', 'Secret'])('an immutable %s', async (kind) => {
    await core(kind, 'frozen', { data: { a: 'YQ==' }, immutable: true });
    const outcomes = [
      await change(kind, 'frozen', { data: { a: 'Yg==' } }),
      await change(kind, 'frozen', { immutable: false }),
      await change(kind, 'frozen', { immutable: null, data: { a: null } }),
      await change(kind, 'frozen', { metadata: { labels: { a: 'b' } } }),
    ].map((answer) => printOutcome(answer).replaceAll(kind, 'KIND'));
    expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "422 Invalid
      KIND "frozen" is invalid: 
      - FieldValueForbidden data: Forbidden: field is immutable when \`immutable\` is set
      details: { kind: "KIND", name: "frozen" }
      422 Invalid
      KIND "frozen" is invalid: 
      - FieldValueForbidden immutable: Forbidden: field is immutable when \`immutable\` is set
      details: { kind: "KIND", name: "frozen" }
      422 Invalid
      KIND "frozen" is invalid: 
      - FieldValueForbidden data: Forbidden: field is immutable when \`immutable\` is set
      - FieldValueForbidden immutable: Forbidden: field is immutable when \`immutable\` is set
      details: { kind: "KIND", name: "frozen" }
      200"
    `);
  });

  test('the type of a Secret', async () => {
    await core('Secret', 'typed', { type: 'example.org/x' });
    expect(printOutcome(await change('Secret', 'typed', { type: 'Opaque' }))).toMatchInlineSnapshot(`
      "422 Invalid
      Secret "typed" is invalid: 
      - FieldValueInvalid type: Invalid value: "Opaque": field is immutable
      details: { kind: "Secret", name: "typed" }"
    `);
  });

  test('a Secret with data that is not base64', async () => {
    expect(printOutcome(await core('Secret', 'bad', { data: { a: '*' } }))).toMatchInlineSnapshot(`
      "400 BadRequest
      Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0"
    `);
  });

  test('a ConfigMap with bad keys', async () => {
    const answer = await core('ConfigMap', 'bad', {
      data: { 'a b': '1', '..': '2', ['x'.repeat(254)]: '3' },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      ConfigMap "bad" is invalid: 
      - FieldValueInvalid data[..]: Invalid value: "..": must not be '..'
      - FieldValueInvalid data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
      - FieldValueInvalid data[xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must be no more than 253 characters
      details: { kind: "ConfigMap", name: "bad" }"
    `);
  });

  test('a ConfigMap with one key in data and binaryData', async () => {
    const answer = await core('ConfigMap', 'both', { data: { a: '1' }, binaryData: { a: 'YQ==' } });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      ConfigMap "both" is invalid: 
      - FieldValueInvalid data[a]: Invalid value: "a": duplicate of key present in binaryData
      details: { kind: "ConfigMap", name: "both" }"
    `);
  });

  test('a ConfigMap with a number for a text', async () => {
    if (differs(api, 'core-fields')) {
      expect(printOutcome(await core('ConfigMap', 'bad', { data: { a: 1 } }))).toMatchInlineSnapshot(`
        "422 Invalid
        ConfigMap "bad" is invalid: 
        - FieldValueInvalid data[a]: Invalid value: 1: must be a string
        details: { kind: "ConfigMap", name: "bad" }"
      `);
    } else {
      expect(printOutcome(await core('ConfigMap', 'bad', { data: { a: 1 } }))).toMatchInlineSnapshot(`
      "400 BadRequest
      ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string"
    `);
    }
  });

  test('a ConfigMap with an unknown field', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'unknown' }, dat: {} };
    const send = (fieldValidation: string) =>
      api.send('POST', `/api/v1/namespaces/${api.namespace}/configmaps`, {
        body,
        query: { fieldValidation },
      });
    if (differs(api, 'core-fields')) {
      expect(printOutcome(await send('Strict'))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(printOutcome(await send('Strict'))).toMatchInlineSnapshot(`
      "400 BadRequest
      ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat""
    `);
    }
    const answer = await send('Warn');
    if (differs(api, 'core-fields')) {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`
        "409 AlreadyExists
        configmaps "unknown" already exists
        details: { kind: "configmaps", name: "unknown" }"
      `);
    } else {
      expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "201
      warning: unknown field "dat""
    `);
    }
    expect(answer.body).not.toHaveProperty('dat');
  });

  test('a ConfigMap, whole', async () => {
    expect(printAnswer(await core('ConfigMap', 'whole', { data: { a: '1' } }))).toMatchInlineSnapshot(`
      "201
      {
        apiVersion: "v1",
        data: { a: "1" },
        kind: "ConfigMap",
        metadata: {
          creationTimestamp: "TIME",
          managedFields: [
            {
              apiVersion: "v1",
              fieldsType: "FieldsV1",
              fieldsV1: { f:data: { .: {}, f:a: {} } },
              manager: "conformance",
              operation: "Update",
              time: "TIME",
            },
          ],
          name: "whole",
          namespace: "NAMESPACE",
          resourceVersion: "VERSION",
          uid: "UID",
        },
      }"
    `);
  });

  test('a core object without metadata', async () => {
    const answer = await api.send('POST', `/api/v1/namespaces/${api.namespace}/configmaps`, {
      body: { apiVersion: 'v1', kind: 'ConfigMap' },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      ConfigMap "" is invalid: 
      - FieldValueRequired metadata.name: Required value: name or generateName is required
      details: { kind: "ConfigMap" }"
    `);
    expect(printJson(answer.code)).toMatchInlineSnapshot(`"422"`);
  });
});
