import { type Command, InvalidArgumentError } from 'commander';
import { withConnector } from './choose-connector.ts';
import {
  addClusterOptions,
  addTimeoutOption,
  addWaitOptions,
  type ClusterOptions,
  connectCluster,
  type WaitOptions,
} from './cluster-options.ts';
import { withApi } from './running-platform.ts';
import { exitCodes, outputColors, printDiagnostic, printJson, printLine } from './terminal-output.ts';

type ConnectorOptions = ClusterOptions & { json?: boolean };

export function registerConnectors(program: Command): void {
  const connectors = program
    .command('connectors')
    .description('Show every connector with its state, tasks and readiness, and change what they do.');
  addClusterOptions(connectors)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 when a connector has failed.\n\nExamples:\n  $ sdp connectors\n  $ sdp connectors --namespace orders --json\n  $ sdp connectors show stocks\n  $ sdp connectors restart stocks --include-tasks --only-failed',
    )
    .action(async (options: ConnectorOptions) => {
      const { printConnectors, readConnectorRows } = await import('./connector-list.ts');
      const client = await connectCluster(options);
      try {
        const rows = await withApi('list the connectors', () => readConnectorRows(client, options.namespace));
        if (options.json) printJson(rows);
        else printConnectors(rows, options.namespace);
        const failures = rows.flatMap(({ health }) => (health.state === 'failed' ? health.diagnostics : []));
        failures.forEach((diagnostic) => printDiagnostic(diagnostic));
        if (failures.length > 0) process.exitCode = exitCodes.problem;
      } finally {
        await client.close();
      }
    });
  registerShow(connectors);
  registerState(connectors, 'pause', 'paused', 'Pause a connector: its tasks stay and do nothing.');
  registerState(connectors, 'resume', 'running', 'Let a paused or stopped connector go on.');
  registerState(connectors, 'stop', 'stopped', 'Stop a connector: its tasks end, its offsets stay.');
  registerRestart(connectors);
  registerOffsets(connectors);
}

function registerShow(connectors: Command): void {
  addClusterOptions(
    connectors
      .command('show <connector>')
      .description(
        'Tell all of one connector: tasks with what failed them, config, topics, offsets, conditions.',
      ),
  )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nValues of the config that may be passwords are hidden, references to Secrets are not.\nExit code 1 when the connector has failed.\n\nExamples:\n  $ sdp connectors show stocks\n  $ sdp connectors show orders/stocks --json',
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      // "connectors" has the same options, and takes them wherever they stand.
      const options = command.optsWithGlobals<ConnectorOptions>();
      const [{ readConnector }, { formatConnector }] = await Promise.all([
        import('./connector-show.ts'),
        import('./connector-text.ts'),
      ]);
      await withConnector(name, options, async (client, connector) => {
        const shown = await withApi('read the connector', () => readConnector(client, connector));
        if (options.json) printJson(shown);
        else formatConnector(shown, Date.now(), outputColors()).forEach((line) => printLine(line));
        if (shown.health.state !== 'failed') return;
        shown.health.diagnostics.forEach((diagnostic) => printDiagnostic(diagnostic));
        process.exitCode = exitCodes.problem;
      });
    });
}

function registerState(
  connectors: Command,
  verb: string,
  state: 'running' | 'paused' | 'stopped',
  description: string,
): void {
  addWaitOptions(
    addClusterOptions(connectors.command(`${verb} <connector>`).description(description)),
    `Connect reports it ${state}`,
    'only ask for it',
  )
    .addHelpText(
      'after',
      `\nWrites spec.state: ${state}. The next apply of a project that declares the state puts the declared one back.\n\nExamples:\n  $ sdp connectors ${verb} stocks\n  $ sdp connectors ${verb} orders/stocks --no-wait`,
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ConnectorOptions & WaitOptions>();
      const { changeState } = await import('./connector-state.ts');
      await withConnector(name, options, (client, connector) =>
        changeState(client, connector, state, options),
      );
    });
}

