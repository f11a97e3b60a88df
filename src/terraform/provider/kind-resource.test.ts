import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import { kafkaTopicType } from '../../kinds/kafka-topic/resource-type.ts';
import type { Provider } from '../framework/resource.ts';
import { type ObjectValue, unknown } from '../framework/value.ts';
import type { FakeApi } from '../testing/fake-api.ts';
import { absent, isError } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

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

describe('a topic', () => {
  it('is created, planned empty, changed, and deleted', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const created = await core.apply(absent, topic);
    expect(created).toMatchObject({ action: 'create', diagnostics: [] });
    expect(created.instance.state).toMatchObject({
      id: 'default/orders',
      namespace: 'default',
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(api.objects.get(topicPath)).toMatchObject({
      metadata: {
        annotations: {
          'sdp.internal/project': 'demo',
          'sdp.internal/owner': 'demo/KafkaTopic/default/orders',
          'sdp.internal/revision': created.instance.state?.['revision'],
        },
      },
      spec: { partitions: 3, config: { 'retention.ms': '1000' } },
    });
    expect((await core.apply(created.instance, topic)).action).toBe('no-op');

    const changed = await core.apply(created.instance, { ...topic, partitions: 6, config: {} });
    expect(changed.action).toBe('update');
    expect(changed.instance.state?.['revision']).not.toBe(created.instance.state?.['revision']);
    expect(api.objects.get(topicPath)?.spec).toEqual({ partitions: 6, config: {} });

    expect((await core.apply(changed.instance, null)).action).toBe('delete');
    expect(api.objects.size).toBe(0);
  });

  it('is another one with another name, namespace or cluster', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    for (const change of [{ cluster: 'other' }, { namespace: 'b' }, { name: 'c' }, { topic_name: 'd' }]) {
      const prior = { prior: instance.state, config: { ...topic, ...change }, private: {} };
      const plan = await provider.resources[0]?.plan({
        ...prior,
        config: { ...emptied(instance.state), ...prior.config },
      });
      expect(plan?.replacedBy).toHaveLength(1);
    }
  });

  it('has an unknown revision while an input is unknown, and a known one later', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const run = await core.apply(absent, topic);
    const resource = provider.resources.find(({ typeName }) => typeName === 'sdp_kafka_topic');
    const plan = await resource?.plan({
      prior: run.instance.state,
      config: { ...run.instance.state, id: null, revision: null, partitions: unknown },
      private: {},
    });
    expect(plan?.planned).toMatchObject({ revision: unknown, id: 'default/orders', partitions: unknown });
    const named = await resource?.plan({
      prior: null,
      config: { ...run.instance.state, id: null, name: unknown },
      private: {},
    });
    expect(named?.planned).toMatchObject({ revision: unknown, id: unknown });
  });

  it('takes the namespace of the provider', async () => {
    const core = await coreFor('sdp_kafka_topic', { project: 'demo', namespace: 'team' });
    expect((await core.apply(absent, topic)).instance.state).toMatchObject({
      id: 'team/orders',
      namespace: 'team',
    });
  });

  it('is planned anew when it was deleted outside', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    api.objects.clear();
    const again = await coreFor('sdp_kafka_topic');
    expect((await again.apply(instance, topic)).action).toBe('create');
  });

  it('reads a hundred with one request', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const runs = [];
    for (let index = 0; index < 100; index += 1)
      runs.push(await core.apply(absent, { ...topic, name: `t${index}` }));
    const again = await coreFor('sdp_kafka_topic');
    api.requests.length = 0;
    await Promise.all(runs.map(({ instance }) => again.refresh(instance)));
    expect(api.requests).toHaveLength(1);
  });
});

describe('one object declared twice', () => {
  it('is an error of the second, and the first stays', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    const second = await core.apply(absent, { ...topic, partitions: 9 });
    expect(second).toMatchObject({ action: 'failed', instance: { state: null } });
    expect(second.diagnostics[0]?.summary).toContain('declared twice');
    expect((await core.apply(instance, topic)).action).toBe('no-op');
  });
});

describe('a cancelled run', () => {
  it('touches nothing more', async () => {
    const core = await coreFor('sdp_kafka_topic');
    provider.stop();
    const run = await core.apply(absent, topic);
    expect(run.diagnostics[0]?.summary).toContain('the run is cancelled');
    expect(api.requests).toEqual([]);
  });
});

