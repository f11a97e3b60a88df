import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { readRows, toRecords } from './csv-records.ts';

/** In pieces of three bytes, as a pipe may deliver it: letters of two bytes are cut. */
function streamOf(text: string): Readable {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, index) =>
    bytes.subarray(index * 3, index * 3 + 3),
  );
  return Readable.from(pieces);
}
async function rowsOf(text: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const row of readRows(streamOf(text), 'a.csv')) rows.push(row);
  return rows;
}
async function recordsOf(text: string, options: { key?: string; orderBy?: string } = {}) {
  const records: { key?: string; value: unknown }[] = [];
  for await (const { key, value } of await toRecords(readRows(streamOf(text), 'a.csv'), options)) {
    records.push({ ...(key !== undefined && { key: String(key) }), value: JSON.parse(String(value)) });
  }
  return records;
}
const column = async (name: string, values: readonly string[]) => {
  const records = await recordsOf(`${name}\n${values.join('\n')}\n`, { orderBy: name });
  return records.map(({ value }) => String((value as Record<string, unknown>)[name]));
};

describe('readRows', () => {
  it.each([
    ['a header', 'a,b\n1,2\n', [{ a: '1', b: '2' }]],
    ['no last line end', 'a,b\n1,2', [{ a: '1', b: '2' }]],
    ['Windows line ends', 'a,b\r\n1,2\r\n', [{ a: '1', b: '2' }]],
    ['a byte order mark', '\ufeffa,b\n1,2\n', [{ a: '1', b: '2' }]],
    ['quotes', 'a,b\n"x, y","say ""hi""\nagain"\n', [{ a: 'x, y', b: 'say "hi"\nagain' }]],
    [
      'empty lines',
      'a,b\n\n1,2\n\n\n3,4\n\n',
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    ['empty values', 'a,b\n,\n', [{ a: '', b: '' }]],
    ['other letters', 'größe\nÄpfel €\n', [{ größe: 'Äpfel €' }]],
    ['a header alone', 'a,b\n', []],
    ['nothing', '', []],
  ])('reads a file with %s', async (_, text, rows) => {
    expect(await rowsOf(text)).toEqual(rows);
  });

  it.each([
    ['too few values', 'a,b\n1,2\n3\n', 3],
    ['too many values', 'a,b\n1,2,3\n', 2],
    ['a quote inside of a value', 'a,b\n1,2\n3,x"y"\n', 3],
    ['a quote that does not end', 'a,b\n1,"2\n', 2],
  ])('tells where there are %s', async (_, text, line) => {
    await expect(rowsOf(text)).rejects.toMatchObject({
      diagnostics: [{ reason: 'InvalidCsv', source: { file: 'a.csv', line } }],
    });
  });

  it('tells of a file that cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sdp-csv-'));
    const rows = readRows(createReadStream(folder), folder);
    await expect(rows[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      diagnostics: [{ reason: 'FileNotReadable', source: { file: folder } }],
    });
    await rm(folder, { recursive: true });
  });

  it('lets go of the file when nobody wants more rows', async () => {
    const stream = streamOf(`a\n${'1\n'.repeat(100_000)}`);
    for await (const row of readRows(stream, 'a.csv')) {
      expect(row).toEqual({ a: '1' });
      break;
    }
    await vi.waitFor(() => expect(stream.destroyed).toBe(true));
  });
});

describe('toRecords', () => {
  it('makes numbers of what JSON would write the same way', async () => {
    const values = ['1', '-2.5', '0', '007', '1e3', '1.50', '', ' 1', 'NaN', 'Infinity', '9007199254740993'];
    const records = await recordsOf(`a,b\n${values.map((value) => `${value},x`).join('\n')}\n`);
    expect(records.map(({ value }) => (value as { a: unknown }).a)).toEqual([1, -2.5, 0, ...values.slice(3)]);
  });

  it('takes the key from a column, as it is written', async () => {
    expect(await recordsOf('symbol,price\nMSFT,39.81\n007,1\n', { key: 'symbol' })).toEqual([
      { key: 'MSFT', value: { symbol: 'MSFT', price: 39.81 } },
      { key: '007', value: { symbol: '007', price: 1 } },
    ]);
  });

  it.each([{ key: 'c' }, { orderBy: 'c' }])('tells of a column that is not there: %j', async (options) => {
    await expect(recordsOf('a,b\n1,2\n', options)).rejects.toMatchObject({
      diagnostics: [{ reason: 'ColumnNotFound', detail: 'Its header has: a, b.' }],
    });
  });

  it('keeps the order of the file unless told otherwise, and of rows that are equal', async () => {
    const text = 'at,n\n2,a\n1,b\n2,c\n1,d\n';
    const order = async (options: { orderBy?: string }) =>
      (await recordsOf(text, options)).map(({ value }) => (value as { n: string }).n).join('');
    expect([await order({}), await order({ orderBy: 'at' })]).toEqual(['abcd', 'bdac']);
  });

  it.each([
    ['numbers', ['10', '9', '-1', '1e1', '9.5'], ['-1', '9', '9.5', '10', '1e1']],
    ['dates', ['Feb 1 2001', 'Jan 1 2000', 'Mar 1 2000'], ['Jan 1 2000', 'Mar 1 2000', 'Feb 1 2001']],
    [
      'times',
      ['2020-01-01T10:00:00Z', '2020-01-01T09:30:00Z'],
      ['2020-01-01T09:30:00Z', '2020-01-01T10:00:00Z'],
    ],
    ['text', ['b', 'a', 'C'], ['C', 'a', 'b']],
    ['text with numbers in it', ['item 50', 'item 49', 'item 5'], ['item 49', 'item 5', 'item 50']],
    ['text and numbers', ['5x', '10', '9', '5x'], ['10', '5x', '5x', '9']],
    ['numbers and gaps', ['10', '', '9'], ['', '9', '10']],
  ])('orders %s', async (_, values, ordered) => {
    // A line that is empty is no row: gaps are quoted.
    expect(
      await column(
        'at',
        values.map((value) => (value === '' ? '""' : value)),
      ),
    ).toEqual(ordered);
  });
});
