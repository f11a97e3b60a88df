import type { Command } from 'commander';
import type { ApiClient } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { addClusterOptions, type ClusterOptions, connectCluster } from './cluster-options.ts';
import { withKafka } from './kafka-session.ts';
import { withApi } from './running-platform.ts';
import { exitCodes, note, outputColors, printDiagnostic, printJson, printLine } from './terminal-output.ts';
import type { TopicRow } from './topic-list.ts';

type TopicsOptions = ClusterOptions & { json?: boolean };

export function registerTopics(program: Command): void {
  const topics = program
    .command('topics')
    .description('Show the topics that Kafka has and who declares them; "topics show" tells all of one.');
  addClusterOptions(topics)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nWith a namespace, only topics that are declared there. Where Kafka does not answer, what the KafkaTopics say.\nExit code 1 when a KafkaTopic has failed.\n\nExamples:\n  $ sdp topics\n  $ sdp topics --namespace orders --json\n  $ sdp topics show trades',
    )
    .action(async (options: TopicsOptions) => {
      const client = await connectCluster(options);
      try {
        const rows = await withApi('list the topics', () => readRows(client, options.namespace));
        const { printTopics } = await import('./topic-list.ts');
        if (options.json) printJson(rows);
        else printTopics(rows, options.namespace);
        const failures = rows.flatMap(({ health }) => (health?.state === 'failed' ? health.diagnostics : []));
        failures.forEach((diagnostic) => printDiagnostic(diagnostic));
        if (failures.length > 0) process.exitCode = exitCodes.problem;
      } finally {
        await client.close();
      }
    });
  registerShow(topics);
}

async function readRows(client: ApiClient, namespace: string | undefined): Promise<readonly TopicRow[]> {
  const { declaredRows, listTopicResources, readTopicRows } = await import('./topic-list.ts');
  const resources = await listTopicResources(client, namespace);
  try {
    return await withKafka(client, (session) => readTopicRows(resources, session, namespace));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    const [why] = error.diagnostics;
    note(`Only what the KafkaTopics say is shown: ${why?.summary}. ${why?.detail}`);
    return [...declaredRows(resources).values()];
  }
}

function registerShow(topics: Command): void {
  addClusterOptions(
    topics
      .command('show <topic>')
      .description('Tell all of one topic: its config, partitions, who reads it and who declares it.'),
  )
    .option('--json', 'as JSON, with the whole config')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp topics show trades\n  $ sdp topics show trades --json | jq .config',
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      // "topics" has the same options, and takes them wherever they stand.
      const options = command.optsWithGlobals<TopicsOptions>();
      const [{ listTopicResources }, { formatTopic, readTopicDetails }, { findGroupReaders }] =
        await Promise.all([
          import('./topic-list.ts'),
          import('./topic-show.ts'),
          import('./group-readers.ts'),
        ]);
      const client = await connectCluster(options);
      try {
        const [resources, readers] = await withApi('read the topic', () =>
          Promise.all([listTopicResources(client, options.namespace), findGroupReaders(client)]),
        );
        const shown = await withKafka(client, (session) =>
          readTopicDetails(name, resources, session, readers),
        );
        if (options.json) printJson(shown);
        else formatTopic(shown, Date.now(), outputColors()).forEach((line) => printLine(line));
        const health = shown.resource?.health;
        if (health?.state !== 'failed') return;
        health.diagnostics.forEach((diagnostic) => printDiagnostic(diagnostic));
        process.exitCode = exitCodes.problem;
      } finally {
        await client.close();
      }
    });
}
