import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET } from './gadget.ts';
import { printJson, printOutcome } from './print-answer.ts';

forEachTarget('discovery and OpenAPI', (api) => {
  beforeAll(async () => {
    await api.define(GADGET);
    await waitFor(
      'the group to be discovered',
      async () => (await api.send('GET', `/apis/${GROUP}`)).code === 200,
    );
  });

  const get = (path: string): Promise<Answer> => api.send('GET', path);

  test('health and version', async () => {
    for (const path of ['/healthz', '/livez', '/readyz']) expect((await get(path)).text).toBe('ok');
    expect((await get('/version')).body).toMatchObject({ major: '1', minor: '32' });
  });

  test('the core group', async () => {
    const { body } = await get('/api');
    expect(body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  });

  test('the groups', async () => {
    const { body } = await get('/apis');
    expect([body['kind'], body['apiVersion']]).toEqual(['APIGroupList', 'v1']);
    const groups = body['groups'] as { name: string }[];
    expect(printJson(groups.find(({ name }) => name === GROUP))).toMatchInlineSnapshot(`
      "{
        name: "conformance.sdp.internal",
        preferredVersion: { groupVersion: "conformance.sdp.internal/v1", version: "v1" },
        versions: [{ groupVersion: "conformance.sdp.internal/v1", version: "v1" }],
      }"
    `);
    const names = groups.map(({ name }) => name);
    for (const name of [
      'apiextensions.k8s.io',
      'coordination.k8s.io',
      'discovery.k8s.io',
      'networking.k8s.io',
      'authorization.k8s.io',
    ]) {
      expect(names).toContain(name);
    }
  });

  test('one group', async () => {
    expect(printJson((await get(`/apis/${GROUP}`)).body)).toMatchInlineSnapshot(`
      "{
        apiVersion: "v1",
        kind: "APIGroup",
        name: "conformance.sdp.internal",
        preferredVersion: { groupVersion: "conformance.sdp.internal/v1", version: "v1" },
        versions: [{ groupVersion: "conformance.sdp.internal/v1", version: "v1" }],
      }"
    `);
  });

  test('the resources of a version', async () => {
    const { body } = await get(`/apis/${GROUP}/v1`);
    const resources = (body['resources'] as Record<string, unknown>[]).map(
      ({ storageVersionHash: _hash, verbs, ...resource }) => ({
        ...resource,
        verbs: (verbs as string[]).toSorted(),
      }),
    );
    expect(printJson({ ...body, resources })).toMatchInlineSnapshot(`
      "{
        apiVersion: "v1",
        groupVersion: "conformance.sdp.internal/v1",
        kind: "APIResourceList",
        resources: [
          {
            categories: ["conformance"],
            kind: "Gadget",
            name: "gadgets",
            namespaced: true,
            shortNames: ["gad"],
            singularName: "gadget",
            verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
          },
          {
            kind: "Gadget",
            name: "gadgets/status",
            namespaced: true,
            singularName: "",
            verbs: ["get", "patch", "update"],
          },
        ],
      }"
    `);
  });

  test('the built-in resources that both have', async () => {
    const lists: Record<string, readonly string[]> = {
      '/api/v1': [
        'configmaps',
        'namespaces',
        'namespaces/status',
        'pods',
        'pods/log',
        'secrets',
        'services',
        'events',
      ],
      '/apis/apiextensions.k8s.io/v1': ['customresourcedefinitions', 'customresourcedefinitions/status'],
      '/apis/coordination.k8s.io/v1': ['leases'],
      '/apis/networking.k8s.io/v1': ['ingresses', 'ingresses/status'],
    };
    const shown = [];
    for (const [path, wanted] of Object.entries(lists)) {
      const resources = (await get(path)).body['resources'] as Record<string, unknown>[];
      for (const name of wanted) {
        const { storageVersionHash: _hash, ...resource } =
          resources.find((item) => item['name'] === name) ?? {};
        shown.push(printJson(resource));
      }
    }
    if (differs(api, 'deleted-collections')) {
      expect(shown.join('\n')).toMatchInlineSnapshot(`
        "{
          kind: "ConfigMap",
          name: "configmaps",
          namespaced: true,
          shortNames: ["cm"],
          singularName: "configmap",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          kind: "Namespace",
          name: "namespaces",
          namespaced: false,
          shortNames: ["ns"],
          singularName: "namespace",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          kind: "Namespace",
          name: "namespaces/status",
          namespaced: false,
          singularName: "",
          verbs: ["get", "patch", "update"],
        }
        {
          categories: ["all"],
          kind: "Pod",
          name: "pods",
          namespaced: true,
          shortNames: ["po"],
          singularName: "pod",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        { kind: "Pod", name: "pods/log", namespaced: true, singularName: "", verbs: ["get"] }
        {
          kind: "Secret",
          name: "secrets",
          namespaced: true,
          singularName: "secret",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          categories: ["all"],
          kind: "Service",
          name: "services",
          namespaced: true,
          shortNames: ["svc"],
          singularName: "service",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          kind: "Event",
          name: "events",
          namespaced: true,
          shortNames: ["ev"],
          singularName: "event",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          categories: ["api-extensions"],
          kind: "CustomResourceDefinition",
          name: "customresourcedefinitions",
          namespaced: false,
          shortNames: ["crd", "crds"],
          singularName: "customresourcedefinition",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          kind: "CustomResourceDefinition",
          name: "customresourcedefinitions/status",
          namespaced: false,
          singularName: "",
          verbs: ["get", "patch", "update"],
        }
        {
          kind: "Lease",
          name: "leases",
          namespaced: true,
          singularName: "lease",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          kind: "Ingress",
          name: "ingresses",
          namespaced: true,
          shortNames: ["ing"],
          singularName: "ingress",
          verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        }
        {
          kind: "Ingress",
          name: "ingresses/status",
          namespaced: true,
          singularName: "",
          verbs: ["get", "patch", "update"],
        }"
      `);
    } else {
      expect(shown.join('\n')).toMatchInlineSnapshot(`
      "{
        kind: "ConfigMap",
        name: "configmaps",
        namespaced: true,
        shortNames: ["cm"],
        singularName: "configmap",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      {
        kind: "Namespace",
        name: "namespaces",
        namespaced: false,
        shortNames: ["ns"],
        singularName: "namespace",
        verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
      }
      {
        kind: "Namespace",
        name: "namespaces/status",
        namespaced: false,
        singularName: "",
        verbs: ["get", "patch", "update"],
      }
      {
        categories: ["all"],
        kind: "Pod",
        name: "pods",
        namespaced: true,
        shortNames: ["po"],
        singularName: "pod",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      { kind: "Pod", name: "pods/log", namespaced: true, singularName: "", verbs: ["get"] }
      {
        kind: "Secret",
        name: "secrets",
        namespaced: true,
        singularName: "secret",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      {
        categories: ["all"],
        kind: "Service",
        name: "services",
        namespaced: true,
        shortNames: ["svc"],
        singularName: "service",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      {
        kind: "Event",
        name: "events",
        namespaced: true,
        shortNames: ["ev"],
        singularName: "event",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      {
        categories: ["api-extensions"],
        kind: "CustomResourceDefinition",
        name: "customresourcedefinitions",
        namespaced: false,
        shortNames: ["crd", "crds"],
        singularName: "customresourcedefinition",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      {
        kind: "CustomResourceDefinition",
        name: "customresourcedefinitions/status",
        namespaced: false,
        singularName: "",
        verbs: ["get", "patch", "update"],
      }
      {
        kind: "Lease",
        name: "leases",
        namespaced: true,
        singularName: "lease",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      {
        kind: "Ingress",
        name: "ingresses",
        namespaced: true,
        shortNames: ["ing"],
        singularName: "ingress",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
      }
      {
        kind: "Ingress",
        name: "ingresses/status",
        namespaced: true,
        singularName: "",
        verbs: ["get", "patch", "update"],
      }"
    `);
    }
  });

  test('a group and a version that are not there', async () => {
    if (differs(api, 'not-found-words')) {
      expect(printOutcome(await get('/apis/nowhere.example.org'))).toMatchInlineSnapshot(`
      "404 NotFound
      the server could not find the requested resource
      details: {}"
    `);
    } else {
      expect(printOutcome(await get('/apis/nowhere.example.org'))).toMatchInlineSnapshot(`
      "404 
      404 page not found"
    `);
    }
    if (differs(api, 'not-found-words')) {
      expect(printOutcome(await get(`/apis/${GROUP}/v9`))).toMatchInlineSnapshot(`
      "404 NotFound
      the server could not find the requested resource
      details: {}"
    `);
    } else {
      expect(printOutcome(await get(`/apis/${GROUP}/v9`))).toMatchInlineSnapshot(`
      "404 
      404 page not found"
    `);
    }
    expect(printOutcome(await get('/api/v2'))).toMatchInlineSnapshot(`
      "404 NotFound
      the server could not find the requested resource
      details: {}"
    `);
  });

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
