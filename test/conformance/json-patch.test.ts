import { beforeAll, beforeEach, expect, test } from 'vitest';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget, printSpec } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('JSON patch', (api) => {
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

  const patch = (body: unknown, query: Record<string, string> = {}) =>
    api.send('PATCH', object, { type: 'application/json-patch+json', body, query });
  const one = (op: string, at: string, more: object = {}) => patch([{ op, path: at, ...more }]);

  test('JSON patch: every operation', async () => {
    const answer = await patch([
      { op: 'test', path: '/spec/size', value: 1 },
      { op: 'add', path: '/spec/colour', value: 'red' },
      { op: 'replace', path: '/spec/size', value: 2 },
      { op: 'add', path: '/spec/plain/1', value: 'new' },
      { op: 'add', path: '/spec/plain/-', value: 'end' },
      { op: 'remove', path: '/spec/plain/0' },
      { op: 'copy', from: '/spec/plain/0', path: '/spec/plain/-' },
      { op: 'move', from: '/spec/settings/a~1b', path: '/spec/settings/moved' },
      { op: 'remove', path: '/spec/settings/c~0d' },
    ]);
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        colour: "red",
        mode: "auto",
        plain: ["new", "b", "c", "end", "new"],
        ports: [{ port: 1, protocol: "TCP" }],
        settings: { moved: "1" },
        size: 2,
      }"
    `);
  });

  test('JSON patch: a test that fails', async () => {
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('test', '/spec/size', { value: 5 }))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: testing value /spec/size failed
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('test', '/spec/size', { value: 5 }))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
  });

  test('JSON patch: a test of what is not there', async () => {
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('test', '/spec/colour', { value: 'x' }))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: path /spec/colour does not exist
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('test', '/spec/colour', { value: 'x' }))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
  });

  test('JSON patch: add below what is not there', async () => {
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('add', '/spec/nested/a', { value: 'x' }))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: path /spec/nested does not exist
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('add', '/spec/nested/a', { value: 'x' }))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
  });

  test('JSON patch: replace what is not there', async () => {
    expect(printOutcome(await one('replace', '/spec/colour', { value: 'x' }))).toMatchInlineSnapshot(`"200"`);
  });

  test('JSON patch: remove what is not there', async () => {
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('remove', '/spec/colour'))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: path /spec/colour does not exist
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('remove', '/spec/colour'))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
  });

  test('JSON patch: an index out of bounds', async () => {
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('add', '/spec/plain/9', { value: 'x' }))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: path /spec/plain/9 does not exist
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('add', '/spec/plain/9', { value: 'x' }))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('remove', '/spec/plain/9'))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: path /spec/plain/9 does not exist
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('remove', '/spec/plain/9'))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('replace', '/spec/plain/x', { value: 'x' }))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request: path /spec/plain/x does not exist
      details: {}"
    `);
    } else {
      expect(printOutcome(await one('replace', '/spec/plain/x', { value: 'x' }))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
  });

  test('JSON patch: an unknown operation', async () => {
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('increase', '/spec/size'))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: unknown operation "increase"
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('increase', '/spec/size'))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
  });

  test('JSON patch: copy without from', async () => {
    if (differs(api, 'patch-reasons')) {
      expect(printOutcome(await one('copy', '/spec/colour'))).toMatchInlineSnapshot(`
        "422 Invalid
        the server rejected our request due to an error in our request: operation 0 copy has no from
        details: {}"
      `);
    } else {
      expect(printOutcome(await one('copy', '/spec/colour'))).toMatchInlineSnapshot(`
      "422 Invalid
      the server rejected our request due to an error in our request
      details: {}"
    `);
    }
  });

  test('JSON patch: no list', async () => {
    expect(printOutcome(await patch({ op: 'add' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
    `);
  });

  test('JSON patch: no JSON', async () => {
    if (differs(api, 'decoder-words')) {
      expect(printOutcome(await patch('[{'))).toMatchInlineSnapshot(`
        "400 BadRequest
        error decoding patch: Expected property name or '}' in JSON at position 2"
      `);
    } else {
      expect(printOutcome(await patch('[{'))).toMatchInlineSnapshot(`
      "400 BadRequest
      error decoding patch: unexpected end of JSON input"
    `);
    }
  });

  test('JSON patch: the result is invalid', async () => {
    expect(printOutcome(await one('replace', '/spec/size', { value: 0 }))).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "patched-12" is invalid: 
      - FieldValueInvalid spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "patched-12" }"
    `);
  });

  test('JSON patch: an empty one changes nothing', async () => {
    const before = await api.send('GET', object);
    const answer = await patch([]);
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(answer.body).toEqual(before.body);
  });

  test('JSON patch: another name', async () => {
    expect(printOutcome(await one('replace', '/metadata/name', { value: 'other' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      the name of the object (other) does not match the name on the URL (patched-14)"
    `);
  });

  test('JSON patch: a test of the resourceVersion', async () => {
    const answer = await one('test', '/metadata/resourceVersion', { value: '1' });
    expect(answer.code).toBe(422);
  });
});
