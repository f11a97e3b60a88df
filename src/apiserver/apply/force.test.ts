import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('force takes the conflicting fields over and leaves the others with their owner', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, name: 'n' } });
  bench.apply('b', { spec: { size: 2 } }, { force: true });
  expect(bench.spec).toEqual({ size: 2, name: 'n' });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:name': {} } });
  expect(bench.owned('b')).toEqual({ 'f:spec': { 'f:size': {} } });
});

test('a manager that loses its last field is forgotten', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.apply('b', { spec: { size: 2 } }, { force: true });
  expect(bench.owned('a')).toBeUndefined();
});
