import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from '../../apiclient/object.ts';
import { withDeclaredFields } from './declared-fields.ts';

const entry = (manager: string, fieldsV1: object, subresource?: string): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1: fieldsV1 as Record<string, unknown>,
  ...(subresource !== undefined && { subresource }),
});
const declared = (...managedFields: ManagedFieldsEntry[]) => {
  const object = {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name: 'x', labels: { a: '1', b: '2' }, managedFields },
    spec: { mine: 1, theirs: 2, map: { mine: 'a', theirs: 'b' }, list: [{ name: 'x', other: 1 }] },
  };
  const { spec, metadata } = withDeclaredFields(object);
  return { spec, labels: metadata.labels };
};
const mine = entry('kubectl-client-side-apply', {
  'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
  'f:spec': { '.': {}, 'f:mine': {}, 'f:map': { '.': {}, 'f:mine': {} }, 'f:list': { 'k:{"name":"x"}': {} } },
});

describe('what somebody declared of an object', () => {
  const own = { mine: 1, map: { mine: 'a' }, list: [{ name: 'x', other: 1 }] };

  it('is neither what a controller wrote nor what nobody did', () => {
    const theirs = entry('strimzi-cluster-operator', { 'f:spec': { 'f:theirs': {} } });
    expect(declared(mine, theirs)).toEqual({ spec: own, labels: { a: '1' } });
  });

  it('is what a deployment tool wrote, whatever it is called', () => {
    const tool = entry('kustomize-controller', { 'f:spec': { 'f:theirs': {} } });
    expect(declared(mine, tool).spec).toEqual({ ...own, theirs: 2 });
  });

  it('is not told by status', () => {
    expect(declared(mine, entry('x', { 'f:spec': { 'f:theirs': {} } }, 'status')).spec).toEqual(own);
  });

  it.each([
    ['without managed fields', []],
    ['that a controller made', [entry('flink-kubernetes-operator', { 'f:spec': { 'f:mine': {} } })]],
  ])('is all of an object %s', (_, fields) => {
    expect(declared(...fields).spec).toHaveProperty('theirs', 2);
  });

  it('is a field as a whole where it is owned as one', () => {
    expect(declared(entry('kubectl', { 'f:spec': { 'f:map': {} } })).spec).toEqual({
      map: { mine: 'a', theirs: 'b' },
    });
  });
});
