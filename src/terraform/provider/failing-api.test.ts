import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, type ApiErrorReason } from '../../apiclient/client.ts';
import { kinds } from '../../kinds/catalog.ts';
import type { ObjectValue } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

let api: FakeApi;
let test: TestProvider;
beforeEach(() => {
  api = createFakeApi();
  test = createTestProvider('0.1.0', api, kinds, { limit: 300, grace: 50, look: 200, quiet: 0 });
});
const topic: ObjectValue = { name: 'orders', cluster: 'kafka', partitions: 3 };
const core = (settings?: ObjectValue) => test.coreFor('sdp_kafka_topic', settings);

describe('a refused request says what to do', () => {
  it.each<[ApiErrorReason, number, string, RegExp]>([
    ['Unreachable', 0, 'connect ECONNREFUSED', /kubeconfig k8s\.yaml with context "dev" is the right one/],
    ['Timeout', 504, 'upstream', /is up, and that kubeconfig k8s\.yaml/],
    ['Unauthorized', 401, 'Unauthorized', /credentials of kubeconfig k8s\.yaml with context "dev" .*expired/],
    [
      'Forbidden',
      403,
      'PATCH /x: kafkatopics.kafka.strimzi.io "orders" is forbidden: User "u" cannot patch resource "kafkatopics"',
      /may not patch kafkatopics\.kafka\.strimzi\.io\. Terraform needs get, list/,
    ],
    ['Forbidden', 403, 'DELETE /x: no', /may not delete kafkatopics\.kafka\.strimzi\.io\./],
    ['Conflict', 409, 'the object has been modified', /Run again: the next plan shows/],
    ['TooManyRequests', 429, 'too many', /-parallelism/],
    ['InternalError', 500, 'webhook failed', /admission webhook/],
    ['RequestEntityTooLarge', 413, 'limit', /Take out what it does not need/],
  ])('%s %d', async (reason, code, message, expected) => {
    const terraform = await core({ project: 'demo', kubeconfig: 'k8s.yaml', context: 'dev' });
    api.failNext('apply', new ApiError(reason, message, { code }));
    const run = await terraform.apply(absent, topic);
    expect(run).toMatchObject({ action: 'failed', instance: { state: null, tainted: false } });
    expect(run.diagnostics).toHaveLength(1);
    expect(run.diagnostics[0]).toMatchObject({
      summary: 'Could not create KafkaTopic default/orders',
      detail: expect.stringMatching(expected),
    });
    expect(run.diagnostics[0]?.detail).toContain(message);
    expect((await terraform.apply(run.instance, topic)).action).toBe('create');
  });
});

describe('a kind that the API does not serve', () => {
  const notFound = () => new ApiError('NotFound', 'the server could not find it', { code: 404 });

  it.each([
    [{}, 'It comes with the Strimzi cluster operator, which is not installed there'],
    [
      {
        '/apis/kafka.strimzi.io': { versions: [{ version: 'v1beta2' }] },
        '/apis/kafka.strimzi.io/v1beta2': { resources: [{ name: 'kafkatopics', kind: 'KafkaTopic' }] },
      },
      'serves KafkaTopic only as kafka.strimzi.io/v1beta2: the Strimzi cluster operator there',
    ],
  ])('is told with what is missing: %j', async (answers, expected) => {
    for (const [path, answer] of Object.entries(answers)) api.answers.set(path, answer);
    api.failNext('get', notFound());
    const run = await (await core()).apply(absent, topic);
    expect(run.diagnostics[0]).toMatchObject({
      summary: 'The API server does not know kafka.strimzi.io/v1 KafkaTopic',
      detail: expect.stringContaining(expected),
    });
  });

  it('is not made up where it serves it', async () => {
    api.answers.set('/apis/kafka.strimzi.io/v1', {
      resources: [{ name: 'kafkatopics', kind: 'KafkaTopic' }],
    });
    api.failNext('apply', new ApiError('NotFound', 'namespaces "default" not found', { code: 404 }));
    const run = await (await core()).apply(absent, topic);
    expect(run.diagnostics[0]?.detail).toContain('Create the namespace first');
  });
});

describe('an API that hangs', () => {
  it('ends a read with words, and the state stays', async () => {
    const { instance } = await (await core()).apply(absent, topic);
    const held = api.hold('list');
    const run = await (await core()).apply(instance, topic);
    held.release();
    expect(run).toMatchObject({ action: 'failed', instance: { state: instance.state } });
    expect(run.diagnostics[0]?.detail).toContain('no answer within 0 s');
  });

  it('ends at once when the run is cancelled', async () => {
    const slow = createTestProvider('0.1.0', api, kinds, { limit: 60_000, grace: 50, look: 200, quiet: 0 });
    const terraform = await slow.coreFor('sdp_kafka_topic');
    const held = api.hold('get');
    setTimeout(() => slow.provider.stop(), 50);
    const run = await terraform.apply(absent, topic);
    held.release();
    expect(run.diagnostics[0]?.detail).toContain('no answer until the run was cancelled');
    expect(api.objects.size).toBe(0);
  });
});

describe('a cancelled apply', () => {
  it('lets a write that was sent end, and keeps what it did', async () => {
    const terraform = await core();
    const held = api.hold('apply');
    setTimeout(() => test.provider.stop(), 50);
    setTimeout(() => held.release(), 150);
    const run = await terraform.apply(absent, topic);
    expect(run).toMatchObject({ action: 'create', diagnostics: [] });
    expect(run.instance.state).toMatchObject({ id: 'default/orders' });
    expect(api.objects.size).toBe(1);
    const second = await terraform.apply(absent, { ...topic, name: 'other' });
    expect(second).toMatchObject({ action: 'failed', instance: { state: null } });
    expect(api.objects.size).toBe(1);
  });
});

describe('one object declared twice', () => {
  it('is found by the plan, where the two differ', async () => {
    const terraform = await core();
    const resource = test.provider.resources.find(({ typeName }) => typeName === 'sdp_kafka_topic');
    const { instance } = await terraform.apply(absent, topic);
    await core();
    const planned = async (config: ObjectValue, prior = instance.state) =>
      (await resource?.plan({ prior, config, private: {} }))?.diagnostics.map(({ reason }) => reason);
    expect(await planned(topic)).toEqual([]);
    expect(await planned(topic, null)).toEqual([]);
    expect(await planned({ ...topic, name: 'other' }, null)).toEqual([]);
    expect(await planned({ ...topic, partitions: 4 }, null)).toEqual(['DeclaredTwice']);
    expect(api.requests.filter((request) => request.startsWith('apply'))).toHaveLength(1);
  });
});
