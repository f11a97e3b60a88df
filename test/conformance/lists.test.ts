import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget } from './gadget.ts';
import { printAnswer, printJson, printOutcome } from './print-answer.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const METADATA = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

forEachTarget('lists', (api) => {
  let path = '';
  beforeAll(async () => {
    path = await api.define(GADGET);
    for (const [index, name] of ['e', 'd', 'c', 'b', 'a'].entries()) {
      const labels = { parity: index % 2 === 0 ? 'even' : 'odd', ...(index === 0 ? { first: '' } : {}) };
      const spec = { size: index + 1, colour: index < 2 ? 'red' : 'blue' };
      const answer = await api.send('POST', path, { body: gadget(name, spec, { metadata: { labels } }) });
      if (answer.code !== 201) throw new Error(answer.text);
    }
  });

  const list = (query: Record<string, string> = {}, accept?: string): Promise<Answer> =>
    api.send('GET', path, { query, ...(accept === undefined ? {} : { headers: { accept } }) });
  const names = (answer: Answer): string =>
    Array.isArray(answer.body['items'])
      ? (answer.body['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name).join()
      : printOutcome(answer);
  const meta = (answer: Answer): Record<string, unknown> =>
    answer.body['metadata'] as Record<string, unknown>;
  const versionOf = (answer: Answer): string => String(meta(answer)['resourceVersion']);

  test('a whole list is ordered by name', async () => {
    const answer = await list();
    expect(names(answer)).toBe('a,b,c,d,e');
    expect({ ...answer.body, items: undefined, metadata: Object.keys(meta(answer)).toSorted() }).toEqual({
      apiVersion: `${GROUP}/v1`,
      kind: 'GadgetList',
      metadata: ['continue', 'resourceVersion'],
    });
    expect(meta(answer)['continue']).toBe('');
  });

  test('items of a custom kind name their kind, those of a core kind do not', async () => {
    const custom = (await list()).body['items'] as object[];
    expect(custom[0]).toMatchObject({ apiVersion: `${GROUP}/v1`, kind: 'Gadget' });
    await api.send('POST', `/api/v1/namespaces/${api.namespace}/configmaps`, {
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
    });
    const core = (await api.send('GET', `/api/v1/namespaces/${api.namespace}/configmaps`)).body;
    expect(Object.keys((core['items'] as object[])[0] ?? {})).toMatchInlineSnapshot(`
      [
        "metadata",
      ]
    `);
    expect(Object.keys(core['metadata'] as object)).toMatchInlineSnapshot(`
      [
        "resourceVersion",
      ]
    `);
  });

  test('an empty list', async () => {
    expect(printAnswer(await list({ labelSelector: 'parity=none' }))).toMatchInlineSnapshot(`
      "200
      {
        apiVersion: "conformance.sdp.internal/v1",
        items: [],
        kind: "GadgetList",
        metadata: { continue: "", resourceVersion: "VERSION" },
      }"
    `);
  });

  test('pages', async () => {
    const first = await list({ limit: '2' });
    expect(names(first)).toBe('a,b');
    expect(meta(first)['remainingItemCount']).toBe(3);
    const second = await list({ limit: '2', continue: String(meta(first)['continue']) });
    expect(names(second)).toBe('c,d');
    expect(meta(second)['remainingItemCount']).toBe(1);
    expect(versionOf(second)).toBe(versionOf(first));
    const third = await list({ limit: '2', continue: String(meta(second)['continue']) });
    expect(names(third)).toBe('e');
    expect(meta(third)).not.toHaveProperty('remainingItemCount');
    expect(meta(third)['continue']).toBe('');
  });

  test('pages show one moment', async () => {
    await api.send('POST', path, { body: gadget('z') });
    const first = await list({ limit: '3' });
    await api.send('DELETE', `${path}/z`);
    await api.send('POST', path, { body: gadget('y') });
    const rest = await list({ continue: String(meta(first)['continue']) });
    expect(names(rest)).toBe('d,e,z');
    await api.send('DELETE', `${path}/y`);
  });

  test('pages of a selection', async () => {
    const first = await list({ limit: '1', labelSelector: 'parity=even' });
    expect(names(first)).toBe('a');
    expect(meta(first)).not.toHaveProperty('remainingItemCount');
    const second = await list({
      limit: '5',
      labelSelector: 'parity=even',
      continue: String(meta(first)['continue']),
    });
    expect(names(second)).toBe('c,e');
  });

  test('a page of exactly what there is', async () => {
    const answer = await list({ limit: '5' });
    expect(names(answer)).toBe('a,b,c,d,e');
    expect(meta(answer)['continue']).toBe('');
  });

  test('a continue token that is none', async () => {
    if (differs(api, 'decoder-words')) {
      expect(printOutcome(await list({ continue: 'x' }))).toMatchInlineSnapshot(`
        "400 BadRequest
        invalid continue token: continue key is not valid"
      `);
    } else {
      expect(printOutcome(await list({ continue: 'x' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      invalid continue token: continue key is not valid: illegal base64 data at input byte 0"
    `);
    }
  });

  test('a continue token with a resourceVersion', async () => {
    const first = await list({ limit: '1' });
    const answer = await list({
      limit: '1',
      continue: String(meta(first)['continue']),
      resourceVersion: versionOf(first),
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "400 BadRequest
      specifying resource version is not allowed when using continue"
    `);
  });

  test('limits that are none', async () => {
    expect(printOutcome(await list({ limit: 'x' }))).toMatchInlineSnapshot(`
      "400 BadRequest
      strconv.ParseInt: parsing "x": invalid syntax"
    `);
    expect(printOutcome(await list({ limit: '-1' }))).toMatchInlineSnapshot(`"200"`);
    expect(names(await list({ limit: '0' }))).toBe('a,b,c,d,e');
  });

  test('resourceVersion 0 and an older one', async () => {
    const version = versionOf(await list());
    expect(names(await list({ resourceVersion: '0' }))).toBe('a,b,c,d,e');
    expect(names(await list({ resourceVersion: version }))).toBe('a,b,c,d,e');
    expect(names(await list({ resourceVersion: version, resourceVersionMatch: 'NotOlderThan' }))).toBe(
      'a,b,c,d,e',
    );
  });

  test('exactly the state at a resourceVersion', async () => {
    const version = versionOf(await list());
    await api.send('POST', path, { body: gadget('later') });
    const answer = await list({ resourceVersion: version, resourceVersionMatch: 'Exact' });
    expect(names(answer)).toBe('a,b,c,d,e');
    expect(versionOf(answer)).toBe(version);
    await api.send('DELETE', `${path}/later`);
  });

  test('resourceVersionMatch: what does not go together', async () => {
    expect(printOutcome(await list({ resourceVersionMatch: 'Exact' }))).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
    expect(
      printOutcome(await list({ resourceVersion: '0', resourceVersionMatch: 'Exact' })),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueForbidden resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
    expect(
      printOutcome(await list({ resourceVersion: '1', resourceVersionMatch: 'Sometimes' })),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      ListOptions.meta.k8s.io "" is invalid: 
      - FieldValueNotSupported resourceVersionMatch: Unsupported value: "Sometimes": supported values: "Exact", "NotOlderThan", ""
      details: { group: "meta.k8s.io", kind: "ListOptions" }"
    `);
  });

  test('a resourceVersion that is no number', async () => {
    if (differs(api, 'client-errors')) {
      expect(printOutcome(await list({ resourceVersion: 'x' }))).toMatchInlineSnapshot(`
        "400 BadRequest
        resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"
      `);
    } else {
      expect(printOutcome(await list({ resourceVersion: 'x' }))).toMatchInlineSnapshot(`
      "500 
      resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax"
    `);
    }
  });

  test('a resourceVersion of the future', async () => {
    const answer = await list({ resourceVersion: '999999999' });
    expect(printOutcome(answer).replaceAll(/current: \d+/gu, 'current: CURRENT')).toMatchInlineSnapshot(`
      "504 Timeout
      Timeout: Too large resource version: 999999999, current: CURRENT
      - ResourceVersionTooLarge undefined: Too large resource version
      details: { retryAfterSeconds: 1 }"
    `);
  });

  test.each([
    ['parity=even', 'a,c,e'],
    ['parity==even', 'a,c,e'],
    ['parity!=even', 'b,d'],
    ['parity in (even,odd)', 'a,b,c,d,e'],
    ['parity notin (even)', 'b,d'],
    ['first', 'e'],
    ['!first', 'a,b,c,d'],
    ['first=', 'e'],
    ['parity=even,!first', 'a,c'],
    ['parity=even,parity=odd', ''],
    ['none notin (x)', 'a,b,c,d,e'],
    ['parity in (even),first', 'e'],
  ])('label selector %s', async (labelSelector, expected) => {
    expect(names(await list({ labelSelector }))).toBe(expected);
  });

  test('label selectors that cannot be read', async () => {
    const outcomes = [];
    for (const labelSelector of ['a in', 'a b', '=x', 'a=b=c', 'a in (', '!a=b', 'a>x', 'A_/x=y']) {
      outcomes.push(`${labelSelector} → ${printOutcome(await list({ labelSelector }))}`);
    }
    expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "a in → 400 BadRequest
      unable to parse requirement: found '' expected: '('
      a b → 400 BadRequest
      unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt
      =x → 400 BadRequest
      found '=', expected: !, identifier, or 'end of string'
      a=b=c → 400 BadRequest
      found '=', expected: ',' or 'end of string'
      a in ( → 400 BadRequest
      unable to parse requirement: found '', expected: ',', ')' or identifier
      !a=b → 400 BadRequest
      found '=', expected: ',' or 'end of string'
      a>x → 400 BadRequest
      unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer
      A_/x=y → 400 BadRequest
      unable to parse requirement: <nil>: Invalid value: "A_/x": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    `);
  });

  test.each([
    ['metadata.name=a', 'a'],
    ['metadata.name!=a', 'b,c,d,e'],
    ['metadata.namespace=elsewhere', ''],
    ['spec.colour=red', 'd,e'],
    ['spec.colour==red,metadata.name=d', 'd'],
  ])('field selector %s', async (fieldSelector, expected) => {
    expect(names(await list({ fieldSelector }))).toBe(expected);
  });

  test('field selectors that cannot be read', async () => {
    const outcomes = [];
    for (const fieldSelector of ['spec.size=1', 'metadata.labels.x=1', 'metadata.name', 'metadata.name>a']) {
      outcomes.push(`${fieldSelector} → ${printOutcome(await list({ fieldSelector }))}`);
    }
    expect(outcomes.join('\n')).toMatchInlineSnapshot(`
      "spec.size=1 → 400 BadRequest
      field label not supported: spec.size
      metadata.labels.x=1 → 400 BadRequest
      field label not supported: metadata.labels.x
      metadata.name → 400 BadRequest
      invalid selector: 'metadata.name'; can't understand 'metadata.name'
      metadata.name>a → 400 BadRequest
      invalid selector: 'metadata.name>a'; can't understand 'metadata.name>a'"
    `);
  });

  test('a field that a core kind cannot be selected by', async () => {
    const answer = await api.send('GET', `/api/v1/namespaces/${api.namespace}/configmaps`, {
      query: { fieldSelector: 'data.x=1' },
    });
    expect(printOutcome(answer)).toMatchInlineSnapshot(`
      "400 BadRequest
      "data.x" is not a known field selector: only "metadata.name", "metadata.namespace""
    `);
  });

  test('pods by their node, secrets by their type, services by name', async () => {
    for (const [plural, fieldSelector] of [
      ['pods', 'spec.nodeName=x,status.phase!=Failed'],
      ['secrets', 'type=Opaque'],
      ['services', 'metadata.name=x'],
      ['events', 'involvedObject.kind=Pod,type=Warning'],
    ]) {
      const answer = await api.send('GET', `/api/v1/namespaces/${api.namespace}/${plural}`, {
        query: { fieldSelector: fieldSelector ?? '' },
      });
      expect(printOutcome(answer)).toBe('200');
    }
  });

  test('a Table of a list', async () => {
    const answer = await list({ labelSelector: 'first' }, TABLE);
    if (differs(api, 'table-descriptions')) {
      expect(printAnswer(answer).replaceAll(/"\d+s"/gu, '"AGE"')).toMatchInlineSnapshot(`
        "200
        {
          apiVersion: "meta.k8s.io/v1",
          columnDefinitions: [
            { description: "", format: "name", name: "Name", priority: 0, type: "string" },
            { description: "How large it is", format: "", name: "Size", priority: 0, type: "integer" },
            {
              description: "Custom resource definition column (in JSONPath format): .status.phase",
              format: "",
              name: "Phase",
              priority: 1,
              type: "string",
            },
            {
              description: "Custom resource definition column (in JSONPath format): .metadata.creationTimestamp",
              format: "",
              name: "Age",
              priority: 0,
              type: "date",
            },
          ],
          kind: "Table",
          metadata: { resourceVersion: "VERSION" },
          rows: [
            {
              cells: ["e", 1, null, "AGE"],
              object: {
                apiVersion: "meta.k8s.io/v1",
                kind: "PartialObjectMetadata",
                metadata: {
                  creationTimestamp: "TIME",
                  generation: 1,
                  labels: { first: "", parity: "even" },
                  managedFields: [
                    {
                      apiVersion: "conformance.sdp.internal/v1",
                      fieldsType: "FieldsV1",
                      fieldsV1: {
                        f:metadata: { f:labels: { .: {}, f:first: {}, f:parity: {} } },
                        f:spec: { .: {}, f:colour: {}, f:mode: {}, f:size: {} },
                      },
                      manager: "conformance",
                      operation: "Update",
                      time: "TIME",
                    },
                  ],
                  name: "e",
                  namespace: "NAMESPACE",
                  resourceVersion: "VERSION",
                  uid: "UID",
                },
              },
            },
          ],
        }"
      `);
    } else {
      expect(printAnswer(answer).replaceAll(/"\d+s"/gu, '"AGE"')).toMatchInlineSnapshot(`
      "200
      {
        apiVersion: "meta.k8s.io/v1",
        columnDefinitions: [
          {
            description: "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
            format: "name",
            name: "Name",
            priority: 0,
            type: "string",
          },
          { description: "How large it is", format: "", name: "Size", priority: 0, type: "integer" },
          {
            description: "Custom resource definition column (in JSONPath format): .status.phase",
            format: "",
            name: "Phase",
            priority: 1,
            type: "string",
          },
          {
            description: "Custom resource definition column (in JSONPath format): .metadata.creationTimestamp",
            format: "",
            name: "Age",
            priority: 0,
            type: "date",
          },
        ],
        kind: "Table",
        metadata: { resourceVersion: "VERSION" },
        rows: [
          {
            cells: ["e", 1, null, "AGE"],
            object: {
              apiVersion: "meta.k8s.io/v1",
              kind: "PartialObjectMetadata",
              metadata: {
                creationTimestamp: "TIME",
                generation: 1,
                labels: { first: "", parity: "even" },
                managedFields: [
                  {
                    apiVersion: "conformance.sdp.internal/v1",
                    fieldsType: "FieldsV1",
                    fieldsV1: {
                      f:metadata: { f:labels: { .: {}, f:first: {}, f:parity: {} } },
                      f:spec: { .: {}, f:colour: {}, f:mode: {}, f:size: {} },
                    },
                    manager: "conformance",
                    operation: "Update",
                    time: "TIME",
                  },
                ],
                name: "e",
                namespace: "NAMESPACE",
                resourceVersion: "VERSION",
                uid: "UID",
              },
            },
          },
        ],
      }"
    `);
    }
  });

  test('a Table without objects, and with whole objects', async () => {
    const none = await list({ labelSelector: 'first', includeObject: 'None' }, TABLE);
    if (differs(api, 'table-descriptions')) {
      expect(Object.keys((none.body['rows'] as object[])[0] ?? {}).toSorted()).toMatchInlineSnapshot(`
        [
          "cells",
        ]
      `);
    } else {
      expect(Object.keys((none.body['rows'] as object[])[0] ?? {}).toSorted()).toMatchInlineSnapshot(`
      [
        "cells",
        "object",
      ]
    `);
    }
    const whole = await list({ labelSelector: 'first', includeObject: 'Object' }, TABLE);
    expect((whole.body['rows'] as { object: object }[])[0]?.object).toMatchObject({
      kind: 'Gadget',
      spec: { size: 1 },
    });
    if (differs(api, 'table-descriptions')) {
      expect(printOutcome(await list({ includeObject: 'Some' }, TABLE))).toMatchInlineSnapshot(`"200"`);
    } else {
      expect(printOutcome(await list({ includeObject: 'Some' }, TABLE))).toMatchInlineSnapshot(`
      "400 BadRequest
      Unable to convert to Table as requested: includeObject: Invalid value: "Some": must be 'Metadata', 'Object', 'None', or empty"
    `);
    }
  });

  test('a Table of one object', async () => {
    const answer = await api.send('GET', `${path}/a`, { headers: { accept: TABLE } });
    expect(
      printJson((answer.body['rows'] as { cells: unknown[] }[])[0]?.cells.slice(0, 3)),
    ).toMatchInlineSnapshot(`"["a", 5, null]"`);
  });

  test('a page of a Table', async () => {
    const answer = await list({ limit: '2' }, TABLE);
    expect(Object.keys(meta(answer)).toSorted()).toMatchInlineSnapshot(`
      [
        "continue",
        "remainingItemCount",
        "resourceVersion",
      ]
    `);
    expect((answer.body['rows'] as unknown[]).length).toBe(2);
  });

  test('only the metadata of a list and of an object', async () => {
    const answer = await list({ labelSelector: 'first' }, METADATA_LIST);
    expect(printAnswer(answer)).toMatchInlineSnapshot(`
      "200
      {
        apiVersion: "meta.k8s.io/v1",
        items: [
          {
            apiVersion: "meta.k8s.io/v1",
            kind: "PartialObjectMetadata",
            metadata: {
              creationTimestamp: "TIME",
              generation: 1,
              labels: { first: "", parity: "even" },
              managedFields: [
                {
                  apiVersion: "conformance.sdp.internal/v1",
                  fieldsType: "FieldsV1",
                  fieldsV1: {
                    f:metadata: { f:labels: { .: {}, f:first: {}, f:parity: {} } },
                    f:spec: { .: {}, f:colour: {}, f:mode: {}, f:size: {} },
                  },
                  manager: "conformance",
                  operation: "Update",
                  time: "TIME",
                },
              ],
              name: "e",
              namespace: "NAMESPACE",
              resourceVersion: "VERSION",
              uid: "UID",
            },
          },
        ],
        kind: "PartialObjectMetadataList",
        metadata: { resourceVersion: "VERSION" },
      }"
    `);
    const object = await api.send('GET', `${path}/a`, { headers: { accept: METADATA } });
    expect(Object.keys(object.body).toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(object.body['kind']).toBe('PartialObjectMetadata');
  });

  test('a form that does not exist', async () => {
    expect(
      printOutcome(await list({}, 'application/json;as=Picture;v=v1;g=meta.k8s.io')),
    ).toMatchInlineSnapshot(`
      "406 NotAcceptable
      only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"
    `);
    expect(printOutcome(await list({}, 'text/html'))).toMatchInlineSnapshot(`
      "406 NotAcceptable
      only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"
    `);
    expect(names(await list({}, 'text/html, */*'))).toBe('a,b,c,d,e');
    expect(printOutcome(await list({}, `${TABLE}, application/json`))).toBe('200');
  });

  test('all namespaces', async () => {
    const answer = await api.send('GET', `/apis/${GROUP}/v1/gadgets`);
    expect(names(answer)).toBe('a,b,c,d,e');
  });

  test('a namespace that does not exist', async () => {
    const answer = await api.send('GET', `/apis/${GROUP}/v1/namespaces/nowhere-at-all/gadgets`);
    expect(names(answer)).toBe('');
  });
});
