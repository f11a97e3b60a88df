import { apiVersionOf, type KubernetesObject } from '../../apiclient/object.ts';
import { failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { assessConnectHealth } from './health.ts';
import { fromConnectSpec, kafkaConnectParams, toConnectSpec } from './params.ts';
import { kafkaConnectType } from './resource-type.ts';
import { kafkaConnectSpec, kafkaConnectStatus } from './spec.ts';
import { checkConnect } from './validate.ts';
import { connectVerdicts } from './verdicts.ts';

/** Without it the operator takes connectors from Connect's REST API only, and ignores KafkaConnector resources. */
const useConnectorResources = { 'strimzi.io/use-connector-resources': 'true' };

export function usesConnectorResources({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['strimzi.io/use-connector-resources'] === 'true';
}

export const kafkaConnect = defineKind({
  type: kafkaConnectType,
  singular: 'kafkaconnect',
  shortNames: ['kc'],
  description: 'A Kafka Connect cluster: workers that run connectors.',
  spec: kafkaConnectSpec,
  status: kafkaConnectStatus,
  printerColumns: [
    { name: 'Desired replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    {
      name: 'Reason',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="NotReady")].reason',
      priority: 1,
    },
    { name: 'URL', type: 'string', jsonPath: '.status.url', priority: 1 },
  ],
  assessHealth: assessConnectHealth,
  declared: {
    params: kafkaConnectParams,
    replacedBy: [],
    async buildManifest(metadata, params) {
      const problems = checkConnect(metadata.name, params);
      if (hasErrors(problems)) return failed(...problems);
      return ok({
        manifest: {
          apiVersion: apiVersionOf(kafkaConnectType),
          kind: kafkaConnectType.kind,
          metadata: { ...metadata, annotations: { ...metadata.annotations, ...useConnectorResources } },
          spec: toConnectSpec(params),
        },
        companions: [],
      });
    },
    // Workers of one group share its connectors; clusters that share a topic read each other's.
    claims: (_metadata, { bootstrapServers, ...params }) => [
      { what: `Connect group ${params.groupId} on ${bootstrapServers}`, path: ['groupId'] },
      ...(['configStorageTopic', 'offsetStorageTopic', 'statusStorageTopic'] as const).map((field) => ({
        what: `Connect's topic ${params[field]} on ${bootstrapServers}`,
        path: [field],
      })),
    ],
    verdicts: connectVerdicts,
    readParams(object, prior) {
      return readAtPaths(fromConnectSpec((object as { spec?: object }).spec ?? {}), prior) as typeof prior;
    },
  },
});
