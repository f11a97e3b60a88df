import { beforeAll, expect, test } from 'vitest';
import { GROUP, type Send } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget } from './gadget.ts';
import { printOutcome } from './print-answer.ts';

forEachTarget('errors', (api) => {
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

  test('an object that is not there', async () => {
    expect(await outcome('GET', `${path}/nothing`)).toMatchInlineSnapshot(`
      "404 NotFound
      gadgets.conformance.sdp.internal "nothing" not found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "nothing" }"
    `);
    expect(
      await outcome('GET', `/api/v1/namespaces/${api.namespace}/configmaps/nothing`),
    ).toMatchInlineSnapshot(`
      "404 NotFound
      configmaps "nothing" not found
      details: { kind: "configmaps", name: "nothing" }"
    `);
    expect(await outcome('GET', '/api/v1/namespaces/nothing-here')).toMatchInlineSnapshot(`
      "404 NotFound
      namespaces "nothing-here" not found
      details: { kind: "namespaces", name: "nothing-here" }"
    `);
  });

  test('a resource that is not there', async () => {
    if (differs(api, 'not-found-words')) {
      expect(await outcome('GET', `/apis/${GROUP}/v1/namespaces/x/nothings`)).toMatchInlineSnapshot(`
        "404 NotFound
        the server could not find the requested resource
        details: {}"
      `);
    } else {
      expect(await outcome('GET', `/apis/${GROUP}/v1/namespaces/x/nothings`)).toMatchInlineSnapshot(`
      "404 
      404 page not found"
    `);
    }
    if (differs(api, 'not-found-words')) {
      expect(await outcome('GET', `/apis/${GROUP}/v9/gadgets`)).toMatchInlineSnapshot(`
        "404 NotFound
        the server could not find the requested resource
        details: {}"
      `);
    } else {
      expect(await outcome('GET', `/apis/${GROUP}/v9/gadgets`)).toMatchInlineSnapshot(`
      "404 
      404 page not found"
    `);
    }
    if (differs(api, 'not-found-words')) {
      expect(await outcome('GET', '/apis/nowhere.example.org/v1/things/x')).toMatchInlineSnapshot(`
      "404 NotFound
      the server could not find the requested resource
      details: {}"
    `);
    } else {
      expect(await outcome('GET', '/apis/nowhere.example.org/v1/things/x')).toMatchInlineSnapshot(`
      "404 
      404 page not found"
    `);
    }
    expect(await outcome('GET', '/api/v1/nothings')).toMatchInlineSnapshot(`
      "404 NotFound
      the server could not find the requested resource
      details: {}"
    `);
    if (differs(api, 'not-found-words')) {
      expect(await outcome('GET', '/nothing')).toMatchInlineSnapshot(`
      "404 
      Route GET:/nothing not found"
    `);
    } else {
      expect(await outcome('GET', '/nothing')).toMatchInlineSnapshot(`
      "404 
      404 page not found"
    `);
    }
  });

  test('a subresource that is not there', async () => {
    if (differs(api, 'not-found-words')) {
      expect(await outcome('GET', `${path}/x/scale`)).toMatchInlineSnapshot(`
        "404 NotFound
        the server could not find the requested resource
        details: {}"
      `);
    } else {
      expect(await outcome('GET', `${path}/x/scale`)).toMatchInlineSnapshot(`
      "404 NotFound
      gadgets.conformance.sdp.internal "x" not found
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "x" }"
    `);
    }
    expect(
      await outcome('GET', `/api/v1/namespaces/${api.namespace}/configmaps/x/status`),
    ).toMatchInlineSnapshot(`
      "404 NotFound
      the server could not find the requested resource
      details: {}"
    `);
  });

  test('methods that are not allowed', async () => {
    await post(gadget('exists'));
    if (differs(api, 'not-found-words')) {
      expect(await outcome('PUT', path, { body: gadget('x') })).toMatchInlineSnapshot(`
        "405 MethodNotAllowed
        the server does not allow this method on the requested resource
        details: {}"
      `);
    } else {
      expect(await outcome('PUT', path, { body: gadget('x') })).toMatchInlineSnapshot(`
      "400 BadRequest
      name must be provided"
    `);
    }
    if (differs(api, 'not-found-words')) {
      expect(
        await outcome('PATCH', path, { body: {}, type: 'application/merge-patch+json' }),
      ).toMatchInlineSnapshot(`
        "405 MethodNotAllowed
        the server does not allow this method on the requested resource
        details: {}"
      `);
    } else {
      expect(
        await outcome('PATCH', path, { body: {}, type: 'application/merge-patch+json' }),
      ).toMatchInlineSnapshot(`
      "400 BadRequest
      name must be provided"
    `);
    }
    if (differs(api, 'not-found-words')) {
      expect(await outcome('POST', `${path}/exists`, { body: gadget('exists') })).toMatchInlineSnapshot(`
      "405 MethodNotAllowed
      the server does not allow this method on the requested resource
      details: {}"
    `);
    } else {
      expect(await outcome('POST', `${path}/exists`, { body: gadget('exists') })).toMatchInlineSnapshot(`
      "409 AlreadyExists
      gadgets.conformance.sdp.internal "exists" already exists
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "exists" }"
    `);
    }
    if (differs(api, 'not-found-words')) {
      expect(
        await outcome('POST', `/apis/${GROUP}/v1/gadgets`, { body: gadget('x') }),
      ).toMatchInlineSnapshot(`
      "405 MethodNotAllowed
      the server does not allow this method on the requested resource
      details: {}"
    `);
    } else {
      expect(
        await outcome('POST', `/apis/${GROUP}/v1/gadgets`, { body: gadget('x') }),
      ).toMatchInlineSnapshot(`
      "404 
      404 page not found"
    `);
    }
    if (differs(api, 'not-found-words')) {
      expect(await outcome('DELETE', `${path}/exists/status`)).toMatchInlineSnapshot(`
      "405 MethodNotAllowed
      the server does not allow this method on the requested resource
      details: {}"
    `);
    } else {
      expect(await outcome('DELETE', `${path}/exists/status`)).toMatchInlineSnapshot(`
      "405 MethodNotAllowed
      delete is not supported on resources of kind "gadgets.conformance.sdp.internal"
      details: { group: "conformance.sdp.internal", kind: "gadgets" }"
    `);
    }
    expect(await outcome('POST', '/api/v1/configmaps', { body: {} })).toMatchInlineSnapshot(`
      "405 MethodNotAllowed
      the server does not allow this method on the requested resource
      details: {}"
    `);
    expect(
      await outcome('PUT', `/api/v1/namespaces/${api.namespace}/configmaps`, { body: {} }),
    ).toMatchInlineSnapshot(`
      "405 MethodNotAllowed
      the server does not allow this method on the requested resource
      details: {}"
    `);
  });

  test('media types that are not known', async () => {
    expect(await post(gadget('x'), 'text/plain')).toMatchInlineSnapshot(`
      "415 UnsupportedMediaType
      the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf"
    `);
    expect(await outcome('PATCH', `${path}/exists`, { body: {}, type: 'text/plain' })).toMatchInlineSnapshot(`
      "415 UnsupportedMediaType
      the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    `);
    expect(
      await outcome('POST', `/api/v1/namespaces/${api.namespace}/configmaps`, {
        body: {},
        type: 'text/plain',
      }),
    ).toMatchInlineSnapshot(`
      "415 UnsupportedMediaType
      the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf"
    `);
  });

  test('forms that are not known', async () => {
    expect(
      await outcome('GET', `${path}/exists`, { headers: { accept: 'text/html' } }),
    ).toMatchInlineSnapshot(`
      "406 NotAcceptable
      only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"
    `);
    expect(
      await outcome('POST', path, { body: gadget('new'), headers: { accept: 'image/png' } }),
    ).toMatchInlineSnapshot(`
      "406 NotAcceptable
      only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"
    `);
    expect((await api.send('GET', `${path}/new`)).code).toBe(404);
  });

  test('a body in YAML', async () => {
    const body = `{apiVersion: ${GROUP}/v1, kind: Gadget, metadata: {name: yaml}, spec: {size: 1}}`;
    expect(await post(body, 'application/yaml')).toBe('201');
  });

  test('bodies that cannot be read', async () => {
    const outcomes = [];
    for (const body of [
      '',
      '{',
      '[]',
      '"x"',
      '1',
      'null',
      '{}',
      '{"kind":"Gadget"}',
      '{"apiVersion":1,"kind":2}',
    ]) {
      outcomes.push(`${body} → ${await post(body)}`);
    }
    if (differs(api, 'decoder-words')) {
      expect(outcomes.join('\n')).toMatchInlineSnapshot(`
        " → 400 BadRequest
        the object provided is unrecognized (must be of type JSON): Unexpected end of JSON input
        { → 400 BadRequest
        the object provided is unrecognized (must be of type JSON): Expected property name or '}' in JSON at position 1
        [] → 400 BadRequest
        the object provided is unrecognized (must be of type Gadget): [] is no object
        "x" → 400 BadRequest
        the object provided is unrecognized (must be of type Gadget): "x" is no object
        1 → 400 BadRequest
        the object provided is unrecognized (must be of type Gadget): 1 is no object
        null → 400 BadRequest
        the object provided is unrecognized (must be of type Gadget): null is no object
        {} → 400 BadRequest
        the object provided is unrecognized (must be of type Gadget): Object 'Kind' is missing in '{}'
        {"kind":"Gadget"} → 400 BadRequest
        the API version in the data () does not match the expected API version (conformance.sdp.internal/v1)
        {"apiVersion":1,"kind":2} → 400 BadRequest
        the object provided is unrecognized (must be of type Gadget): Object 'Kind' is missing in '{"apiVersion":1,"kind":2}'"
      `);
    } else {
      expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      " → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)
      { → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): couldn't get version/kind; json parse error: unexpected end of JSON input ({)
      [] → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)
      "x" → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (227822)
      1 → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (31)
      null → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): Object 'Kind' is missing in 'null' (6e756c6c)
      {} → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): Object 'Kind' is missing in '{}' ({})
      {"kind":"Gadget"} → 400 BadRequest
      the API version in the data () does not match the expected API version (conformance.sdp.internal/v1)
      {"apiVersion":1,"kind":2} → 400 BadRequest
      the object provided is unrecognized (must be of type Gadget): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string ({"apiVersion":1,"kind":2})"
    `);
    }
  });

  test('metadata that cannot be read', async () => {
    const outcomes = [];
    for (const metadata of [
      [],
      'x',
      { name: 5 },
      { name: 'x', labels: [] },
      { name: 'x', labels: { a: 1 } },
    ]) {
      outcomes.push(`${JSON.stringify(metadata)} → ${await post({ ...gadget('x'), metadata })}`);
    }
    expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "[] → 400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: json: cannot unmarshal array into Go value of type v1.ObjectMeta
      "x" → 400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: json: cannot unmarshal string into Go value of type v1.ObjectMeta
      {"name":5} → 400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string
      {"name":"x","labels":[]} → 400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: json: cannot unmarshal array into Go struct field ObjectMeta.labels of type map[string]string
      {"name":"x","labels":{"a":1}} → 400 BadRequest
      Gadget in version "v1" cannot be handled as a Gadget: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string"
    `);
  });

  test('another kind, version or namespace than that of the path', async () => {
    expect(await post({ ...gadget('x'), kind: 'Other' })).toMatchInlineSnapshot(`
      "422 Invalid
      Other.conformance.sdp.internal "x" is invalid: 
      - FieldValueInvalid kind: Invalid value: "Other": must be Gadget
      details: { group: "conformance.sdp.internal", kind: "Other", name: "x" }"
    `);
    expect(await post({ ...gadget('x'), apiVersion: 'v1' })).toMatchInlineSnapshot(`
      "400 BadRequest
      the API version in the data (v1) does not match the expected API version (conformance.sdp.internal/v1)"
    `);
    expect(
      await post(gadget('x', { size: 1 }, { metadata: { namespace: 'elsewhere' } })),
    ).toMatchInlineSnapshot(`
      "400 BadRequest
      the namespace of the provided object does not match the namespace sent on the request"
    `);
    const configMaps = `/api/v1/namespaces/${api.namespace}/configmaps`;
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } };
    expect(await outcome('POST', configMaps, { body })).toMatchInlineSnapshot(`
      "400 BadRequest
      Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion"
    `);
  });

  test('a namespace that is not there', async () => {
    expect(
      await outcome('POST', path.replace(api.namespace, 'nowhere-at-all'), { body: gadget('x') }),
    ).toMatchInlineSnapshot(`
      "404 NotFound
      namespaces "nowhere-at-all" not found
      details: { kind: "namespaces", name: "nowhere-at-all" }"
    `);
    expect(
      await outcome('POST', '/api/v1/namespaces/nowhere-at-all/configmaps', {
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
      }),
    ).toMatchInlineSnapshot(`
      "404 NotFound
      namespaces "nowhere-at-all" not found
      details: { kind: "namespaces", name: "nowhere-at-all" }"
    `);
  });

  test('a name that is taken', async () => {
    expect(await named('exists')).toMatchInlineSnapshot(`
      "409 AlreadyExists
      gadgets.conformance.sdp.internal "exists" already exists
      details: { group: "conformance.sdp.internal", kind: "gadgets", name: "exists" }"
    `);
  });
});
