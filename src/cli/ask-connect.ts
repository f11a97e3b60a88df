import type { ApiClient } from '../apiclient/client.ts';
import { type ConnectorStatus, ConnectRestError } from '../engines/connect/client.ts';
import type { KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { clusterLabel } from '../kinds/kafka-topic/resource-type.ts';
import type { Unknown } from './ask-flink.ts';

/** Offsets as Connect's REST API gives and takes them. */
export interface ConnectorOffsets {
  readonly offsets: readonly { readonly partition: object; readonly offset: object | null }[];
}

/** The offsets that Connect has of a connector. Workers that do not answer are no failure. */
export async function askOffsets(
  client: ApiClient,
  connector: KafkaConnectorObject,
): Promise<ConnectorOffsets | Unknown> {
  return (await ask(client, connector, 'offsets')) as ConnectorOffsets | Unknown;
}

/** How the connector does now; the operator writes it down only from time to time. */
export async function askStatus(
  client: ApiClient,
  connector: KafkaConnectorObject,
): Promise<ConnectorStatus | Unknown> {
  return (await ask(client, connector, 'status')) as ConnectorStatus | Unknown;
}

async function ask(
  client: ApiClient,
  { metadata }: KafkaConnectorObject,
  what: string,
): Promise<object | Unknown> {
  const { readConnectThroughProxy } = await import('../kinds/kafka-connect/rest-proxy.ts');
  const { namespace = 'default', name, labels } = metadata;
  const cluster = labels?.[clusterLabel];
  if (cluster === undefined) return { unknown: `the connector has no label ${clusterLabel}` };
  try {
    const get = readConnectThroughProxy(client, namespace, cluster);
    return (await get(`/connectors/${encodeURIComponent(name)}/${what}`)) as object;
  } catch (error) {
    if (!(error instanceof ConnectRestError)) throw error;
    const [why = ''] = error.detail.split('\n');
    return error.status === 404
      ? { unknown: `cluster ${cluster} does not know the connector` }
      : { unknown: `cluster ${cluster} does not answer (${why})` };
  }
}
