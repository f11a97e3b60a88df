import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('an object whose owners were forgotten belongs to nobody in particular', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.update('b', (object) => {
    object.metadata.managedFields = [{}] as never;
  });
  expect(bench.object.metadata.managedFields).toBeUndefined();
  expect(bench.conflicts('c', { spec: { size: 2 } })).toEqual([
    '.spec.size: conflict with "before-first-apply" using example.org/v1',
  ]);
});

test('updates of it are not recorded until somebody applies', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.update('b', (object) => {
    object.metadata.managedFields = [{}] as never;
  });
  bench.update('b', (object) => {
    object['spec'] = { size: 2 };
  });
  expect(bench.object.metadata.managedFields).toBeUndefined();
  bench.apply('c', { spec: { size: 2 } });
  expect(bench.owned('before-first-apply')).toEqual({ 'f:spec': { '.': {}, 'f:size': {} } });
});
