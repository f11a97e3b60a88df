import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { NewRecord } from '../engines/kafka/write-records.ts';

type Row = Readonly<Record<string, string>>;

/**
 * The rows of a CSV stream with a header. A line that does not fit is a diagnostic with its number. The stream is closed
 * at the end, whoever ends it.
 */
export async function* readRows(stream: Readable, file: string): AsyncIterable<Row> {
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true });
  // Its errors come out of the parser.
  pipeline(stream, parser, () => undefined);
  try {
    for await (const row of parser) yield row as Row;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw notReadable(file, error as Error);
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

function notReadable(file: string, error: Error): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'FileNotReadable',
    summary: 'The file cannot be read',
    detail: `${error.message}. Name a CSV file that you may read, or - for standard input.`,
    source: { file },
  });
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
  const ranks = rankValues(all.map((row) => row[column] ?? ''));
  const ranked = all.map((row, index) => ({ row, rank: ranks[index] ?? '' }));
  ranked.sort((left, right) => (left.rank < right.rank ? -1 : left.rank > right.rank ? 1 : 0));
  return ranked.map(({ row }) => toRecord(row, options.key));
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

/** What a column is ordered by: it holds numbers, or dates, or text, as a whole. Gaps come first. */
function rankValues(values: readonly string[]): readonly (number | string)[] {
  for (const toNumber of [Number, toTime]) {
    const ranks = values.map((value) => (value.trim() === '' ? Number.NEGATIVE_INFINITY : toNumber(value)));
    if (!ranks.some(Number.isNaN)) return ranks;
  }
  return values;
}

/** `Date.parse` takes any word before a number for a month: it shall begin with a number, or a month or day. */
function toTime(text: string): number {
  const names = /^\s*(\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)/i;
  return names.test(text) ? Date.parse(text) : Number.NaN;
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
