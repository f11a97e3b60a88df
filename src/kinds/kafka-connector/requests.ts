import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { configMapType } from '../../apiclient/core-types.ts';
import type { KubernetesObject, OwnerReference } from '../../apiclient/object.ts';
import { ownerReferenceTo } from '../../controller/owned-objects.ts';
import { type ConnectClient, type ConnectorStatus, ConnectRestError } from '../../engines/connect/client.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import type { StrimziCondition } from '../strimzi-conditions.ts';
import {
  type KafkaConnectorObject,
  offsetsAnnotation,
  readRestart,
  readTask,
  restartAnnotation,
  restartTaskAnnotation,
} from './decide.ts';
import { kafkaConnectorType } from './resource-type.ts';
import { type ConnectorError, warning } from './status.ts';

/** Key of the ConfigMap that offsets are written to and read from. */
const offsetsKey = 'offsets.json';

interface OffsetsMap extends KubernetesObject {
  data?: Record<string, string>;
}

export interface HandledRequests {
  /** Whether Connect was asked for anything. */
  readonly acted: boolean;
  readonly warnings: readonly StrimziCondition[];
}

/**
 * Carries out what annotations ask for once: offsets first, then restarts. An annotation goes when it is done; one that
 * cannot be carried out stays, with a warning, and is tried again.
 */
export function createRequestHandler(client: ApiClient) {
  return async (
    connect: ConnectClient,
    connector: KafkaConnectorObject,
    reported: ConnectorStatus,
  ): Promise<HandledRequests | ConnectorError> => {
    const annotations = connector.metadata.annotations ?? {};
    const { [offsetsAnnotation]: offsets, [restartAnnotation]: restart } = annotations;
    const warnings: (StrimziCondition | undefined)[] = [];
    if (offsets !== undefined && offsets !== 'none') {
      const operation = offsetOperations[offsets];
      if (operation === undefined) return unknownOperation(offsets);
      warnings.push(
        await attempt(operation.reason, operation.during, () =>
          operation.run({ client, connect, connector, reported }),
        ),
      );
      if (warnings.every((found) => found === undefined)) await takeOff(connector, offsetsAnnotation);
    }
    if (restart !== undefined && restart.trim() !== '' && !restart.includes('false')) {
      warnings.push(await restartConnector(connect, connector, restart));
    }
    const task = readTask(annotations[restartTaskAnnotation]);
    if (task !== undefined) warnings.push(await restartTask(connect, connector, task));
    return { acted: warnings.length > 0, warnings: warnings.filter((found) => found !== undefined) };
  };

  async function restartConnector(
    connect: ConnectClient,
    connector: KafkaConnectorObject,
    value: string,
  ): Promise<StrimziCondition | undefined> {
    const { name } = connector.metadata;
    const asked = readRestart(value);
    if (asked === undefined) return warning('RestartConnector', 'Invalid annotation format');
    const failure = await attempt('RestartConnector', `Failed to restart connector ${name}.`, () =>
      connect.restart(name, asked),
    );
    if (failure === undefined) await takeOff(connector, restartAnnotation);
    return failure;
  }

  async function restartTask(
    connect: ConnectClient,
    connector: KafkaConnectorObject,
    task: number,
  ): Promise<StrimziCondition | undefined> {
    const { name } = connector.metadata;
    const failure = await attempt(
      'RestartConnectorTask',
      `Failed to restart connector task ${name}:${task}.`,
      () => connect.restartTask(name, task),
    );
    if (failure === undefined) await takeOff(connector, restartTaskAnnotation);
    return failure;
  }

  /** Only the value that was acted on: one that was set since asks for something new. */
  async function takeOff({ metadata }: KafkaConnectorObject, annotation: string): Promise<void> {
    const path = `/metadata/annotations/${annotation.replace('~', '~0').replace('/', '~1')}`;
    const value = metadata.annotations?.[annotation];
    const { namespace, name } = metadata;
    try {
      await client.patch(kafkaConnectorType, { namespace, name }, [
        { op: 'test', path, value },
        { op: 'remove', path },
      ]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.reason !== 'Invalid' && error.reason !== 'NotFound') throw error;
    }
  }
}

/** A refusal in words, as the operator's own checks make it. */
class RefusedRequest extends Error {}

