import type { ApiClient } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type KafkaConnectorObject, pauseAnnotation } from '../kinds/kafka-connector/decide.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import type { Health } from '../kinds/kind.ts';
import { note } from './terminal-output.ts';
import { waitForHealth } from './wait-for-health.ts';

/** Looks at a connector until it is as wanted; a diagnostic when it will not be, or not in time. */
export async function waitForConnector(
  client: ApiClient,
  connector: KafkaConnectorObject,
  wait: {
    readonly wanted: string;
    /** Milliseconds. */
    readonly timeout: number;
    assess(live: KafkaConnectorObject): Health | Promise<Health>;
  },
): Promise<void> {
  const { name } = connector.metadata;
  const problems = await waitForHealth({
    ...wait,
    client,
    type: kafkaConnectorType,
    object: connector,
    subject: `Connector ${name}`,
    deleted: 'ConnectorDeleted',
    hint: `"sdp connectors show ${name}" tells how far it is.`,
    progress: (message) => note(`… ${message}`),
  });
  if (problems.length > 0) throw new DiagnosticError(...problems);
}

/** The operator does nothing that it is asked for while its reconciliation is paused. */
export function checkReconciled({ kind, metadata }: KafkaConnectorObject): void {
  if (metadata.annotations?.[pauseAnnotation] !== 'true') return;
  const { name, namespace = 'default' } = metadata;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'ReconciliationPaused',
    summary: `The operator leaves connector ${name} alone`,
    detail: `It has the annotation ${pauseAnnotation}=true, so that nothing would come of this. Take it off first: kubectl -n ${namespace} annotate kafkaconnector ${name} ${pauseAnnotation}-`,
    object: { kind, name, namespace },
  });
}

/** One thing at a time is asked for by an annotation: what is there already was asked for by somebody else. */
export function checkNothingPending(connector: KafkaConnectorObject, annotation: string): void {
  const { kind, metadata, status } = connector;
  const pending = metadata.annotations?.[annotation];
  if (pending === undefined) return;
  const { name, namespace = 'default' } = metadata;
  const warning = status?.conditions?.find(({ type }) => type === 'Warning')?.message;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'RequestPending',
    summary: `Connector ${name} is waiting for something else already`,
    detail: [
      `It has the annotation ${annotation}=${pending}, which its operator has not carried out.`,
      ...(warning === undefined ? [] : [`The operator said: ${warning}`]),
      `Wait for it, or take it off: kubectl -n ${namespace} annotate kafkaconnector ${name} ${annotation}-`,
    ].join('\n'),
    object: { kind, name, namespace },
  });
}
