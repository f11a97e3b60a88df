import type { TopicRecord, TopicStart } from '../engines/kafka/read-topic.ts';

export type RecordFormat = 'value' | 'csv' | 'json';

export interface RecordPrinter {
  /** The lines of one record. */
  lines(record: TopicRecord): readonly string[];
  /** Fields that had no column, of CSV. */
  readonly leftOut: ReadonlySet<string>;
}

/**
 * How records are printed. The columns of CSV are the fields of the first record's value, since a stream has no header; a
 * value that is no object is a column of its own.
 */
export function createRecordPrinter(format: RecordFormat, withKey: boolean): RecordPrinter {
  const leftOut = new Set<string>();
  let columns: readonly string[] | undefined;
  const toCsv = (record: TopicRecord): readonly string[] => {
    const fields = readFields(record.value) ?? { value: record.value ?? '' };
    const first = columns === undefined;
    columns ??= Object.keys(fields);
    for (const field of Object.keys(fields)) if (!columns.includes(field)) leftOut.add(field);
    const cells = [
      ...(withKey ? [record.key ?? ''] : []),
      ...columns.map((column) => toText(fields[column])),
    ];
    const header = first ? [[...(withKey ? ['key'] : []), ...columns]] : [];
    return [...header, cells].map((row) => row.map(quote).join(','));
  };
  return {
    leftOut,
    lines(record) {
      if (format === 'csv') return toCsv(record);
      if (format === 'json') return [toJson(record)];
      return [`${withKey ? `${record.key ?? ''}\t` : ''}${record.value ?? ''}`];
    },
  };
}

function toJson({ partition, offset, timestamp, key, value, headers }: TopicRecord): string {
  const record = {
    partition,
    offset: Number(offset),
    timestamp,
    key: key ?? null,
    value: value ?? null,
    headers,
  };
  return JSON.stringify(record);
}

/** The fields of a value that is a JSON object. */
function readFields(value: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined || !value.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As RFC 4180 has it. */
function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A field of the value, by its path with dots, and the text that it has to have. */
export interface RecordFilter {
  readonly path: string;
  readonly text: string;
}

/** `symbol=AAPL`, `address.city=Cologne`; `undefined` when it is written otherwise. */
export function parseFilter(text: string): RecordFilter | undefined {
  const [, path, wanted] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  return path === undefined || wanted === undefined ? undefined : { path, text: wanted };
}

/** Whether the value is a JSON object with all these fields. A field of that very name goes before a path. */
export function matches({ value }: TopicRecord, filters: readonly RecordFilter[]): boolean {
  if (filters.length === 0) return true;
  const fields = readFields(value);
  if (fields === undefined) return false;
  return filters.every(({ path, text }) => {
    const found = Object.hasOwn(fields, path) ? fields[path] : follow(fields, path.split('.'));
    return found !== undefined && (found === null ? 'null' : toText(found)) === text;
  });
}

function follow(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? (found as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** An ISO date or time, or how long ago: `2026-01-31T12:00:00Z`, `-10m`. `undefined` when it is neither. */
export function parseStartTime(text: string, now: number): TopicStart | undefined {
  const [, amount, unit] = /^-(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const ago = Number(amount) * (units[unit ?? ''] ?? Number.NaN);
  const time = amount !== undefined ? now - ago : /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : { time: new Date(time) };
}
