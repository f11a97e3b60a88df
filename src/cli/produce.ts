import { createReadStream, existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { KafkaAccess } from '../engines/kafka/access.ts';
import type { NewRecord } from '../engines/kafka/write-records.ts';
import { addConnectionOptions, type ConnectionOptions, connectCluster } from './cluster-options.ts';
import { withKafkaAccess } from './kafka-session.ts';
import { printJson, printLine } from './terminal-output.ts';

type Format = 'csv' | 'json' | 'records';

interface ProduceOptions extends ConnectionOptions {
  file: string;
  format?: Format;
  key?: string;
  orderBy?: string;
  header?: Readonly<Record<string, string>>;
  json?: boolean;
}

export function registerProduce(program: Command): void {
  addConnectionOptions(
    program
      .command('produce <topic>')
      .description('Write the rows of a CSV file, or JSON lines, into a topic.')
      .requiredOption('--file <file>', 'CSV with a header, or JSON lines; - is standard input'),
  )
    .addOption(
      new Option(
        '--format <format>',
        'by the ending of the file when absent: .csv, or .json, .jsonl, .ndjson',
      ).choices(['csv', 'json', 'records']),
    )
    .option('--key <field>', 'column or field that becomes the key of the record')
    .option(
      '--order-by <column>',
      'write the rows of CSV in the order of this column: numbers, dates or text',
    )
    .option('--header <name=value>', 'header of every record; may be repeated', collectHeader)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\ncsv      each row as a JSON object named by the header of the file\njson     each line as it is\nrecords  {"key": …, "value": …, "headers": {…}, "timestamp": …} a line, as "sdp consume --json" prints them; a value of null\n         deletes what was written of the key before, where the topic is compacted\n\nExamples:\n  $ sdp produce trades --file stocks.csv --key symbol --order-by date\n  $ sdp produce trades --file trades.jsonl --key symbol\n  $ sdp consume trades --json | sdp produce trades-copy --file - --format records',
    )
    .action(async (topic: string, options: ProduceOptions, command: Command) => {
      const format = options.format ?? formatOf(options.file);
      if (options.orderBy !== undefined && format !== 'csv') {
        command.error(`error: --order-by is for CSV, and ${options.file} is read as ${format}`);
      }
      if (options.key !== undefined && format === 'records') {
        command.error('error: records name their keys themselves: leave out --key');
      }
      if (options.file !== '-' && !existsSync(options.file)) {
        throw new DiagnosticError({
          severity: 'error',
          reason: 'FileNotFound',
          summary: `There is no file ${options.file}`,
          detail:
            'Name a CSV file with a header line or a file of JSON lines by --file, or - for standard input.',
        });
      }
      const client = await connectCluster(options);
      try {
        await withKafkaAccess(client, async (access) => {
          await requireTopic(access, topic);
          const { writeRecords } = await import('../engines/kafka/write-records.ts');
          const records = await readRecords(format, options);
          const written = await writeRecords(access, topic, addHeaders(records, options.header));
          if (options.json) printJson({ topic, written });
          else printLine(`${written} records written to ${topic}.`);
        });
      } finally {
        await client.close();
      }
    });
}

/** What the ending of a file says; CSV when it says nothing. */
export function formatOf(file: string): Format {
  return /\.(?:json|jsonl|ndjson)$/i.test(file) ? 'json' : 'csv';
}

function collectHeader(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write NAME=VALUE.');
  return { ...before, [name]: value };
}

async function readRecords(
  format: Format,
  { file, key, orderBy }: ProduceOptions,
): Promise<AsyncIterable<NewRecord> | Iterable<NewRecord>> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  if (format === 'csv') {
    const { readRows, toRecords } = await import('./csv-records.ts');
    const choice = { ...(key !== undefined && { key }), ...(orderBy !== undefined && { orderBy }) };
    return toRecords(readRows(stream, file), choice);
  }
  const { readFullRecords, readJsonRecords } = await import('./json-records.ts');
  return format === 'json' ? readJsonRecords(stream, file, key) : readFullRecords(stream, file);
}

async function* addHeaders(
  records: AsyncIterable<NewRecord> | Iterable<NewRecord>,
  headers: Readonly<Record<string, string>> | undefined,
): AsyncIterable<NewRecord> {
  for await (const record of records) {
    yield headers === undefined ? record : { ...record, headers: { ...record.headers, ...headers } };
  }
}

/** A missing topic is the user's mistake, and is not made by writing to it. */
export async function requireTopic(access: KafkaAccess, topic: string): Promise<void> {
  const { createKafkaClient } = await import('../engines/kafka/client.ts');
  const kafka = createKafkaClient(access);
  try {
    const names = await kafka.listTopics();
    if (names.includes(topic)) return;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'TopicNotFound',
      summary: `There is no topic ${topic}`,
      detail:
        names.length === 0
          ? 'Kafka has no topics yet: declare one with the module kafka/topic and apply it.'
          : `Topics: ${[...names].sort().join(', ')}.`,
    });
  } finally {
    await kafka.close();
  }
}
