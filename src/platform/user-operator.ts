import type { ApiClient } from '../apiclient/client.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { type Controller, dependsOn, ownerKeys, startController } from '../controller/controller.ts';
import { type Informer, keyOf } from '../controller/informer.ts';
import { findScramListener, type KafkaObject } from '../kinds/kafka/desired.ts';
import { readExternal } from '../kinds/kafka/external.ts';
import { clusterLabel } from '../kinds/kafka-topic/resource-type.ts';
import type { KafkaUserObject } from '../kinds/kafka-user/kind.ts';
import { createUserReconciler } from '../kinds/kafka-user/reconcile.ts';
import { createUserSweep } from '../kinds/kafka-user/sweep.ts';
import type { KafkaClusters } from './kafka-clusters.ts';

export interface UserOperatorOptions {
  readonly client: ApiClient;
  readonly kafkas: Informer<KafkaObject>;
  readonly users: Informer<KafkaUserObject>;
  /** Secrets that have the label of users. */
  readonly userSecrets: Informer<KubernetesObject>;
  readonly clusters: KafkaClusters;
  onError(key: string, error: unknown): void;
}

export interface UserOperator {
  /** Looks at all users of a cluster that answers again. */
  onAnswering(cluster: string): void;
  stop(): Promise<void>;
}

/** The controllers of KafkaUsers: one for the users, and one for what is left in clusters of those that are gone. */
export function startUserOperator(options: UserOperatorOptions): UserOperator {
  const { client, kafkas, users, userSecrets, clusters, onError } = options;
  const kafkaNamed = (name: string) => kafkas.list().find(({ metadata }) => metadata.name === name);
  const clusterOf = ({ metadata }: KafkaUserObject) => metadata.labels?.[clusterLabel] ?? '';

  const gone = new Map<string, Set<string>>();
  const goneOf = (cluster: string) => gone.get(cluster) ?? new Set<string>();
  users.onChange((user, change) => {
    const cluster = clusterOf(user);
    const names = goneOf(cluster);
    if (change === 'deleted') names.add(user.metadata.name);
    else names.delete(user.metadata.name);
    gone.set(cluster, names);
  });

  const userController: Controller = startController<KafkaUserObject>({
    name: 'kafkausers',
    informer: users,
    concurrency: 16,
    onError,
    alsoWatch: [dependsOn(userSecrets, (secret) => ownerKeys(secret, 'KafkaUser'))],
    reconcile: createUserReconciler({
      client,
      listUsers: users.list,
      clusterOf(name) {
        const cluster = clusters.of(name);
        const kafka = kafkaNamed(name);
        if (cluster === undefined) return undefined;
        const offers =
          kafka === undefined || readExternal(kafka) !== undefined || findScramListener(kafka) !== undefined;
        return {
          ...cluster,
          warning: offers
            ? undefined
            : 'The broker of this platform has no listener where users log in. Set kafka.authentication to scram-sha-512 in sdp.yaml.',
        };
      },
    }),
  });

  const sweepController: Controller = startController<KafkaObject>({
    name: 'kafkausers that are gone',
    informer: kafkas,
    onError,
    alsoWatch: [
      (enqueue) =>
        users.onChange((user, change) => {
          const kafka = change === 'deleted' ? kafkaNamed(clusterOf(user)) : undefined;
          if (kafka !== undefined) enqueue(keyOf(kafka));
        }),
    ],
    reconcile: createUserSweep({
      declaredOf: (cluster) =>
        new Set(
          users
            .list()
            .filter((user) => clusterOf(user) === cluster)
            .map(({ metadata }) => metadata.name),
        ),
      goneOf: (cluster) => new Set(goneOf(cluster)),
      onRemoved: (cluster, name) => goneOf(cluster).delete(name),
      isOwn: (cluster) => {
        const kafka = kafkaNamed(cluster);
        return kafka !== undefined && readExternal(kafka) === undefined;
      },
      clientOf: (cluster) => clusters.of(cluster)?.users,
    }),
  });

  return {
    onAnswering(cluster) {
      for (const user of users.list()) if (clusterOf(user) === cluster) userController.enqueue(keyOf(user));
    },
    async stop() {
      await Promise.all([userController.stop(), sweepController.stop()]);
    },
  };
}
