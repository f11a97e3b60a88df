import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../apiclient/client.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { FlinkJob } from '../kinds/flink-job/flink-jobs.ts';
import type { FlinkJobObject } from '../kinds/flink-job/resource.ts';
import { formatDuration } from './amounts.ts';

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
export async function waitForJob(wait: JobWait): Promise<readonly Diagnostic[]> {
  const { client, job, timeout, progress, interval = 300 } = wait;
  const { namespace, name } = job.object.metadata;
  const object = {
    kind: job.kind.type.kind,
    name,
    ...(namespace !== undefined && { namespace }),
  };
  const deadline = Date.now() + timeout;
  let shown = '';
  for (;;) {
    const live = await client.get<FlinkJobObject>(job.kind.type, { namespace, name });
    if (live === undefined) {
      return [
        {
          severity: 'error',
          reason: 'JobDeleted',
          summary: `Flink job ${name} is gone`,
          detail: 'Somebody deleted it while its start was being waited for.',
          object,
        },
      ];
    }
    const health = job.kind.assessHealth(live);
    if (health.state === 'failed') return health.diagnostics;
    if (health.message !== shown) progress(shorten(health.message));
    shown = health.message;
    if (health.state === 'healthy') return [];
    if (Date.now() >= deadline) {
      return [
        {
          severity: 'error',
          reason: 'Timeout',
          summary: `Flink job ${name} was not healthy within ${formatDuration(timeout)}`,
          detail: `Last seen: ${health.message}. Its operator goes on working on it: "sdp jobs show ${name}" and "sdp logs ${name}" tell how far it is. If it needs longer, raise --timeout.`,
          object,
        },
      ];
    }
    await sleep(interval);
  }
}

/** Of an error that is left over from before, the beginning is enough. */
function shorten(message: string): string {
  const [line = ''] = message.split('\n');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
