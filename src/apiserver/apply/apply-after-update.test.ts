import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('an update takes a changed field from its applier, who meets a conflict next time', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, name: 'n' } });
  bench.update('scaler', (object) => {
    object['spec'] = { size: 5, name: 'n' };
  });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:name': {} } });
  expect(bench.owned('scaler')).toEqual({ 'f:spec': { 'f:size': {} } });
  expect(bench.conflicts('a', { spec: { size: 1, name: 'n' } })).toHaveLength(1);
});

test('an applier that leaves the field to the updater does not remove it', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, name: 'n' } });
  bench.update('scaler', (object) => {
    object['spec'] = { size: 5, name: 'n' };
  });
  bench.apply('a', { spec: { name: 'n' } });
  expect(bench.spec).toEqual({ size: 5, name: 'n' });
});

test('an applier that agrees with the updater owns the field with it', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.update('scaler', (object) => {
    object['spec'] = { size: 5 };
  });
  bench.apply('a', { spec: { size: 5 } });
  expect(bench.owned('a')).toEqual({ 'f:spec': { 'f:size': {} } });
  expect(bench.owned('scaler')).toEqual({ 'f:spec': { 'f:size': {} } });
});

test('an update that changes nothing leaves no trace', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  const before = structuredClone(bench.object);
  bench.update('b', () => undefined);
  expect(bench.object).toEqual(before);
});

test('a client that sends an empty list of managers does not wipe them out, `[{}]` does', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.update('b', (object) => {
    object.metadata.managedFields = [];
  });
  expect(bench.owned('a')).toBeDefined();
  bench.update('b', (object) => {
    Object.assign(object.metadata, { managedFields: [{}] });
  });
  expect(bench.owned('a')).toBeUndefined();
});

test('no more than ten updating managers are told apart', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  for (let index = 0; index < 15; index += 1) {
    bench.update(`editor-${index}`, (object) => {
      object.metadata.labels = { ...object.metadata.labels, [`l${index}`]: 'x' };
    });
  }
  const updaters = (bench.object.metadata.managedFields ?? []).filter(
    ({ operation }) => operation === 'Update',
  );
  expect(updaters).toHaveLength(10);
  expect(bench.owned('ancient-changes')).toBeDefined();
});
