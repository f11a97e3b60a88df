import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configMapType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { TestServer } from '../../apiserver/testing/start-test-server.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import {
  type ConnectorRig,
  notReady,
  openConnectorRig,
  ready,
  source,
  startConnectorServer,
  warned,
} from './testing/connector-rig.ts';

/** What annotations ask of a connector once, as recorded from Strimzi's cluster operator 1.2.0. */

let server: TestServer;
let rig: ConnectorRig;
beforeAll(async () => {
  server = await startConnectorServer();
});
afterAll(() => server?.close());
beforeEach(async () => {
  rig = await openConnectorRig(server);
});
afterEach(() => rig.worker.close());

describe('annotations', () => {
  const annotations = async () => (await rig.read())?.metadata.annotations ?? {};
  beforeEach(async () => {
    await rig.create(source);
    await rig.reconcile();
    rig.changes();
  });

  it.each([
    ['restart', 'true', 'POST /connectors/c/restart?includeTasks=false&onlyFailed=false'],
    ['restart', 'includeTasks,onlyFailed', 'POST /connectors/c/restart?includeTasks=true&onlyFailed=true'],
    ['restart-task', '0', 'POST /connectors/c/tasks/0/restart'],
  ])('%s=%s is done once and taken off', async (key, value, call) => {
    await rig.annotate(key, value);
    expect(rig.changes()).toEqual([call]);
    expect(await annotations()).toEqual({});
    expect(await rig.status()).toMatchObject({ conditions: [ready] });
  });

  it.each([
    ['restart', 'true,includeTasks', 'RestartConnector', 'Invalid annotation format'],
    [
      'restart-task',
      '7',
      'RestartConnectorTask',
      expect.stringMatching(
        /^Failed to restart connector task c:7\. .*POST \/connectors\/c\/tasks\/7\/restart returned 404 \(404\)/,
      ),
    ],
    [
      'connector-offsets',
      'list',
      'ListOffsets',
      'Failed to list the connector offsets due to missing property listOffsets in KafkaConnector CR.',
    ],
    [
      'connector-offsets',
      'reset',
      'ResetOffsets',
      'Encountered error resetting connector offsets. Connector is not in STOPPED state',
    ],
  ])('%s=%s stays with a warning', async (key, value, reason, message) => {
    await rig.annotate(key, value);
    expect(await annotations()).toEqual({ [`strimzi.io/${key}`]: value });
    expect(await rig.status()).toMatchObject({ conditions: [ready, warned(reason, message)] });
  });

  it('connector-offsets=list writes them to a ConfigMap, as soon as the spec names it', async () => {
    await rig.annotate('connector-offsets', 'list');
    const connector = rig.worker.connectors.get('c');
    connector?.offsets.push({ partition: { filename: '/in.txt' }, offset: { position: 4 } });
    await rig.change({ spec: { listOffsets: { toConfigMap: { name: 'offsets' } } } });
    expect(await annotations()).toEqual({});
    const map = await server.client.get<KubernetesObject & { data: Record<string, string> }>(configMapType, {
      namespace: rig.namespace,
      name: 'offsets',
    });
    expect(JSON.parse(map?.data['offsets.json'] ?? '')).toEqual({ offsets: connector?.offsets });
    expect(map?.metadata).toMatchObject({
      labels: { [clusterLabel]: 'c' },
      ownerReferences: [{ kind: 'KafkaConnector', name: 'c' }],
    });
  });

  it('connector-offsets=alter and reset change those of a stopped connector', async () => {
    const offsets = { offsets: [{ partition: { filename: '/in.txt' }, offset: { position: 9 } }] };
    await server.client.create(configMapType, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'new', namespace: rig.namespace },
      data: { 'offsets.json': JSON.stringify(offsets) },
    });
    await rig.change({ spec: { state: 'stopped', alterOffsets: { fromConfigMap: { name: 'new' } } } });
    await rig.reconcile();
    rig.changes();
    await rig.annotate('connector-offsets', 'alter');
    expect(rig.changes()).toEqual([`PATCH /connectors/c/offsets ${JSON.stringify(offsets)}`]);
    expect(rig.worker.connectors.get('c')?.offsets).toEqual(offsets.offsets);
    await rig.annotate('connector-offsets', 'reset');
    expect(rig.changes()).toEqual(['DELETE /connectors/c/offsets']);
    expect(await annotations()).toEqual({});
    expect(rig.worker.connectors.get('c')?.offsets).toEqual([]);
  });

  it('connector-offsets=bogus is an error that hides the connector', async () => {
    await rig.annotate('connector-offsets', 'bogus');
    expect(await rig.status()).toEqual({
      conditions: [
        notReady(
          'IllegalArgumentException',
          'No enum constant io.strimzi.operator.cluster.model.KafkaConnectorOffsetsAnnotation.bogus',
        ),
      ],
      observedGeneration: 1,
      tasksMax: 1,
    });
  });

  it('pause-reconciliation freezes the generation, and the connector goes on', async () => {
    await rig.annotate('pause-reconciliation', 'true');
    await rig.change({ spec: { config: { topic: 'other' } } });
    expect(rig.changes()).toEqual([]);
    expect(await rig.status()).toEqual({
      conditions: [{ type: 'ReconciliationPaused', status: 'True' }],
      observedGeneration: 1,
      tasksMax: 1,
    });
  });
});
