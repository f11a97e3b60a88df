import { expect, test } from 'vitest';
import { compileJsonPath } from './json-path.ts';

const object = {
  metadata: { labels: { 'strimzi.io/cluster': 'c' } },
  spec: { size: 3, list: [{ name: 'a' }, { name: 'b' }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};

test.each([
  ['.spec.size', [3]],
  ['.metadata.labels.strimzi\\.io/cluster', ['c']],
  [".metadata.labels['strimzi.io/cluster']", ['c']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ['.status.conditions[?(@.type=="None")].status', []],
  ['.spec.list[1].name', ['b']],
  ['.spec.list[-1].name', ['b']],
  ['.spec.list[*].name', ['a', 'b']],
  ['.spec.none.deeper', []],
])('%s', (path, expected) => {
  expect(compileJsonPath(path)?.(object)).toEqual(expected);
});

test('what is no path of this subset is refused', () => {
  expect(compileJsonPath('.spec[(@.length-1)]')).toBeUndefined();
});
