import { expect, it } from 'vitest';
import { parseId } from './manifest-plan.ts';
import { readWritten } from './manifest-read.ts';

it.each<[string, unknown, unknown, unknown]>([
  ['what the server added is not read', { a: 1 }, { a: 1, b: 2 }, { a: 1 }],
  ['what is gone is gone', { a: 1, b: 1 }, { a: 1 }, { a: 1 }],
  ['empty is absent', { a: {}, b: [] }, {}, { a: {}, b: [] }],
  ['form means nothing', { cpu: '1000m', n: '8080' }, { cpu: '1', n: 8080 }, { cpu: '1000m', n: '8080' }],
  ['other quantities differ', { memory: '1G' }, { memory: '1Gi' }, { memory: '1Gi' }],
  [
    'items by name, in the order written',
    [{ name: 'b' }, { name: 'a', image: 'x' }],
    [{ name: 'added' }, { name: 'a', image: 'y', pullPolicy: 'Always' }, { name: 'b' }],
    [{ name: 'b' }, { name: 'a', image: 'y' }],
  ],
  ['ports by port', [{ port: 80 }], [{ port: 80, protocol: 'TCP' }], [{ port: 80 }]],
  ['items by position', [{ host: 'a' }], [{ host: 'b', http: {} }], [{ host: 'b' }]],
  ['another length as it is', ['a'], ['a', 'b'], ['a', 'b']],
])('%s', (_what, written, live, expected) => {
  expect(readWritten(written, live)).toEqual(expected);
});

it.each([
  ['v1/ConfigMap/default/a', { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' }],
  ['v1/Namespace/a', { apiVersion: 'v1', kind: 'Namespace', namespace: undefined, name: 'a' }],
  ['apps/v1/Deployment/ns/a', { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'ns', name: 'a' }],
  [
    'rbac.authorization.k8s.io/v1/ClusterRole/a:b',
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', namespace: undefined, name: 'a:b' },
  ],
  ['default/a', undefined],
  ['v1/ConfigMap/a/b/c', undefined],
  ['v1/ConfigMap//a', undefined],
])('id %s', (id, expected) => {
  expect(parseId(id)).toEqual(expected);
});
