import type { KafkaAccess } from '../engines/kafka/access.ts';
import { createKafkaClient, type KafkaClient } from '../engines/kafka/client.ts';
import { collectTopicCalls, type TopicCalls } from '../engines/kafka/topic-calls.ts';
import { createKafkaUserClient, type KafkaUserClient } from '../engines/kafka/user-client.ts';
import type { BrokerState } from '../kinds/kafka/reconcile.ts';
import type { TopicCluster } from '../kinds/kafka-topic/reconcile.ts';

/** The Kafka clusters that resources name: where they answer, and since when they do not. */
export interface KafkaClusters {
  /** One client for each address. */
  connect(access: KafkaAccess): KafkaClient;
  of(name: string): KafkaCluster | undefined;
  /** `undefined`: there is none of this name any more. */
  set(name: string, state: BrokerState | undefined): void;
  close(): Promise<void>;
}

export interface KafkaCluster extends TopicCluster {
  readonly users: KafkaUserClient | undefined;
}

interface Cluster {
  address: string | undefined;
  calls: TopicCalls | undefined;
  users: KafkaUserClient | undefined;
  /** Milliseconds since the epoch. */
  silentSince: number | undefined;
}

/** `names` are those of clusters that are known from the start; `onAnswering` is told when one answers that did not. */
export function createKafkaClusters(
  names: readonly string[],
  onAnswering: (name: string) => void,
): KafkaClusters {
  const clients = new Map<string, KafkaClient>();
  const userClients = new Map<string, KafkaUserClient>();
  const unknown = (): Cluster => ({
    address: undefined,
    calls: undefined,
    users: undefined,
    silentSince: undefined,
  });
  const clusters = new Map(names.map((name) => [name, unknown()]));

  const connect = (access: KafkaAccess) => {
    const address = JSON.stringify(access);
    const client = clients.get(address) ?? createKafkaClient(access);
    clients.set(address, client);
    return client;
  };

  const connectUsers = (access: KafkaAccess) => {
    const address = JSON.stringify(access);
    const client = userClients.get(address) ?? createKafkaUserClient(access);
    userClients.set(address, client);
    return client;
  };

  return {
    connect,
    of(name) {
      const cluster = clusters.get(name);
      if (cluster === undefined) return undefined;
      return {
        calls: cluster.calls,
        users: cluster.users,
        silentMs: () => (cluster.silentSince === undefined ? 0 : Date.now() - cluster.silentSince),
        heard(answered) {
          if (cluster.calls === undefined) return;
          const wasSilent = cluster.silentSince !== undefined;
          cluster.silentSince = answered ? undefined : (cluster.silentSince ?? Date.now());
          if (answered && wasSilent) onAnswering(name);
        },
      };
    },
    set(name, state) {
      const cluster = clusters.get(name) ?? unknown();
      if (state === undefined) clusters.delete(name);
      else clusters.set(name, cluster);
      const hasAnswered = cluster.calls !== undefined;
      const access = state === undefined || state.is === 'preparing' ? undefined : state.access;
      const address = access && JSON.stringify(access);
      const isNew = cluster.address !== address;
      if (isNew) {
        cluster.address = address;
        cluster.calls = access && collectTopicCalls(connect(access));
        cluster.users = access && connectUsers(access);
      }
      if (state?.is === 'answering') {
        const isBack = isNew || cluster.silentSince !== undefined;
        cluster.silentSince = undefined;
        if (isBack) onAnswering(name);
      } else if (state?.is === 'silent' || hasAnswered) {
        // What has answered before is missed; what never did is only prepared.
        cluster.silentSince ??= Date.now();
      }
    },
    async close() {
      await Promise.allSettled(
        [...clients.values(), ...userClients.values()].map((client) => client.close()),
      );
    },
  };
}
