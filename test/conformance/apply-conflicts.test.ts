import { beforeAll, expect, test } from 'vitest';
import { forEachTarget } from './for-each-target.ts';
import { apply, GADGET, gadget, printOwners, printSpec } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('apply: conflicts', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  test('one field of one manager', async () => {
    await apply(api, path, 'a', gadget('one', { size: 1 }));
    expect(printOutcome(await apply(api, path, 'b', gadget('one', { size: 2 })))).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "a": .spec.size
      - FieldManagerConflict .spec.size: conflict with "a"
      details: {}"
    `);
  });

  test('several fields of several managers', async () => {
    await apply(api, path, 'a', gadget('several', { size: 1, colour: 'red', nested: { a: '1' } }));
    await apply(api, path, 'b', gadget('several', { size: 1, nested: { b: '1' } }));
    const answer = await apply(
      api,
      path,
      'c',
      gadget('several', { size: 2, colour: 'blue', nested: { a: '2', b: '2' } }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 5 conflicts: conflicts with "a":
      - .spec.colour
      - .spec.size
      - .spec.nested.a
      conflicts with "b":
      - .spec.size
      - .spec.nested.b
      - FieldManagerConflict .spec.colour: conflict with "a"
      - FieldManagerConflict .spec.nested.a: conflict with "a"
      - FieldManagerConflict .spec.nested.b: conflict with "b"
      - FieldManagerConflict .spec.size: conflict with "a"
      - FieldManagerConflict .spec.size: conflict with "b"
      details: {}"
    `);
  });

  test('every kind of list and map', async () => {
    const spec = {
      size: 1,
      settings: { one: '1' },
      place: { x: 1 },
      plain: ['p'],
      ports: [
        { port: 80, name: 'http' },
        { port: 53, protocol: 'UDP', target: 1 },
      ],
      free: { any: { thing: [1] } },
      limit: '10%',
    };
    await apply(api, path, 'a', gadget('every', spec));
    const answer = await apply(
      api,
      path,
      'b',
      gadget('every', {
        size: 1,
        settings: { one: '2' },
        place: { x: 1, y: 2 },
        plain: ['p', 'q'],
        ports: [
          { port: 80, name: 'web' },
          { port: 53, protocol: 'UDP', target: 2 },
        ],
        free: { any: { thing: [2] } },
        limit: 10,
      }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 7 conflicts: conflicts with "a":
      - .spec.limit
      - .spec.place
      - .spec.plain
      - .spec.free.any.thing
      - .spec.ports[port=53,protocol="UDP"].target
      - .spec.ports[port=80,protocol="TCP"].name
      - .spec.settings.one
      - FieldManagerConflict .spec.free.any.thing: conflict with "a"
      - FieldManagerConflict .spec.limit: conflict with "a"
      - FieldManagerConflict .spec.place: conflict with "a"
      - FieldManagerConflict .spec.plain: conflict with "a"
      - FieldManagerConflict .spec.ports[port=53,protocol="UDP"].target: conflict with "a"
      - FieldManagerConflict .spec.ports[port=80,protocol="TCP"].name: conflict with "a"
      - FieldManagerConflict .spec.settings.one: conflict with "a"
      details: {}"
    `);
  });

  test('labels and annotations', async () => {
    await apply(
      api,
      path,
      'a',
      gadget('labels', { size: 1 }, { metadata: { labels: { 'x.org/a': '1' }, annotations: { b: '1' } } }),
    );
    const answer = await apply(
      api,
      path,
      'b',
      gadget('labels', { size: 1 }, { metadata: { labels: { 'x.org/a': '2' }, annotations: { b: '2' } } }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 2 conflicts: conflicts with "a":
      - .metadata.annotations.b
      - .metadata.labels.x.org/a
      - FieldManagerConflict .metadata.annotations.b: conflict with "a"
      - FieldManagerConflict .metadata.labels.x.org/a: conflict with "a"
      details: {}"
    `);
  });

  test('a field of an updater', async () => {
    await api.send('POST', path, { body: gadget('updater'), query: { fieldManager: 'creator' } });
    expect(printOutcome(await apply(api, path, 'b', gadget('updater', { size: 2 })))).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "creator" using conformance.sdp.internal/v1: .spec.size
      - FieldManagerConflict .spec.size: conflict with "creator" using conformance.sdp.internal/v1
      details: {}"
    `);
  });

  test('fields of an updater and an applier', async () => {
    await apply(api, path, 'a', gadget('mixed', { size: 1, colour: 'red' }));
    await api.send('PATCH', `${path}/mixed`, {
      type: 'application/merge-patch+json',
      body: { spec: { colour: 'green', label: 'x' } },
      query: { fieldManager: 'z' },
    });
    const answer = await apply(api, path, 'b', gadget('mixed', { size: 2, colour: 'blue', label: 'y' }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 3 conflicts: conflicts with "a":
      - .spec.size
      conflicts with "z" using conformance.sdp.internal/v1:
      - .spec.colour
      - .spec.label
      - FieldManagerConflict .spec.colour: conflict with "z" using conformance.sdp.internal/v1
      - FieldManagerConflict .spec.label: conflict with "z" using conformance.sdp.internal/v1
      - FieldManagerConflict .spec.size: conflict with "a"
      details: {}"
    `);
  });

  test('a field of the status of an updater', async () => {
    const { body } = await apply(api, path, 'a', gadget('status', { size: 1 }));
    await api.send('PUT', `${path}/status/status`, {
      body: { ...body, status: { phase: 'x' } },
      query: { fieldManager: 'operator' },
    });
    const answer = await apply(api, path, 'b', gadget('status', undefined, { status: { phase: 'y' } }), {
      subresource: 'status',
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "operator" with subresource "status" using conformance.sdp.internal/v1: .status.phase
      - FieldManagerConflict .status.phase: conflict with "operator" with subresource "status" using conformance.sdp.internal/v1
      details: {}"
    `);
  });

  test('force takes the field away from the others', async () => {
    await apply(api, path, 'a', gadget('force', { size: 1, colour: 'red' }));
    const answer = await apply(api, path, 'b', gadget('force', { size: 2 }), { force: true });
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ colour: "red", mode: "auto", size: 2 }"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:colour: {} } }
      b Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }"
    `);
  });

  test('the same manager by update and by apply is two managers', async () => {
    await api.send('POST', path, { body: gadget('two', { size: 1 }), query: { fieldManager: 'a' } });
    const answer = await apply(api, path, 'a', gadget('two', { size: 2 }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "a" using conformance.sdp.internal/v1: .spec.size
      - FieldManagerConflict .spec.size: conflict with "a" using conformance.sdp.internal/v1
      details: {}"
    `);
  });
});
