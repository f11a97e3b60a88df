import { expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { POD_SCHEMA } from '../registry/core-schemas.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

const pod = (containers: unknown, more: JsonObject = {}): JsonObject => ({ spec: { containers, ...more } });
const CASES: [string, JsonObject, JsonObject, JsonObject][] = [
  [
    'items merge by name, env by name below them',
    pod([{ name: 'a', image: 'x', env: [{ name: 'K', value: '1' }] }]),
    pod([
      { name: 'a', env: [{ name: 'L', value: '2' }] },
      { name: 'b', image: 'y' },
    ]),
    pod([
      {
        name: 'a',
        image: 'x',
        env: [
          { name: 'L', value: '2' },
          { name: 'K', value: '1' },
        ],
      },
      { name: 'b', image: 'y' },
    ]),
  ],
  [
    '$patch: delete removes an item',
    pod([{ name: 'a' }, { name: 'b' }]),
    pod([{ name: 'a', $patch: 'delete' }]),
    pod([{ name: 'b' }]),
  ],
  [
    '$patch: replace in a list replaces it',
    pod([{ name: 'a' }, { name: 'b' }]),
    pod([{ $patch: 'replace' }, { name: 'c' }]),
    pod([{ name: 'c' }]),
  ],
  [
    '$patch: replace in a map replaces it',
    { spec: { nodeSelector: { a: '1' } } },
    { spec: { nodeSelector: { b: '2', $patch: 'replace' } } },
    { spec: { nodeSelector: { b: '2' } } },
  ],
  [
    '$setElementOrder orders the result',
    pod([{ name: 'a' }, { name: 'b' }]),
    { spec: { $setElementOrder: 0, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } },
    pod([{ name: 'b' }, { name: 'a' }]),
  ],
  [
    '$retainKeys drops the others',
    { spec: { strategy: { type: 'A', a: 1 } } },
    { spec: { strategy: { $retainKeys: ['type', 'b'], type: 'B', b: 2 } } },
    { spec: { strategy: { type: 'B', b: 2 } } },
  ],
  [
    '$deleteFromPrimitiveList removes values',
    { metadata: { finalizers: ['a', 'b'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
    { metadata: { finalizers: ['b'] } },
  ],
  ['null removes a field', { data: { a: '1', b: '2' } }, { data: { a: null } }, { data: { b: '2' } }],
  ['other lists are replaced', { args: [1, 2] }, { args: [3] }, { args: [3] }],
];

test.each(CASES)('%s', (_what, document, patch, expected) => {
  expect(applyStrategicMergePatch(document, patch, POD_SCHEMA)).toEqual(expected);
});
