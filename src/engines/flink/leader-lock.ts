import type { ApiClient } from '../../apiclient/client.ts';
import { configMapType } from '../../apiclient/core-types.ts';
import { listHighAvailabilityMaps } from './high-availability-maps.ts';

/** Where fabric8's leader election, which Flink's Kubernetes high availability uses, keeps who leads. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/**
 * Takes the leadership of a cluster from whoever holds it, for a JobManager that is about to start in the place of one
 * that is known to be dead: it need not wait until the dead one's lease has run out (15 s by default).
 */
export async function releaseLeadership(
  client: ApiClient,
  namespace: string,
  clusterId: string,
): Promise<void> {
  for (const { metadata } of await listHighAvailabilityMaps(client, namespace, clusterId)) {
    const text = metadata.annotations?.[leaderAnnotation];
    if (text === undefined) continue;
    const record = JSON.parse(text) as { holderIdentity?: string };
    if ((record.holderIdentity ?? '') === '') continue;
    await client.patch(
      configMapType,
      { namespace, name: metadata.name },
      {
        metadata: {
          // Whoever wrote it meanwhile is alive.
          resourceVersion: metadata.resourceVersion,
          annotations: { [leaderAnnotation]: JSON.stringify({ ...record, holderIdentity: '' }) },
        },
      },
    );
  }
}
