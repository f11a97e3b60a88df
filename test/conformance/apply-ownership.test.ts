import { beforeAll, expect, test } from 'vitest';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { apply, GADGET, gadget, printOwners, printSpec } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('apply: who owns what', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  test('creates an object', async () => {
    const answer = await apply(api, path, 'a', gadget('creates', { size: 1, nested: { a: 'x' } }));
    expect(answer.code).toBe(201);
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:spec: { f:nested: { f:a: {} }, f:size: {} } }"`,
    );
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", nested: { a: "x" }, size: 1 }"`);
  });

  test('names, labels, annotations, finalizers and owners', async () => {
    const metadata = {
      labels: { app: 'x', 'example.org/part': 'y' },
      annotations: { note: 'z' },
      finalizers: [],
      ownerReferences: [
        { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '11111111-1111-1111-1111-111111111111' },
      ],
    };
    const answer = await apply(api, path, 'a', gadget('metadata', { size: 1 }, { metadata }), {
      query: { dryRun: 'All' },
    });
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: {
        f:metadata: {
          f:annotations: { f:note: {} },
          f:labels: { f:app: {}, f:example.org/part: {} },
          f:ownerReferences: { k:{"uid":"UID"}: {} },
        },
        f:spec: { f:size: {} },
      }"
    `);
  });

  test('every kind of list and map', async () => {
    const answer = await apply(
      api,
      path,
      'a',
      gadget('lists', {
        size: 1,
        settings: { one: '1' },
        place: { x: 1 },
        plain: ['p'],
        atomic: ['q'],
        tags: ['b', 'a'],
        numbers: [10, 9],
        ports: [
          { port: 80, name: 'http' },
          { port: 53, protocol: 'UDP' },
        ],
        free: { any: { thing: [1] } },
        limit: '10%',
      }),
    );
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: {
        f:spec: {
          f:atomic: {},
          f:free: { f:any: { .: {}, f:thing: {} } },
          f:limit: {},
          f:numbers: { v:10: {}, v:9: {} },
          f:place: {},
          f:plain: {},
          f:ports: {
            k:{"port":53,"protocol":"UDP"}: { .: {}, f:port: {}, f:protocol: {} },
            k:{"port":80,"protocol":"TCP"}: { .: {}, f:name: {}, f:port: {} },
          },
          f:settings: { f:one: {} },
          f:size: {},
          f:tags: { v:"a": {}, v:"b": {} },
        },
      }"
    `);
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        atomic: ["q"],
        free: { any: { thing: [1] } },
        limit: "10%",
        mode: "auto",
        numbers: [10, 9],
        place: { x: 1 },
        plain: ["p"],
        ports: [{ name: "http", port: 80, protocol: "TCP" }, { port: 53, protocol: "UDP" }],
        settings: { one: "1" },
        size: 1,
        tags: ["b", "a"],
      }"
    `);
  });

  test('empty maps, lists and objects', async () => {
    const answer = await apply(
      api,
      path,
      'a',
      gadget('empty', {
        size: 1,
        settings: {},
        place: {},
        plain: [],
        tags: [],
        ports: [],
        free: {},
        nested: {},
      }),
    );
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:spec: { f:free: {}, f:nested: {}, f:place: {}, f:plain: {}, f:settings: {}, f:size: {} } }"`,
    );
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        free: {},
        mode: "auto",
        nested: {},
        place: {},
        plain: [],
        ports: [],
        settings: {},
        size: 1,
        tags: [],
      }"
    `);
  });

  test('null for a field', async () => {
    const answer = await apply(
      api,
      path,
      'a',
      gadget('nulls', {
        size: 1,
        colour: null,
        label: null,
        mode: null,
        nested: null,
        plain: null,
        settings: null,
      }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "nulls" is invalid: 
      - FieldValueTypeInvalid spec.colour: Invalid value: "null": spec.colour in body must be of type string: "null"
      - FieldValueTypeInvalid spec.nested: Invalid value: "null": spec.nested in body must be of type object: "null"
      - FieldValueTypeInvalid spec.plain: Invalid value: "null": spec.plain in body must be of type array: "null"
      - FieldValueTypeInvalid spec.settings: Invalid value: "null": spec.settings in body must be of type object: "null"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "nulls" }"
    `);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "nulls" is invalid: 
      - FieldValueTypeInvalid spec.colour: Invalid value: "null": spec.colour in body must be of type string: "null"
      - FieldValueTypeInvalid spec.nested: Invalid value: "null": spec.nested in body must be of type object: "null"
      - FieldValueTypeInvalid spec.plain: Invalid value: "null": spec.plain in body must be of type array: "null"
      - FieldValueTypeInvalid spec.settings: Invalid value: "null": spec.settings in body must be of type object: "null"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "nulls" }"
    `);
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "nulls" is invalid: 
      - FieldValueTypeInvalid spec.colour: Invalid value: "null": spec.colour in body must be of type string: "null"
      - FieldValueTypeInvalid spec.nested: Invalid value: "null": spec.nested in body must be of type object: "null"
      - FieldValueTypeInvalid spec.plain: Invalid value: "null": spec.plain in body must be of type array: "null"
      - FieldValueTypeInvalid spec.settings: Invalid value: "null": spec.settings in body must be of type object: "null"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "nulls" }"
    `);
  });

  test('the same value by two managers is owned by both', async () => {
    await apply(api, path, 'a', gadget('shared', { size: 1, colour: 'red' }));
    const answer = await apply(api, path, 'b', gadget('shared', { size: 1, nested: { b: 'x' } }));
    expect(answer.code).toBe(200);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:colour: {}, f:size: {} } }
      b Apply conformance.sdp.internal/v1: { f:spec: { f:nested: { f:b: {} }, f:size: {} } }"
    `);
  });

  test('items of one list by two managers', async () => {
    await apply(
      api,
      path,
      'a',
      gadget('items', { size: 1, tags: ['a', 'c'], ports: [{ port: 1 }, { port: 3 }] }),
    );
    const answer = await apply(
      api,
      path,
      'b',
      gadget('items', { size: 1, tags: ['b', 'c'], ports: [{ port: 2 }, { port: 3, name: 'three' }] }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        mode: "auto",
        ports: [
          { port: 1, protocol: "TCP" },
          { port: 2, protocol: "TCP" },
          { name: "three", port: 3, protocol: "TCP" },
        ],
        size: 1,
        tags: ["a", "b", "c"],
      }"
    `);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: {
        f:spec: {
          f:ports: {
            k:{"port":1,"protocol":"TCP"}: { .: {}, f:port: {} },
            k:{"port":3,"protocol":"TCP"}: { .: {}, f:port: {} },
          },
          f:size: {},
          f:tags: { v:"a": {}, v:"c": {} },
        },
      }
      b Apply conformance.sdp.internal/v1: {
        f:spec: {
          f:ports: {
            k:{"port":2,"protocol":"TCP"}: { .: {}, f:port: {} },
            k:{"port":3,"protocol":"TCP"}: { .: {}, f:name: {}, f:port: {} },
          },
          f:size: {},
          f:tags: { v:"b": {}, v:"c": {} },
        },
      }"
    `);
  });

  test('order of a set: the applied order wins, others keep their place', async () => {
    await apply(api, path, 'a', gadget('order', { size: 1, tags: ['1', '2', '3', '4'] }));
    const answer = await apply(api, path, 'b', gadget('order', { size: 1, tags: ['4', 'x', '2', 'y'] }));
    expect(printSpec(answer)).toMatchInlineSnapshot(
      `"{ mode: "auto", size: 1, tags: ["1", "3", "4", "x", "2", "y"] }"`,
    );
  });

  test('status applied through the main door is dropped', async () => {
    const answer = await apply(api, path, 'a', gadget('drops', { size: 1 }, { status: { phase: 'x' } }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(answer.body['status']).toBeUndefined();
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }"`,
    );
  });

  test('apply on status owns under the subresource', async () => {
    await apply(api, path, 'a', gadget('status', { size: 1 }));
    const status = { phase: 'Ready', conditions: [{ type: 'Ready', status: 'True' }] };
    const answer = await apply(api, path, 'a', gadget('status', undefined, { status }), {
      subresource: 'status',
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      a Apply on status conformance.sdp.internal/v1: {
        f:status: { f:conditions: { k:{"type":"Ready"}: { .: {}, f:status: {}, f:type: {} } }, f:phase: {} },
      }"
    `);
  });

  test('apply on status ignores spec and labels', async () => {
    await apply(api, path, 'a', gadget('status-only', { size: 1 }));
    const answer = await apply(
      api,
      path,
      'b',
      gadget('status-only', { size: 9 }, { status: { count: 1 }, metadata: { labels: { x: 'y' } } }),
      { subresource: 'status' },
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
    expect(answer.body['metadata']).not.toHaveProperty('labels');
    if (differs(api, 'unreached-fields')) {
      expect(printOwners(answer)).toMatchInlineSnapshot(`
        "a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
        b Apply on status conformance.sdp.internal/v1: { f:status: { f:count: {} } }"
      `);
    } else {
      expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      b Apply on status conformance.sdp.internal/v1: { f:metadata: { f:labels: { f:x: {} } }, f:status: { f:count: {} } }"
    `);
    }
  });

  test('apply on the status of nothing', async () => {
    const answer = await apply(api, path, 'a', gadget('nothing', undefined, { status: { phase: 'x' } }), {
      subresource: 'status',
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "404 NotFound
      gadgets.conformance.sdp.internal "nothing" not found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "nothing" }"
    `);
  });
});
