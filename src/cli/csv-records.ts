import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { NewRecord } from '../engines/kafka/write-records.ts';

type Row = Readonly<Record<string, string>>;

/** The rows of a CSV stream with a header. A line that does not fit is a diagnostic with its number. */
export async function* readRows(stream: Readable, file: string): AsyncIterable<Row> {
  try {
    for await (const row of stream.pipe(parse({ columns: true, bom: true, skip_empty_lines: true })))
      yield row as Row;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'InvalidCsv',
      summary: 'The file is not CSV with a header',
      detail: `${error.message}. Every line needs as many values as the header has names.`,
      source: { file, ...(typeof error.lines === 'number' && { line: error.lines }) },
    });
  }
}

/** Rows as records: the row as a JSON object, values that read as numbers as numbers. */
export async function toRecords(
  rows: AsyncIterable<Row>,
  options: { readonly key?: string; readonly orderBy?: string },
): Promise<AsyncIterable<NewRecord> | Iterable<NewRecord>> {
  if (options.orderBy === undefined) return mapRows(rows, options.key);
  const column = options.orderBy;
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  for (const row of all.slice(0, 1)) requireColumn(row, column);
  const rank = (row: Row) => toOrder(row[column] ?? '');
  all.sort((left, right) => compare(rank(left), rank(right)));
  return all.map((row) => toRecord(row, options.key));
}

async function* mapRows(rows: AsyncIterable<Row>, key: string | undefined): AsyncIterable<NewRecord> {
  for await (const row of rows) yield toRecord(row, key);
}

function toRecord(row: Row, key: string | undefined): NewRecord {
  if (key !== undefined) requireColumn(row, key);
  const value = Object.fromEntries(Object.entries(row).map(([name, text]) => [name, toJsonValue(text)]));
  return { value: JSON.stringify(value), ...(key !== undefined && { key: row[key] ?? '' }) };
}

/** Only what JSON would write the same way: `007` and `1e3` stay text. */
function toJsonValue(text: string): string | number {
  const number = Number(text);
  return text !== '' && Number.isFinite(number) && String(number) === text ? number : text;
}

function toOrder(text: string): number | string {
  if (text !== '' && Number.isFinite(Number(text))) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? text : date;
}

function compare(left: number | string, right: number | string): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

function requireColumn(row: Row, column: string): void {
  if (column in row) return;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'ColumnNotFound',
    summary: `The file has no column ${column}`,
    detail: `Its header has: ${Object.keys(row).join(', ')}.`,
  });
}
