import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { eventType } from '../../apiclient/core-types.ts';
import type { KubernetesObject, ObjectReference } from '../../apiclient/object.ts';

interface EventObject extends KubernetesObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

const shown = 3;

/** The last Warning events about an object, one a line, the newest last. None when they cannot be had. */
export async function readWarningEvents(
  client: ApiClient,
  kind: string,
  { namespace, name }: ObjectReference,
): Promise<readonly string[]> {
  const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
  const { items } = await client
    .list<EventObject>(eventType, { namespace, fieldSelector })
    .catch((error: unknown) => {
      if (error instanceof ApiError) return { items: [] };
      throw error;
    });
  return items
    .filter(
      (event) =>
        event.type === 'Warning' && event.involvedObject?.kind === kind && event.involvedObject.name === name,
    )
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .slice(-shown)
    .map(
      ({ reason, message, count }) =>
        `${reason}: ${message}${count !== undefined && count > 1 ? ` (${count} times)` : ''}`,
    );
}

function timeOf({ lastTimestamp, eventTime, metadata }: EventObject): string {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
}
