import { apiVersionOf } from '../../apiclient/object.ts';
import { type Diagnostic, failed, ok } from '../../diagnostics/diagnostic.ts';
import { type DeclaredMetadata, defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { assessTopicHealth } from './health.ts';
import { kafkaTopicParams } from './params.ts';
import { clusterLabel, kafkaTopicType } from './resource-type.ts';
import { kafkaTopicSpec, kafkaTopicStatus } from './spec.ts';
import { topicVerdicts } from './verdicts.ts';

export const kafkaTopic = defineKind({
  type: kafkaTopicType,
  singular: 'kafkatopic',
  shortNames: ['kt'],
  description: 'A topic in Kafka.',
  spec: kafkaTopicSpec,
  status: kafkaTopicStatus,
  printerColumns: [
    { name: 'Cluster', type: 'string', jsonPath: '.metadata.labels.strimzi\\.io/cluster' },
    { name: 'Partitions', type: 'integer', jsonPath: '.spec.partitions' },
    { name: 'Replication factor', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    {
      name: 'Reason',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
      priority: 1,
    },
  ],
  assessHealth: assessTopicHealth,
  declared: {
    params: kafkaTopicParams,
    replacedBy: [['topicName'], ['cluster']],
    async buildManifest(metadata, { cluster, ...spec }) {
      const problem = checkTopicName(metadata, spec.topicName);
      if (problem !== undefined) return failed(problem);
      return ok({
        manifest: {
          apiVersion: apiVersionOf(kafkaTopicType),
          kind: kafkaTopicType.kind,
          metadata: { ...metadata, labels: { ...metadata.labels, [clusterLabel]: cluster } },
          spec,
        },
        companions: [],
      });
    },
    topicName: ({ name }, { topicName }) => topicName ?? name,
    claims: ({ name }, { topicName, cluster }) => [
      {
        what: `topic ${topicName ?? name} of Kafka cluster ${cluster}`,
        path: [topicName === undefined ? 'name' : 'topicName'],
      },
    ],
    verdicts: topicVerdicts,
    readParams(object, prior) {
      const spec = readAtPaths((object as { spec?: unknown }).spec, prior) as typeof prior;
      return { ...spec, cluster: object.metadata.labels?.[clusterLabel] ?? '' };
    },
  },
});

/** Kafka's rule for names (`org.apache.kafka.common.internals.Topic#validate`): a bad one can never become a topic. */
function checkTopicName(metadata: DeclaredMetadata, topicName: string | undefined): Diagnostic | undefined {
  const name = topicName ?? metadata.name;
  if (/^[A-Za-z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..') return undefined;
  return {
    severity: 'error',
    reason: 'InvalidTopicName',
    summary: `Illegal topic name ${JSON.stringify(name)}`,
    detail:
      'Kafka allows 1 to 249 ASCII letters, digits, ".", "_" and "-", and neither "." nor "..". ' +
      'A topic with another name is never created. Choose a legal name.',
    path: [topicName === undefined ? 'name' : 'topicName'],
  };
}