interface RestartOptions extends ClusterOptions, WaitOptions {
  task?: number;
  includeTasks?: boolean;
  onlyFailed?: boolean;
}

function registerRestart(connectors: Command): void {
  addWaitOptions(
    addClusterOptions(
      connectors
        .command('restart <connector>')
        .description('Restart a connector, one of its tasks, or what has failed of it.'),
    ),
    'it is restarted, and it is known what came of that',
    'only ask for it',
  )
    .option('--task <number>', 'only this task', taskOption)
    .option('--include-tasks', 'the tasks too, not only the connector')
    .option('--only-failed', 'only what has failed')
    .addHelpText(
      'after',
      '\nBy the annotations strimzi.io/restart and strimzi.io/restart-task, which the operator takes off when it is done.\n\nExamples:\n  $ sdp connectors restart stocks\n  $ sdp connectors restart stocks --include-tasks --only-failed\n  $ sdp connectors restart stocks --task 0',
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RestartOptions>();
      if (options.task !== undefined && (options.includeTasks === true || options.onlyFailed === true)) {
        command.error('error: --task restarts one task: leave out --include-tasks and --only-failed');
      }
      const { restartConnector } = await import('./connector-restart.ts');
      await withConnector(name, options, (client, connector) => restartConnector(client, connector, options));
    });
}

function taskOption(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write the number of a task, from 0.');
  return Number(text);
}

interface OffsetOptions extends ClusterOptions {
  timeout: number;
  yes?: boolean;
  stop?: boolean;
  file: string;
}

function registerOffsets(connectors: Command): void {
  const offsets = connectors
    .command('offsets')
    .description('Show, set or reset how far a connector has read.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp connectors offsets get stocks > offsets.json\n  $ sdp connectors offsets set stocks --file offsets.json --stop\n  $ sdp connectors offsets reset stocks --stop --yes',
    );
  addTimeoutOption(
    addClusterOptions(
      offsets.command('get <connector>').description('Print the offsets of a connector as JSON.'),
    ),
  )
    .addHelpText(
      'after',
      "\nRead through the API server's proxy; where that is not allowed, the operator is asked by annotation.\n\nExample:\n  $ sdp connectors offsets get stocks > offsets.json",
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<OffsetOptions>();
      const { readOffsets } = await import('./connector-offsets.ts');
      await withConnector(name, options, async (client, connector) => {
        printJson(await readOffsets(client, connector, options.timeout));
      });
    });
  addChangeOptions(
    offsets.command('reset <connector>').description('Forget how far a stopped connector has read.'),
  )
    .addHelpText(
      'after',
      '\nIts data is read from the beginning and written once more.\n\nExamples:\n  $ sdp connectors offsets reset stocks --stop\n  $ sdp connectors offsets reset stocks --yes',
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<OffsetOptions>();
      const { changeOffsets } = await import('./connector-offsets.ts');
      await withConnector(name, options, (client, connector) =>
        changeOffsets(client, connector, undefined, options),
      );
    });
  addChangeOptions(
    offsets.command('set <connector>').description('Set how far a stopped connector has read.'),
  )
    .requiredOption('--file <json>', 'offsets as "offsets get" prints them; - is standard input')
    .addHelpText(
      'after',
      '\nPartitions that the file does not name stay as they are.\n\nExample:\n  $ sdp connectors offsets set stocks --file offsets.json --stop',
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<OffsetOptions>();
      const { changeOffsets, readOffsetsFile } = await import('./connector-offsets.ts');
      const wanted = await readOffsetsFile(options.file);
      await withConnector(name, options, (client, connector) =>
        changeOffsets(client, connector, wanted, options),
      );
    });
}

function addChangeOptions(command: Command): Command {
  return addTimeoutOption(addClusterOptions(command))
    .option('--stop', 'stop the connector before and let it go on after')
    .option('-y, --yes', 'do not ask');
}
