import type { ApiClient } from '../apiclient/client.ts';
import type { ConnectorPart, ConnectorStatus } from '../engines/connect/client.ts';
import { findRootCause } from '../engines/root-cause.ts';
import type { KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { assessConnectorHealth } from '../kinds/kafka-connector/health.ts';
import type { KafkaConnectorSpec, KafkaConnectorStatus } from '../kinds/kafka-connector/spec.ts';
import { clusterLabel } from '../kinds/kafka-topic/resource-type.ts';
import type { Health } from '../kinds/kind.ts';
import type { StrimziCondition } from '../kinds/strimzi-conditions.ts';
import { askOffsets, askStatus, type ConnectorOffsets } from './ask-connect.ts';
import { isKnown, type Unknown } from './ask-flink.ts';

/** A connector as "connectors show" tells it. */
export interface ShownConnector {
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string | undefined;
  readonly class: string | undefined;
  readonly version: string | undefined;
  /** `source` or `sink`, once Connect has told. */
  readonly type: string | undefined;
  readonly state: string | undefined;
  readonly declaredState: string;
  readonly health: Health;
  readonly tasksMax: number | undefined;
  readonly tasks: readonly ShownTask[];
  readonly autoRestart: KafkaConnectorSpec['autoRestart'];
  readonly restarts: KafkaConnectorStatus['autoRestart'];
  readonly topics: readonly string[];
  /** Values that may be passwords are left out. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly conditions: readonly StrimziCondition[];
  /** What annotations ask for, as long as the operator has not carried it out. */
  readonly requests: Readonly<Record<string, string>>;
  readonly offsets: ConnectorOffsets | Unknown;
}

export interface ShownTask extends ConnectorPart {
  readonly id: number;
  /** Of a failed one. */
  readonly cause?: string;
}

/** All that is known of a connector. Workers that answer know better than the operator's last note. */
export async function readConnector(
  client: ApiClient,
  connector: KafkaConnectorObject,
): Promise<ShownConnector> {
  const { metadata, spec, status = {} } = connector;
  const [asked, offsets] = await Promise.all([askStatus(client, connector), askOffsets(client, connector)]);
  const reported: ConnectorStatus = isKnown(asked) ? asked : (status.connectorStatus ?? {});
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    cluster: metadata.labels?.[clusterLabel],
    class: spec.class,
    version: reported.connector?.version ?? spec.version,
    type: reported.type,
    state: reported.connector?.state,
    declaredState: spec.state ?? 'running',
    health: assessConnectorHealth(connector),
    tasksMax: spec.tasksMax,
    tasks: (reported.tasks ?? []).map(({ trace, ...task }) => ({
      ...task,
      ...(trace !== undefined && { trace, cause: findRootCause(trace) }),
    })),
    autoRestart: spec.autoRestart,
    restarts: status.autoRestart,
    topics: status.topics ?? [],
    config: hideSecrets(spec.config ?? {}),
    conditions: status.conditions ?? [],
    requests: Object.fromEntries(
      Object.entries(metadata.annotations ?? {}).filter(([key]) => requestAnnotations.test(key)),
    ),
    offsets,
  };
}

const requestAnnotations = /^strimzi\.io\/(?:restart|restart-task|connector-offsets|pause-reconciliation)$/;

/** References to Secrets are shown; what was written in their place is not. */
function hideSecrets(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = /password|passwd|passphrase|secret|token|credential|private\.?key|jaas|access\.?key/i;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      names.test(key) && !/^\$\{[^}]+\}$/.test(String(value)) ? '(hidden)' : value,
    ]),
  );
}
