import type { ResourceType } from '../../apiclient/object.ts';

export const flinkStateSnapshotType: ResourceType = {
  group: 'flink.apache.org',
  version: 'v1beta1',
  kind: 'FlinkStateSnapshot',
  plural: 'flinkstatesnapshots',
  namespaced: true,
};
