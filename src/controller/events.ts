import { createHash } from 'node:crypto';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { eventType } from '../apiclient/core-types.ts';
import type { KubernetesObject, Manifest } from '../apiclient/object.ts';

interface EventObject extends KubernetesObject, Manifest {
  count: number;
  lastTimestamp: string;
}

export interface EventRecorder {
  /** Same reason and message of one object make one Event whose count grows, as client-go's recorder does. */
  record(
    object: KubernetesObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): Promise<void>;
}

/** `component` is what `kubectl describe` shows under "From". Recording never fails its caller. */
export function createEventRecorder(client: ApiClient, component: string): EventRecorder {
  return {
    async record(object, type, reason, message) {
      const { name, namespace = 'default', uid, resourceVersion } = object.metadata;
      const text = message.slice(0, 1024);
      const digest = createHash('sha256')
        .update([uid, type, reason, text].join('\0'))
        .digest('hex')
        .slice(0, 16);
      const reference = { namespace, name: `${name}.${digest}` };
      const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
      try {
        const existing = await client.get<EventObject>(eventType, reference);
        if (existing !== undefined) {
          await client.patch(eventType, reference, { count: existing.count + 1, lastTimestamp: now });
          return;
        }
        await client.create(eventType, {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: reference,
          involvedObject: {
            apiVersion: object.apiVersion,
            kind: object.kind,
            name,
            namespace,
            uid,
            resourceVersion,
          },
          type,
          reason,
          message: text,
          source: { component },
          reportingComponent: component,
          reportingInstance: component,
          firstTimestamp: now,
          lastTimestamp: now,
          count: 1,
        });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
    },
  };
}
