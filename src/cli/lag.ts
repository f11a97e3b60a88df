import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import { addClusterOptions, type ClusterOptions, connectCluster } from './cluster-options.ts';
import { type KafkaSession, withKafka } from './kafka-session.ts';
import type { GroupLag } from './lag-report.ts';
import { withApi } from './running-platform.ts';
import { note, printJson, printLine } from './terminal-output.ts';

interface LagOptions extends ClusterOptions {
  watch?: boolean;
  json?: boolean;
}

const watchMs = 2_000;

export function registerLag(program: Command): void {
  addClusterOptions(
    program
      .command('lag [group]')
      .description('Show how far consumer groups are behind: all, or the partitions of one.'),
  )
    .option('-w, --watch', 'go on every 2 s, until Ctrl-C')
    .option('--json', 'as JSON; with --watch one list a line')
    .addHelpText(
      'after',
      "\nA group is named by itself, by a sink connector (its group is connect-NAME) or by a Flink job whose group has its name.\nFlink commits offsets with its checkpoints: a job without them shows none.\n\nExamples:\n  $ sdp lag\n  $ sdp lag stocks-to-file --watch\n  $ sdp lag --json | jq '.[] | select(.lag > 1000)'",
    )
    .action(async (group: string | undefined, options: LagOptions) => {
      const [{ readLag }, { findGroupReaders }] = await Promise.all([
        import('./lag-report.ts'),
        import('./group-readers.ts'),
      ]);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      const client = await connectCluster(options);
      try {
        const readers = await withApi('find out who reads', () => findGroupReaders(client));
        const look = async (session: KafkaSession) => chooseGroups(await readLag(session, readers), group);
        await withKafka(client, async (session) => {
          await print(await look(session), group, options);
          while (options.watch === true && !abort.signal.aborted) {
            await sleep(watchMs, undefined, { signal: abort.signal }).catch(() => undefined);
            if (abort.signal.aborted) return;
            await print(await look(session), group, options);
          }
        });
      } finally {
        await client.close();
      }
    });
}

async function print(groups: readonly GroupLag[], group: string | undefined, options: LagOptions) {
  if (options.json) {
    if (options.watch) printLine(JSON.stringify(groups));
    else printJson(groups);
    return;
  }
  const { formatGroup, formatGroups } = await import('./lag-report.ts');
  if (options.watch && process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
  if (groups.length === 0) {
    note('No consumer group has committed offsets.');
    return;
  }
  const [first] = groups;
  if (group === undefined || first === undefined) {
    formatGroups(groups).forEach((line) => printLine(line));
    return;
  }
  const reader = first.reader === undefined ? '' : `, ${first.reader}`;
  printLine(`${first.group}${reader}, ${first.state}: ${first.lag} records behind`);
  formatGroup(first).forEach((line) => printLine(line));
}

/** The group of that name, else that of the connector or job of that name; all without a name. */
export function chooseGroups(groups: readonly GroupLag[], name: string | undefined): readonly GroupLag[] {
  if (name === undefined) return groups;
  const isReader = ({ reader = '' }: GroupLag) => {
    const [, full = ''] = reader.split(' ');
    return full === name || full.endsWith(`/${name}`);
  };
  const found = groups.find(({ group }) => group === name) ?? groups.find(isReader);
  if (found !== undefined) return [found];
  const similar = findSimilar(name, groups, ({ group }) => group);
  throw new DiagnosticError({
    severity: 'error',
    reason: 'GroupNotFound',
    summary: `No consumer group ${name} has committed offsets`,
    detail: [
      ...(similar === undefined ? [] : [`Did you mean ${similar.group}?`]),
      groups.length === 0
        ? 'No group has. Readers commit their offsets from time to time, and Flink jobs with each checkpoint.'
        : `Groups: ${groups.map(({ group }) => group).join(', ')}.`,
    ].join(' '),
  });
}
