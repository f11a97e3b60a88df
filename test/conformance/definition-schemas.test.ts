import { afterEach, expect, test } from 'vitest';
import { type Answer, buildDefinition, DEFINITIONS, GROUP, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { printJson, printOutcome } from './print-answer.ts';

const SCHEMA = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
};

forEachTarget('definitions: schemas that are refused', (api) => {
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
