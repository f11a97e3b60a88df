import type { ResourceType } from '../../apiclient/object.ts';

export const kafkaConnectType: ResourceType = {
  group: 'kafka.strimzi.io',
  version: 'v1',
  kind: 'KafkaConnect',
  plural: 'kafkaconnects',
  namespaced: true,
};
