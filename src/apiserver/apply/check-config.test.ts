import { expect, test } from 'vitest';
import type { StructuralSchema } from '../schema/structural-schema.ts';
import { checkConfig } from './check-config.ts';

const schema: StructuralSchema = {
  type: 'object',
  properties: {
    size: { type: 'integer' },
    on: { type: 'boolean' },
    limit: { 'x-kubernetes-int-or-string': true },
    map: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: {
        type: 'object',
        properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } },
      },
    },
    inner: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { spec: { type: 'object' } },
    },
  },
};

test.each<[object, string[]]>([
  [{ size: 1, on: true, limit: '5', map: { a: 'b' }, free: { x: [1] }, tags: null }, []],
  [{ apiVersion: 'v1', kind: 'X', metadata: {} }, []],
  [{ size: 'one' }, ['.size: expected numeric (int or float), got string']],
  [{ size: [] }, ['.size: expected numeric (int or float), got []interface {}']],
  [{ on: 1 }, ['.on: expected boolean, got &value.valueUnstructured{Value:1}']],
  [{ limit: { a: 1 } }, ['.limit: expected any scalar, got &{map[a:1]}']],
  [{ map: ['a', 1] }, ['.map: expected map, got &{[a 1]}']],
  [{ map: { a: true } }, ['.map.a: expected string, got &value.valueUnstructured{Value:true}']],
  [{ tags: 'a' }, ['.tags: expected list, got &{a}']],
  [{ tags: ['a', 'b', 'a', 'a'] }, ['.tags: duplicate entries for key [="a"]']],
  [
    { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] },
    ['.ports: duplicate entries for key [port=1,protocol="TCP"]'],
  ],
  [
    { ports: [{ protocol: 'UDP' }] },
    [
      '.ports: element 0: associative list with keys has an element that omits key field "port" (and doesn\'t have default value)',
    ],
  ],
  [
    { ports: [{ port: 1, bad: 2 }], wrong: {} },
    [
      '.ports[port=1,protocol="TCP"].bad: field not declared in schema',
      '.wrong: field not declared in schema',
    ],
  ],
  [
    { inner: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, more: 1 } },
    ['.inner.more: field not declared in schema'],
  ],
])('%j', (config, expected) => {
  expect(checkConfig({ ...config }, schema, true)).toEqual(expected);
});

test('fields that a schema does not name are left alone when it does not name all', () => {
  expect(checkConfig({ wrong: 1, size: 'x' }, schema, false)).toEqual([
    '.size: expected numeric (int or float), got string',
  ]);
});
