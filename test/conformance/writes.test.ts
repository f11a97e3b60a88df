import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget, printSpec } from './gadget.ts';
import { printAnswer, printJson, printOutcome } from './print-answer.ts';

forEachTarget('create and update', (api) => {
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

  test('a created object, whole', async () => {
    expect(printAnswer(await post(gadget('whole', { size: 1 })))).toMatchInlineSnapshot(`
      "201
      {
        apiVersion: "conformance.sdp.internal/v1",
        kind: "Gadget",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          managedFields: [
            {
              apiVersion: "conformance.sdp.internal/v1",
              fieldsType: "FieldsV1",
              fieldsV1: { f:spec: { .: {}, f:mode: {}, f:size: {} } },
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
        spec: { mode: "auto", size: 1 },
      }"
    `);
  });

  test('unknown fields are dropped with a warning', async () => {
    const answer = await post(
      gadget('warns', { size: 1, wrong: 1, ports: [{ port: 1, bad: 2 }] }, { top: true }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "201
      warning: unknown field "spec.ports[0].bad"
      warning: unknown field "spec.wrong"
      warning: unknown field "top""
    `);
    expect(printSpec(answer)).toMatchInlineSnapshot(
      `"{ mode: "auto", ports: [{ port: 1, protocol: "TCP" }], size: 1 }"`,
    );
  });

  test('unknown fields are refused when the request is strict', async () => {
    const body = gadget('strict', { size: 1, wrong: 1, ports: [{ port: 1, bad: 2 }] }, { top: true });
    expect(printOutcome(await post(body, { fieldValidation: 'Strict' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: unknown field "spec.ports[0].bad", unknown field "spec.wrong", unknown field "top""
    `);
  });

  test('unknown fields are ignored on request', async () => {
    const body = gadget('ignores', { size: 1, wrong: 1 });
    expect(printOutcome(await post(body, { fieldValidation: 'Ignore' }))).toMatchInlineSnapshot(`"201"`);
  });

  test('unknown fields of metadata', async () => {
    const body = gadget('meta', { size: 1 }, { metadata: { wrong: 1 } });
    expect(printOutcome(await post(body))).toMatchInlineSnapshot(`
      "201
      warning: unknown field "metadata.wrong""
    `);
    expect(printOutcome(await post(body, { fieldValidation: 'Strict' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: unknown field "metadata.wrong""
    `);
  });

  test('the same field twice', async () => {
    const body = `{"apiVersion":"${GROUP}/v1","kind":"Gadget","metadata":{"name":"twice"},"spec":{"size":1,"size":2}}`;
    expect(printOutcome(await post(body, { fieldValidation: 'Strict' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: duplicate field "spec.size""
    `);
    const answer = await post(body);
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "201
      warning: duplicate field "spec.size""
    `);
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ mode: "auto", size: 2 }"`);
  });

  test('an unknown fieldValidation', async () => {
    expect(printOutcome(await post(gadget('x'), { fieldValidation: 'Maybe' }))).toMatchInlineSnapshot(`
      "422 Invalid
      CreateOptions.meta.k8s.io "" is invalid: 
      - FieldValueNotSupported fieldValidation: Unsupported value: "Maybe": supported values: "", "Ignore", "Strict", "Warn"
      details: { group: "meta.k8s.io", kind: "CreateOptions" }"
    `);
  });

  test('an unknown dryRun', async () => {
    expect(printOutcome(await post(gadget('x'), { dryRun: 'Some' }))).toMatchInlineSnapshot(`
      "422 Invalid
      CreateOptions.meta.k8s.io "" is invalid: 
      - FieldValueNotSupported dryRun: Unsupported value: []string{"Some"}: supported values: "All"
      details: { group: "meta.k8s.io", kind: "CreateOptions" }"
    `);
  });

  test('a fieldManager that is too long', async () => {
    expect(printOutcome(await post(gadget('x'), { fieldManager: 'm'.repeat(129) }))).toMatchInlineSnapshot(`
      "422 Invalid
      CreateOptions.meta.k8s.io "" is invalid: 
      - FieldValueTooLong fieldManager: Too long: may not be more than 128 bytes
      details: { group: "meta.k8s.io", kind: "CreateOptions" }"
    `);
  });

  test('unknown fields in a free part stay', async () => {
    const answer = await post(gadget('free', { size: 1, free: { any: { thing: [null, 1] } } }));
    expect(printSpec(answer)).toMatchInlineSnapshot(
      `"{ free: { any: { thing: [null, 1] } }, mode: "auto", size: 1 }"`,
    );
  });

  test('nulls: dropped, defaulted or kept', async () => {
    const answer = await post(
      gadget('nulls', { size: 1, colour: null, label: null, mode: null, nested: null }),
    );
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(printSpec(answer)).toMatchInlineSnapshot(`"{ label: null, mode: "auto", size: 1 }"`);
  });

  test('status is dropped at creation', async () => {
    const answer = await post(gadget('status', { size: 1 }, { status: { phase: 'x' } }));
    expect(printOutcome(answer)).toMatchInlineSnapshot(`"201"`);
    expect(answer.body).not.toHaveProperty('status');
  });

  test('what the server decides cannot be chosen', async () => {
    const metadata = {
      uid: '11111111-1111-1111-1111-111111111111',
      creationTimestamp: '2001-01-01T00:00:00Z',
      generation: 7,
      deletionTimestamp: '2001-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 5,
      selfLink: '/x',
    };
    const answer = await post(gadget('server', { size: 1 }, { metadata }));
    expect(printAnswer(answer)).toMatchInlineSnapshot(`
      "201
      {
        apiVersion: "conformance.sdp.internal/v1",
        kind: "Gadget",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          managedFields: [
            {
              apiVersion: "conformance.sdp.internal/v1",
              fieldsType: "FieldsV1",
              fieldsV1: { f:spec: { .: {}, f:mode: {}, f:size: {} } },
              manager: "conformance",
              operation: "Update",
              time: "TIME",
            },
          ],
          name: "server",
          namespace: "NAMESPACE",
          resourceVersion: "VERSION",
          uid: "UID",
        },
        spec: { mode: "auto", size: 1 },
      }"
    `);
    expect(meta(answer)['uid']).not.toBe(metadata.uid);
    expect(String(meta(answer)['creationTimestamp'])).not.toContain('2001');
  });

  test('a generated name', async () => {
    const { name: _name, ...metadata } = { name: '', generateName: 'made-' };
    const answer = await post({ ...gadget('x'), metadata });
    expect(answer.code).toBe(201);
    expect(meta(answer)['name']).toMatch(/^made-[a-z0-9]{5}$/u);
    expect(meta(answer)['generateName']).toBe('made-');
  });

  test('a generated name from a long prefix is shortened', async () => {
    const answer = await post({ ...gadget('x'), metadata: { generateName: 'a'.repeat(80) } });
    expect(meta(answer)['name']).toMatch(/^a{58}[a-z0-9]{5}$/u);
  });

  test('a generated name from a bad prefix', async () => {
    const answer = await post({ ...gadget('x'), metadata: { generateName: 'Bad_' } });
    expect(answer.code).toBe(422);
    expect(printOutcome(answer).replaceAll(/Bad_[a-z0-9]{5}/gu, 'Bad_RANDOM')).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "Bad_RANDOM" is invalid: 
      - FieldValueInvalid metadata.generateName: Invalid value: "Bad_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      - FieldValueInvalid metadata.name: Invalid value: "Bad_RANDOM": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "Bad_RANDOM" }"
    `);
  });

  test('dry-run creates nothing', async () => {
    const answer = await post(gadget('dry'), { dryRun: 'All' });
    expect(answer.code).toBe(201);
    expect(meta(answer)['uid']).toEqual(expect.any(String));
    expect(meta(answer)).not.toHaveProperty('resourceVersion');
    expect((await api.send('GET', `${path}/dry`)).code).toBe(404);
  });

  test('dry-run of a name that is taken', async () => {
    await post(gadget('taken'));
    expect(printOutcome(await post(gadget('taken'), { dryRun: 'All' }))).toMatchInlineSnapshot(`
      "409 AlreadyExists
      gadgets.conformance.sdp.internal "taken" already exists
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "taken" }"
    `);
  });

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
