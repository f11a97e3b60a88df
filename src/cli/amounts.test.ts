import { expect, it } from 'vitest';
import { formatAgo, formatBytes, formatDuration, parseTimeout } from './amounts.ts';

it.each([
  [-5, '0 ms'],
  [340, '340 ms'],
  [59_900, '59s'],
  [60_000, '1m'],
  [7_300_000, '2h'],
  [200_000_000, '2d'],
])('%d milliseconds', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));

it.each([
  [999_500, 'just now'],
  [1_000_300, 'just now'],
  [940_000, '1m ago'],
])('the time %d, seen at 1000000', (time, text) => expect(formatAgo(time, 1_000_000)).toBe(text));

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [21_262, '20.8 KB'],
  [3_250_586, '3.1 MB'],
  [5 * 1024 ** 5, '5120.0 TB'],
])('%d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it.each([
  ['30', 30_000],
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['0.5s', 500],
  ['0', undefined],
  ['5 m', undefined],
  ['soon', undefined],
])('the timeout %j', (text, milliseconds) => expect(parseTimeout(text)).toBe(milliseconds));
