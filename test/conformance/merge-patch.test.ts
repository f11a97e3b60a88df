import { beforeAll, beforeEach, expect, test } from 'vitest';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget, printSpec } from './gadget.ts';
import { printJson, printOutcome } from './print-answer.ts';

forEachTarget('merge patch', (api) => {
  let path = '';
  let object = '';
  let count = 0;
  beforeAll(async () => {
    path = await api.define(GADGET);
  });
  beforeEach(async () => {
    count += 1;
    const name = `patched-${count}`;
    object = `${path}/${name}`;
    await api.send('POST', path, {
      body: gadget(
        name,
        { size: 1, plain: ['a', 'b', 'c'], settings: { 'a/b': '1', 'c~d': '2' }, ports: [{ port: 1 }] },
        { metadata: { labels: { app: 'x' } } },
      ),
    });
  });

  const merge = (body: unknown, query: Record<string, string> = {}) =>
    api.send('PATCH', object, { type: 'application/merge-patch+json', body, query });

  test('merge patch: sets, removes and replaces lists', async () => {
    const answer = await merge({
      spec: { colour: 'red', plain: ['z'], settings: { 'a/b': null, new: '3' }, nested: { a: 'x' } },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        colour: "red",
        mode: "auto",
        nested: { a: "x" },
        plain: ["z"],
        ports: [{ port: 1, protocol: "TCP" }],
        settings: { c~d: "2", new: "3" },
        size: 1,
      }"
    `);
  });

  test('merge patch: a null in a nested new object', async () => {
    expect(
      printSpec(await merge({ spec: { free: { a: null, b: { c: null, d: 1 } } } })),
    ).toMatchInlineSnapshot(`
      "{
        free: { b: { d: 1 } },
        mode: "auto",
        plain: ["a", "b", "c"],
        ports: [{ port: 1, protocol: "TCP" }],
        settings: { a/b: "1", c~d: "2" },
        size: 1,
      }"
    `);
  });

  test('merge patch: labels', async () => {
    const answer = await merge({ metadata: { labels: { app: null, new: 'y' } } });
    expect(printJson((answer.body['metadata'] as { labels: object }).labels)).toMatchInlineSnapshot(
      `"{ new: "y" }"`,
    );
  });

  test('merge patch: null for the spec', async () => {
    expect(printOutcome(await merge({ spec: null }))).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "patched-4" is invalid: 
      - FieldValueRequired spec: Required value
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "patched-4" }"
    `);
  });

  test('merge patch: an old resourceVersion', async () => {
    expect(printOutcome(await merge({ metadata: { resourceVersion: '1' } }))).toMatchInlineSnapshot(`
      "409 Conflict
      Operation cannot be fulfilled on gadgets.conformance.sdp.internal "patched-5": the object has been modified; please apply your changes to the latest version and try again
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "patched-5" }"
    `);
  });

  test('merge patch: another uid', async () => {
    const uid = '11111111-1111-1111-1111-111111111111';
    expect(printOutcome(await merge({ metadata: { uid } }))).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "patched-6" is invalid: 
      - FieldValueInvalid metadata.uid: Invalid value: "UID": field is immutable
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "patched-6" }"
    `);
  });

  test('merge patch: another kind', async () => {
    expect(printOutcome(await merge({ kind: 'Other' }))).toMatchInlineSnapshot(`
      "422 Invalid
      Other.conformance.sdp.internal "patched-7" is invalid: 
      - FieldValueInvalid kind: Invalid value: "Other": must be Gadget
      details: { group: "conformance.sdp.internal", kind: "Other", name: "patched-7" }"
    `);
  });

  test('merge patch: an unknown field', async () => {
    expect(printOutcome(await merge({ spec: { wrong: 1 } }))).toMatchInlineSnapshot(`
      "200
      warning: unknown field "spec.wrong""
    `);
    if (differs(api, 'strict-patch')) {
      expect(
        printOutcome(await merge({ spec: { wrong: 1 } }, { fieldValidation: 'Strict' })),
      ).toMatchInlineSnapshot(`
        "400 BadRequest
        Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: unknown field "spec.wrong""
      `);
    } else {
      expect(
        printOutcome(await merge({ spec: { wrong: 1 } }, { fieldValidation: 'Strict' })),
      ).toMatchInlineSnapshot(`
        "422 Invalid
         "" is invalid: 
        - FieldValueInvalid patch: Invalid value: "{\\"apiVersion\\":\\"conformance.sdp.internal/v1\\",\\"kind\\":\\"Gadget\\",\\"metadata\\":{\\"creationTimestamp\\":\\"TIME\\",\\"generation\\":1,\\"labels\\":{\\"app\\":\\"x\\"},\\"managedFields\\":[{\\"apiVersion\\":\\"conformance.sdp.internal/v1\\",\\"fieldsType\\":\\"FieldsV1\\",\\"fieldsV1\\":{\\"f:metadata\\":{\\"f:labels\\":{\\".\\":{},\\"f:app\\":{}}},\\"f:spec\\":{\\".\\":{},\\"f:mode\\":{},\\"f:plain\\":{},\\"f:ports\\":{\\".\\":{},\\"k:{\\\\\\"port\\\\\\":1,\\\\\\"protocol\\\\\\":\\\\\\"TCP\\\\\\"}\\":{\\".\\":{},\\"f:port\\":{},\\"f:protocol\\":{}}},\\"f:settings\\":{\\".\\":{},\\"f:a/b\\":{},\\"f:c~d\\":{}},\\"f:size\\":{}}},\\"manager\\":\\"conformance\\",\\"operation\\":\\"Update\\",\\"time\\":\\"TIME\\"}],\\"name\\":\\"patched-8\\",\\"namespace\\":\\"NAMESPACE\\",\\"resourceVersion\\":\\"VERSION\\",\\"uid\\":\\"UID\\"},\\"spec\\":{\\"mode\\":\\"auto\\",\\"plain\\":[\\"a\\",\\"b\\",\\"c\\"],\\"ports\\":[{\\"port\\":1,\\"protocol\\":\\"TCP\\"}],\\"settings\\":{\\"a/b\\":\\"1\\",\\"c~d\\":\\"2\\"},\\"size\\":1,\\"wrong\\":1}}": strict decoding error: unknown field "spec.wrong"
        details: {}"
      `);
    }
  });

  test('merge patch: status through the main door is dropped', async () => {
    const answer = await merge({ status: { phase: 'x' } });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(answer.body).not.toHaveProperty('status');
  });

  test('merge patch: status through its own door, and nothing else', async () => {
    const answer = await api.send('PATCH', `${object}/status`, {
      type: 'application/merge-patch+json',
      body: { spec: { size: 7 }, status: { phase: 'x' }, metadata: { labels: { y: 'z' } } },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(answer.body['status']).toEqual({ phase: 'x' });
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        mode: "auto",
        plain: ["a", "b", "c"],
        ports: [{ port: 1, protocol: "TCP" }],
        settings: { a/b: "1", c~d: "2" },
        size: 1,
      }"
    `);
    expect((answer.body['metadata'] as { labels: object }).labels).toEqual({ app: 'x' });
  });

  test('merge patch: no object', async () => {
    expect(printOutcome(await merge([]))).toMatchInlineSnapshot(`
      "400 BadRequest
      error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
    `);
    expect(printOutcome(await merge('"x"'))).toMatchInlineSnapshot(`
      "400 BadRequest
      error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}"
    `);
    if (differs(api, 'decoder-words')) {
      expect(printOutcome(await merge('{'))).toMatchInlineSnapshot(`
        "400 BadRequest
        error decoding patch: Expected property name or '}' in JSON at position 1"
      `);
    } else {
      expect(printOutcome(await merge('{'))).toMatchInlineSnapshot(`
      "400 BadRequest
      error decoding patch: unexpected end of JSON input"
    `);
    }
  });

  test('merge patch: an object that is not there', async () => {
    const answer = await api.send('PATCH', `${path}/nothing`, {
      type: 'application/merge-patch+json',
      body: {},
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "404 NotFound
      gadgets.conformance.sdp.internal "nothing" not found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "nothing" }"
    `);
  });

  test('strategic merge patch of a custom resource', async () => {
    const answer = await api.send('PATCH', object, {
      type: 'application/strategic-merge-patch+json',
      body: {},
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "415 UnsupportedMediaType
      the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    `);
  });

  test('a patch of another type', async () => {
    const answer = await api.send('PATCH', object, { type: 'application/json', body: {} });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "415 UnsupportedMediaType
      the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    `);
  });

  test('force where nothing is applied', async () => {
    expect(printOutcome(await merge({}, { force: 'true' }))).toMatchInlineSnapshot(`
      "422 Invalid
      PatchOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden force: Forbidden: may not be specified for non-apply patch
      details: { group: "meta.k8s.io", kind: "PatchOptions" }"
    `);
  });

  test('dry-run', async () => {
    const answer = await merge({ spec: { size: 9 } }, { dryRun: 'All' });
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        mode: "auto",
        plain: ["a", "b", "c"],
        ports: [{ port: 1, protocol: "TCP" }],
        settings: { a/b: "1", c~d: "2" },
        size: 9,
      }"
    `);
    expect(printSpec(await api.send('GET', object))).toMatchInlineSnapshot(`
      "{
        mode: "auto",
        plain: ["a", "b", "c"],
        ports: [{ port: 1, protocol: "TCP" }],
        settings: { a/b: "1", c~d: "2" },
        size: 1,
      }"
    `);
  });
});
