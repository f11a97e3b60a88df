import { describe, expect, it } from 'vitest';
import { parseMemory } from './memory.ts';

describe('parseMemory', () => {
  it.each([
    ['1600m', 1600 * 2 ** 20],
    ['1600mb', 1600 * 2 ** 20],
    ['2g', 2 * 2 ** 30],
    ['2 gb', 2 * 2 ** 30],
    ['2Gi', 2 * 2 ** 30],
    ['2GiB', 2 * 2 ** 30],
    [' 512 Ki ', 512 * 2 ** 10],
    ['1t', 2 ** 40],
    ['1073741824', 2 ** 30],
    ['100 bytes', 100],
    ['1.5g', 1.5 * 2 ** 30],
  ])('%j', (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes);
  });

  it.each(['', 'g', '2x', '-1g', '0', '0m', '1,5g', '1 g b', '2G2', 'NaN', '1e3'])('%j is none', (text) => {
    expect(parseMemory(text)).toBeUndefined();
  });
});
