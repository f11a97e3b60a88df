import type { ApiClient } from '../apiclient/client.ts';
import { ApiError } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { fullName } from './choose-by-name.ts';
import { listConnectors } from './choose-connector.ts';
import { listJobs } from './choose-job.ts';

/** Who reads as a consumer group, by the name of the group: `connector orders/out`, `job orders/totals`. */
export type GroupReaders = ReadonlyMap<string, string>;

/** What is known of groups' readers; nothing of kinds that are not there, or not to be seen. */
export async function findGroupReaders(client: ApiClient): Promise<GroupReaders> {
  const [connectors, jobs] = await Promise.all([
    seen(() => listConnectors(client, undefined)),
    seen(() => listJobs(client, undefined)),
  ]);
  return new Map([
    // A job's group stands in its program. Many take the job's name.
    ...jobs.map(({ object }) => [object.metadata.name, `job ${fullName(object.metadata)}`] as const),
    ...connectors.map(({ metadata, spec }) => {
      const group = spec.config?.['consumer.override.group.id'];
      return [
        typeof group === 'string' ? group : `connect-${metadata.name}`,
        `connector ${fullName(metadata)}`,
      ] as const;
    }),
  ]);
}

async function seen<T>(list: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof ApiError || error instanceof DiagnosticError) return [];
    throw error;
  }
}
