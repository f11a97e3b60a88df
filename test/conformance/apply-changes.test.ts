import { beforeAll, expect, test } from 'vitest';
import { forEachTarget } from './for-each-target.ts';
import { apply, GADGET, gadget, printOwners, printSpec } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('apply: changes and removals', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  const versionOf = (answer: { body: Record<string, unknown> }): unknown =>
    (answer.body['metadata'] as Record<string, unknown>)['resourceVersion'];

  test('fields that are no longer applied go', async () => {
    await apply(
      api,
      path,
      'a',
      gadget('remove', { size: 1, colour: 'red', nested: { a: '1', b: '2' }, settings: { x: '1' } }),
    );
    const answer = await apply(api, path, 'a', gadget('remove', { size: 1, nested: { a: '1' } }));
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", nested: { a: "1" }, size: 1 }"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:spec: { f:nested: { f:a: {} }, f:size: {} } }"`,
    );
  });

  test('fields that are no longer applied but owned by another stay', async () => {
    await apply(api, path, 'a', gadget('kept', { size: 1, colour: 'red', tags: ['a', 'b'] }));
    await apply(api, path, 'b', gadget('kept', { size: 1, colour: 'red', tags: ['b'] }));
    const answer = await apply(api, path, 'a', gadget('kept', { size: 1 }));
    expect(printSpec(answer)).toMatchInlineSnapshot(
      `"{ colour: "red", mode: "auto", size: 1, tags: ["b"] }"`,
    );
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      b Apply conformance.sdp.internal/v1: { f:spec: { f:colour: {}, f:size: {}, f:tags: { v:"b": {} } } }"
    `);
  });

  test('a default comes back when its field is given up', async () => {
    await apply(api, path, 'a', gadget('default', { size: 1, mode: 'manual' }));
    const answer = await apply(api, path, 'a', gadget('default', { size: 1 }));
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }"`,
    );
  });

  test('items of keyed lists and sets that are no longer applied go', async () => {
    const ports = [{ port: 1, name: 'x' }, { port: 2, protocol: 'UDP' }, { port: 3 }];
    await apply(api, path, 'a', gadget('list-items', { size: 1, tags: ['a', 'b', 'c'], ports }));
    await apply(api, path, 'b', gadget('list-items', { size: 1, ports: [{ port: 1, target: 5 }] }));
    const answer = await apply(
      api,
      path,
      'a',
      gadget('list-items', { size: 1, tags: ['c'], ports: [{ port: 3 }] }),
    );
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "{
        mode: "auto",
        ports: [{ port: 1, protocol: "TCP", target: 5 }, { port: 3, protocol: "TCP" }],
        size: 1,
        tags: ["c"],
      }"
    `);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: {
        f:spec: {
          f:ports: { k:{"port":3,"protocol":"TCP"}: { .: {}, f:port: {} } },
          f:size: {},
          f:tags: { v:"c": {} },
        },
      }
      b Apply conformance.sdp.internal/v1: {
        f:spec: { f:ports: { k:{"port":1,"protocol":"TCP"}: { .: {}, f:port: {}, f:target: {} } }, f:size: {} },
      }"
    `);
  });

  test('the last item of a list', async () => {
    await apply(
      api,
      path,
      'a',
      gadget('last-item', { size: 1, tags: ['a'], ports: [{ port: 1 }], settings: { a: 'b' } }),
    );
    const answer = await apply(
      api,
      path,
      'a',
      gadget('last-item', { size: 1, tags: [], ports: [], settings: {} }),
    );
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "last-item" is invalid: 
      - FieldValueTypeInvalid spec.settings: Invalid value: "null": spec.settings in body must be of type object: "null"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "last-item" }"
    `);
    const next = await apply(api, path, 'a', gadget('last-item', { size: 1 }));
    expect(printSpec(next)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
  });

  test('labels, annotations and finalizers that are no longer applied go', async () => {
    const metadata = {
      labels: { a: '1', b: '2' },
      annotations: { c: '3' },
      finalizers: ['example.org/hold'],
    };
    await apply(api, path, 'a', gadget('metadata', { size: 1 }, { metadata }));
    const answer = await apply(
      api,
      path,
      'a',
      gadget('metadata', { size: 1 }, { metadata: { labels: { a: '1' } } }),
    );
    const { labels, annotations, finalizers } = answer.body['metadata'] as Record<string, unknown>;
    expect({ labels, annotations, finalizers }).toEqual({ labels: { a: '1' } });
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:metadata: { f:labels: { f:a: {} } }, f:spec: { f:size: {} } }"`,
    );
  });

  test('the same again changes nothing, not even the resourceVersion', async () => {
    const body = gadget('again', { size: 1, nested: {}, tags: ['a'], ports: [{ port: 1 }], mode: 'manual' });
    const first = await apply(api, path, 'a', body);
    const second = await apply(api, path, 'a', body);
    expect(second.code).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  test('the same again by another manager raises the resourceVersion once', async () => {
    const first = await apply(api, path, 'a', gadget('another'));
    const second = await apply(api, path, 'b', gadget('another'));
    const third = await apply(api, path, 'b', gadget('another'));
    expect(versionOf(second)).not.toBe(versionOf(first));
    expect(versionOf(third)).toBe(versionOf(second));
  });

  test('a smaller configuration that changes nothing in the object', async () => {
    await apply(api, path, 'a', gadget('smaller', { size: 1, colour: 'red' }));
    const first = await apply(api, path, 'b', gadget('smaller', { size: 1, colour: 'red' }));
    const second = await apply(api, path, 'b', gadget('smaller', { size: 1 }));
    expect(versionOf(second)).not.toBe(versionOf(first));
    expect(printOwners(second)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:colour: {}, f:size: {} } }
      b Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }"
    `);
  });

  test('spec: {} by the owner of one required field', async () => {
    await apply(api, path, 'a', gadget('spec-empty', { size: 1 }));
    const answer = await apply(api, path, 'a', gadget('spec-empty', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "spec-empty" is invalid: 
      - FieldValueRequired spec.size: Required value
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "spec-empty" }"
    `);
  });

  test('spec: {} by one of two owners of fields of the spec', async () => {
    await apply(api, path, 'a', gadget('spec-two', { size: 1 }));
    await apply(api, path, 'b', gadget('spec-two', { size: 1, colour: 'red' }));
    const answer = await apply(api, path, 'b', gadget('spec-two', {}));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      b Apply conformance.sdp.internal/v1: { f:spec: {} }"
    `);
  });

  test('no spec by the owner of a part of it', async () => {
    await api.send('POST', path, {
      body: gadget('spec-none', { size: 1 }),
      query: { fieldManager: 'creator' },
    });
    await apply(api, path, 'b', gadget('spec-none', { size: 1, colour: 'red' }));
    const answer = await apply(api, path, 'b', gadget('spec-none', undefined));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "b Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      creator Update conformance.sdp.internal/v1: { f:spec: { .: {}, f:mode: {}, f:size: {} } }"
    `);
  });

  test('spec: null by the owner of a part of it', async () => {
    await api.send('POST', path, {
      body: gadget('spec-null', { size: 1 }),
      query: { fieldManager: 'creator' },
    });
    await apply(api, path, 'b', gadget('spec-null', { size: 1, colour: 'red' }));
    const answer = await apply(api, path, 'b', gadget('spec-null', null));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"200"`);
  });

  test('null for a field of another manager', async () => {
    await apply(api, path, 'a', gadget('null-other', { size: 1, label: 'x' }));
    const answer = await apply(api, path, 'b', gadget('null-other', { size: 1, label: null }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "a": .spec.label
      - FieldManagerConflict .spec.label: conflict with "a"
      details: {}"
    `);
  });

  test('an object in place of its last field', async () => {
    await apply(api, path, 'a', gadget('hollow', { size: 1, nested: { a: 'x' } }));
    const answer = await apply(api, path, 'a', gadget('hollow', { size: 1, nested: {} }));
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "hollow" is invalid: 
      - FieldValueTypeInvalid spec.nested: Invalid value: "null": spec.nested in body must be of type object: "null"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "hollow" }"
    `);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "hollow" is invalid: 
      - FieldValueTypeInvalid spec.nested: Invalid value: "null": spec.nested in body must be of type object: "null"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "hollow" }"
    `);
  });

  test('an object of free fields in place of its last field', async () => {
    await apply(api, path, 'a', gadget('drained', { size: 1, free: { a: 'x' } }));
    const answer = await apply(api, path, 'a', gadget('drained', { size: 1, free: {} }));
    expect(printSpec(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "drained" is invalid: 
      - FieldValueTypeInvalid spec.free: Invalid value: "null": spec.free in body must be of type object: "null"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "drained" }"
    `);
    const without = await apply(api, path, 'a', gadget('drained', { size: 1 }));
    expect(printSpec(without)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
  });

  test('an atomic map and an atomic list are replaced as a whole', async () => {
    await apply(api, path, 'a', gadget('atomic', { size: 1, place: { x: 1 }, atomic: ['a'], plain: ['a'] }));
    const answer = await apply(
      api,
      path,
      'a',
      gadget('atomic', { size: 1, place: { y: 2 }, atomic: ['b'], plain: [] }),
    );
    expect(printSpec(answer)).toMatchInlineSnapshot(
      `"{ atomic: ["b"], mode: "auto", place: { y: 2 }, plain: [], size: 1 }"`,
    );
  });

  test('after client-side apply a manager takes over by force', async () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const metadata = { annotations: { [annotation]: '{"spec":{"size":1,"colour":"red"}}' } };
    await api.send('POST', path, {
      body: gadget('client-side', { size: 1, colour: 'red' }, { metadata }),
      query: { fieldManager: 'kubectl-client-side-apply' },
    });
    const refused = await apply(api, path, 'kubectl', gadget('client-side', { size: 2 }));
    expect(printOutcome(refused)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using conformance.sdp.internal/v1: .spec.size
      - FieldManagerConflict .spec.size: conflict with "kubectl-client-side-apply" using conformance.sdp.internal/v1
      details: {}"
    `);
    const forced = await apply(api, path, 'kubectl', gadget('client-side', { size: 2 }), { force: true });
    expect(printOwners(forced)).toMatchInlineSnapshot(`
      "kubectl Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      kubectl-client-side-apply Update conformance.sdp.internal/v1: {
        f:metadata: { f:annotations: { .: {}, f:kubectl.kubernetes.io/last-applied-configuration: {} } },
        f:spec: { .: {}, f:colour: {}, f:mode: {} },
      }"
    `);
    expect(printSpec(forced)).toMatchInlineSnapshot(`"{ colour: "red", mode: "auto", size: 2 }"`);
  });

  test('an update that removes a field takes it from its applier', async () => {
    await apply(api, path, 'a', gadget('taken', { size: 1, nested: { a: 'x' }, tags: ['a', 'b'] }));
    const answer = await api.send('PATCH', `${path}/taken`, {
      type: 'application/merge-patch+json',
      body: { spec: { nested: null, tags: ['b'] } },
      query: { fieldManager: 'editor' },
    });
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {}, f:tags: { v:"b": {} } } }"`,
    );
  });

  test('status: an applier gives up a condition', async () => {
    await apply(api, path, 'a', gadget('conditions'));
    const status = (types: string[]) => ({
      status: { conditions: types.map((type) => ({ type, status: 'True' })) },
    });
    await apply(api, path, 'a', gadget('conditions', undefined, status(['A', 'B'])), {
      subresource: 'status',
    });
    const answer = await apply(api, path, 'a', gadget('conditions', undefined, status(['B'])), {
      subresource: 'status',
    });
    expect(answer.body['status']).toEqual({ conditions: [{ type: 'B', status: 'True' }] });
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      a Apply on status conformance.sdp.internal/v1: { f:status: { f:conditions: { k:{"type":"B"}: { .: {}, f:status: {}, f:type: {} } } } }"
    `);
  });

  test('dry-run applies and stores nothing', async () => {
    const created = await apply(api, path, 'a', gadget('dry'), { query: { dryRun: 'All' } });
    expect(created.code).toBe(201);
    expect((await api.send('GET', `${path}/dry`)).code).toBe(404);
  });

  test('generation counts changes of the spec only', async () => {
    const generationOf = (answer: { body: Record<string, unknown> }): unknown =>
      (answer.body['metadata'] as Record<string, unknown>)['generation'];
    const first = await apply(api, path, 'a', gadget('generation'));
    const labelled = await apply(
      api,
      path,
      'a',
      gadget('generation', { size: 1 }, { metadata: { labels: { x: 'y' } } }),
    );
    const changed = await apply(api, path, 'a', gadget('generation', { size: 2 }));
    const status = await apply(api, path, 'a', gadget('generation', undefined, { status: { count: 1 } }), {
      subresource: 'status',
    });
    expect([first, labelled, changed, status].map(generationOf)).toEqual([1, 1, 2, 2]);
  });

  test('YAML with comments and anchors', async () => {
    const body = `# a comment
apiVersion: conformance.sdp.internal/v1
kind: Gadget
metadata: {name: yaml, labels: &labels {a: "1"}}
spec:
  size: 3
  settings: *labels
  colour: "yes"
`;
    const answer = await api.send('PATCH', `${path}/yaml`, {
      type: 'application/apply-patch+yaml',
      body,
      query: { fieldManager: 'a' },
    });
    expect(printSpec(answer)).toMatchInlineSnapshot(
      `"{ colour: "yes", mode: "auto", settings: { a: "1" }, size: 3 }"`,
    );
  });
});
