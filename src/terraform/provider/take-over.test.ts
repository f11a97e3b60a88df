import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from '../../apiclient/object.ts';
import { readMovedObject } from './moved-object.ts';
import { managersToReplace, replaceManagers } from './take-over.ts';

const entry = (
  manager: string,
  fieldsV1: Record<string, unknown>,
  more: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});
const spec = (...fields: readonly string[]) => ({
  'f:spec': Object.fromEntries(fields.map((field) => [field, {}])),
});

describe('taking over', () => {
  const metadata = { 'f:metadata': { 'f:labels': { 'f:a': {} }, 'f:finalizers': { 'v:"x"': {} } } };

  it('makes fields of deployers the own, and leaves what is not declared', () => {
    const entries = [
      entry('kubectl-client-side-apply', { ...spec('f:a'), ...metadata }),
      entry('sdp:demo', spec('f:b'), { operation: 'Apply' }),
      entry('strimzi', spec('f:c')),
      entry('kubectl', { 'f:status': {} }, { subresource: 'status' }),
      entry('kubectl-edit', spec('f:old'), { apiVersion: 'v1beta1' }),
    ];
    const options = { named: ['strimzi'], withMetadata: false };
    expect(replaceManagers(entries, 'demo', 'v1', options)).toEqual([
      entry('kubectl-client-side-apply', metadata),
      entry('kubectl', { 'f:status': {} }, { subresource: 'status' }),
      entry('kubectl-edit', spec('f:old'), { apiVersion: 'v1beta1' }),
      entry('sdp:demo', spec('f:b', 'f:a', 'f:c'), { operation: 'Apply' }),
    ]);
    const shown = replaceManagers(entries, 'demo', 'v1', { named: [], withMetadata: true });
    expect(shown?.[0]).toEqual(
      entry('kubectl-client-side-apply', { 'f:metadata': { 'f:finalizers': { 'v:"x"': {} } } }),
    );
    expect(shown?.at(-1)?.fieldsV1).toMatchObject({ 'f:metadata': { 'f:labels': { 'f:a': {} } } });
  });

  it('takes nothing from controllers', () => {
    const entries = [entry('strimzi', spec('f:c')), entry('sdp:other', spec('f:d'), { operation: 'Apply' })];
    expect(replaceManagers(entries, 'demo', 'v1', { named: [], withMetadata: true })).toBeUndefined();
    const object = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x', managedFields: entries } };
    expect(managersToReplace(object)).toEqual([]);
    expect(managersToReplace(object, ['strimzi'])).toEqual(['strimzi']);
  });
});

describe('the object of a moved resource', () => {
  const body = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  namespace: b\n';
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', namespace: 'b' };
  it.each([
    ['kubectl_manifest', { yaml_body: body }, { ...deployment, manager: undefined }],
    [
      'kubectl_manifest',
      { yaml_body_parsed: body, override_namespace: 'c', field_manager: 'kubectl' },
      { ...deployment, namespace: 'c', manager: 'kubectl' },
    ],
    [
      'kubectl_manifest',
      { api_version: 'v1', kind: 'ConfigMap', name: 'x', namespace: '' },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', namespace: undefined, manager: undefined },
    ],
    [
      'kubernetes_manifest',
      {
        manifest: {
          value: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace: 'b' } },
          type: [],
        },
        field_manager: [{ name: 'tf' }],
      },
      { ...deployment, manager: 'tf' },
    ],
    ['kubernetes_config_map', { metadata: [{ name: 'x' }] }, undefined],
    ['kubectl_manifest', {}, undefined],
  ])('%s %j', async (typeName, state, expected) => {
    expect(await readMovedObject({ typeName, state, providerAddress: 'x' })).toEqual(expected);
  });
});
