import { describe, expect, it } from 'vitest';
import { collectCalls, takeBatch } from './batch.ts';

describe('takeBatch', () => {
  it('takes what came first, each key once, and keeps the order of the rest', () => {
    const waiting = ['a', 'b', 'a', 'c', 'd'].map((key, number) => ({ key, number }));
    const { batch, rest } = takeBatch(waiting, 3);
    expect(batch.map(({ number }) => number)).toEqual([0, 1, 3]);
    expect(rest.map(({ number }) => number)).toEqual([2, 4]);
  });
});

/** Doubles numbers; odd ones are refused. */
function doubling(size = 10) {
  const batches: string[][] = [];
  let failing = false;
  const call = collectCalls<number, number>({
    lingerMs: 5,
    size,
    async run(inputs) {
      batches.push([...inputs.keys()]);
      if (failing) throw new Error('down');
      return new Map(
        [...inputs].map(([key, value]) => [key, value % 2 ? new Error(`odd ${key}`) : value * 2]),
      );
    },
  });
  return { call, batches, fail: (value: boolean) => (failing = value) };
}

describe('collectCalls', () => {
  it('makes one call of those that come together', async () => {
    const { call, batches } = doubling();
    expect(await Promise.all([call('a', 2), call('b', 4)])).toEqual([4, 8]);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('gives each its own outcome', async () => {
    const { call } = doubling();
    const outcomes = await Promise.allSettled([call('a', 2), call('b', 3)]);
    expect(outcomes).toMatchObject([{ value: 4 }, { reason: { message: 'odd b' } }]);
  });

  it('makes several calls of more than fit, and of one key twice', async () => {
    const { call, batches } = doubling(2);
    const keys = ['a', 'b', 'c', 'a'];
    expect(await Promise.all(keys.map((key, index) => call(key, index * 2)))).toEqual([0, 4, 8, 12]);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'a'],
    ]);
  });

  it('tells all of a failure, and goes on with the next', async () => {
    const { call, fail } = doubling();
    fail(true);
    const outcomes = await Promise.allSettled([call('a', 2), call('b', 4)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fail(false);
    expect(await call('a', 2)).toBe(4);
  });
});
