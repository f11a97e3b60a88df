import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('a field no longer applied goes', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, name: 'n' } });
  bench.apply('a', { spec: { size: 1 } });
  expect(bench.spec).toEqual({ size: 1 });
});

test('a field that somebody else owns too stays', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, name: 'n' } });
  bench.apply('b', { spec: { name: 'n' } });
  bench.apply('a', { spec: { size: 1 } });
  expect(bench.spec).toEqual({ size: 1, name: 'n' });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:size': {} } });
});

test('a map goes with its last item', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, settings: { x: '1' }, config: { k: 1 } } });
  bench.apply('a', { spec: { size: 1 } });
  expect(bench.spec).toEqual({ size: 1 });
});

test('a map stays with the items of others', () => {
  const bench = openBench();
  bench.apply('a', { spec: { settings: { x: '1' } } });
  bench.apply('b', { spec: { settings: { y: '2' } } });
  bench.apply('a', { spec: { size: 1 } });
  expect(bench.spec).toEqual({ size: 1, settings: { y: '2' } });
});

test('labels are removed one by one', () => {
  const bench = openBench();
  bench.apply('a', { metadata: { labels: { x: '1', y: '2' } } });
  bench.apply('a', { metadata: { labels: { y: '2' } } });
  expect(bench.object.metadata.labels).toEqual({ y: '2' });
});

test('the rest of metadata stays when the last label goes', () => {
  const bench = openBench();
  bench.apply('a', { metadata: { namespace: 'n', labels: { x: '1' } }, spec: { size: 1 } });
  bench.apply('a', { spec: { size: 1 } });
  expect(bench.object.metadata).toMatchObject({ name: 'a', namespace: 'n' });
  expect(bench.object.metadata).not.toHaveProperty('labels');
});

test('what another manager removed by an update leaves its owner', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, name: 'n' } });
  bench.update('b', (object) => {
    object['spec'] = { size: 1 };
  });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:size': {} } });
});
