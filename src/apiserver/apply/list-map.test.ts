import { expect, test } from 'vitest';
import { openBench } from './testing/apply-fixture.ts';

const port = (number: number, name: string) => ({ port: number, name });

test('items merge by their keys', () => {
  const bench = openBench();
  bench.apply('a', { spec: { ports: [port(80, 'web')] } });
  bench.apply('b', { spec: { ports: [port(90, 'admin')] } });
  expect(bench.spec['ports']).toEqual([port(80, 'web'), port(90, 'admin')]);
});

test('the default of a key field counts as its value', () => {
  const bench = openBench();
  bench.apply('a', { spec: { ports: [port(80, 'web')] } });
  bench.apply('a', { spec: { ports: [{ ...port(80, 'site'), protocol: 'TCP' }] } });
  expect(bench.spec['ports']).toEqual([{ ...port(80, 'site'), protocol: 'TCP' }]);
});

test('an item no longer applied goes, those of others stay', () => {
  const bench = openBench();
  bench.apply('a', { spec: { ports: [port(80, 'web'), port(81, 'old')] } });
  bench.apply('b', { spec: { ports: [port(90, 'admin')] } });
  bench.apply('a', { spec: { ports: [port(80, 'web')] } });
  expect(bench.spec['ports']).toEqual([port(80, 'web'), port(90, 'admin')]);
});

test('one field of an item that is kept goes alone', () => {
  const bench = openBench();
  bench.apply('a', { spec: { ports: [port(80, 'web')] } });
  bench.apply('a', { spec: { ports: [{ port: 80 }] } });
  expect(bench.spec['ports']).toEqual([{ port: 80 }]);
});

test('the order is that of the newest configuration, with the items of others in between', () => {
  const bench = openBench();
  bench.apply('a', { spec: { ports: [port(1, 'a'), port(2, 'b'), port(3, 'c')] } });
  bench.apply('b', { spec: { ports: [port(3, 'c'), port(1, 'a')] } });
  expect((bench.spec['ports'] as { port: number }[]).map((item) => item.port)).toEqual([2, 3, 1]);
});

test('an item without a key that has no default is refused', () => {
  const bench = openBench();
  expect(() => bench.apply('a', { spec: { ports: [{ name: 'no port' }] } })).toThrow(
    'associative list with keys has an element that omits key field "port"',
  );
});
