import { type Command, InvalidArgumentError, Option } from 'commander';
import type { KafkaAccess } from '../engines/kafka/access.ts';
import type { TopicStart } from '../engines/kafka/read-topic.ts';
import { addConnectionOptions, type ConnectionOptions, connectCluster } from './cluster-options.ts';
import { countOption } from './count-option.ts';
import { withKafkaAccess } from './kafka-session.ts';
import { requireTopic } from './produce.ts';
import {
  createRecordPrinter,
  matches,
  parseFilter,
  parseStartTime,
  type RecordFilter,
  type RecordFormat,
} from './record-output.ts';
import { note, printLine } from './terminal-output.ts';

interface ConsumeOptions extends ConnectionOptions {
  follow?: boolean;
  limit?: number;
  fromOffset?: TopicStart;
  fromTime?: TopicStart;
  partition?: readonly number[];
  filter?: readonly RecordFilter[];
  format?: RecordFormat;
  key?: boolean;
  json?: boolean;
}

export function registerConsume(program: Command): void {
  addConnectionOptions(
    program
      .command('consume <topic>')
      .description('Print the values of the committed records of a topic, from its beginning to its end.'),
  )
    .option('-f, --follow', 'go on as records arrive, until Ctrl-C')
    .addOption(
      new Option('--from-offset <offset>', 'start there in each partition; -10: 10 before its end')
        .argParser(offsetOption)
        .conflicts('fromTime'),
    )
    .option(
      '--from-time <time>',
      'start with records of that time: 2026-01-31T12:00:00Z, or -10m',
      timeOption,
    )
    .option('--partition <number>', 'only this partition; may be repeated', partitionOption)
    .option('--filter <field=value>', 'only JSON values with this field; may be repeated', filterOption)
    .option('--limit <count>', 'stop after so many records', countOption)
    .addOption(new Option('--count <count>', 'the same').argParser(countOption).hideHelp())
    .addOption(
      new Option('--format <format>', 'value: as it is; csv: columns by the first record').choices([
        'value',
        'csv',
        'json',
      ]),
    )
    .option('--key', 'the key before each value')
    .option('--json', 'one JSON object per record, with key, partition, offset, timestamp and headers')
    .addHelpText(
      'after',
      '\nReads without a consumer group: nothing is left in Kafka.\n\nExamples:\n  $ sdp consume yearly-prices\n  $ sdp consume yearly-prices --follow --json | jq .value\n  $ sdp consume trades --from-time -10m --filter symbol=AAPL --filter venue.country=US\n  $ sdp consume trades --from-offset -5 --partition 0 --key\n  $ sdp consume trades --format csv > trades.csv',
    )
    .action(async (topic: string, options: ConsumeOptions & { count?: number }) => {
      const client = await connectCluster(options);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      try {
        await withKafkaAccess(client, async (access) => {
          await requireTopic(access, topic);
          await printRecords(access, topic, options, abort.signal);
        });
      } finally {
        await client.close();
      }
    });
}

async function printRecords(
  access: KafkaAccess,
  topic: string,
  options: ConsumeOptions & { count?: number },
  signal: AbortSignal,
): Promise<void> {
  const { readTopic } = await import('../engines/kafka/read-topic.ts');
  const printer = createRecordPrinter(
    options.json ? 'json' : (options.format ?? 'value'),
    options.key === true,
  );
  let left = options.limit ?? options.count ?? Number.POSITIVE_INFINITY;
  const records = readTopic({
    ...access,
    topic,
    start: options.fromOffset ?? options.fromTime,
    partitions: options.partition,
    follow: options.follow ?? false,
    signal,
  });
  for await (const record of records) {
    if (!matches(record, options.filter ?? [])) continue;
    printer.lines(record).forEach((line) => printLine(line));
    left -= 1;
    if (left <= 0) break;
  }
  if (printer.leftOut.size === 0) return;
  note(`Fields that the first record does not have were left out: ${[...printer.leftOut].join(', ')}.`);
}

function offsetOption(text: string): TopicStart {
  if (!/^-?\d{1,18}$/.test(text)) throw new InvalidArgumentError('Write a whole number: 0, 1200 or -10.');
  return { offset: BigInt(text) };
}

function timeOption(text: string): TopicStart {
  const start = parseStartTime(text, Date.now());
  if (start === undefined) throw new InvalidArgumentError('Write 2026-01-31, 2026-01-31T12:00:00Z or -10m.');
  return start;
}

function partitionOption(text: string, before: readonly number[] = []): readonly number[] {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write the number of a partition, from 0.');
  return [...before, Number(text)];
}

function filterOption(text: string, before: readonly RecordFilter[] = []): readonly RecordFilter[] {
  const filter = parseFilter(text);
  if (filter === undefined) throw new InvalidArgumentError('Write FIELD=VALUE.');
  return [...before, filter];
}
