import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP, type Send } from './connect.ts';
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
