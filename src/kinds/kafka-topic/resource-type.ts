import type { ResourceType } from '../../apiclient/object.ts';

export const kafkaTopicType: ResourceType = {
  group: 'kafka.strimzi.io',
  version: 'v1',
  kind: 'KafkaTopic',
  plural: 'kafkatopics',
  namespaced: true,
};

/** Label by which Strimzi's operators know the Kafka cluster that a resource belongs to. */
export const clusterLabel = 'strimzi.io/cluster';