interface OffsetRequest {
  readonly client: ApiClient;
  readonly connect: ConnectClient;
  readonly connector: KafkaConnectorObject;
  readonly reported: ConnectorStatus;
}

const offsetOperations: Readonly<
  Record<
    string,
    | { readonly reason: string; readonly during: string; run(request: OffsetRequest): Promise<void> }
    | undefined
  >
> = {
  list: {
    reason: 'ListOffsets',
    during: 'Encountered error listing connector offsets.',
    async run({ client, connect, connector }) {
      const { listOffsets } = connector.spec;
      if (listOffsets === undefined) throw new MissingProperty('list', 'listOffsets');
      const name = listOffsets.toConfigMap.name ?? '';
      await writeOffsets(client, connector, name, await connect.readOffsets(connector.metadata.name));
    },
  },
  alter: {
    reason: 'AlterOffsets',
    during: 'Encountered error altering connector offsets.',
    async run({ client, connect, connector, reported }) {
      const { alterOffsets } = connector.spec;
      if (alterOffsets === undefined) throw new MissingProperty('alter', 'alterOffsets');
      requireStopped(reported);
      const offsets = await readOffsets(client, connector, alterOffsets.fromConfigMap.name ?? '');
      await connect.alterOffsets(connector.metadata.name, offsets);
    },
  },
  reset: {
    reason: 'ResetOffsets',
    during: 'Encountered error resetting connector offsets.',
    async run({ connect, connector, reported }) {
      requireStopped(reported);
      await connect.resetOffsets(connector.metadata.name);
    },
  },
};

/** The whole message, with nothing before it. */
class MissingProperty extends RefusedRequest {
  constructor(verb: string, property: string) {
    super(
      `Failed to ${verb} the connector offsets due to missing property ${property} in KafkaConnector CR.`,
    );
  }
}

function requireStopped({ connector }: ConnectorStatus): void {
  if (connector?.state !== 'STOPPED') throw new RefusedRequest('Connector is not in STOPPED state');
}

async function attempt(
  reason: string,
  during: string,
  step: () => Promise<unknown>,
): Promise<StrimziCondition | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    if (error instanceof MissingProperty) return warning(reason, error.message);
    if (
      !(error instanceof RefusedRequest || error instanceof ConnectRestError || error instanceof ApiError)
    ) {
      throw error;
    }
    return warning(reason, `${during} ${error.message}`);
  }
}

/** A ConfigMap that is there keeps its other keys and owners. */
async function writeOffsets(
  client: ApiClient,
  connector: KafkaConnectorObject,
  name: string,
  offsets: unknown,
): Promise<void> {
  const { namespace } = connector.metadata;
  const existing = await client.get<OffsetsMap>(configMapType, { namespace, name });
  const { controller: _, ...own } = ownerReferenceTo(connector);
  const others: readonly OwnerReference[] = existing?.metadata.ownerReferences ?? [];
  const known = others.some((owner) => owner.name === own.name && owner.kind === own.kind);
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: { [clusterLabel]: connector.metadata.name },
      ownerReferences: known ? [...others] : [...others, own],
    },
    data: { ...existing?.data, [offsetsKey]: JSON.stringify(offsets, undefined, 2) },
  };
  if (existing === undefined) await client.create(configMapType, manifest);
  else await client.patch(configMapType, { namespace, name }, manifest);
}

async function readOffsets(
  client: ApiClient,
  { metadata: { namespace } }: KafkaConnectorObject,
  name: string,
): Promise<string> {
  const fetching = 'Encountered error fetching offsets to use in alter operation.';
  const map = await client.get<OffsetsMap>(configMapType, { namespace, name });
  if (map === undefined)
    throw new RefusedRequest(`${fetching} ConfigMap ${namespace}/${name} does not exist.`);
  const text = map.data?.[offsetsKey];
  if (text === undefined) throw new RefusedRequest(`${fetching} Data field ${offsetsKey} is missing.`);
  try {
    JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RefusedRequest(`Failed to parse contents of ${offsetsKey} as JSON: ${why}`);
  }
  return text;
}

function unknownOperation(value: string): ConnectorError {
  return {
    reason: 'IllegalArgumentException',
    message: `No enum constant io.strimzi.operator.cluster.model.KafkaConnectorOffsetsAnnotation.${value}`,
  };
}
