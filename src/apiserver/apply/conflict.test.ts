import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

test('changing a field of another applier is a conflict that names the field and the manager', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  expect(bench.conflicts('b', { spec: { size: 2 } })).toEqual(['.spec.size: conflict with "a"']);
});

test('a refused apply changes nothing', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  const before = structuredClone(bench.object);
  bench.conflicts('b', { spec: { size: 2, name: 'n' } });
  expect(bench.object).toEqual(before);
});

test('the field of an updating manager is named with its version', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.update('editor', (object) => {
    object['spec'] = { size: 5 };
  });
  expect(bench.conflicts('a', { spec: { size: 1 } })).toEqual([
    '.spec.size: conflict with "editor" using example.org/v1',
  ]);
});

test('an item of an associative list is named by its key', () => {
  const bench = openBench();
  bench.apply('a', { spec: { ports: [{ port: 80, name: 'web' }] } });
  expect(bench.conflicts('b', { spec: { ports: [{ port: 80, name: 'other' }] } })).toEqual([
    '.spec.ports[port=80,protocol="TCP"].name: conflict with "a"',
  ]);
});

test('another list of an atomic list is one conflict', () => {
  const bench = openBench();
  bench.apply('a', { spec: { plain: ['p'] } });
  expect(bench.conflicts('b', { spec: { plain: ['p', 'q'] } })).toEqual(['.spec.plain: conflict with "a"']);
});

test('several conflicts are told together, by manager', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1 } });
  bench.apply('b', { spec: { name: 'n' } });
  expect(() => bench.apply('c', { spec: { size: 2, name: 'm' } })).toThrow(
    'Apply failed with 2 conflicts: conflicts with "a":\n- .spec.size\nconflicts with "b":\n- .spec.name',
  );
});

test('the same value is no conflict', () => {
  const bench = openBench();
  bench.apply('a', { spec: { size: 1, plain: ['p'] } });
  expect(bench.conflicts('b', { spec: { size: 1, plain: ['p'] } })).toEqual([]);
});
