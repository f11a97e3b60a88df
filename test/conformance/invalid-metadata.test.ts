import { beforeAll, expect, test } from 'vitest';
import { type Answer, type Send } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('invalid metadata', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
  });

  const outcome = async (method: string, at: string, options: Send = {}): Promise<string> =>
    printOutcome(await api.send(method, at, options));
  const post = (body: unknown, type?: string): Promise<string> =>
    outcome('POST', path, { body, ...(type === undefined ? {} : { type }) });
  const named = (name: string, metadata: object = {}): Promise<string> =>
    post(gadget(name, { size: 1 }, { metadata }));

  test('names that are invalid', async () => {
    expect(await named('Upper')).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "Upper" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "Upper": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "Upper" }"
    `);
    expect(await named('under_score')).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "under_score" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "under_score": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "under_score" }"
    `);
    expect(await named('-dash')).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "-dash" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "-dash": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "-dash" }"
    `);
    expect(await named('x'.repeat(254))).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must be no more than 253 characters
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }"
    `);
    expect(await named('')).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "" is invalid: 
      - FieldValueRequired metadata.name: Required value: name or generateName is required
      details: { group: "conformance.sdp.internal", kind: "Gadget" }"
    `);
    expect(await named('a/b')).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "a/b" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "a/b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "a/b" }"
    `);
  });

  test('names of core kinds that are invalid', async () => {
    const create = (plural: string, kind: string, name: string, fields: object = {}): Promise<Answer> =>
      api.send(
        'POST',
        plural === 'namespaces' ? '/api/v1/namespaces' : `/api/v1/namespaces/${api.namespace}/${plural}`,
        {
          body: { apiVersion: 'v1', kind, metadata: { name }, ...fields },
        },
      );
    expect(printOutcome(await create('namespaces', 'Namespace', 'a.b'))).toMatchInlineSnapshot(`
      "422 Invalid
      Namespace "a.b" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "a.b": must not contain dots
      details: { kind: "Namespace", name: "a.b" }"
    `);
    expect(
      printOutcome(await create('services', 'Service', '1a', { spec: { ports: [{ port: 1 }] } })),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      Service "1a" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "1a": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')
      details: { kind: "Service", name: "1a" }"
    `);
    expect(printOutcome(await create('configmaps', 'ConfigMap', 'A'))).toMatchInlineSnapshot(`
      "422 Invalid
      ConfigMap "A" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      details: { kind: "ConfigMap", name: "A" }"
    `);
  });

  test('labels and annotations that are invalid', async () => {
    expect(await named('x', { labels: { 'a b': 'c' } })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    expect(await named('x', { labels: { a: 'b c' } })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.labels: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    expect(await named('x', { labels: { a: 'x'.repeat(64) } })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.labels: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must be no more than 63 characters
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    expect(await named('x', { labels: { ['x'.repeat(64)]: '' } })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.labels: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": name part must be no more than 63 characters
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    expect(
      await named('x', { labels: { 'A_/b': '', '/b': '', 'x/y/z': '', 'x/': '' } }),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.labels: Invalid value: "/b": prefix part must be non-empty
      - FieldValueInvalid metadata.labels: Invalid value: "A_/b": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      - FieldValueInvalid metadata.labels: Invalid value: "x/": name part must be non-empty
      - FieldValueInvalid metadata.labels: Invalid value: "x/": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
      - FieldValueInvalid metadata.labels: Invalid value: "x/y/z": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    expect(await named('x', { annotations: { 'a b': 'c' } })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.annotations: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    expect(await named('x', { annotations: { a: 'x'.repeat(262_145) } })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueTooLong metadata.annotations: Too long: may not be more than 262144 bytes
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
  });

  test('finalizers and owners that are invalid', async () => {
    expect(await named('x', { finalizers: ['no-domain', 'a b/c'] })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.finalizers: Invalid value: "a b/c": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    expect(await named('x', { ownerReferences: [{}] })).toMatchInlineSnapshot(`
      "422 Invalid
      Gadget.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty
      - FieldValueInvalid metadata.ownerReferences.kind: Invalid value: "": kind must not be empty
      - FieldValueInvalid metadata.ownerReferences.name: Invalid value: "": name must not be empty
      - FieldValueInvalid metadata.ownerReferences.uid: Invalid value: "": uid must not be empty
      details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
    `);
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'x', controller: true };
    const [a, b] = ['11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222'];
    if (differs(api, 'decoder-words')) {
      expect(
        await named('x', {
          ownerReferences: [
            { ...owner, uid: a },
            { ...owner, uid: b },
          ],
        }),
      ).toMatchInlineSnapshot(`
        "422 Invalid
        Gadget.conformance.sdp.internal "x" is invalid: 
        - FieldValueInvalid metadata.ownerReferences: Invalid value: 2: Only one reference can have Controller set to true
        details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
      `);
    } else {
      expect(
        await named('x', {
          ownerReferences: [
            { ...owner, uid: a },
            { ...owner, uid: b },
          ],
        }),
      ).toMatchInlineSnapshot(`
        "422 Invalid
        Gadget.conformance.sdp.internal "x" is invalid: 
        - FieldValueInvalid metadata.ownerReferences: Invalid value: []v1.OwnerReference{v1.OwnerReference{APIVersion:"v1", Kind:"Pod", Name:"x", UID:"UID", Controller:(*bool)(ADDRESS), BlockOwnerDeletion:(*bool)(nil)}, v1.OwnerReference{APIVersion:"v1", Kind:"Pod", Name:"x", UID:"UID", Controller:(*bool)(ADDRESS), BlockOwnerDeletion:(*bool)(nil)}}: Only one reference can have Controller set to true. Found "true" in references for Pod/x and Pod/x
        details: { group: "conformance.sdp.internal", kind: "Gadget", name: "x" }"
      `);
    }
  });

  test('a resourceVersion on create', async () => {
    if (differs(api, 'client-errors')) {
      expect(await named('x', { resourceVersion: '1' })).toMatchInlineSnapshot(`
        "400 BadRequest
        resourceVersion should not be set on objects to be created"
      `);
    } else {
      expect(await named('x', { resourceVersion: '1' })).toMatchInlineSnapshot(`
      "500 
      resourceVersion should not be set on objects to be created"
    `);
    }
  });

  test('a body that is too large', async () => {
    const answer = await api.send('POST', path, {
      body: gadget('x', { size: 1, colour: 'x'.repeat(3_200_000) }),
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "413 RequestEntityTooLarge
      Request entity too large: limit is 3145728"
    `);
  });

  test('without credentials', async () => {
    const answer = await api.send('GET', path, { headers: { authorization: 'Bearer wrong' } });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "401 Unauthorized
      Unauthorized"
    `);
  });
});
