import { afterEach, expect, test } from 'vitest';
import { buildDefinition, DEFINITIONS, GROUP, waitFor } from './connect.ts';
import { differs } from './differences.ts';
import { forEachTarget } from './for-each-target.ts';
import { printOutcome } from './print-answer.ts';

const SCHEMA = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
};

forEachTarget('definitions: what is refused', (api) => {
  const plain = (changes: object = {}) =>
    buildDefinition({ plural: 'things', kind: 'Thing', schema: SCHEMA, ...changes });
  const withSpec = (changes: object): Record<string, unknown> => {
    const definition = plain();
    return { ...definition, spec: { ...(definition['spec'] as object), ...changes } };
  };
  const path = `${DEFINITIONS}/things.${GROUP}`;

  afterEach(async () => {
    await api.send('DELETE', path);
    await waitFor('the definition to go', async () => (await api.send('GET', path)).code === 404);
  });

  const refused = async (definition: Record<string, unknown>): Promise<string> =>
    printOutcome(await api.createDefinition(definition));

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
});
