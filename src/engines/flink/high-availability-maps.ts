import type { ApiClient } from '../../apiclient/client.ts';
import { configMapType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';

export interface HighAvailabilityMap extends KubernetesObject {
  data?: Record<string, string>;
}

/** The ConfigMaps in which Flink's Kubernetes high availability keeps a cluster's leaders, programs and checkpoints. */
export async function listHighAvailabilityMaps(
  client: ApiClient,
  namespace: string,
  clusterId: string,
): Promise<readonly HighAvailabilityMap[]> {
  // Flink 2.2 labels them with no more than app and type: they are known by name.
  const { items } = await client.list<HighAvailabilityMap>(configMapType, {
    namespace,
    labelSelector: `app=${clusterId},type=flink-native-kubernetes`,
  });
  return items.filter(({ metadata }) => metadata.name.endsWith('-config-map'));
}
