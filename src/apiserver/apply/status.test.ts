import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('an apply through the status door changes and owns status alone', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.apply('operator', { spec: { size: 9 }, status: { ready: true } }, { subresource: 'status' });
  expect(bench.spec).toEqual({ size: 1 });
  expect(bench.object['status']).toEqual({ ready: true });
  expect(bench.owned('operator')).toEqual({ 'f:status': { 'f:ready': {} } });
});

test('an apply through the main door does not reach status', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.apply('operator', { status: { ready: true } }, { subresource: 'status' });
  bench.apply('a', { spec: { size: 2 }, status: { ready: false } });
  expect(bench.object['status']).toEqual({ ready: true });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:size': {} } });
});

test('one manager at both doors has two entries', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.apply('a', { status: { ready: true } }, { subresource: 'status' });
  const entries = bench.object.metadata.managedFields ?? [];
  expect(entries.map(({ manager, subresource }) => [manager, subresource])).toEqual([
    ['a', undefined],
    ['a', 'status'],
  ]);
});
