import type { KubernetesObject } from '../../apiclient/object.ts';
import { kafkaConnectType } from '../kafka-connect/resource-type.ts';
import type { KafkaConnectSpec } from '../kafka-connect/spec.ts';
import type { Look } from '../verdict.ts';
import { type KafkaConnectorObject, pauseAnnotation } from './decide.ts';

/** What has to be known of a live KafkaConnector. */
export interface ConnectorDigest {
  /** Value of `strimzi.io/pause-reconciliation`. */
  readonly paused?: string;
  /** What Connect last said of the connector, of the states that last. */
  readonly state?: 'RUNNING' | 'PAUSED' | 'STOPPED' | 'FAILED';
  readonly type?: 'source' | 'sink';
  /** Keys of the live configuration whose values are lists or objects. */
  readonly unreadable: readonly string[];
  /** Connect clusters of the namespace with the Kafka that they are on; absent where they cannot be read. */
  readonly clusters?: Readonly<Record<string, string>>;
}

export async function readConnectorDigest(object: KubernetesObject, look: Look): Promise<ConnectorDigest> {
  const { metadata, spec, status } = object as KafkaConnectorObject;
  const clusters = await look.objects<KubernetesObject & { readonly spec?: KafkaConnectSpec }>(
    kafkaConnectType,
  );
  const { connector, type } = (status?.connectorStatus ?? {}) as {
    readonly connector?: { readonly state?: unknown };
    readonly type?: unknown;
  };
  const state = (['RUNNING', 'PAUSED', 'STOPPED', 'FAILED'] as const).find(
    (known) => known === connector?.state,
  );
  const paused = metadata.annotations?.[pauseAnnotation];
  return {
    ...(paused !== undefined && { paused }),
    ...(state !== undefined && { state }),
    ...((type === 'source' || type === 'sink') && { type }),
    unreadable: Object.entries(spec?.config ?? {})
      .filter(([, value]) => typeof value === 'object' && value !== null)
      .map(([key]) => key)
      .toSorted(),
    ...(clusters !== undefined && {
      clusters: Object.fromEntries(
        clusters
          .map((cluster) => [cluster.metadata.name, cluster.spec?.bootstrapServers ?? ''] as const)
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    }),
  };
}
