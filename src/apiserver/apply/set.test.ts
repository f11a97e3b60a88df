import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('the values of a set are owned one by one', () => {
  const bench = openBench();
  bench.apply('a', { spec: { tags: ['x'] } });
  bench.apply('b', { spec: { tags: ['y'] } });
  expect(bench.spec['tags']).toEqual(['x', 'y']);
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:tags': { 'v:"x"': {} } } });
});

test('a value no longer applied goes', () => {
  const bench = openBench();
  bench.apply('a', { spec: { tags: ['x', 'z'] } });
  bench.apply('b', { spec: { tags: ['y', 'z'] } });
  bench.apply('a', { spec: { tags: [] } });
  expect(bench.spec['tags']).toEqual(['y', 'z']);
});

test('finalizers are a set', () => {
  const bench = openBench();
  bench.apply('a', { metadata: { finalizers: ['example.org/a'] } });
  bench.apply('b', { metadata: { finalizers: ['example.org/b'] } });
  bench.apply('a', { spec: { size: 1 } });
  expect(bench.object.metadata.finalizers).toEqual(['example.org/b']);
});
