import { type Command, InvalidArgumentError } from 'commander';
import type { ApiClient } from '../apiclient/client.ts';
import { podType } from '../apiclient/core-types.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Pod } from '../pods/pod.ts';
import { findByName } from './choose-by-name.ts';
import { chooseJob, listJobs } from './choose-job.ts';
import { addClusterOptions, type ClusterOptions, connectCluster } from './cluster-options.ts';
import { withApi } from './running-platform.ts';

interface LogsOptions extends ClusterOptions {
  follow?: boolean;
  tail?: number;
  previous?: boolean;
}

export function registerLogs(program: Command): void {
  addClusterOptions(
    program
      .command('logs <name>')
      .description(
        'Print the log of a pod (a broker, a JobManager, a TaskManager; the start of its name is enough), or what the logs of its cluster say of a Flink job.',
      ),
  )
    .option('-f, --follow', 'go on as the log grows')
    .option('--tail <lines>', 'only the last lines', countOption)
    .option('-p, --previous', 'the log of the run before the last restart')
    .addHelpText(
      'after',
      '\nOf a job, the lines of its JobManager and its TaskManagers come in the order of time, each with its pod.\n\nExamples:\n  $ sdp logs kafka\n  $ sdp logs session-taskmanager --follow --tail 20\n  $ sdp logs yearly-prices --follow',
    )
    .action(async (name: string, options: LogsOptions) => {
      const client = await connectCluster(options);
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      try {
        await withApi('read the log', () => printLog(client, name, options, abort.signal));
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      } finally {
        await client.close();
      }
    });
}

/** A pod that is called so, else a job, else a pod whose name starts so. */
async function printLog(
  client: ApiClient,
  name: string,
  options: LogsOptions,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, tail, follow = false, previous = false } = options;
  const { items: pods } = await client.list<Pod>(podType, { namespace });
  if (!pods.some(({ metadata }) => metadata.name === name)) {
    // Who may not see jobs may still name pods.
    const jobs = await listJobs(client, namespace).catch(() => []);
    if (findByName(name, jobs, ({ object }) => object).length > 0) {
      const { printJobLog } = await import('./job-logs.ts');
      const job = chooseJob(name, jobs);
      return printJobLog({ client, job, follow, tail, previous, signal });
    }
  }
  const pod = choosePod(name, pods);
  const query = new URLSearchParams({
    ...(follow && { follow: 'true' }),
    ...(tail !== undefined && { tailLines: String(tail) }),
    ...(previous && { previous: 'true' }),
  });
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/log?${query.toString()}`;
  const response = await client.request('GET', path, { signal });
  if (response.status >= 400) {
    const { toApiError } = await import('../apiclient/http-client.ts');
    throw toApiError(response.status, await response.text(), pod.metadata.name);
  }
  for await (const part of response.body) process.stdout.write(part);
}

function countOption(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a number of lines.');
  return Number(text);
}

function choosePod(name: string, pods: readonly Pod[]): Pod {
  const exact = pods.filter((pod) => pod.metadata.name === name);
  const candidates = exact.length > 0 ? exact : pods.filter((pod) => pod.metadata.name.startsWith(name));
  const [pod] = candidates;
  if (pod !== undefined && candidates.length === 1) return pod;
  const names = (candidates.length > 0 ? candidates : pods).map(
    ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
  );
  throw new DiagnosticError({
    severity: 'error',
    reason: 'PodNotFound',
    summary:
      candidates.length > 1
        ? `${candidates.length} pods start with ${name}`
        : `No pod starts with ${name}, and no Flink job is called so`,
    detail: names.length === 0 ? 'No pod runs.' : `Name one of: ${names.join(', ')}.`,
  });
}
