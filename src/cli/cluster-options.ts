import { homedir } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiClient } from '../apiclient/client.ts';
import { parseTimeout } from './amounts.ts';
import { connectPlatform } from './running-platform.ts';

/** Which platform or cluster a command talks to. */
export interface ConnectionOptions {
  data?: string;
  kubeconfig?: string;
  context?: string;
}

/** Where a command about resources looks. */
export interface ClusterOptions extends ConnectionOptions {
  namespace?: string;
}

/** The options of all commands that work on a cluster as well as on the local platform. */
export function addClusterOptions(
  command: Command,
  namespace = 'namespace to look in; all when absent',
): Command {
  return addConnectionOptions(command.option('-n, --namespace <namespace>', namespace));
}

/** The same for commands to which namespaces mean nothing. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder of the platform')
    .option('--kubeconfig <file>', 'cluster to talk to, instead of the local platform')
    .option('--context <name>', 'context of the kubeconfig');
}

export interface WaitOptions {
  /** False after --no-wait. */
  wait?: boolean;
  /** Milliseconds. */
  timeout: number;
}

/** The options of commands that wait for what they asked for. */
export function addWaitOptions(command: Command, what: string, otherwise: string): Command {
  return addTimeoutOption(
    command.option('--wait', `wait until ${what} (default)`).option('--no-wait', otherwise),
  );
}

export function addTimeoutOption(command: Command): Command {
  const timeout = new Option('--timeout <duration>', 'how long to wait: 90s, 5m');
  return command.addOption(timeout.argParser(parseTimeoutOption).default(300_000, '5m'));
}

function parseTimeoutOption(text: string): number {
  const milliseconds = parseTimeout(text);
  if (milliseconds === undefined) throw new InvalidArgumentError('Write 90s, 5m or 1h30m.');
  return milliseconds;
}

/** The client of the platform, or of the cluster that the options name. */
export async function connectCluster({ data, kubeconfig, context }: ConnectionOptions): Promise<ApiClient> {
  if (kubeconfig === undefined && context === undefined) return (await connectPlatform(data)).client;
  const [{ findAccess }, { createApiClient }] = await Promise.all([
    import('../apiclient/find-access.ts'),
    import('../apiclient/http-client.ts'),
  ]);
  const access = await findAccess({ kubeconfig, context }, { environment: process.env, home: homedir() });
  return createApiClient(access);
}
