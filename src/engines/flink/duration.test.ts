import { expect, it } from 'vitest';
import { parseFlinkDuration } from './duration.ts';

it.each([
  ['500', 500],
  ['500 ms', 500],
  ['30s', 30_000],
  ['30 seconds', 30_000],
  ['1min', 60_000],
  ['2 m', 120_000],
  ['3 Hours', 10_800_000],
  ['1 d', 86_400_000],
  ['', undefined],
  ['soon', undefined],
  ['1 week', undefined],
  ['-1 s', undefined],
])('%j is %j milliseconds', (text, milliseconds) => {
  expect(parseFlinkDuration(text)).toBe(milliseconds);
});
