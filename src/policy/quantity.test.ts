import { expect, it } from 'vitest';
import { inWords, measure, parseLimit } from './quantity.ts';

it.each([
  [3, 'number', 3],
  ['0.5', 'number', 0.5],
  ['2Gi', 'memory', 2 ** 31],
  ['512 mb', 'memory', 2 ** 29],
  ['7d', 'duration', 604_800_000],
  ['500 ms', 'duration', 500],
  ['10min', 'duration', 600_000],
  ['1h30min', 'duration', 5_400_000],
  ['2w', 'duration', 14 * 86_400_000],
])('reads the limit %s', (written, measured, amount) => {
  expect(parseLimit(written)).toEqual({ measure: measured, amount });
});

it.each(['500m', '5 m', 'many', '', '7 days or so', '2Gi4', '-', '1.2.3'])(
  'reads no limit in %j',
  (written) => {
    expect(parseLimit(written)).toBeUndefined();
  },
);

it.each([
  ['500m', 'number', 0.5],
  ['3', 'number', 3],
  [true, 'number', undefined],
  ['', 'number', undefined],
  ['2048m', 'memory', 2 ** 31],
  ['4G', 'memory', 2 ** 32],
  ['1073741824', 'memory', 2 ** 30],
  [-1, 'memory', Number.POSITIVE_INFINITY],
  ['604800000', 'duration', 604_800_000],
  [604_800_000, 'duration', 604_800_000],
  ['5 m', 'duration', 300_000],
  ['1 day', 'duration', 86_400_000],
  ['-1', 'duration', Number.POSITIVE_INFINITY],
  ['2Gi', 'duration', undefined],
  [{}, 'memory', undefined],
] as const)('measures %j as %s', (value, as, amount) => {
  expect(measure(value, as)).toBe(amount);
});

it('says what a number without a unit is', () => {
  expect(inWords('1209600000', 'duration')).toBe(' (14 d)');
  expect(inWords(1001, 'duration')).toBe(' ms');
  expect(inWords('7 d', 'duration')).toBe('');
  expect(inWords(-1, 'memory')).toBe(' (without end)');
  expect(inWords(5, 'number')).toBe('');
});
