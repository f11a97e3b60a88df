import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestServer } from '../../apiserver/testing/start-test-server.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import type { KafkaConnectorSpec } from './spec.ts';
import {
  type ConnectorRig,
  notReady,
  openConnectorRig,
  ready,
  source,
  startConnectorServer,
} from './testing/connector-rig.ts';

/** What is wrong with a connector, as recorded from Strimzi's cluster operator 1.2.0. */

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

describe('errors', () => {
  const rest = 'io.strimzi.operator.cluster.operator.assembly.ConnectRestException';
  it.each<[string, KafkaConnectorSpec, string]>([
    [
      'an unknown class',
      { class: 'com.example.NoSuch', tasksMax: 2 },
      `${rest}: POST /connectors returned 400 (400): Failed to find any class that implements Connector and which name matches com.example.NoSuch, available connectors are: PluginDesc{`,
    ],
    [
      'a missing key',
      { class: 'FileStreamSource', tasksMax: 2 },
      `${rest}: POST /connectors returned 400 (400): Connector configuration is invalid and contains the following 1 error(s):\nMissing required configuration "topic" which has no default value.`,
    ],
    [
      'no class',
      { tasksMax: 2, config: { a: 'b' } },
      `${rest}: POST /connectors returned 400 (400): Connector config {`,
    ],
  ])('of Connect to %s replace the status', async (_, spec, message) => {
    await rig.create(spec);
    await rig.reconcile();
    expect(await rig.status()).toEqual({
      conditions: [notReady('CompletionException', expect.stringContaining(message))],
      observedGeneration: 1,
      tasksMax: 2,
    });
  });

  it('of an update leave what runs, and go when it is corrected', async () => {
    await rig.create(source);
    await rig.reconcile();
    await rig.change({ spec: { config: { 'batch.size': 'abc' } } });
    expect(await rig.status()).toEqual({
      conditions: [
        notReady(
          'CompletionException',
          expect.stringMatching(
            /PUT \/connectors\/c\/config returned 400 \(400\): .*\nInvalid value abc for/,
          ),
        ),
      ],
      observedGeneration: 2,
      tasksMax: 1,
    });
    expect(rig.worker.connectors.get('c')?.config).not.toHaveProperty('batch.size');
    await rig.change({ spec: { config: { 'batch.size': 5 } } });
    expect(await rig.status()).toMatchObject({ conditions: [ready], observedGeneration: 3 });
  });

  it.each([
    [409, 'rebalance'],
    [500, 'Request cannot be completed because a rebalance is expected'],
  ])('of a rebalance (%i) are waited out within the pass', async (status, message) => {
    await rig.create(source);
    rig.worker.injected.push({ method: 'POST', path: /^\/connectors$/, status, message });
    await rig.reconcile();
    expect(rig.changes().filter((call) => call.startsWith('POST'))).toHaveLength(2);
    expect(await rig.status()).toMatchObject({ conditions: [ready] });
  });

  it('of the worker once are tried again by the next event', async () => {
    await rig.create(source);
    rig.worker.injected.push({ method: 'POST', path: /^\/connectors$/, status: 500, message: 'oops' });
    await rig.pass();
    expect(await rig.status()).toMatchObject({ conditions: [{ reason: 'CompletionException' }] });
    await rig.reconcile();
    expect(await rig.status()).toMatchObject({ conditions: [ready] });
  });

  it('of a version that no plugin has stay readable, though Connect trips over them', async () => {
    const message = `Cannot invoke "java.util.List.stream()" because the return value of "org.apache.kafka.connect.runtime.isolation.VersionedPluginLoadingException.availableVersions()" is null`;
    await rig.create({ ...source, version: '9.9.9' });
    rig.worker.injected.push({ method: 'POST', path: /^\/connectors$/, status: 500, message });
    await rig.pass();
    expect(await rig.status()).toMatchObject({
      conditions: [
        notReady(
          'CompletionException',
          expect.stringMatching(/500 \(500\): Plugin not found that matches the version range/),
        ),
      ],
    });
  });

  it('of a worker that does not answer say why', async () => {
    await rig.create(source);
    rig.missing =
      'Kafka Connect cluster di does not answer: java.net.ConnectException: the workers are starting';
    await rig.reconcile();
    expect(await rig.status()).toEqual({
      conditions: [notReady('ConnectException', `java.net.ConnectException: ${rig.missing}`)],
      observedGeneration: 1,
      tasksMax: 1,
    });
  });

  it.each<[string, () => void, Record<string, string>, string, string]>([
    [
      'without a label',
      () => undefined,
      {},
      'InvalidResourceException',
      "Resource lacks label 'strimzi.io/cluster': No connect cluster in which to create this connector.",
    ],
    [
      'of a cluster that is not there',
      () => undefined,
      { [clusterLabel]: 'nope' },
      'NoSuchResourceException',
      "KafkaConnect resource 'nope' identified by label 'strimzi.io/cluster' does not exist in namespace NS.",
    ],
    [
      'of a cluster that takes no resources',
      () => delete rig.connect.metadata.annotations,
      { [clusterLabel]: 'di' },
      'NoSuchResourceException',
      'KafkaConnect di is not configured with annotation strimzi.io/use-connector-resources',
    ],
    [
      'of a cluster without workers',
      () => Object.assign(rig.connect.spec, { replicas: 0 }),
      { [clusterLabel]: 'di' },
      'RuntimeException',
      "Kafka Connect cluster 'di' in namespace NS has 0 replicas.",
    ],
  ])('of a resource %s', async (_, prepare, labels, reason, message) => {
    prepare();
    await rig.create(source, labels);
    await rig.reconcile();
    expect(await rig.status()).toMatchObject({
      conditions: [notReady(reason, message.replace('NS', rig.namespace))],
    });
    expect(rig.worker.calls).toEqual([]);
  });

  it.each([
    ['a list', [1], 'java.util.ArrayList'],
    ['an object', { a: 1 }, 'java.util.LinkedHashMap'],
  ])('of %s as a value are told of the connector that has it', async (_, value, type) => {
    await rig.create({ ...source, config: { ...source.config, 't.value': value } });
    await rig.reconcile();
    expect(await rig.status()).toMatchObject({
      conditions: [
        notReady(
          'InvalidConfigParameterException',
          `t.value: Unsupported type class ${type} in configuration for this key`,
        ),
      ],
    });
  });
});
