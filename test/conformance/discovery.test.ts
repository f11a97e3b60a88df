import { beforeAll, expect, test } from 'vitest';
import { type Answer, GROUP, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { GADGET } from './gadget.ts';
import { printJson, printOutcome } from './print-answer.ts';

forEachTarget('discovery', (api) => {
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
});
