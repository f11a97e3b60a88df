import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { chooseByName } from './choose-by-name.ts';
import { type ClusterOptions, connectCluster } from './cluster-options.ts';
import { withApi } from './running-platform.ts';

/** Runs a step about the connector that is named; the connection is closed after it. */
export async function withConnector(
  name: string,
  options: ClusterOptions,
  step: (client: ApiClient, connector: KafkaConnectorObject) => Promise<void>,
): Promise<void> {
  const client = await connectCluster(options);
  try {
    const connectors = await withApi('list the connectors', () => listConnectors(client, options.namespace));
    await step(client, chooseConnector(name, connectors));
  } finally {
    await client.close();
  }
}

/** The connectors of a namespace, or of all; who may not see all is told to name one. */
export async function listConnectors(
  client: ApiClient,
  namespace: string | undefined,
): Promise<readonly KafkaConnectorObject[]> {
  const { kafkaConnectorType } = await import('../kinds/kafka-connector/resource-type.ts');
  try {
    const { items } = await client.list<KafkaConnectorObject>(kafkaConnectorType, { namespace });
    return items;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === 'NotFound') {
      throw new DiagnosticError({
        severity: 'error',
        reason: 'KindNotFound',
        summary: 'The cluster has no KafkaConnectors',
        detail: `Strimzi's CustomResourceDefinitions are not installed there. The API said: ${error.message}`,
      });
    }
    if (error.reason !== 'Forbidden' || namespace !== undefined) throw error;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'Forbidden',
      summary: 'The connectors of all namespaces are not yours to see',
      detail: `Name the namespace: --namespace. The API said: ${error.message}`,
    });
  }
}

/** The connector of that name, or of that `namespace/name`; a diagnostic when there is none or more than one. */
export function chooseConnector(
  name: string,
  connectors: readonly KafkaConnectorObject[],
): KafkaConnectorObject {
  return chooseByName(name, connectors, {
    what: 'connector',
    notFound: 'ConnectorNotFound',
    none: 'There are no KafkaConnectors here.',
    objectOf: (connector) => connector,
  });
}