describe('a failing API', () => {
  const unreachable = new ApiError('Unreachable', 'connect ECONNREFUSED');

  it('leaves nothing in the state when a creation fails, and the next one succeeds', async () => {
    const core = await coreFor('sdp_kafka_topic');
    api.failNext('apply', unreachable);
    const run = await core.apply(absent, topic);
    expect(run).toMatchObject({ action: 'failed', instance: { state: null, tainted: false } });
    expect(run.diagnostics[0]?.detail).toContain('ECONNREFUSED');
    expect((await core.apply(run.instance, topic)).action).toBe('create');
  });

  it('makes a creation whose answer was lost safe to repeat', async () => {
    const core = await coreFor('sdp_kafka_topic');
    await core.apply(absent, topic);
    const next = await coreFor('sdp_kafka_topic');
    expect(await next.apply(absent, { ...topic, partitions: 5 })).toMatchObject({
      action: 'create',
      diagnostics: [],
    });
    expect(api.objects.get(topicPath)?.spec).toMatchObject({ partitions: 5 });
  });

  it.each(['get', 'apply'])('keeps the state before when an update fails at %s', async (verb) => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    api.failNext(`${verb} ${topicPath}`, unreachable);
    const run = await core.apply(instance, { ...topic, partitions: 5 });
    expect(run).toMatchObject({ action: 'failed', instance: { state: instance.state } });
    expect((await core.apply(run.instance, { ...topic, partitions: 5 })).action).toBe('update');
  });

  it('keeps the state when reading or deleting fails', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    api.failNext('list', unreachable);
    expect(await core.apply(instance, topic)).toMatchObject({
      action: 'failed',
      instance: { state: instance.state },
    });
    api.failNext('delete', unreachable);
    expect(await core.apply(instance, null)).toMatchObject({
      action: 'failed',
      instance: { state: instance.state },
    });
    expect(await core.apply(instance, null)).toMatchObject({ action: 'delete' });
  });

  it('drops nothing when the kind is unknown there', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    const again = await coreFor('sdp_kafka_topic');
    api.failNext(
      'list',
      new ApiError('NotFound', 'the server could not find the requested resource', { code: 404 }),
    );
    const run = await again.apply(instance, topic);
    expect(run).toMatchObject({ action: 'failed', instance: { state: instance.state } });
    expect(run.diagnostics[0]?.detail).toContain('CustomResourceDefinition');
  });

  it('reads one by one where lists are forbidden', async () => {
    const { instance } = await (await coreFor('sdp_kafka_topic')).apply(absent, topic);
    const again = await coreFor('sdp_kafka_topic');
    api.failNext('list', new ApiError('Forbidden', 'cannot list', { code: 403 }));
    expect((await again.apply(instance, topic)).action).toBe('no-op');
  });

  it('shows what the server refuses at its attribute', async () => {
    const core = await coreFor('sdp_kafka_topic');
    api.failNext(
      'apply',
      new ApiError('Invalid', 'invalid', {
        code: 422,
        causes: [{ field: 'spec.config.retention', message: 'must be a number' }],
      }),
    );
    const run = await core.apply(absent, topic);
    expect(run.diagnostics).toMatchObject([
      { attribute: { steps: [{ attribute_name: 'config' }, { element_key_string: 'retention' }] } },
    ]);
  });
});

describe('deletion', () => {
  it('waits for finalizers and names them when cancelled', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, { ...topic, force_destroy: true });
    api.edit(kafkaTopicType, 'default', 'orders', (object) => {
      object.metadata.finalizers = ['strimzi.io/topic-operator'];
    });
    setTimeout(() => provider.stop(), 100);
    const run = await core.apply(instance, null);
    expect(run).toMatchObject({ action: 'failed', instance: { state: instance.state } });
    expect(run.diagnostics.find(isError)?.detail).toContain('strimzi.io/topic-operator');
  });

  it('waits no longer than it may, and goes on the next time', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, { ...topic, force_destroy: true, delete_timeout: '100ms' });
    api.edit(kafkaTopicType, 'default', 'orders', (object) => {
      object.metadata.finalizers = ['strimzi.io/topic-operator'];
    });
    const run = await core.apply(instance, null);
    expect(run.diagnostics.find(isError)?.detail).toContain(
      'These finalizers keep it: strimzi.io/topic-operator',
    );
    api.edit(kafkaTopicType, 'default', 'orders', (object) => {
      object.metadata.finalizers = [];
    });
    expect((await core.apply(run.instance, null)).action).toMatch(/delete|no-op/);
  });

  it('ends when the finalizers are gone', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, { ...topic, force_destroy: true });
    const finalizers = (names: string[]) =>
      api.edit(kafkaTopicType, 'default', 'orders', (object) => {
        object.metadata.finalizers = names;
      });
    finalizers(['strimzi.io/topic-operator']);
    setTimeout(() => finalizers([]), 100);
    expect(await core.apply(instance, null)).toMatchObject({
      action: 'delete',
      warnings: [{ summary: 'KafkaTopic default/orders: data-lost' }],
    });
  });
});

describe('another version of the provider', () => {
  it('plans nothing when it builds the same manifest', async () => {
    const { instance } = await (await coreFor('sdp_kafka_topic')).apply(absent, topic);
    const upgraded = createTestProvider('0.2.0', api);
    const core = await upgraded.coreFor('sdp_kafka_topic');
    expect((await core.apply(instance, topic)).action).toBe('no-op');
  });
});

function emptied(state: ObjectValue | null): ObjectValue {
  return Object.fromEntries(Object.keys(state ?? {}).map((name) => [name, null]));
}
