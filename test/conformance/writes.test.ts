import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP } from './connect.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget, printSpec } from './gadget.ts';
import { printAnswer, printOutcome } from './print-answer.ts';

forEachTarget('create and update', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  const post = (body: unknown, query: Record<string, string> = {}): Promise<Answer> =>
    api.send('POST', path, { body, query });
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
});
