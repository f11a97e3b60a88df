import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Health } from '../kinds/kind.ts';
import { formatDuration } from './amounts.ts';

export interface HealthWait<T extends KubernetesObject> {
  readonly client: ApiClient;
  readonly type: ResourceType;
  readonly object: T;
  /** How the object is spoken of: `Flink job totals`. */
  readonly subject: string;
  /** What it was not in time: `healthy`. */
  readonly wanted: string;
  /** Reason of the diagnostic when it is gone. */
  readonly deleted: string;
  /** Where to look when it takes longer. */
  readonly hint: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds between two looks. */
  readonly interval?: number | undefined;
  assess(live: T): Health | Promise<Health>;
  /** Called whenever something else is being waited for. */
  progress(message: string): void;
}

/** Looks at an object until it is healthy, or says why it is not. */
export async function waitForHealth<T extends KubernetesObject>(
  wait: HealthWait<T>,
): Promise<readonly Diagnostic[]> {
  const { client, type, timeout, subject, progress, interval = 300 } = wait;
  const { namespace, name } = wait.object.metadata;
  const object = { kind: type.kind, name, ...(namespace !== undefined && { namespace }) };
  const problem = (reason: string, summary: string, detail: string): readonly Diagnostic[] => [
    { severity: 'error', reason, summary, detail, object },
  ];
  const deadline = Date.now() + timeout;
  let shown = '';
  for (;;) {
    const live = await client.get<T>(type, { namespace, name });
    if (live === undefined) {
      return problem(
        wait.deleted,
        `${subject} is gone`,
        'Somebody deleted it while it was being waited for.',
      );
    }
    const health = await wait.assess(live);
    if (health.state === 'failed') return health.diagnostics;
    if (health.message !== shown) progress(shorten(health.message));
    shown = health.message;
    if (health.state === 'healthy') return [];
    if (Date.now() >= deadline) {
      return problem(
        'Timeout',
        `${subject} was not ${wait.wanted} within ${formatDuration(timeout)}`,
        `Last seen: ${health.message}. Its operator goes on working on it: ${wait.hint} If it needs longer, raise --timeout.`,
      );
    }
    await sleep(interval);
  }
}

/** Of an error that is left over from before, the beginning is enough. */
function shorten(message: string): string {
  const [line = ''] = message.split('\n');
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
