import type { ResourceType } from '../../apiclient/object.ts';

export const flinkDeploymentType: ResourceType = {
  group: 'flink.apache.org',
  version: 'v1beta1',
  kind: 'FlinkDeployment',
  plural: 'flinkdeployments',
  namespaced: true,
};
