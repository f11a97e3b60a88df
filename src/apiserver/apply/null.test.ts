import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('an owned map that loses its last field is null', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.apply('a', { spec: {} });
  expect(bench.object['spec']).toBeNull();
});

test('a map keeps the fields of others when its owner empties it', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, name: 'n' } });
  bench.apply('b', { spec: { size: 1 } });
  bench.apply('a', { spec: {} });
  expect(bench.spec).toEqual({ size: 1 });
});

test('null for a map says nothing of its fields', () => {
  const bench = openBench();
  bench.apply('a', { spec: { settings: { x: '1' } } });
  bench.apply('b', { spec: { settings: null } });
  expect(bench.spec).toEqual({ settings: { x: '1' } });
});

test('null for a value of another manager is a conflict', () => {
  const bench = openBench();
  bench.apply('a', { spec: { name: 'n' } });
  expect(bench.conflicts('b', { spec: { name: null } })).toEqual(['.spec.name: conflict with "a"']);
});
