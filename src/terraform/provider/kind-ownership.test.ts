import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../apiclient/object.ts';
import { kafkaTopicType } from '../../kinds/kafka-topic/resource-type.ts';
import type { Provider } from '../framework/resource.ts';
import { type ObjectValue } from '../framework/value.ts';
import type { FakeApi } from '../testing/fake-api.ts';
import { absent } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { fieldManagerOf } from './ownership.ts';

let api: FakeApi;
let provider: Provider;
let coreFor: TestProvider['coreFor'];

beforeEach(() => {
  ({ api, provider, coreFor } = createTestProvider());
});
afterEach(() => provider.close());

const topic: ObjectValue = {
  name: 'orders',
  cluster: 'kafka',
  partitions: 3,
  config: { 'retention.ms': '1000' },
};
const topicPath = '/apis/kafka.strimzi.io/v1/namespaces/default/kafkatopics/orders';

describe('drift', () => {
  it('shows where the user set something and is put back', async () => {
    const { instance } = await (await coreFor('sdp_kafka_topic')).apply(absent, topic);
    api.edit(kafkaTopicType, 'default', 'orders', (object) => {
      object.spec = { ...object.spec, partitions: 9 };
    });
    const core = await coreFor('sdp_kafka_topic');
    const { instance: drifted } = await core.refresh(instance);
    expect(drifted.state).toMatchObject({ partitions: 9, revision: null });
    const repaired = await (await coreFor('sdp_kafka_topic')).apply(instance, topic);
    expect(repaired).toMatchObject({ action: 'update', diagnostics: [] });
    expect(api.objects.get(topicPath)?.spec).toMatchObject({ partitions: 3 });
    expect((await (await coreFor('sdp_kafka_topic')).apply(repaired.instance, topic)).action).toBe('no-op');
  });

  it('of what others set does not show', async () => {
    const { instance } = await (await coreFor('sdp_kafka_topic')).apply(absent, topic);
    api.edit(kafkaTopicType, 'default', 'orders', (object) => {
      object.spec = {
        ...object.spec,
        replicas: 2,
        config: { 'retention.ms': '1000', 'min.insync.replicas': '2' },
      };
      object.metadata.labels = { ...object.metadata.labels, team: 'x' };
    });
    const run = await (await coreFor('sdp_kafka_topic')).apply(instance, topic);
    expect(run.action).toBe('no-op');
  });

  it('in form only is none', async () => {
    const { instance } = await (await coreFor('sdp_kafka_topic')).apply(absent, topic);
    api.edit(
      kafkaTopicType,
      'default',
      'orders',
      (object) => {
        object.spec = { ...object.spec, config: { 'retention.ms': 1000 } };
      },
      fieldManagerOf('demo'),
    );
    const { instance: read } = await (await coreFor('sdp_kafka_topic')).refresh(instance);
    expect(read.state?.['config']).toEqual({ 'retention.ms': '1000' });
  });

  it('made after the plan is a conflict that names the manager and the fields', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    await core.refresh(instance);
    api.edit(
      kafkaTopicType,
      'default',
      'orders',
      (object) => {
        object.spec = { ...object.spec, partitions: 9 };
      },
      'somebody',
    );
    // The listing of the refresh above still serves: the plan does not see the edit.
    const run = await core.apply(instance, { ...topic, partitions: 4 });
    expect(run.action).toBe('failed');
    expect(run.diagnostics).toMatchObject([
      {
        severity: 'ERROR',
        summary: expect.stringContaining('somebody'),
        detail: expect.stringContaining('.spec.partitions'),
        attribute: { steps: [{ attribute_name: 'partitions' }] },
      },
    ]);
    expect(run.instance.state).toEqual(instance.state);
  });
});

describe('ownership', () => {
  const foreign: Manifest = {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: { name: 'orders', namespace: 'default', labels: { 'strimzi.io/cluster': 'kafka' } },
    spec: { partitions: 1 },
  };

  it.each([
    ['kubectl', undefined, 'kubectl'],
    [
      'another project',
      { 'sdp.internal/project': 'other', 'sdp.internal/owner': 'other/KafkaTopic/default/orders' },
      'project other',
    ],
  ])('of an object of %s is not taken', async (_who, annotations, named) => {
    await api.apply(
      kafkaTopicType,
      { ...foreign, metadata: { ...foreign.metadata, ...(annotations && { annotations }) } },
      { fieldManager: 'kubectl' },
    );
    const run = await (await coreFor('sdp_kafka_topic')).apply(absent, topic);
    expect(run).toMatchObject({ action: 'failed', instance: { state: null, tainted: false } });
    expect(run.diagnostics[0]?.summary).toBe(`KafkaTopic default/orders exists, owned by ${named}`);
    expect(run.diagnostics[0]?.detail).toContain('terraform import ADDRESS default/orders');
    expect(api.objects.get(topicPath)?.spec).toEqual({ partitions: 1 });
  });

  it('comes by import, which plans an update that takes the fields over', async () => {
    await api.apply(kafkaTopicType, foreign, { fieldManager: 'kubectl' });
    const core = await coreFor('sdp_kafka_topic');
    const imported = await core.import('default/orders');
    const run = await core.apply(imported, topic);
    expect(run).toMatchObject({ action: 'update', diagnostics: [] });
    expect(api.objects.get(topicPath)).toMatchObject({
      spec: { partitions: 3 },
      metadata: { annotations: { 'sdp.internal/project': 'demo' } },
    });
    expect((await (await coreFor('sdp_kafka_topic')).apply(run.instance, topic)).action).toBe('no-op');
  });

  it('lets nobody delete what is not his', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    api.objects.clear();
    await api.apply(kafkaTopicType, foreign, { fieldManager: 'kubectl' });
    const run = await core.apply(instance, null);
    expect(run).toMatchObject({ action: 'failed', instance: { state: { name: 'orders' } } });
    expect(run.diagnostics[0]?.summary).toContain('owned by kubectl');
    expect(api.objects.has(topicPath)).toBe(true);
  });
});
