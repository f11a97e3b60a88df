import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET } from './gadget.ts';
import { printJson } from './print-answer.ts';

forEachTarget('OpenAPI', (api) => {
  beforeAll(async () => {
    await api.define(GADGET);
    await waitFor(
      'the group to be discovered',
      async () => (await api.send('GET', `/apis/${GROUP}`)).code === 200,
    );
  });

  const get = (path: string): Promise<Answer> => api.send('GET', path);

  test('the index of OpenAPI v3', async () => {
    await waitFor('the document', async () =>
      JSON.stringify((await get('/openapi/v3')).body).includes(GROUP),
    );
    const paths = (await get('/openapi/v3')).body['paths'] as Record<string, { serverRelativeURL: string }>;
    expect(paths[`apis/${GROUP}/v1`]?.serverRelativeURL).toMatch(
      new RegExp(`^/openapi/v3/apis/${GROUP.replaceAll('.', '\\.')}/v1(\\?hash=.*)?$`, 'u'),
    );
    expect(Object.keys(paths)).toContain('api/v1');
  });

  test('the schema of a kind, as kubectl explain reads it', async () => {
    const document = (await get(`/openapi/v3/apis/${GROUP}/v1`)).body;
    const schemas = (document['components'] as { schemas: Record<string, Record<string, unknown>> }).schemas;
    const ofKind = Object.entries(schemas).filter(([, schema]) =>
      JSON.stringify(schema['x-kubernetes-group-version-kind'] ?? []).includes('"Gadget"'),
    );
    expect(ofKind.map(([name]) => name)).toMatchInlineSnapshot(`
      [
        "internal.sdp.conformance.v1.Gadget",
      ]
    `);
    const [, schema] = ofKind[0] ?? [];
    const properties = schema?.['properties'] as Record<string, Record<string, unknown>>;
    expect(printJson(schema?.['x-kubernetes-group-version-kind'])).toMatchInlineSnapshot(
      `"[{ group: "conformance.sdp.internal", kind: "Gadget", version: "v1" }]"`,
    );
    expect(Object.keys(properties).toSorted()).toMatchInlineSnapshot(`
      [
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "status",
      ]
    `);
    expect(schema?.['required']).toEqual(['spec']);
    if (differs(api, 'int-or-string')) {
      expect(printJson(properties['spec'])).toMatchInlineSnapshot(`
        "{
          properties: {
            atomic: { items: { type: "string" }, type: "array", x-kubernetes-list-type: "atomic" },
            colour: { type: "string" },
            free: { type: "object", x-kubernetes-preserve-unknown-fields: true },
            label: { nullable: true, type: "string" },
            limit: { x-kubernetes-int-or-string: true },
            mode: { default: "auto", type: "string" },
            nested: { properties: { a: { type: "string" }, b: { type: "string" } }, type: "object" },
            numbers: { items: { type: "integer" }, type: "array", x-kubernetes-list-type: "set" },
            place: {
              properties: { x: { type: "integer" }, y: { type: "integer" } },
              type: "object",
              x-kubernetes-map-type: "atomic",
            },
            plain: { items: { type: "string" }, type: "array" },
            ports: {
              items: {
                properties: {
                  name: { type: "string" },
                  port: { type: "integer" },
                  protocol: { default: "TCP", type: "string" },
                  target: { type: "integer" },
                },
                required: ["port"],
                type: "object",
              },
              type: "array",
              x-kubernetes-list-map-keys: ["port", "protocol"],
              x-kubernetes-list-type: "map",
            },
            settings: { additionalProperties: { type: "string" }, type: "object" },
            size: { minimum: 1, type: "integer" },
            tags: { items: { type: "string" }, type: "array", x-kubernetes-list-type: "set" },
          },
          required: ["size"],
          type: "object",
        }"
      `);
    } else {
      expect(printJson(properties['spec'])).toMatchInlineSnapshot(`
      "{
        properties: {
          atomic: { items: { type: "string" }, type: "array", x-kubernetes-list-type: "atomic" },
          colour: { type: "string" },
          free: { type: "object", x-kubernetes-preserve-unknown-fields: true },
          label: { nullable: true, type: "string" },
          limit: { anyOf: [{ type: "integer" }, { type: "string" }], x-kubernetes-int-or-string: true },
          mode: { default: "auto", type: "string" },
          nested: { properties: { a: { type: "string" }, b: { type: "string" } }, type: "object" },
          numbers: { items: { type: "integer" }, type: "array", x-kubernetes-list-type: "set" },
          place: {
            properties: { x: { type: "integer" }, y: { type: "integer" } },
            type: "object",
            x-kubernetes-map-type: "atomic",
          },
          plain: { items: { type: "string" }, type: "array" },
          ports: {
            items: {
              properties: {
                name: { type: "string" },
                port: { type: "integer" },
                protocol: { default: "TCP", type: "string" },
                target: { type: "integer" },
              },
              required: ["port"],
              type: "object",
            },
            type: "array",
            x-kubernetes-list-map-keys: ["port", "protocol"],
            x-kubernetes-list-type: "map",
          },
          settings: { additionalProperties: { type: "string" }, type: "object" },
          size: { minimum: 1, type: "integer" },
          tags: { items: { type: "string" }, type: "array", x-kubernetes-list-type: "set" },
        },
        required: ["size"],
        type: "object",
      }"
    `);
    }
  });

  test('the paths of a kind in its document', async () => {
    const document = (await get(`/openapi/v3/apis/${GROUP}/v1`)).body;
    const paths = document['paths'] as Record<string, Record<string, Record<string, unknown>>>;
    const shown = Object.entries(paths)
      .filter(([path]) => !path.includes('/watch/') && path.includes('gadgets'))
      .map(([path, operations]) => [
        path,
        Object.entries(operations)
          .filter(([method]) => method !== 'parameters')
          .map(([method, operation]) => `${method} ${String(operation['x-kubernetes-action'])}`)
          .toSorted(),
      ]);
    if (differs(api, 'operations-of-a-document')) {
      expect(printJson(Object.fromEntries(shown))).toMatchInlineSnapshot(
        `"{ /apis/conformance.sdp.internal/v1/namespaces/{namespace}/gadgets/{name}: ["patch patch"] }"`,
      );
    } else {
      expect(printJson(Object.fromEntries(shown))).toMatchInlineSnapshot(`
      "{
        /apis/conformance.sdp.internal/v1/gadgets: ["get list"],
        /apis/conformance.sdp.internal/v1/namespaces/{namespace}/gadgets: ["delete deletecollection", "get list", "post post"],
        /apis/conformance.sdp.internal/v1/namespaces/{namespace}/gadgets/{name}: ["delete delete", "get get", "patch patch", "put put"],
        /apis/conformance.sdp.internal/v1/namespaces/{namespace}/gadgets/{name}/status: ["get get", "patch patch", "put put"],
      }"
    `);
    }
  });

  test('a document that is not there', async () => {
    expect((await get('/openapi/v3/apis/nowhere.example.org/v1')).code).toBe(404);
  });
});
