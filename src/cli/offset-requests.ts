import type { ApiClient } from '../apiclient/client.ts';
import { configMapType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { type KafkaConnectorObject, offsetsAnnotation } from '../kinds/kafka-connector/decide.ts';
import { assessConnectorHealth } from '../kinds/kafka-connector/health.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import type { Health } from '../kinds/kind.ts';
import type { ConnectorOffsets } from './ask-connect.ts';
import { checkNothingPending, checkReconciled, waitForConnector } from './connector-wait.ts';
import { editObject } from './edit-object.ts';

/** Key of the ConfigMap that the operator writes offsets to and reads them from. */
const offsetsKey = 'offsets.json';
const manager = 'sdp-edit';

interface OffsetsMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Offsets by way of the operator, for those who may not use the API server's proxy. */
export async function listOffsets(
  client: ApiClient,
  connector: KafkaConnectorObject,
  timeout: number,
): Promise<ConnectorOffsets> {
  const { metadata, spec } = connector;
  const { namespace } = metadata;
  const declared = spec.listOffsets?.toConfigMap.name;
  const map = { namespace, name: declared ?? mapName(connector) };
  if (declared === undefined) await client.delete(configMapType, map);
  await request(client, connector, {
    operation: 'list',
    fields: { listOffsets: { toConfigMap: { name: map.name } } },
    restored: { listOffsets: spec.listOffsets ?? null },
    timeout,
  });
  const written = await client.get<OffsetsMap>(configMapType, map);
  if (declared === undefined) await client.delete(configMapType, map);
  const text = written?.data?.[offsetsKey] ?? '{"offsets": []}';
  return JSON.parse(text) as ConnectorOffsets;
}

/** Puts the offsets of a stopped connector; those of partitions that are not named stay. */
export async function alterOffsets(
  client: ApiClient,
  connector: KafkaConnectorObject,
  offsets: ConnectorOffsets,
  timeout: number,
): Promise<void> {
  const { metadata, spec } = connector;
  const { namespace = 'default' } = metadata;
  const name = mapName(connector);
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name },
    data: { [offsetsKey]: JSON.stringify(offsets, undefined, 2) },
  };
  await client.apply(configMapType, manifest, { fieldManager: manager, force: true });
  try {
    await request(client, connector, {
      operation: 'alter',
      fields: { alterOffsets: { fromConfigMap: { name } } },
      restored: { alterOffsets: spec.alterOffsets ?? null },
      timeout,
    });
  } finally {
    await client.delete(configMapType, { namespace, name });
  }
}

/** Forgets the offsets of a stopped connector. */
export async function resetOffsets(
  client: ApiClient,
  connector: KafkaConnectorObject,
  timeout: number,
): Promise<void> {
  await request(client, connector, { operation: 'reset', fields: {}, restored: {}, timeout });
}

function mapName({ metadata }: KafkaConnectorObject): string {
  return `${metadata.name}-sdp-offsets`;
}

interface OffsetRequest {
  readonly operation: 'list' | 'alter' | 'reset';
  /** Fields of the spec that the operation needs, and what they are to be after it. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly restored: Readonly<Record<string, unknown>>;
  readonly timeout: number;
}

/** Asks by annotation, and waits until the operator has taken that off; what it could not do is taken back. */
async function request(
  client: ApiClient,
  connector: KafkaConnectorObject,
  { operation, fields, restored, timeout }: OffsetRequest,
): Promise<void> {
  checkReconciled(connector);
  checkNothingPending(connector, offsetsAnnotation);
  const edit = (annotation: string | null, spec: Readonly<Record<string, unknown>>) =>
    editObject(client, kafkaConnectorType, connector.metadata, {
      metadata: { annotations: { [offsetsAnnotation]: annotation } },
      ...(Object.keys(spec).length > 0 && { spec }),
    });
  await edit(operation, fields);
  try {
    await waitForConnector(client, connector, { wanted: 'through with it', timeout, assess: assessRequest });
  } finally {
    await edit(null, restored);
  }
}

const refusals = new Set<string | undefined>(['ListOffsets', 'AlterOffsets', 'ResetOffsets']);

function assessRequest(live: KafkaConnectorObject): Health {
  const { kind, metadata, status = {} } = live;
  const { name, namespace = 'default' } = metadata;
  if (metadata.annotations?.[offsetsAnnotation] === undefined) {
    return { state: 'healthy', message: 'the operator has asked Connect' };
  }
  const refusal = status.conditions?.find(({ type, reason }) => type === 'Warning' && refusals.has(reason));
  if (refusal !== undefined) {
    const detail = refusal.message?.replace(/^Encountered error [a-z ]+\. /, '');
    return {
      state: 'failed',
      diagnostics: [
        {
          severity: 'error',
          reason: refusal.reason ?? 'OffsetsRefused',
          summary: `The offsets of connector ${name} were not touched`,
          detail: detail ?? 'The operator gave no reason.',
          object: { kind, name, namespace },
        },
      ],
    };
  }
  const health = assessConnectorHealth(live);
  // Without a cluster, or with a configuration that Connect refuses, it is not looked at.
  if (health.state === 'failed' && status.connectorStatus === undefined) return health;
  return { state: 'progressing', message: 'waiting for the operator to ask Connect' };
}
