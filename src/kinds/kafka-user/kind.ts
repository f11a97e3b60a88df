import { apiVersionOf, type KubernetesObject, type ResourceType } from '../../apiclient/object.ts';
import { type Diagnostic, failed, ok } from '../../diagnostics/diagnostic.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import { defineKind, type Health } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { describeFailure, findFailure, hasActed, isPaused, isReady } from '../strimzi-conditions.ts';
import { kafkaUserParams } from './params.ts';
import { type KafkaUserSpec, type KafkaUserStatus, kafkaUserSpec, kafkaUserStatus } from './spec.ts';
import { userVerdicts } from './verdicts.ts';

export interface KafkaUserObject extends KubernetesObject {
  spec: KafkaUserSpec;
  status?: KafkaUserStatus;
}

export const kafkaUserType: ResourceType = {
  group: 'kafka.strimzi.io',
  version: 'v1',
  kind: 'KafkaUser',
  plural: 'kafkausers',
  namespaced: true,
};

export const kafkaUser = defineKind({
  type: kafkaUserType,
  singular: 'kafkauser',
  shortNames: ['ku'],
  description: 'A user of Kafka: credentials, rules and quotas.',
  spec: kafkaUserSpec,
  status: kafkaUserStatus,
  printerColumns: [
    { name: 'Cluster', type: 'string', jsonPath: '.metadata.labels.strimzi\\.io/cluster' },
    { name: 'Authentication', type: 'string', jsonPath: '.spec.authentication.type' },
    { name: 'Authorization', type: 'string', jsonPath: '.spec.authorization.type' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  ],
  assessHealth: assessUserHealth,
  declared: {
    params: kafkaUserParams,
    replacedBy: [['cluster']],
    async buildManifest(metadata, { cluster, ...spec }) {
      const problems = checkRules(spec);
      if (problems.length > 0) return failed(...problems);
      return ok({
        manifest: {
          apiVersion: apiVersionOf(kafkaUserType),
          kind: kafkaUserType.kind,
          metadata: { ...metadata, labels: { ...metadata.labels, [clusterLabel]: cluster } },
          spec,
        },
        companions: [],
      });
    },
    claims: ({ name }, { cluster }) => [{ what: `user ${name} of Kafka cluster ${cluster}`, path: ['name'] }],
    verdicts: userVerdicts,
    readParams(object, prior) {
      const spec = readAtPaths((object as { spec?: unknown }).spec, prior) as typeof prior;
      return { ...spec, cluster: object.metadata.labels?.[clusterLabel] ?? '' };
    },
  },
});

/** The operator would refuse the whole user for a rule without the name of its resource. */
function checkRules({ authorization }: KafkaUserSpec): readonly Diagnostic[] {
  return (authorization?.acls ?? []).flatMap(({ resource }, index): Diagnostic[] => {
    if (resource.type === 'cluster' || resource.name !== undefined) return [];
    return [
      {
        severity: 'error',
        reason: 'ResourceNameMissing',
        summary: `A rule for a ${resource.type} needs its name`,
        detail: `Set name of the resource; "*" stands for any ${resource.type}, and pattern_type "prefix" for all that begin so.`,
        path: ['authorization', 'acls', index, 'resource'],
      },
    ];
  });
}

function assessUserHealth(object: KubernetesObject): Health {
  const status: KafkaUserStatus = (object as { status?: KafkaUserStatus }).status ?? {};
  if (isPaused(status)) return { state: 'healthy', message: 'the user operator leaves the user alone' };
  if (!hasActed(status, object)) {
    return { state: 'progressing', message: 'waiting for the user operator to act on the user' };
  }
  const failure = findFailure(status);
  if (failure !== undefined) {
    const summary = `User ${object.metadata.name} is not ready`;
    return { state: 'failed', diagnostics: [describeFailure(failure, summary, object)] };
  }
  const warning = status.conditions?.find(({ type }) => type === 'Warning');
  if (isReady(status)) return { state: 'healthy', message: warning?.message ?? 'the user is ready' };
  return { state: 'progressing', message: 'waiting for the user to be ready' };
}
