import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET, gadget } from './gadget.ts';
import { printAnswer, printJson, printOutcome } from './print-answer.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const METADATA = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

forEachTarget('representations', (api) => {
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
