import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import { type ObjectValue, unknown } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

let api: FakeApi;
let test: TestProvider;
beforeEach(async () => {
  api = createFakeApi();
  test = createTestProvider('0.1.0', api);
  await test.coreFor('sdp_kafka_topic');
});

const topic: ObjectValue = { name: 'orders', cluster: 'kafka', partitions: 3 };
const dryRuns = () => api.requests.filter((request) => request.startsWith('dry-run'));

async function planned(config: ObjectValue, prior: ObjectValue | null = null) {
  const resource = test.provider.resources.find(({ typeName }) => typeName === 'sdp_kafka_topic');
  if (resource === undefined) throw new Error('no resource');
  const empty = Object.fromEntries(resource.schema.attributes.map(({ name }) => [name, null]));
  return resource.plan({ prior, config: { ...empty, ...config }, private: { version: '0.1.0' } });
}

const refusals: readonly [string, ApiError, RegExp][] = [
  [
    'a webhook',
    new ApiError('Forbidden', 'PATCH /x: admission webhook "names.example.com" denied the request: no', {
      code: 403,
    }),
    /^The apply would fail as things are now\. PATCH .* denied the request: no\nThe admission webhook names\.example\.com refuses it/,
  ],
  [
    'a quota',
    new ApiError(
      'Forbidden',
      'PATCH /x: kafkatopics.kafka.strimzi.io "orders" is forbidden: exceeded quota: team, requested: a=1, used: a=5, limited: a=5',
      { code: 403 },
    ),
    /ResourceQuota team is used up/,
  ],
  [
    "the CRD's rules",
    new ApiError('Invalid', 'PATCH /x: invalid', {
      code: 422,
      causes: [{ field: 'spec.partitions', message: 'Invalid value: "3": even numbers only' }],
    }),
    /refuses the object: spec\.partitions: Invalid value: "3": even numbers only/,
  ],
  [
    'an operator that is down',
    new ApiError(
      'InternalError',
      'PATCH /x: Internal error occurred: failed calling webhook "x.example.com": failed to call webhook: no endpoints available for service "x"',
      { code: 500 },
    ),
    /The object is not refused.*Its operator is down/,
  ],
];

describe('a plan', () => {
  it.each(refusals)('warns of what %s would refuse, and writes nothing', async (_what, error, detail) => {
    api.failNext('dry-run', error);
    const { diagnostics } = await planned(topic);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'The cluster would refuse KafkaTopic orders',
        detail: expect.stringMatching(detail),
      },
    ]);
    expect(api.objects.size).toBe(0);
  });

  it('tells of one refusal once, however many it concerns', async () => {
    for (const name of ['a', 'b', 'c']) {
      api.failNext('dry-run', (refusals[0] as (typeof refusals)[number])[1]);
      await planned({ ...topic, name });
    }
    expect(dryRuns()).toHaveLength(3);
    api.failNext('dry-run', (refusals[0] as (typeof refusals)[number])[1]);
    expect((await planned({ ...topic, name: 'd' })).diagnostics).toEqual([]);
  });

  it('of who may not write is no worse for it, and tries no more', async () => {
    const denied =
      'kafkatopics.kafka.strimzi.io "a" is forbidden: User "viewer" cannot patch resource "kafkatopics"';
    api.failNext('dry-run', new ApiError('Forbidden', denied, { code: 403 }));
    for (const name of ['a', 'b']) expect((await planned({ ...topic, name })).diagnostics).toEqual([]);
    expect(dryRuns()).toHaveLength(1);
  });

  it('says nothing of what is not known: a webhook without dry runs, a namespace that is made first', async () => {
    for (const error of [
      new ApiError('BadRequest', 'admission webhook "x" does not support dry run', { code: 400 }),
      new ApiError('NotFound', 'namespaces "default" not found', { code: 404 }),
    ]) {
      api.failNext('dry-run', error);
      expect((await planned(topic)).diagnostics).toEqual([]);
    }
  });

  it('tries what changes, not what stays, is unknown or comes after a write', async () => {
    const { planned: state } = await planned(topic);
    expect(dryRuns()).toHaveLength(1);
    await planned(topic, state);
    await planned({ ...topic, name: 'other', partitions: unknown });
    expect(dryRuns()).toHaveLength(1);
    await test.coreFor('sdp_kafka_topic');
    await planned({ ...topic, partitions: 4 }, state);
    expect(dryRuns()).toHaveLength(2);
    await (await test.coreFor('sdp_kafka_topic')).apply(absent, topic);
    const before = dryRuns().length;
    await planned({ ...topic, name: 'third' });
    expect(dryRuns()).toHaveLength(before);
  });
});
