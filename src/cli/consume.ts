import type { Command } from 'commander';
import { requireTopic } from './produce.ts';
import { connectPlatform, requireKafkaAccess, withApi } from './running-platform.ts';
import { printLine } from './terminal-output.ts';

interface ConsumeOptions {
  data?: string;
  follow?: boolean;
  limit?: string;
  json?: boolean;
}

export function registerConsume(program: Command): void {
  program
    .command('consume <topic>')
    .description('Print the values of the committed records of a topic, from its beginning to its end.')
    .option('--data <dir>', 'data folder of the platform')
    .option('-f, --follow', 'go on as records arrive, until Ctrl-C')
    .option('--limit <count>', 'stop after so many records')
    .option('--json', 'one JSON object per record, with key, partition, offset and timestamp')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp consume yearly-prices\n  $ sdp consume yearly-prices --follow --json | jq .value',
    )
    .action(async (topic: string, options: ConsumeOptions) => {
      const { client } = await connectPlatform(options.data);
      const access = await withApi('read where Kafka answers', () => requireKafkaAccess(client));
      await client.close();
      await requireTopic(access, topic);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      let left = options.limit === undefined ? Number.POSITIVE_INFINITY : Number(options.limit);
      const { readTopic } = await import('../engines/kafka/read-topic.ts');
      const records = readTopic({
        ...access,
        topic,
        follow: options.follow ?? false,
        signal: abort.signal,
      });
      for await (const record of records) {
        if (options.json) printLine(JSON.stringify({ ...record, offset: Number(record.offset) }));
        else printLine(record.value ?? '');
        left -= 1;
        if (left <= 0) break;
      }
    });
}
