import { afterEach, expect, test } from 'vitest';
import { type Answer, buildDefinition, DEFINITIONS, GROUP, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { printAnswer } from './print-answer.ts';

const SCHEMA = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
};

forEachTarget('definitions: their life', (api) => {
  const plain = (changes: object = {}) =>
    buildDefinition({ plural: 'things', kind: 'Thing', schema: SCHEMA, ...changes });
  const path = `${DEFINITIONS}/things.${GROUP}`;

  afterEach(async () => {
    await api.send('DELETE', path);
    await waitFor('the definition to go', async () => (await api.send('GET', path)).code === 404);
  });

  const conditionsOf = (answer: Answer): { type: string; status: string }[] =>
    (answer.body['status'] as { conditions?: { type: string; status: string }[] }).conditions ?? [];
  const established = (): Promise<void> =>
    waitFor('the definition to be established', async () =>
      conditionsOf(await api.send('GET', path)).some(
        ({ type, status }) => type === 'Established' && status === 'True',
      ),
    );

  test('an established definition, whole', async () => {
    expect((await api.createDefinition(plain())).code).toBe(201);
    await established();
    const answer = await api.send('GET', path);
    const { managedFields: _managed, ...metadata } = answer.body['metadata'] as Record<string, unknown>;
    if (differs(api, 'definition-finalizer')) {
      expect(printAnswer({ ...answer, body: { ...answer.body, metadata } })).toMatchInlineSnapshot(`
        "200
        {
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          metadata: {
            creationTimestamp: "TIME",
            finalizers: ["customresourcecleanup.apiextensions.k8s.io"],
            generation: 1,
            name: "things.conformance.sdp.internal",
            resourceVersion: "VERSION",
            uid: "UID",
          },
          spec: {
            conversion: { strategy: "None" },
            group: "conformance.sdp.internal",
            names: { kind: "Thing", listKind: "ThingList", plural: "things", singular: "thing" },
            scope: "Namespaced",
            versions: [
              {
                name: "v1",
                schema: {
                  openAPIV3Schema: {
                    properties: { spec: { properties: { a: { type: "string" } }, type: "object" } },
                    type: "object",
                  },
                },
                served: true,
                storage: true,
              },
            ],
          },
          status: {
            acceptedNames: { kind: "Thing", listKind: "ThingList", plural: "things", singular: "thing" },
            conditions: [
              {
                lastTransitionTime: "TIME",
                message: "no conflicts found",
                reason: "NoConflicts",
                status: "True",
                type: "NamesAccepted",
              },
              {
                lastTransitionTime: "TIME",
                message: "the initial names have been accepted",
                reason: "InitialNamesAccepted",
                status: "True",
                type: "Established",
              },
            ],
            storedVersions: ["v1"],
          },
        }"
      `);
    } else {
      expect(printAnswer({ ...answer, body: { ...answer.body, metadata } })).toMatchInlineSnapshot(`
      "200
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: {
          creationTimestamp: "TIME",
          generation: 1,
          name: "things.conformance.sdp.internal",
          resourceVersion: "VERSION",
          uid: "UID",
        },
        spec: {
          conversion: { strategy: "None" },
          group: "conformance.sdp.internal",
          names: { kind: "Thing", listKind: "ThingList", plural: "things", singular: "thing" },
          scope: "Namespaced",
          versions: [
            {
              name: "v1",
              schema: {
                openAPIV3Schema: {
                  properties: { spec: { properties: { a: { type: "string" } }, type: "object" } },
                  type: "object",
                },
              },
              served: true,
              storage: true,
            },
          ],
        },
        status: {
          acceptedNames: { kind: "Thing", listKind: "ThingList", plural: "things", singular: "thing" },
          conditions: [
            {
              lastTransitionTime: "TIME",
              message: "no conflicts found",
              reason: "NoConflicts",
              status: "True",
              type: "NamesAccepted",
            },
            {
              lastTransitionTime: "TIME",
              message: "the initial names have been accepted",
              reason: "InitialNamesAccepted",
              status: "True",
              type: "Established",
            },
          ],
          storedVersions: ["v1"],
        },
      }"
    `);
    }
  });

  test('a kind is served once its definition is established, with its objects', async () => {
    await api.createDefinition(plain());
    await established();
    const things = `/apis/${GROUP}/v1/namespaces/${api.namespace}/things`;
    await waitFor('the kind to be served', async () => (await api.send('GET', things)).code === 200);
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name: 'x' }, spec: { a: 'b' } };
    expect((await api.send('POST', things, { body })).code).toBe(201);
  });

  test('a new version is served, and an old one is not', async () => {
    await api.createDefinition(plain());
    await established();
    const versions = [
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } },
      { name: 'v2', served: true, storage: false, schema: { openAPIV3Schema: SCHEMA } },
    ];
    const merge = (changed: object[]) =>
      api.send('PATCH', path, {
        type: 'application/merge-patch+json',
        body: { spec: { versions: changed } },
      });
    const at = (version: string) => `/apis/${GROUP}/${version}/namespaces/${api.namespace}/things`;
    await waitFor('v1', async () => (await api.send('GET', at('v1'))).code === 200);
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name: 'x' }, spec: { a: 'b' } };
    await api.send('POST', at('v1'), { body });
    expect((await merge(versions)).code).toBe(200);
    await waitFor('v2', async () => (await api.send('GET', at('v2'))).code === 200);
    const answer = await api.send('GET', `${at('v2')}/x`);
    expect(answer.body).toMatchObject({ apiVersion: `${GROUP}/v2`, spec: { a: 'b' } });
    expect(
      (await merge(versions.map((version) => ({ ...version, served: version.name === 'v2' })))).code,
    ).toBe(200);
    await waitFor('v1 to go', async () => (await api.send('GET', at('v1'))).code === 404);
    expect((await api.send('GET', `${at('v2')}/x`)).code).toBe(200);
  });

  test('a stricter schema holds for the next write, not for reads', async () => {
    await api.createDefinition(plain());
    await established();
    const things = `/apis/${GROUP}/v1/namespaces/${api.namespace}/things`;
    await waitFor('the kind to be served', async () => (await api.send('GET', things)).code === 200);
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name: 'x' }, spec: { a: 'b' } };
    await api.send('POST', things, { body });
    const schema = {
      type: 'object',
      properties: { spec: { type: 'object', properties: { c: { type: 'string', default: 'd' } } } },
    };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
    await api.send('PATCH', path, { type: 'application/merge-patch+json', body: { spec: { versions } } });
    if (differs(api, 'reads-unshaped')) {
      expect((await api.send('GET', `${things}/x`)).body['spec']).toEqual({ a: 'b' });
      const written = await api.send('PATCH', `${things}/x`, {
        type: 'application/merge-patch+json',
        body: { metadata: { labels: { a: 'b' } } },
      });
      expect(written.body['spec']).toEqual({ c: 'd' });
      return;
    }
    // What the new schema does not have is not shown, and what it has by default is.
    await waitFor('the new schema', async () => {
      const { spec } = (await api.send('GET', `${things}/x`)).body as { spec?: { c?: string } };
      return spec?.c === 'd';
    });
    expect((await api.send('GET', `${things}/x`)).body['spec']).toEqual({ c: 'd' });
  });

  test('deletion removes the objects', async () => {
    await api.createDefinition(plain());
    await established();
    const things = `/apis/${GROUP}/v1/namespaces/${api.namespace}/things`;
    await waitFor('the kind to be served', async () => (await api.send('GET', things)).code === 200);
    const body = { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name: 'x' }, spec: { a: 'b' } };
    await api.send('POST', things, { body });
    expect((await api.send('DELETE', path)).code).toBe(200);
    await waitFor('the definition to go', async () => (await api.send('GET', path)).code === 404);
    await waitFor('the kind to go', async () => (await api.send('GET', things)).code === 404);
    await api.createDefinition(plain());
    await established();
    await waitFor('the kind to be served', async () => (await api.send('GET', things)).code === 200);
    expect((await api.send('GET', things)).body['items']).toEqual([]);
  });
});
