import { apiVersionOf } from '../../apiclient/object.ts';
import { findTemplate } from '../../connectors/catalog.ts';
import { failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { kafkaConnectType } from '../kafka-connect/resource-type.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import { defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { checkConnectorConfig } from './config.ts';
import { assessConnectorHealth } from './health.ts';
import { inspectConnector } from './inspect.ts';
import { kafkaConnectorParams } from './params.ts';
import { kafkaConnectorType } from './resource-type.ts';
import { connectorRollout } from './rollout.ts';
import { kafkaConnectorSpec, kafkaConnectorStatus } from './spec.ts';
import { findTopics, readTopics } from './topics.ts';
import { connectorVerdicts } from './verdicts.ts';

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
    topics: findTopics,
    inspect: inspectConnector,
    needs: ({ cluster }) => [{ type: kafkaConnectType, name: cluster, path: ['cluster'] }],
    verdicts: connectorVerdicts,
    readParams(object, prior) {
      const spec = readAtPaths((object as { spec?: unknown }).spec, prior) as typeof prior;
      return { ...spec, cluster: object.metadata.labels?.[clusterLabel] ?? '' };
    },
  },
});
