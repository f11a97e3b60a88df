import { expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

it.each([
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['100ms', 100],
  ['1.5m', 90_000],
  ['', undefined],
  ['5', undefined],
  ['5 m', undefined],
  ['m5', undefined],
])('%s', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});
