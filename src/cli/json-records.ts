import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { NewRecord } from '../engines/kafka/write-records.ts';

/** Lines that have something on them, with their numbers. */
async function* readLines(
  stream: Readable,
  file: string,
): AsyncIterable<{ readonly text: string; readonly line: number }> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  // Newer versions of Node tell of it where lines are waited for, older ones end without a word.
  stream.once('error', () => lines.close());
  let line = 0;
  try {
    for await (const text of lines) {
      line += 1;
      if (text.trim() !== '') yield { text, line };
    }
  } catch (error) {
    throw notReadable(file, error instanceof Error ? error : new Error(String(error)));
  } finally {
    lines.close();
    stream.destroy();
  }
  if (stream.errored != null) throw notReadable(file, stream.errored);
}

function notReadable(file: string, { message }: Error): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'FileNotReadable',
    summary: 'The file cannot be read',
    detail: `${message}. Name a file that you may read, or - for standard input.`,
    source: { file },
  });
}

function invalid(file: string, line: number, summary: string, detail: string): DiagnosticError {
  const source = { file, line };
  return new DiagnosticError({ severity: 'error', reason: 'InvalidJson', summary, detail, source });
}

function parse(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(
      file,
      line,
      'The line is not JSON',
      `${why}. Each line is one record. Of a file that is one array, jq makes such lines: jq -c '.[]' ${file}`,
    );
  }
}

/** JSON lines as records: each line is a value, as it stands; `key` is the field of it that becomes the key. */
export async function* readJsonRecords(
  stream: Readable,
  file: string,
  key: string | undefined,
): AsyncIterable<NewRecord> {
  for await (const { text, line } of readLines(stream, file)) {
    const value = parse(text, file, line);
    if (value === null) {
      throw invalid(
        file,
        line,
        'A null has no key',
        'A record without a value deletes what was written of its key. Say of which: --format records takes {"key": "…", "value": null}.',
      );
    }
    yield { value: text.trim(), ...(key !== undefined && { key: keyOf(value, key, file, line) }) };
  }
}

/** Text as it is, anything else as JSON writes it. */
function keyOf(value: unknown, key: string, file: string, line: number): string {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const found = isObject ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  if (found === undefined || found === null) {
    const fields = isObject ? `It has: ${Object.keys(value).join(', ')}.` : 'It is no object.';
    throw invalid(file, line, `The line has no ${key} for the key`, `${fields} Every line needs it.`);
  }
  return typeof found === 'string' ? found : JSON.stringify(found);
}

const fullRecord = z.object({
  key: z.string().nullish(),
  value: z.json(),
  headers: z.record(z.string(), z.string()).nullish(),
  timestamp: z.union([z.iso.datetime({ offset: true }), z.int()]).nullish(),
});

/**
 * Whole records as JSON lines, as `sdp consume --json` prints them; the partition follows from the key. A value that is
 * no text is written as JSON, and `null` is a record without a value.
 */
export async function* readFullRecords(stream: Readable, file: string): AsyncIterable<NewRecord> {
  for await (const { text, line } of readLines(stream, file)) {
    const { success, data, error } = fullRecord.safeParse(parse(text, file, line));
    if (!success) {
      const why = error.issues.map(({ path, message }) => `${path.join('.') || 'the line'}: ${message}`);
      throw invalid(
        file,
        line,
        'The line is no record',
        `${why.join('; ')}. It is to look so: {"key": "a", "value": {…}, "headers": {}, "timestamp": "2026-01-31T12:00:00Z"}; all but value may be left out.`,
      );
    }
    const { key, value, headers, timestamp } = data;
    yield {
      value: value === null || typeof value === 'string' ? value : JSON.stringify(value),
      ...(key != null && { key }),
      ...(headers != null && { headers }),
      ...(timestamp != null && { timestamp: new Date(timestamp).getTime() }),
    };
  }
}
