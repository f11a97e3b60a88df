import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import { defineKind, type Health } from '../kind.ts';
import { type KafkaStatus, kafkaSpec, kafkaStatus } from './spec.ts';

export const kafkaType: ResourceType = {
  group: 'kafka.strimzi.io',
  version: 'v1',
  kind: 'Kafka',
  plural: 'kafkas',
  namespaced: true,
};

export const kafka = defineKind({
  type: kafkaType,
  singular: 'kafka',
  shortNames: ['k'],
  description: 'A Kafka cluster. The local operator runs it as one KRaft node.',
  spec: kafkaSpec,
  status: kafkaStatus,
  printerColumns: [
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Kafka Version', type: 'string', jsonPath: '.status.kafkaVersion' },
    { name: 'Bootstrap', type: 'string', jsonPath: '.status.listeners[0].bootstrapServers' },
  ],
  assessHealth: assessKafkaHealth,
});

function assessKafkaHealth(object: KubernetesObject): Health {
  const status: KafkaStatus = (object as { status?: KafkaStatus }).status ?? {};
  const ready = status.conditions?.find((condition) => condition.type === 'Ready');
  if ((status.observedGeneration ?? 0) >= (object.metadata.generation ?? 1) && ready?.status === 'True') {
    return { state: 'healthy', message: ready.message ?? 'the broker answers' };
  }
  return { state: 'progressing', message: ready?.message ?? 'waiting for the broker to start' };
}
