import { z } from 'zod';
import { apiVersionOf, type ResourceType } from '../../apiclient/object.ts';
import { findTemplate } from '../../connectors/catalog.ts';
import { failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { kafkaConnectType } from '../kafka-connect/kind.ts';
import { clusterLabel } from '../kafka-topic/kind.ts';
import { defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { checkConnectorConfig } from './config.ts';
import { assessConnectorHealth } from './health.ts';
import { inspectConnector } from './inspect.ts';
import { connectorRollout } from './rollout.ts';
import { kafkaConnectorSpec, kafkaConnectorStatus } from './spec.ts';
import { readTopics } from './topics.ts';

export const kafkaConnectorType: ResourceType = {
  group: 'kafka.strimzi.io',
  version: 'v1',
  kind: 'KafkaConnector',
  plural: 'kafkaconnectors',
  namespaced: true,
};

const kafkaConnectorParams = kafkaConnectorSpec
  // What an annotation asks for once is no declaration.
  .omit({ listOffsets: true, alterOffsets: true })
  .extend({
    cluster: z
      .string()
      .min(1)
      .describe(
        'Name of the Kafka Connect cluster that runs the connector, in the same namespace (label strimzi.io/cluster).',
      ),
    class: z
      .string()
      .min(1)
      .describe('Class of the connector plugin, in full or its simple name: `FileStreamSinkConnector`.'),
    config: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        `Configuration of the connector. Secrets are references that the workers resolve: \`\${secrets:namespace/name:key}\`.`,
      ),
  });

export const kafkaConnector = defineKind({
  type: kafkaConnectorType,
  singular: 'kafkaconnector',
  shortNames: ['kctr'],
  description:
    'A connector on a Kafka Connect cluster: a source that fills topics or a sink that empties them.',
  spec: kafkaConnectorSpec,
  status: kafkaConnectorStatus,
  printerColumns: [
    { name: 'Cluster', type: 'string', jsonPath: '.metadata.labels.strimzi\\.io/cluster' },
    { name: 'Connector class', type: 'string', jsonPath: '.spec.class' },
    { name: 'Max Tasks', type: 'integer', jsonPath: '.spec.tasksMax' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'State', type: 'string', jsonPath: '.status.connectorStatus.connector.state' },
    {
      name: 'Reason',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="NotReady")].reason',
      priority: 1,
    },
  ],
  assessHealth: assessConnectorHealth,
  rollout: connectorRollout,
  declared: {
    params: kafkaConnectorParams,
    // Another Connect cluster knows nothing of the offsets: the connector begins anew there.
    replacedBy: [['cluster']],
    async buildManifest(metadata, { cluster, ...spec }) {
      const problems = checkConnectorConfig({ ...spec, config: spec.config ?? {} });
      if (hasErrors(problems)) return failed(...problems);
      return ok(
        {
          manifest: {
            apiVersion: apiVersionOf(kafkaConnectorType),
            kind: kafkaConnectorType.kind,
            metadata: { ...metadata, labels: { ...metadata.labels, [clusterLabel]: cluster } },
            spec,
          },
          companions: [],
        },
        problems,
      );
    },
    claims: (_metadata, { class: className, config = {} }) =>
      (findTemplate(className)?.claims?.(config) ?? []).map(({ what, key }) => ({
        what,
        path: ['config', key],
      })),
    mentions: readTopics,
    inspect: inspectConnector,
    needs: ({ cluster }) => [{ type: kafkaConnectType, name: cluster, path: ['cluster'] }],
    readParams(object, prior) {
      const spec = readAtPaths((object as { spec?: unknown }).spec, prior) as typeof prior;
      return { ...spec, cluster: object.metadata.labels?.[clusterLabel] ?? '' };
    },
  },
});
