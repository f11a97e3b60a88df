import { afterEach, expect, test } from 'vitest';
import { type Answer, buildDefinition, DEFINITIONS, GROUP, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { printAnswer, printJson, printOutcome } from './print-answer.ts';

const SCHEMA = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
};

forEachTarget('CustomResourceDefinitions', (api) => {
  const plain = (changes: object = {}) =>
    buildDefinition({ plural: 'things', kind: 'Thing', schema: SCHEMA, ...changes });
  const withSpec = (changes: object): Record<string, unknown> => {
    const definition = plain();
    return { ...definition, spec: { ...(definition['spec'] as object), ...changes } };
  };
  const withSchema = (schema: object): Record<string, unknown> => plain({ schema });
  const path = `${DEFINITIONS}/things.${GROUP}`;

  afterEach(async () => {
    await api.send('DELETE', path);
    await waitFor('the definition to go', async () => (await api.send('GET', path)).code === 404);
  });

  const refused = async (definition: Record<string, unknown>): Promise<string> =>
    printOutcome(await api.createDefinition(definition));
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

  test('another name than that of the plural and group', async () => {
    expect(await refused({ ...plain(), metadata: { name: 'other.example.org' } })).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "other.example.org" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "other.example.org": must be spec.names.plural+"."+spec.group
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "other.example.org" }"
    `);
  });

  test('without names, group, scope or versions', async () => {
    if (differs(api, 'definition-checks')) {
      expect(await refused({ ...plain(), spec: {} })).toMatchInlineSnapshot(`
        "422 Invalid
        CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
        - FieldValueInvalid metadata.name: Invalid value: "things.conformance.sdp.internal": must be spec.names.plural+"."+spec.group
        - FieldValueInvalid spec.versions: Invalid value: 0: must have exactly one version marked as storage version
        - FieldValueRequired spec.group: Required value
        - FieldValueRequired spec.names.kind: Required value
        - FieldValueRequired spec.names.plural: Required value
        - FieldValueRequired spec.scope: Required value
        details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
      `);
    } else {
      expect(await refused({ ...plain(), spec: {} })).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid metadata.name: Invalid value: "things.conformance.sdp.internal": must be spec.names.plural+"."+spec.group
      - FieldValueInvalid spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion(nil): must have exactly one version marked as storage version
      - FieldValueInvalid status.storedVersions: Invalid value: []string(nil): must have at least one stored version
      - FieldValueRequired spec.group: Required value
      - FieldValueRequired spec.names.kind: Required value
      - FieldValueRequired spec.names.listKind: Required value
      - FieldValueRequired spec.names.plural: Required value
      - FieldValueRequired spec.names.singular: Required value
      - FieldValueRequired spec.scope: Required value
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('a scope that does not exist', async () => {
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSpec({ scope: 'Global' }))).toMatchInlineSnapshot(`
        "422 Invalid
        CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
        - FieldValueRequired spec.scope: Required value
        details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
      `);
    } else {
      expect(await refused(withSpec({ scope: 'Global' }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueNotSupported spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('names that are invalid', async () => {
    const names = { plural: 'things', singular: 'Thing_', kind: 'thing kind', shortNames: ['T'] };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSpec({ names }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSpec({ names }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.names.kind: Invalid value: "thing kind": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')
      - FieldValueInvalid spec.names.listKind: Invalid value: "thing kindList": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')
      - FieldValueInvalid spec.names.shortNames[0]: Invalid value: "T": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')
      - FieldValueInvalid spec.names.singular: Invalid value: "Thing_": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('no storage version, and two', async () => {
    const version = { name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: SCHEMA } };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSpec({ versions: [version] }))).toMatchInlineSnapshot(`
        "422 Invalid
        CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
        - FieldValueInvalid spec.versions: Invalid value: 1: must have exactly one version marked as storage version
        details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
      `);
    } else {
      expect(await refused(withSpec({ versions: [version] }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion{apiextensions.CustomResourceDefinitionVersion{Name:"v1", Served:true, Storage:false, Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), SelectableFields:[]apiextensions.SelectableField(nil)}}: must have exactly one version marked as storage version
      - FieldValueInvalid status.storedVersions: Invalid value: []string(nil): must have at least one stored version
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
    const two = [
      { ...version, storage: true },
      { ...version, name: 'v2', storage: true },
    ];
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSpec({ versions: two }))).toMatchInlineSnapshot(`
        "422 Invalid
        CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
        - FieldValueInvalid spec.versions: Invalid value: 2: must have exactly one version marked as storage version
        details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
      `);
    } else {
      expect(await refused(withSpec({ versions: two }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion{apiextensions.CustomResourceDefinitionVersion{Name:"v1", Served:true, Storage:true, Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), SelectableFields:[]apiextensions.SelectableField(nil)}, apiextensions.CustomResourceDefinitionVersion{Name:"v2", Served:true, Storage:true, Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), SelectableFields:[]apiextensions.SelectableField(nil)}}: must have exactly one version marked as storage version
      - FieldValueInvalid status.storedVersions: Invalid value: []string{"v1"}: must have the storage version v2
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
    const twice = [{ ...version, storage: true }, version];
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSpec({ versions: twice }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSpec({ versions: twice }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion{apiextensions.CustomResourceDefinitionVersion{Name:"v1", Served:true, Storage:true, Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), SelectableFields:[]apiextensions.SelectableField(nil)}, apiextensions.CustomResourceDefinitionVersion{Name:"v1", Served:true, Storage:false, Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), SelectableFields:[]apiextensions.SelectableField(nil)}}: must contain unique version names
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('no schema', async () => {
    expect(
      await refused(withSpec({ versions: [{ name: 'v1', served: true, storage: true }] })),
    ).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueRequired spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
  });

  test('a schema that is not structural', async () => {
    if (differs(api, 'definition-checks')) {
      expect(
        await refused(withSchema({ properties: { spec: { properties: { a: {} } } } })),
      ).toMatchInlineSnapshot(`
        "422 Invalid
        CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
        - FieldValueInvalid spec.versions[0].schema.openAPIV3Schema.type: Invalid value: "": must be object at the root
        details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
      `);
    } else {
      expect(
        await refused(withSchema({ properties: { spec: { properties: { a: {} } } } })),
      ).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueRequired spec.validation.openAPIV3Schema.properties[spec].properties[a].type: Required value: must not be empty for specified object fields
      - FieldValueRequired spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields
      - FieldValueRequired spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('items that are missing', async () => {
    if (differs(api, 'definition-checks')) {
      expect(
        await refused(withSchema({ type: 'object', properties: { a: { type: 'array' } } })),
      ).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(
        await refused(withSchema({ type: 'object', properties: { a: { type: 'array' } } })),
      ).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueRequired spec.validation.openAPIV3Schema.properties[a].items: Required value: must be specified
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('list types that do not fit', async () => {
    const properties = {
      set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object' } },
      map: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        items: { type: 'object', properties: { k: { type: 'string' } } },
      },
      keys: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['missing', 'optional'],
        items: { type: 'object', properties: { optional: { type: 'string' } } },
      },
      odd: { type: 'array', 'x-kubernetes-list-type': 'odd', items: { type: 'string' } },
    };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.validation.openAPIV3Schema.properties[keys].x-kubernetes-list-map-keys: Invalid value: []string{"missing", "optional"}: entries must all be names of item properties
      - FieldValueInvalid spec.validation.openAPIV3Schema.properties[set].items.x-kubernetes-map-type: Invalid value: "null": must be atomic as item of a list with x-kubernetes-list-type=set
      - FieldValueNotSupported spec.validation.openAPIV3Schema.properties[odd].x-kubernetes-list-type: Unsupported value: "odd": supported values: "atomic", "set", "map"
      - FieldValueRequired spec.validation.openAPIV3Schema.properties[keys].items.properties[optional].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property
      - FieldValueRequired spec.validation.openAPIV3Schema.properties[map].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('defaults that do not fit', async () => {
    const properties = { a: { type: 'string', default: 5 }, b: { type: 'integer', minimum: 3, default: 1 } };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.validation.openAPIV3Schema.properties[b].default: Invalid value: 1:  in body should be greater than or equal to 3
      - FieldValueTypeInvalid spec.validation.openAPIV3Schema.properties[a].default: Invalid value: "integer":  in body must be of type string: "integer"
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('properties and additionalProperties', async () => {
    const a = {
      type: 'object',
      properties: { x: { type: 'string' } },
      additionalProperties: { type: 'string' },
    };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSchema({ type: 'object', properties: { a } }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSchema({ type: 'object', properties: { a } }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueForbidden spec.validation.openAPIV3Schema.properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('keywords that a structural schema does not have', async () => {
    const properties = {
      a: { type: 'array', uniqueItems: true, items: { type: 'string' } },
      b: { $ref: '#/x' },
    };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueForbidden spec.validation.openAPIV3Schema.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic
      - FieldValueForbidden spec.validation.openAPIV3Schema.properties[b].$ref: Forbidden: $ref is not supported
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('types within allOf', async () => {
    const properties = {
      a: { type: 'integer', allOf: [{ type: 'integer', minimum: 1 }], not: { default: 1 } },
    };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueForbidden spec.validation.openAPIV3Schema.properties[a].allOf[0].type: Forbidden: must be empty to be structural
      - FieldValueForbidden spec.validation.openAPIV3Schema.properties[a].not.default: Forbidden: must be undefined to be structural
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('a pattern and a type that do not exist', async () => {
    const properties = { a: { type: 'string', pattern: '(' }, b: { type: 'text' } };
    if (differs(api, 'definition-checks')) {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(await refused(withSchema({ type: 'object', properties }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.validation.openAPIV3Schema.properties[a].pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): \`(\`
      - FieldValueNotSupported spec.validation.openAPIV3Schema.properties[b].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('unknown fields of a definition', async () => {
    const definition = withSpec({ wrong: true });
    if (differs(api, 'core-fields')) {
      expect(
        printOutcome(
          await api.send('POST', DEFINITIONS, { body: definition, query: { fieldValidation: 'Strict' } }),
        ),
      ).toMatchInlineSnapshot(`"201"`);
    } else {
      expect(
        printOutcome(
          await api.send('POST', DEFINITIONS, { body: definition, query: { fieldValidation: 'Strict' } }),
        ),
      ).toMatchInlineSnapshot(`
      "400 BadRequest
      CustomResourceDefinition in version "v1" cannot be handled as a CustomResourceDefinition: strict decoding error: unknown field "spec.wrong""
    `);
    }
    if (differs(api, 'core-fields')) {
      expect(await refused(definition)).toMatchInlineSnapshot(`
        "409 AlreadyExists
        customresourcedefinitions.apiextensions.k8s.io "things.conformance.sdp.internal" already exists
        details: { group: "apiextensions.k8s.io", kind: "customresourcedefinitions", name: "things.conformance.sdp.internal" }"
      `);
    } else {
      expect(await refused(definition)).toMatchInlineSnapshot(`
      "201
      warning: unknown field "spec.wrong""
    `);
    }
  });

  test('changes that are not allowed', async () => {
    await api.createDefinition(plain());
    await established();
    const merge = (spec: object) =>
      api.send('PATCH', path, { type: 'application/merge-patch+json', body: { spec } });
    if (differs(api, 'definition-checks')) {
      expect(printOutcome(await merge({ group: 'other.example.org' }))).toMatchInlineSnapshot(`
        "422 Invalid
        CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
        - FieldValueInvalid metadata.name: Invalid value: "things.conformance.sdp.internal": must be spec.names.plural+"."+spec.group
        details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
      `);
    } else {
      expect(printOutcome(await merge({ group: 'other.example.org' }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.group: Invalid value: "other.example.org": field is immutable
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
    if (differs(api, 'definition-checks')) {
      expect(printOutcome(await merge({ scope: 'Cluster' }))).toMatchInlineSnapshot(`"200"`);
    } else {
      expect(printOutcome(await merge({ scope: 'Cluster' }))).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.scope: Invalid value: "Cluster": field is immutable
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
    if (differs(api, 'definition-checks')) {
      expect(
        printOutcome(await merge({ names: { kind: 'Other', listKind: 'OtherList' } })),
      ).toMatchInlineSnapshot(`"200"`);
    } else {
      expect(
        printOutcome(await merge({ names: { kind: 'Other', listKind: 'OtherList' } })),
      ).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid spec.names.kind: Invalid value: "Other": field is immutable
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
    if (differs(api, 'definition-checks')) {
      expect(
        printOutcome(
          await merge({
            versions: [{ name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } }],
          }),
        ),
      ).toMatchInlineSnapshot(`"200"`);
    } else {
      expect(
        printOutcome(
          await merge({
            versions: [{ name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } }],
          }),
        ),
      ).toMatchInlineSnapshot(`
      "422 Invalid
      CustomResourceDefinition.apiextensions.k8s.io "things.conformance.sdp.internal" is invalid: 
      - FieldValueInvalid status.storedVersions[0]: Invalid value: "v1": must appear in spec.versions
      details: { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", name: "things.conformance.sdp.internal" }"
    `);
    }
  });

  test('names that another definition has', async () => {
    await api.createDefinition(plain());
    await established();
    const other = buildDefinition({ plural: 'others', kind: 'Thing', schema: SCHEMA });
    expect((await api.createDefinition(other)).code).toBe(201);
    const at = `${DEFINITIONS}/others.${GROUP}`;
    await waitFor('a verdict', async () =>
      conditionsOf(await api.send('GET', at)).some(({ type }) => type === 'NamesAccepted'),
    );
    const conditions = conditionsOf(await api.send('GET', at)).map(({ type, status }) => ({ type, status }));
    if (differs(api, 'name-conflicts')) {
      expect(printJson(conditions)).toMatchInlineSnapshot(
        `"[{ status: "True", type: "NamesAccepted" }, { status: "True", type: "Established" }]"`,
      );
    } else {
      expect(printJson(conditions)).toMatchInlineSnapshot(
        `"[{ status: "False", type: "NamesAccepted" }, { status: "False", type: "Established" }]"`,
      );
    }
  });
});
