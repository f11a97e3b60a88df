import { createReadStream, existsSync } from 'node:fs';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { KafkaAccess } from '../engines/kafka/access.ts';
import { readRows, toRecords } from './csv-records.ts';
import { connectPlatform, requireKafkaAccess, withApi } from './running-platform.ts';
import { printJson, printLine } from './terminal-output.ts';

interface ProduceOptions {
  data?: string;
  file: string;
  key?: string;
  orderBy?: string;
  json?: boolean;
}

export function registerProduce(program: Command): void {
  program
    .command('produce <topic>')
    .description('Write the rows of a CSV file into a topic, each as a JSON object named by the header.')
    .requiredOption('--file <csv>', 'CSV file with a header; - is standard input')
    .option('--data <dir>', 'data folder of the platform')
    .option('--key <column>', 'column that becomes the key of the record')
    .option('--order-by <column>', 'write rows in the order of this column: numbers, dates or text')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ sdp produce trades --file stocks.csv --key symbol --order-by date')
    .action(async (topic: string, options: ProduceOptions) => {
      if (options.file !== '-' && !existsSync(options.file)) {
        throw new DiagnosticError({
          severity: 'error',
          reason: 'FileNotFound',
          summary: `There is no file ${options.file}`,
          detail: 'Name a CSV file with a header line by --file, or - for standard input.',
        });
      }
      const { client } = await connectPlatform(options.data);
      const access = await withApi('read where Kafka answers', () => requireKafkaAccess(client));
      await client.close();
      await requireTopic(access, topic);
      const rows = readRows(
        options.file === '-' ? process.stdin : createReadStream(options.file),
        options.file,
      );
      const { writeRecords } = await import('../engines/kafka/write-records.ts');
      const written = await writeRecords(access, topic, await toRecords(rows, options));
      if (options.json) printJson({ topic, written });
      else printLine(`${written} records written to ${topic}.`);
    });
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
