import { beforeAll, expect, test } from 'vitest';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { apply, GADGET, gadget } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('apply: refusals', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  test('without a manager', async () => {
    const answer = await api.send('PATCH', `${path}/x`, {
      type: 'application/apply-patch+yaml',
      body: gadget('x'),
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      PatchOptions.meta.k8s.io "" is invalid: 
      - FieldValueRequired fieldManager: Required value: is required for apply patch
      details: { group: "meta.k8s.io", kind: "PatchOptions" }"
    `);
  });

  test('a manager that is too long', async () => {
    expect(printOutcome(await apply(api, path, 'm'.repeat(129), gadget('x')))).toMatchInlineSnapshot(`
      "422 Invalid
      PatchOptions.meta.k8s.io "" is invalid: 
      - FieldValueTooLong fieldManager: Too long: may not be more than 128 bytes
      details: { group: "meta.k8s.io", kind: "PatchOptions" }"
    `);
  });

  test('a manager with a control character', async () => {
    expect(printOutcome(await apply(api, path, 'a\nb', gadget('x')))).toMatchInlineSnapshot(`
      "422 Invalid
      PatchOptions.meta.k8s.io "" is invalid: 
      - FieldValueInvalid fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)
      details: { group: "meta.k8s.io", kind: "PatchOptions" }"
    `);
  });

  test('with managedFields', async () => {
    const answer = await apply(
      api,
      path,
      'a',
      gadget('x', { size: 1 }, { metadata: { managedFields: [{}] } }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "400 BadRequest
      metadata.managedFields must be nil"
    `);
  });

  test('with another name than that of the path', async () => {
    const answer = await api.send('PATCH', `${path}/other`, {
      type: 'application/apply-patch+yaml',
      body: gadget('x'),
      query: { fieldManager: 'a' },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "400 BadRequest
      the name of the object (x) does not match the name on the URL (other)"
    `);
  });

  test('without a kind', async () => {
    const { kind: _kind, ...body } = gadget('x');
    expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "400 BadRequest
      invalid object type: conformance.sdp.internal/v1, Kind="
    `);
  });

  test('with another kind', async () => {
    expect(
      printOutcome(await apply(api, path, 'a', { ...gadget('x'), kind: 'Other' })),
    ).toMatchInlineSnapshot(`
      "400 BadRequest
      invalid object type: conformance.sdp.internal/v1, Kind=Other"
    `);
  });

  test('with another version', async () => {
    const body = { ...gadget('x'), apiVersion: 'conformance.sdp.internal/v2' };
    expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "400 BadRequest
      invalid object type: conformance.sdp.internal/v2, Kind=Gadget"
    `);
  });

  test('with fields that the schema does not have', async () => {
    const body = gadget('x', { size: 1, wrong: 1, nested: { bad: true } });
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
        "400 BadRequest
        failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): errors:
          .spec.nested.bad: field not declared in schema
          .spec.wrong: field not declared in schema"
      `);
    } else {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "500 
      failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): errors:
        .spec.nested.bad: field not declared in schema
        .spec.wrong: field not declared in schema"
    `);
    }
  });

  test('with values of other types', async () => {
    const body = gadget('x', { size: 'one', nested: [], tags: 'a', settings: { a: 1 } });
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
        "400 BadRequest
        failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): errors:
          .spec.nested: expected map, got &{[]}
          .spec.settings.a: expected string, got &value.valueUnstructured{Value:1}
          .spec.size: expected numeric (int or float), got string
          .spec.tags: expected list, got &{a}"
      `);
    } else {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "500 
      failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): errors:
        .spec.nested: expected map, got &{[]}
        .spec.settings.a: expected string, got &value.valueUnstructured{Value:1}
        .spec.size: expected numeric (int or float), got string
        .spec.tags: expected list, got &{a}"
    `);
    }
  });

  test('with an invalid value', async () => {
    expect(printOutcome(await apply(api, path, 'a', gadget('x', { size: 0 })))).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
  });

  test('with the same item twice', async () => {
    const body = gadget('x', {
      size: 1,
      tags: ['a', 'a'],
      ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }],
    });
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
        "400 BadRequest
        failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): errors:
          .spec.ports: duplicate entries for key [port=1,protocol="TCP"]
          .spec.tags: duplicate entries for key [="a"]"
      `);
    } else {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "500 
      failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): errors:
        .spec.ports: duplicate entries for key [port=1,protocol="TCP"]
        .spec.tags: duplicate entries for key [="a"]"
    `);
    }
  });

  test('with an item without its key', async () => {
    const body = gadget('x', { size: 1, ports: [{ name: 'none' }] });
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
        "400 BadRequest
        failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): .spec.ports: element 0: associative list with keys has an element that omits key field "port" (and doesn't have default value)"
      `);
    } else {
      expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "500 
      failed to create typed patch object (/x; conformance.sdp.internal/v1, Kind=Gadget): .spec.ports: element 0: associative list with keys has an element that omits key field "port" (and doesn't have default value)"
    `);
    }
  });

  test('with a resourceVersion for an object that is not there', async () => {
    const body = gadget('by-version', { size: 1 }, { metadata: { resourceVersion: '1' } });
    expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`"201"`);
  });

  test('with a uid for an object that is not there', async () => {
    const body = gadget('by-uid', { size: 1 }, { metadata: { uid: '11111111-1111-1111-1111-111111111111' } });
    expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "409 Conflict
      Operation cannot be fulfilled on gadgets.conformance.sdp.internal "by-uid": uid mismatch: the provided object specified uid UID, and no existing object was found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "by-uid" }"
    `);
  });

  test('with an old resourceVersion', async () => {
    await apply(api, path, 'a', gadget('old'));
    const body = gadget('old', { size: 1 }, { metadata: { resourceVersion: '1' } });
    expect(printOutcome(await apply(api, path, 'a', body))).toMatchInlineSnapshot(`
      "409 Conflict
      Operation cannot be fulfilled on gadgets.conformance.sdp.internal "old": the object has been modified; please apply your changes to the latest version and try again
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "old" }"
    `);
  });

  test('that is no object', async () => {
    const send = (body: string) =>
      api.send('PATCH', `${path}/x`, {
        type: 'application/apply-patch+yaml',
        body,
        query: { fieldManager: 'a' },
      });
    if (differs(api, 'decoder-words')) {
      expect(printOutcome(await send('[]'))).toMatchInlineSnapshot(`
        "400 BadRequest
        the object provided is unrecognized (must be of type Gadget): [] is no object"
      `);
    } else {
      expect(printOutcome(await send('[]'))).toMatchInlineSnapshot(`
      "400 BadRequest
      error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"
    `);
    }
    if (differs(api, 'decoder-words')) {
      expect(printOutcome(await send('a: ['))).toMatchInlineSnapshot(`
        "400 BadRequest
        error parsing YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5:

        a: [
            ^
        "
      `);
    } else {
      expect(printOutcome(await send('a: ['))).toMatchInlineSnapshot(`
      "400 BadRequest
      error decoding YAML: error converting YAML to JSON: yaml: line 1: did not find expected node content"
    `);
    }
    if (differs(api, 'decoder-words')) {
      expect(printOutcome(await send(''))).toMatchInlineSnapshot(`
      "400 BadRequest
      the object provided is unrecognized (must be of type Gadget): <empty> is no object"
    `);
    } else {
      expect(printOutcome(await send(''))).toMatchInlineSnapshot(`
      "400 BadRequest
      invalid object type: /, Kind="
    `);
    }
  });

  test('with an unknown query value', async () => {
    const answer = await apply(api, path, 'a', gadget('x'), { query: { dryRun: 'Some' } });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "422 Invalid
      PatchOptions.meta.k8s.io "" is invalid: 
      - FieldValueNotSupported dryRun: Unsupported value: []string{"Some"}: supported values: "All"
      details: { group: "meta.k8s.io", kind: "PatchOptions" }"
    `);
    const force = await apply(api, path, 'a', gadget('x'), { query: { force: 'perhaps' } });
    expect(printOutcome(force)).toMatchInlineSnapshot(`"201"`);
  });
});
