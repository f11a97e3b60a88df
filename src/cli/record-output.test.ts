import { describe, expect, it } from 'vitest';
import type { TopicRecord } from '../engines/kafka/read-topic.ts';
import {
  createRecordPrinter,
  matches,
  parseFilter,
  parseStartTime,
  type RecordFormat,
} from './record-output.ts';

function record(value: unknown, key: string | undefined = 'k'): TopicRecord {
  return {
    partition: 0,
    offset: 7n,
    timestamp: new Date('2026-01-01T00:00:00Z'),
    key,
    value: value === undefined || typeof value === 'string' ? value : JSON.stringify(value),
    headers: { origin: 'test' },
  };
}
function print(format: RecordFormat, withKey: boolean, ...values: readonly unknown[]) {
  const printer = createRecordPrinter(format, withKey);
  return {
    lines: values.flatMap((value) => printer.lines(record(value))),
    leftOut: [...printer.leftOut],
  };
}

describe('records', () => {
  it('are printed as they are, with their key, or whole', () => {
    expect(print('value', false, 'a', undefined).lines).toEqual(['a', '']);
    expect(print('value', true, 'a').lines).toEqual(['k\ta']);
    const [line = ''] = print('json', false, undefined).lines;
    expect(JSON.parse(line)).toEqual({
      partition: 0,
      offset: 7,
      timestamp: '2026-01-01T00:00:00.000Z',
      key: 'k',
      value: null,
      headers: { origin: 'test' },
    });
  });

  it('are rows of CSV by the fields of the first', () => {
    const { lines, leftOut } = print(
      'csv',
      true,
      { symbol: 'A,B', price: 1.5, venue: { country: 'US' } },
      { price: null, symbol: 'say "x"', extra: 1 },
    );
    expect(lines).toEqual([
      'key,symbol,price,venue',
      'k,"A,B",1.5,"{""country"":""US""}"',
      'k,"say ""x""",,',
    ]);
    expect(leftOut).toEqual(['extra']);
    expect(print('csv', false, 'plain', '{broken').lines).toEqual(['value', 'plain', '{broken']);
  });

  it.each<[string, unknown, boolean]>([
    ['symbol=A', { symbol: 'A' }, true],
    ['symbol=A', { symbol: 'B' }, false],
    ['symbol=A', {}, false],
    ['symbol=A', 'A', false],
    ['symbol=A', undefined, false],
    ['price=1.5', { price: 1.5 }, true],
    ['sold=null', { sold: null }, true],
    ['sold=', { sold: '' }, true],
    ['venue.country=US', { venue: { country: 'US' } }, true],
    ['a.b=1', { 'a.b': 1 }, true],
    ['q=a=b', { q: 'a=b' }, true],
    ['constructor.name=Object', {}, false],
  ])('match %s', (text, value, expected) => {
    const filter = parseFilter(text);
    expect(matches(record(value), filter === undefined ? [] : [filter])).toBe(expected);
  });

  it('match all filters, and none of a wrong form', () => {
    const filters = [parseFilter('a=1'), parseFilter('b=2')].filter((filter) => filter !== undefined);
    expect(matches(record({ a: 1, b: 3 }), filters)).toBe(false);
    expect(parseFilter('symbol')).toBeUndefined();
    expect(parseFilter('=x')).toBeUndefined();
  });
});

it.each([
  ['-10m', '2025-12-31T23:50:00.000Z'],
  ['-1.5h', '2025-12-31T22:30:00.000Z'],
  ['2025-06-01', '2025-06-01T00:00:00.000Z'],
  ['2025-06-01T12:00:00+02:00', '2025-06-01T10:00:00.000Z'],
  ['10m', undefined],
  ['yesterday', undefined],
  ['5', undefined],
])('reading starts at %s', (text, expected) => {
  const start = parseStartTime(text, Date.parse('2026-01-01T00:00:00Z'));
  expect(start !== undefined && 'time' in start ? start.time.toISOString() : undefined).toBe(expected);
});
