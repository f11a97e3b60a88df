import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('who applies a field owns it, and nothing else', () => {
  const bench = openBench();
  bench.apply('a', { metadata: { labels: { team: 'x' } }, spec: { size: 1, plain: ['p', 'q'] } });
  expect(bench.owned('a')).toEqual({
    'f:metadata': { 'f:labels': { 'f:team': {} } },
    'f:spec': { 'f:size': {}, 'f:plain': {} },
  });
});

test('identity and server fields are owned by nobody', () => {
  const bench = openBench();
  bench.apply('a', { metadata: { namespace: 'n' }, spec: { size: 1 } });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:size': {} } });
});

test('two managers that apply the same value share the field', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.apply('b', { spec: { size: 1 } });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:size': {} } });
  expect(bench.owned('b')).toEqual({ 'f:spec': { 'f:size': {} } });
});

test('items of a map are owned one by one, an atomic map as one field', () => {
  const bench = openBench();
  bench.apply('a', { spec: { settings: { x: '1' }, place: { rack: 'r', row: 'w' } } });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:settings': { 'f:x': {} }, 'f:place': {} } });
});

test('fields below a field of open shape are owned one by one', () => {
  const bench = openBench();
  bench.apply('a', { spec: { config: { 'retention.ms': 1, nested: { deep: true } } } });
  expect(bench.owned('a')).toEqual({
    'f:spec': { 'f:config': { 'f:retention.ms': {}, 'f:nested': { '.': {}, 'f:deep': {} } } },
  });
});

test('an updating manager owns what it added, with the nodes it created', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.update('b', (object) => {
    object.metadata.labels = { team: 'x' };
  });
  expect(bench.owned('b')).toEqual({ 'f:metadata': { 'f:labels': { '.': {}, 'f:team': {} } } });
});
