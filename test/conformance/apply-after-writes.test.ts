import { beforeAll, expect, test } from 'vitest';
import { forEachTarget } from './for-each-target.ts';
import { apply, GADGET, gadget, printOwners, printSpec } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('apply: after other writes', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  test('update after apply: changed fields change hands', async () => {
    const { body } = await apply(
      api,
      path,
      'a',
      gadget('updated', { size: 1, colour: 'red', tags: ['a', 'b'] }),
    );
    const spec = { size: 2, colour: 'red', tags: ['a', 'c'], mode: 'manual' };
    const answer = await api.send('PUT', `${path}/updated`, {
      body: { ...body, spec },
      query: { fieldManager: 'editor' },
    });
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:colour: {}, f:tags: { v:"a": {} } } }
      editor Update conformance.sdp.internal/v1: { f:spec: { f:mode: {}, f:size: {}, f:tags: { v:"c": {} } } }"
    `);
  });

  test('apply after create takes part in the ownership', async () => {
    await api.send('POST', path, {
      body: gadget('created', { size: 1, colour: 'red' }),
      query: { fieldManager: 'creator' },
    });
    const answer = await apply(api, path, 'a', gadget('created', { size: 1, colour: 'red' }));
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:colour: {}, f:size: {} } }
      creator Update conformance.sdp.internal/v1: { f:spec: { .: {}, f:colour: {}, f:mode: {}, f:size: {} } }"
    `);
  });

  test('the manager of a request without fieldManager comes from its User-Agent', async () => {
    const answer = await api.send('POST', path, {
      body: gadget('agent'),
      headers: { 'user-agent': 'tool/1.2 (linux) extra' },
    });
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"tool Update conformance.sdp.internal/v1: { f:spec: { .: {}, f:mode: {}, f:size: {} } }"`,
    );
  });

  test('a status update through PUT', async () => {
    const { body } = await apply(api, path, 'a', gadget('put-status', { size: 1 }));
    const answer = await api.send('PUT', `${path}/put-status/status`, {
      body: { ...body, spec: { size: 5 }, status: { phase: 'x', conditions: [{ type: 'A' }] } },
      query: { fieldManager: 'operator' },
    });
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }
      operator Update on status conformance.sdp.internal/v1: { f:status: { .: {}, f:conditions: { .: {}, k:{"type":"A"}: { .: {}, f:type: {} } }, f:phase: {} } }"
    `);
  });

  test('managedFields: [{}] forgets all owners, an empty list does nothing', async () => {
    await apply(api, path, 'a', gadget('forget', { size: 1 }));
    const patch = (managedFields: unknown) =>
      api.send('PATCH', `${path}/forget`, {
        type: 'application/merge-patch+json',
        body: { metadata: { managedFields } },
        query: { fieldManager: 'b' },
      });
    expect(printOwners(await patch([]))).toMatchInlineSnapshot(
      `"a Apply conformance.sdp.internal/v1: { f:spec: { f:size: {} } }"`,
    );
    expect(printOwners(await patch([{}]))).toMatchInlineSnapshot(`""`);
    const answer = await apply(api, path, 'c', gadget('forget', { size: 2, colour: 'x' }));
    expect(printOwners(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "before-first-apply" using conformance.sdp.internal/v1: .spec.size
      - FieldManagerConflict .spec.size: conflict with "before-first-apply" using conformance.sdp.internal/v1
      details: {}"
    `);
  });

  test('the first apply to an object without owners', async () => {
    await api.send('POST', path, { body: gadget('unowned', { size: 1, colour: 'red' }) });
    await api.send('PATCH', `${path}/unowned`, {
      type: 'application/merge-patch+json',
      body: { metadata: { managedFields: [{}] } },
    });
    const answer = await apply(api, path, 'a', gadget('unowned', { size: 2 }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "409 Conflict
      Apply failed with 1 conflict: conflict with "before-first-apply" using conformance.sdp.internal/v1: .spec.size
      - FieldManagerConflict .spec.size: conflict with "before-first-apply" using conformance.sdp.internal/v1
      details: {}"
    `);
  });

  test('one manager updating again and again has one entry', async () => {
    await api.send('POST', path, { body: gadget('again'), query: { fieldManager: 'm' } });
    const patch = (body: object) =>
      api.send('PATCH', `${path}/again`, {
        type: 'application/merge-patch+json',
        body,
        query: { fieldManager: 'm' },
      });
    await patch({ spec: { colour: 'red' } });
    const answer = await patch({ spec: { colour: null, settings: { a: 'b' } } });
    expect(printOwners(answer)).toMatchInlineSnapshot(
      `"m Update conformance.sdp.internal/v1: { f:spec: { .: {}, f:mode: {}, f:settings: { .: {}, f:a: {} }, f:size: {} } }"`,
    );
  });
});
