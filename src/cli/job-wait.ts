import type { ApiClient } from '../apiclient/client.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import { waitForHealth } from './wait-for-health.ts';

export interface JobWait {
  readonly client: ApiClient;
  readonly job: FlinkJob;
  /** Milliseconds. */
  readonly timeout: number;
  /** Called whenever something else is being waited for. */
  progress(message: string): void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/** Waits until the operator has acted on the object as it is now and the job is healthy, or says why it is not. */
export async function waitForJob({ job, ...wait }: JobWait): Promise<readonly Diagnostic[]> {
  const { name } = job.object.metadata;
  return waitForHealth({
    ...wait,
    type: job.kind.type,
    object: job.object,
    subject: `Flink job ${name}`,
    wanted: 'healthy',
    deleted: 'JobDeleted',
    hint: `"sdp jobs show ${name}" and "sdp logs ${name}" tell how far it is.`,
    assess: (live) => job.kind.assessHealth(live),
  });
}
