import { homedir } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import { parseTimeout } from './amounts.ts';
import { connectPlatform, withApi } from './running-platform.ts';

/** Where a command about Flink jobs looks. */
export interface JobsOptions {
  namespace?: string;
  data?: string;
  kubeconfig?: string;
  context?: string;
}

/** The options that all commands about Flink jobs have. */
export function addJobsOptions(command: Command): Command {
  return command
    .option('-n, --namespace <namespace>', 'namespace to look in; all when absent')
    .option('--data <dir>', 'data folder of the platform')
    .option('--kubeconfig <file>', 'cluster to talk to, instead of the local platform')
    .option('--context <name>', 'context of the kubeconfig');
}

/** The options of commands that wait for what they asked for: `wait` is false after --no-wait, `timeout` milliseconds. */
export function addWaitOptions(command: Command, what: string, otherwise: string): Command {
  const timeout = new Option('--timeout <duration>', 'how long to wait: 90s, 5m');
  return command
    .option('--wait', `wait until ${what} (default)`)
    .option('--no-wait', otherwise)
    .addOption(timeout.argParser(parseTimeoutOption).default(300_000, '5m'));
}

function parseTimeoutOption(text: string): number {
  const milliseconds = parseTimeout(text);
  if (milliseconds === undefined) throw new InvalidArgumentError('Write 90s, 5m or 1h30m.');
  return milliseconds;
}

/** The client of the platform, or of the cluster that the options name. */
export async function connectCluster({ data, kubeconfig, context }: JobsOptions): Promise<ApiClient> {
  if (kubeconfig === undefined && context === undefined) return (await connectPlatform(data)).client;
  const [{ findAccess }, { createApiClient }] = await Promise.all([
    import('../apiclient/find-access.ts'),
    import('../apiclient/http-client.ts'),
  ]);
  const access = await findAccess({ kubeconfig, context }, { environment: process.env, home: homedir() });
  return createApiClient(access);
}

/** Runs a step about the job that is named; the connection is closed after it. */
export async function withJob(
  name: string,
  options: JobsOptions,
  step: (client: ApiClient, job: FlinkJob) => Promise<void>,
): Promise<void> {
  const client = await connectCluster(options);
  try {
    const jobs = await withApi('list the Flink jobs', () => listJobs(client, options.namespace));
    await step(client, chooseJob(name, jobs));
  } finally {
    await client.close();
  }
}

/** The jobs of a namespace, or of all; who may not see all is told to name one. */
export async function listJobs(
  client: ApiClient,
  namespace: string | undefined,
): Promise<readonly FlinkJob[]> {
  const { listFlinkJobs } = await import('../kinds/flink-job/flink-jobs.ts');
  try {
    return await listFlinkJobs(client, namespace);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Forbidden' || namespace !== undefined) throw error;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'Forbidden',
      summary: 'The Flink jobs of all namespaces are not yours to see',
      detail: `Name the namespace: --namespace. The API said: ${error.message}`,
    });
  }
}

/** The job of that name, or of that `namespace/name`; a diagnostic when there is none or more than one. */
export function chooseJob(name: string, jobs: readonly FlinkJob[]): FlinkJob {
  const found = findJobs(name, jobs);
  const [job] = found;
  if (job !== undefined && found.length === 1) return job;
  const names = (found.length > 0 ? found : jobs).map(fullName);
  if (found.length > 1) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'AmbiguousName',
      summary: `${found.length} Flink jobs are called ${name}`,
      detail: `Name one of them with its namespace, or set --namespace: ${found
        .map((item) => `${fullName(item)} (${item.kind.type.kind})`)
        .join(', ')}.`,
    });
  }
  const similar = findSimilar(name.split('/').at(-1) ?? name, jobs, ({ object }) => object.metadata.name);
  throw new DiagnosticError({
    severity: 'error',
    reason: 'JobNotFound',
    summary: `There is no Flink job ${name}`,
    detail: [
      ...(similar === undefined ? [] : [`Did you mean ${fullName(similar)}?`]),
      names.length === 0
        ? 'There are no FlinkSessionJobs, and no FlinkDeployments with a job, here.'
        : `Jobs here: ${names.join(', ')}.`,
    ].join(' '),
  });
}

/** Those that a name may mean. */
export function findJobs(name: string, jobs: readonly FlinkJob[]): readonly FlinkJob[] {
  return jobs.filter((job) => fullName(job) === name || job.object.metadata.name === name);
}

function fullName({ object: { metadata } }: FlinkJob): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}
