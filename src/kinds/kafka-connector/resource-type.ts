import type { ResourceType } from '../../apiclient/object.ts';

export const kafkaConnectorType: ResourceType = {
  group: 'kafka.strimzi.io',
  version: 'v1',
  kind: 'KafkaConnector',
  plural: 'kafkaconnectors',
  namespaced: true,
};
