import type { ResourceType } from '../../apiclient/object.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
import { ok } from '../../diagnostics/diagnostic.ts';
import { defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { assessDeploymentHealth } from './health.ts';
import { flinkDeploymentSpec, flinkDeploymentStatus } from './spec.ts';

export const flinkDeploymentType: ResourceType = {
  group: 'flink.apache.org',
  version: 'v1beta1',
  kind: 'FlinkDeployment',
  plural: 'flinkdeployments',
  namespaced: true,
};

export const flinkDeployment = defineKind({
  type: flinkDeploymentType,
  singular: 'flinkdeployment',
  shortNames: ['flinkdep'],
  description: 'A Flink cluster: a session cluster, or with a job an application cluster.',
  spec: flinkDeploymentSpec,
  status: flinkDeploymentStatus,
  printerColumns: [
    { name: 'JobManager', type: 'string', jsonPath: '.status.jobManagerDeploymentStatus' },
    { name: 'Job Status', type: 'string', jsonPath: '.status.jobStatus.state' },
    { name: 'Lifecycle State', type: 'string', jsonPath: '.status.lifecycleState' },
    { name: 'Version', type: 'string', jsonPath: '.status.clusterInfo.flink-version' },
    { name: 'Error', type: 'string', jsonPath: '.status.error', priority: 1 },
  ],
  assessHealth: assessDeploymentHealth,
  declared: {
    params: flinkDeploymentSpec.omit({ podTemplate: true }),
    replacedBy: [],
    async buildManifest(metadata, spec) {
      return ok({
        manifest: {
          apiVersion: apiVersionOf(flinkDeploymentType),
          kind: flinkDeploymentType.kind,
          metadata: { ...metadata },
          spec,
        },
        companions: [],
      });
    },
    readParams(object, prior) {
      return readAtPaths((object as { spec?: unknown }).spec, prior) as typeof prior;
    },
  },
});
