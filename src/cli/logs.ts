import type { Command } from 'commander';
import { podType } from '../apiclient/core-types.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Pod } from '../pods/pod.ts';
import { connectPlatform, withApi } from './running-platform.ts';

interface LogsOptions {
  data?: string;
  namespace?: string;
  follow?: boolean;
  tail?: string;
  previous?: boolean;
}

export function registerLogs(program: Command): void {
  program
    .command('logs <pod>')
    .description(
      'Print the log of a pod: a broker, a JobManager, a TaskManager. The start of its name is enough.',
    )
    .option('--data <dir>', 'data folder of the platform')
    .option('-n, --namespace <namespace>', 'namespace of the pod; all when absent')
    .option('-f, --follow', 'go on as the log grows')
    .option('--tail <lines>', 'only the last lines')
    .option('-p, --previous', 'the log of the run before the last restart')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp logs kafka\n  $ sdp logs session-taskmanager --follow --tail 20',
    )
    .action(async (name: string, options: LogsOptions) => {
      const { client } = await connectPlatform(options.data);
      const pod = await withApi('list the pods', async () => {
        const { items } = await client.list<Pod>(podType, { namespace: options.namespace });
        return choosePod(name, items);
      });
      const query = new URLSearchParams({
        ...(options.follow && { follow: 'true' }),
        ...(options.tail !== undefined && { tailLines: options.tail }),
        ...(options.previous && { previous: 'true' }),
      });
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/log?${query.toString()}`;
      try {
        const response = await withApi('read the log', () =>
          client.request('GET', path, { signal: abort.signal }),
        );
        for await (const part of response.body) process.stdout.write(part);
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      } finally {
        await client.close();
      }
    });
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
      candidates.length > 1 ? `${candidates.length} pods start with ${name}` : `No pod starts with ${name}`,
    detail: names.length === 0 ? 'No pod runs.' : `Name one of: ${names.join(', ')}.`,
  });
}
