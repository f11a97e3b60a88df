import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import { chooseByName } from './choose-by-name.ts';
import { type ClusterOptions, connectCluster } from './cluster-options.ts';
import { withApi } from './running-platform.ts';

/** Runs a step about the job that is named; the connection is closed after it. */
export async function withJob(
  name: string,
  options: ClusterOptions,
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
  return chooseByName(name, jobs, {
    what: 'Flink job',
    notFound: 'JobNotFound',
    none: 'There are no FlinkSessionJobs, and no FlinkDeployments with a job, here.',
    objectOf: (job) => job.object,
  });
}
