import type { ResourceType } from '../../apiclient/object.ts';

export const flinkSessionJobType: ResourceType = {
  group: 'flink.apache.org',
  version: 'v1beta1',
  kind: 'FlinkSessionJob',
  plural: 'flinksessionjobs',
  namespaced: true,
};
