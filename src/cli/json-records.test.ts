import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { NewRecord } from '../engines/kafka/write-records.ts';
import { readFullRecords, readJsonRecords } from './json-records.ts';
import { formatOf } from './produce.ts';
import { describeError } from './testing/connector-rig.ts';

async function all(records: AsyncIterable<NewRecord>): Promise<readonly NewRecord[]> {
  const list: NewRecord[] = [];
  for await (const record of records) list.push(record);
  return list;
}
const json = (text: string, key?: string) =>
  all(readJsonRecords(Readable.from([text]), 'a.jsonl', key)).catch(describeError);
const full = (text: string) => all(readFullRecords(Readable.from([text]), 'a.jsonl')).catch(describeError);

describe('JSON lines', () => {
  it('are values as they stand, with a field as key', async () => {
    expect(await json('{"symbol": "A",  "n":1}\r\n\n  {"symbol":2}\n', 'symbol')).toEqual([
      { value: '{"symbol": "A",  "n":1}', key: 'A' },
      { value: '{"symbol":2}', key: '2' },
    ]);
    expect(await json('1\n"a"')).toEqual([{ value: '1' }, { value: '"a"' }]);
  });

  it.each([
    ['{"a":1}\n[', undefined, /^InvalidJson: The line is not JSON\n.*jq -c/],
    ['null', undefined, /^InvalidJson: A null has no key\n.*--format records/],
    ['{"a":1}', 'symbol', /^InvalidJson: The line has no symbol for the key\nIt has: a\./],
    ['[1]', 'symbol', /no object/],
  ])('that are not fit are told: %s', async (text, key, expected) => {
    expect(await json(text, key)).toMatch(expected);
  });

  it('that cannot be read are told', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('no right to'));
      },
    });
    expect(await all(readJsonRecords(broken, 'a', undefined)).catch(describeError)).toMatch(
      /^FileNotReadable: .*\nno right to/,
    );
  });
});

describe('whole records', () => {
  it('are as consume prints them', async () => {
    const lines = [
      {
        partition: 3,
        offset: 1,
        key: 'a',
        value: 'text',
        headers: { h: 'x' },
        timestamp: '2026-01-01T00:00:00.000Z',
      },
      { key: 'b', value: { n: 1 }, timestamp: 5 },
      { key: 'c', value: null },
      { value: 'without key', key: null },
    ];
    expect(await full(lines.map((line) => JSON.stringify(line)).join('\n'))).toEqual([
      { key: 'a', value: 'text', headers: { h: 'x' }, timestamp: Date.parse('2026-01-01T00:00:00Z') },
      { key: 'b', value: '{"n":1}', timestamp: 5 },
      { key: 'c', value: null },
      { value: 'without key' },
    ]);
  });

  it.each(['3', '{"key": "d"}', '{"key": 1, "value": 2}', '{"value": 1, "timestamp": "soon"}'])(
    'that are none are told: %s',
    async (text) => {
      expect(await full(text)).toMatch(/^InvalidJson: The line is no record\n/);
    },
  );
});

it.each([
  ['a.csv', 'csv'],
  ['a.json', 'json'],
  ['a.NDJSON', 'json'],
  ['a.jsonl', 'json'],
  ['-', 'csv'],
])('the format of %s is %s', (file, format) => {
  expect(formatOf(file)).toBe(format);
});
