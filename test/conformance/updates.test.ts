import { beforeAll, expect, test } from 'vitest';
import { type Answer } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget, printSpec } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('updates', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  const post = (body: unknown, query: Record<string, string> = {}): Promise<Answer> =>
    api.send('POST', path, { body, query });
  const put = (name: string, body: unknown, query: Record<string, string> = {}): Promise<Answer> =>
    api.send('PUT', `${path}/${name}`, { body, query });
  const meta = (answer: Answer): Record<string, unknown> =>
    answer.body['metadata'] as Record<string, unknown>;

  test('generation and resourceVersion', async () => {
    const created = await post(gadget('counts'));
    const same = await put('counts', created.body);
    expect(meta(same)).toEqual(meta(created));
    const labelled = await put('counts', {
      ...created.body,
      metadata: { ...meta(created), labels: { a: 'b' } },
    });
    expect(meta(labelled)['generation']).toBe(1);
    expect(meta(labelled)['resourceVersion']).not.toBe(meta(created)['resourceVersion']);
    const changed = await put('counts', { ...labelled.body, spec: { size: 2 } });
    expect(meta(changed)['generation']).toBe(2);
    const claimed = await put('counts', { ...changed.body, metadata: { ...meta(changed), generation: 99 } });
    expect(meta(claimed)['generation']).toBe(2);
  });

  test('an update without a resourceVersion', async () => {
    await post(gadget('blind'));
    expect(printOutcome(await put('blind', gadget('blind')))).toMatchInlineSnapshot(`
      "422 Invalid
      gadgets.conformance.sdp.internal "blind" is invalid: 
      - FieldValueInvalid metadata.resourceVersion: Invalid value: 0x0: must be specified for an update
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "blind" }"
    `);
  });

  test('an update with an old resourceVersion', async () => {
    const created = await post(gadget('stale'));
    await put('stale', { ...created.body, spec: { size: 2 } });
    expect(printOutcome(await put('stale', { ...created.body, spec: { size: 3 } }))).toMatchInlineSnapshot(`
      "409 Conflict
      Operation cannot be fulfilled on gadgets.conformance.sdp.internal "stale": the object has been modified; please apply your changes to the latest version and try again
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "stale" }"
    `);
  });

  test('an update with a resourceVersion that is no number', async () => {
    const body = gadget('stale', { size: 1 }, { metadata: { resourceVersion: 'x' } });
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await put('stale', body))).toMatchInlineSnapshot(`
        "400 BadRequest
        resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"
      `);
    } else {
      expect(printOutcome(await put('stale', body))).toMatchInlineSnapshot(`
      "500 
      strconv.ParseUint: parsing "x": invalid syntax"
    `);
    }
  });

  test('an update with another uid', async () => {
    const created = await post(gadget('uid'));
    const metadata = { ...meta(created), uid: '11111111-1111-1111-1111-111111111111' };
    if (differs(api, 'storage-words')) {
      expect(printOutcome(await put('uid', { ...created.body, metadata }))).toMatchInlineSnapshot(`
        "409 Conflict
        Operation cannot be fulfilled on gadgets.conformance.sdp.internal "uid": Precondition failed: UID in precondition: UID, UID in object meta: UID
        details: { group: "conformance.sdp.internal", kind: "gadgets", name: "uid" }"
      `);
    } else {
      expect(printOutcome(await put('uid', { ...created.body, metadata }))).toMatchInlineSnapshot(`
      "409 Conflict
      Operation cannot be fulfilled on gadgets.conformance.sdp.internal "uid": StorageError: invalid object, Code: 4, Key: /registry/conformance.sdp.internal/gadgets/NAMESPACE/uid, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: UID, UID in object meta: UID
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "uid" }"
    `);
    }
  });

  test('an update with another name than that of the path', async () => {
    const created = await post(gadget('path'));
    expect(printOutcome(await put('elsewhere', created.body))).toMatchInlineSnapshot(`
      "400 BadRequest
      the name of the object (path) does not match the name on the URL (elsewhere)"
    `);
  });

  test('an update of what is not there', async () => {
    const body = gadget('nothing', { size: 1 }, { metadata: { resourceVersion: '1' } });
    expect(printOutcome(await put('nothing', body))).toMatchInlineSnapshot(`
      "404 NotFound
      gadgets.conformance.sdp.internal "nothing" not found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "nothing" }"
    `);
    expect(printOutcome(await put('nothing', gadget('nothing')))).toMatchInlineSnapshot(`
      "404 NotFound
      gadgets.conformance.sdp.internal "nothing" not found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "nothing" }"
    `);
  });

  test('an update that drops what only the server knows keeps it', async () => {
    const created = await post(gadget('keeps'));
    const { resourceVersion } = meta(created);
    const answer = await put('keeps', gadget('keeps', { size: 1 }, { metadata: { resourceVersion } }));
    expect(meta(answer)['uid']).toBe(meta(created)['uid']);
    expect(meta(answer)['creationTimestamp']).toBe(meta(created)['creationTimestamp']);
  });

  test('an update of the status leaves the rest alone', async () => {
    const created = await post(gadget('status-door'));
    const body = { ...created.body, spec: { size: 9 }, status: { phase: 'x', count: 1, wrong: 1 } };
    const answer = await api.send('PUT', `${path}/status-door/status`, { body });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "200
      warning: unknown field "status.wrong""
    `);
    expect(answer.body['status']).toEqual({ phase: 'x', count: 1 });
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", size: 1 }"`);
    expect(meta(answer)['generation']).toBe(1);
  });

  test('an invalid status', async () => {
    const created = await post(gadget('status-invalid'));
    const body = {
      ...created.body,
      status: { count: 'one', conditions: [{ type: 'A' }, { type: 'A' }, {}] },
    };
    if (differs(api, 'status-paths')) {
      expect(
        printOutcome(await api.send('PUT', `${path}/status-invalid/status`, { body })),
      ).toMatchInlineSnapshot(`
        "422 Invalid
        Gadget.conformance.sdp.internal "status-invalid" is invalid: 
        - FieldValueDuplicate status.conditions[1]: Duplicate value: map[string]interface {}{"type":"A"}
        - FieldValueRequired status.conditions[2].type: Required value
        - FieldValueTypeInvalid status.count: Invalid value: "string": status.count in body must be of type integer: "string"
        details: { group: "conformance.sdp.internal", kind: "Gadget", name: "status-invalid" }"
      `);
    } else {
      expect(
        printOutcome(await api.send('PUT', `${path}/status-invalid/status`, { body })),
      ).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "status-invalid" is invalid: 
      - FieldValueDuplicate status.conditions[1]: Duplicate value: map[string]interface {}{"type":"A"}
      - FieldValueRequired status.conditions[2].type: Required value
      - FieldValueTypeInvalid status.count: Invalid value: "string": count in body must be of type integer: "string"
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "status-invalid" }"
    `);
    }
  });
});
