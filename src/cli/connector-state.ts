import type { ApiClient } from '../apiclient/client.ts';
import type { ConnectorStatus } from '../engines/connect/client.ts';
import type { KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { assessConnectorHealth } from '../kinds/kafka-connector/health.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import type { KafkaConnectorSpec } from '../kinds/kafka-connector/spec.ts';
import type { Health } from '../kinds/kind.ts';
import { hasActed } from '../kinds/strimzi-conditions.ts';
import type { WaitOptions } from './cluster-options.ts';
import { checkReconciled, waitForConnector } from './connector-wait.ts';
import { editObject } from './edit-object.ts';
import { withApi } from './running-platform.ts';
import { note, printLine } from './terminal-output.ts';

export type DeclaredState = NonNullable<KafkaConnectorSpec['state']>;

/** Asks for a state, and waits until Connect reports it. */
export async function changeState(
  client: ApiClient,
  connector: KafkaConnectorObject,
  wanted: DeclaredState,
  options: WaitOptions,
): Promise<void> {
  const { name } = connector.metadata;
  checkReconciled(connector);
  if ((connector.spec.state ?? 'running') === wanted) note(`${name} is declared ${wanted} already.`);
  else {
    await writeState(client, connector, wanted);
    for (const line of describeDeclaration(connector, wanted)) note(line);
  }
  if (options.wait === false) return;
  await waitForState(client, connector, wanted, options.timeout);
  printLine(`${name} is ${wanted}.`);
}

/** Writes `spec.state`; `undefined` takes the field out. */
export async function writeState(
  client: ApiClient,
  { metadata }: KafkaConnectorObject,
  state: DeclaredState | undefined,
): Promise<void> {
  await withApi('change the state of the connector', () =>
    editObject(client, kafkaConnectorType, metadata, { spec: { state: state ?? null } }),
  );
}

export async function waitForState(
  client: ApiClient,
  connector: KafkaConnectorObject,
  wanted: DeclaredState,
  timeout: number,
): Promise<void> {
  await withApi('read the connector', () =>
    waitForConnector(client, connector, {
      wanted,
      timeout,
      assess: (live) => assessState(live, wanted),
    }),
  );
}

/**
 * Whether Connect reports the state. A failed task keeps the connector NotReady, and neither hinders a pause nor is
 * changed by it.
 */
export function assessState(live: KafkaConnectorObject, wanted: DeclaredState): Health {
  const health = assessConnectorHealth(live);
  if (wanted === 'running') return health;
  const { status = {} } = live;
  if (!hasActed(status, live)) {
    return { state: 'progressing', message: 'waiting for the operator to act on the connector' };
  }
  const reported: ConnectorStatus | undefined = status.connectorStatus;
  // The operator writes nothing but the error when it could not do what is declared.
  if (reported === undefined) return health;
  const state = wanted.toUpperCase();
  if (reported.connector?.state !== state) {
    const now = reported.connector?.state ?? 'not there';
    return { state: 'progressing', message: `waiting for Connect to report ${state}, it says ${now}` };
  }
  const busy = reported.tasks?.find((task) => task.state !== state && task.state !== 'FAILED');
  if (busy === undefined) return { state: 'healthy', message: `the connector is ${state}` };
  return { state: 'progressing', message: `waiting for task ${busy.id}, it is ${busy.state}` };
}

/** Where somebody declares the state, it differs from the declaration now. */
function describeDeclaration({ metadata, spec }: KafkaConnectorObject, wanted: string): readonly string[] {
  const owner = metadata.managedFields?.find(
    ({ operation, fieldsV1 }) =>
      operation === 'Apply' && 'f:state' in ((fieldsV1['f:spec'] as object | undefined) ?? {}),
  );
  if (owner !== undefined) {
    return [
      `state is declared by ${owner.manager}: its next apply puts ${spec.state ?? 'running'} back. To keep it ${wanted}, declare state = "${wanted}".`,
    ];
  }
  const project = metadata.annotations?.['sdp.internal/project'];
  return project === undefined
    ? []
    : [`The next apply of the Terraform project ${project} puts the state back that it declares.`];
}
