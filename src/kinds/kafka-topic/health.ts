import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Health } from '../kind.ts';
import type { KafkaTopicStatus } from './spec.ts';

/**
 * Strimzi's Ready can be stale: only a condition written for the current generation counts
 * (recorded: a poisoned batch leaves `Ready=True` with the old observedGeneration).
 */
export function assessTopicHealth(object: KubernetesObject): Health {
  const status: KafkaTopicStatus = (object as { status?: KafkaTopicStatus }).status ?? {};
  const { generation, name, namespace } = object.metadata;
  if ((status.observedGeneration ?? 0) < (generation ?? 1)) {
    return { state: 'progressing', message: 'waiting for the topic operator to act on the topic' };
  }
  const ready = status.conditions?.find((condition) => condition.type === 'Ready');
  if (ready?.status === 'True') return { state: 'healthy', message: 'the topic is ready' };
  if (ready?.status === 'False') {
    return {
      state: 'failed',
      diagnostics: [
        {
          severity: 'error',
          reason: ready.reason ?? 'NotReady',
          summary: `Topic ${status.topicName ?? name} is not ready`,
          detail: explain(ready),
          object: { kind: 'KafkaTopic', name, ...(namespace !== undefined && { namespace }) },
        },
      ],
    };
  }
  const waived = status.conditions?.find((condition) => condition.status === 'True');
  if (waived?.type === 'Unmanaged' || waived?.type === 'ReconciliationPaused') {
    return { state: 'healthy', message: `the topic operator leaves the topic alone: ${waived.type}` };
  }
  return { state: 'progressing', message: 'waiting for the topic to be ready' };
}

type Condition = NonNullable<KafkaTopicStatus['conditions']>[number];

function explain({ reason, message = 'The topic operator gave no reason.' }: Condition): string {
  const [, namespace, name] = /^Managed by Ref\{namespace='([^']*)', name='([^']*)'\}/.exec(message) ?? [];
  if (reason !== 'ResourceConflict' || name === undefined) return message;
  return `${message}: the older KafkaTopic ${namespace}/${name} has the topic, and this one changes nothing of it. Give this one another name, or read the topic without declaring it.`;
}
