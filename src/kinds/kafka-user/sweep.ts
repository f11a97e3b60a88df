import type { ReconcileResult } from '../../controller/controller.ts';
import { parseKey } from '../../controller/informer.ts';
import { KafkaError } from '../../engines/kafka/kafka-error.ts';
import type { KafkaUserClient } from '../../engines/kafka/user-client.ts';
import { compareQuotas } from './acls.ts';

export interface UserSweepOptions {
  /** Users that a resource declares for the cluster. */
  declaredOf(cluster: string): ReadonlySet<string>;
  /** Users whose resources were seen to go. */
  goneOf(cluster: string): ReadonlySet<string>;
  /** Told when a user is out of the cluster. */
  onRemoved(cluster: string, name: string): void;
  /** Whether all users of the cluster are those of resources: a cluster that is run here. */
  isOwn(cluster: string): boolean;
  clientOf(cluster: string): KafkaUserClient | undefined;
}

const sweepMs = 120_000;
const retryMs = 5_000;

/**
 * Takes users out of a Kafka cluster that no resource declares any more. As Strimzi's user operator: all that it finds, on a
 * cluster of its own. On a cluster of somebody else only those whose resources it has seen go.
 */
export function createUserSweep(options: UserSweepOptions) {
  return async (key: string): Promise<ReconcileResult | undefined> => {
    const cluster = parseKey(key).name;
    const kafka = options.clientOf(cluster);
    if (kafka === undefined) return { requeueAfterMs: retryMs };
    try {
      const found = options.isOwn(cluster) ? await kafka.listUsers() : [...options.goneOf(cluster)];
      const declared = options.declaredOf(cluster);
      for (const name of found) {
        if (declared.has(name)) continue;
        await removeUser(kafka, name);
        options.onRemoved(cluster, name);
      }
      return { requeueAfterMs: sweepMs };
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      return { requeueAfterMs: retryMs };
    }
  };
}

async function removeUser(kafka: KafkaUserClient, name: string): Promise<void> {
  const { hasPassword, acls, quotas } = await kafka.describeUser(name);
  if (hasPassword) await kafka.setPassword(name, undefined);
  if (acls.length > 0) await kafka.removeAcls(name, acls);
  const changes = compareQuotas(undefined, quotas);
  if (Object.keys(changes).length > 0) await kafka.setQuotas(name, changes);
}
