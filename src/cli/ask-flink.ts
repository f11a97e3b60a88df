import type { ApiClient } from '../apiclient/client.ts';
import { FlinkRestError } from '../engines/flink/client.ts';
import type { FlinkGet } from '../engines/flink/job-details.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';

/** Flink could not be asked: why, in a line. */
export interface Unknown {
  readonly unknown: string;
}

/** What Flink itself says of a job; undefined when none was submitted. A cluster that does not answer is no failure. */
export async function askFlink<T>(
  client: ApiClient,
  job: FlinkJob,
  read: (get: FlinkGet, jobId: string) => Promise<T>,
): Promise<T | Unknown | undefined> {
  const [{ jobIdOf }, { readThroughProxy }] = await Promise.all([
    import('../kinds/flink-job/flink-jobs.ts'),
    import('../kinds/flink-job/rest-proxy.ts'),
  ]);
  const id = jobIdOf(job);
  if (id === undefined) return undefined;
  try {
    return await read(readThroughProxy(client, job.object.metadata.namespace ?? 'default', job.cluster), id);
  } catch (error) {
    if (error instanceof FlinkRestError) return { unknown: describeSilence(error, job.cluster) };
    throw error;
  }
}

export function isKnown<T extends object>(answer: T | Unknown | undefined): answer is T {
  return answer !== undefined && !('unknown' in answer);
}

function describeSilence(error: FlinkRestError, cluster: string): string {
  const [why = ''] = error.message.split('\n');
  return error.status === 404
    ? `cluster ${cluster} does not know the job`
    : `cluster ${cluster} does not answer (${why})`;
}
