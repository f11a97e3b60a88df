import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiError } from '../../apiclient/client.ts';
import type { Manifest } from '../../apiclient/object.ts';
import { kinds } from '../../kinds/catalog.ts';
import { configMapType } from '../../kinds/core-types.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/kind.ts';
import { kafkaTopicType } from '../../kinds/kafka-topic/kind.ts';
import type { Provider } from '../framework/resource.ts';
import { type ObjectValue, unknown, type Value } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent, createTerraformCore, isError } from '../testing/terraform-core.ts';
import { fieldManagerOf } from './ownership.ts';
import { platformProvider } from './platform-provider.ts';

let api: FakeApi;
let provider: Provider;

function startProvider(version = '0.1.0'): Provider {
  return platformProvider({ kinds, version, connect: async () => api, log: () => undefined });
}

beforeEach(() => {
  api = createFakeApi();
  provider = startProvider();
});
afterEach(() => provider.close());

async function coreFor(typeName: string, settings: ObjectValue = { project: 'demo' }, from = provider) {
  const core = createTerraformCore(from, typeName);
  await core.configure(settings);
  return core;
}

const topic: ObjectValue = {
  name: 'orders',
  cluster: 'kafka',
  partitions: 3,
  config: { 'retention.ms': '1000' },
};
const topicPath = '/apis/kafka.strimzi.io/v1/namespaces/default/kafkatopics/orders';
const sql = (text: string) => ({
  script: { path: 'sql/jobs/j.sql', text },
  ddl: [
    {
      path: 'sql/ddl/t.sql',
      text: "CREATE TABLE t (n INT) WITH ('connector' = 'datagen'); CREATE TABLE p (n INT) WITH ('connector' = 'print');",
    },
  ],
});
const job = (text = 'INSERT INTO p SELECT n FROM t;'): ObjectValue => ({
  name: 'j',
  deployment_name: 'flink',
  job: { parallelism: 1, state: 'running' },
  sql: sql(text),
});

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
    const { instance } = await core.apply(absent, topic);
    api.edit(kafkaTopicType, 'default', 'orders', (object) => {
      object.metadata.finalizers = ['strimzi.io/topic-operator'];
    });
    setTimeout(() => provider.stop(), 100);
    const run = await core.apply(instance, null);
    expect(run).toMatchObject({ action: 'failed', instance: { state: instance.state } });
    expect(run.diagnostics[0]?.detail).toContain('strimzi.io/topic-operator');
  });

  it('ends when the finalizers are gone', async () => {
    const core = await coreFor('sdp_kafka_topic');
    const { instance } = await core.apply(absent, topic);
    const finalizers = (names: string[]) =>
      api.edit(kafkaTopicType, 'default', 'orders', (object) => {
        object.metadata.finalizers = names;
      });
    finalizers(['strimzi.io/topic-operator']);
    setTimeout(() => finalizers([]), 100);
    expect(await core.apply(instance, null)).toMatchObject({ action: 'delete', diagnostics: [] });
  });
});

describe('a SQL job', () => {
  const revisions = () =>
    [...api.objects.values()].filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name);

  it('writes its revision first, keeps the last ones and deletes them with it', async () => {
    const core = await coreFor('sdp_flink_session_job');
    let { instance } = await core.apply(absent, job());
    expect(api.requests.filter((request) => request.startsWith('apply'))).toEqual([
      expect.stringContaining('/configmaps/j-sql-'),
      expect.stringContaining('/flinksessionjobs/j'),
    ]);
    for (let index = 0; index < 5; index += 1) {
      ({ instance } = await core.apply(instance, job(`INSERT INTO p SELECT n + ${index} FROM t;`)));
    }
    expect(revisions()).toHaveLength(3);
    await core.apply(instance, null);
    expect(api.objects.size).toBe(0);
  });

  it('keeps the revision of the last stable spec', async () => {
    const core = await coreFor('sdp_flink_session_job');
    let { instance } = await core.apply(absent, job());
    const [first = ''] = revisions();
    api.edit(
      flinkSessionJobType,
      'default',
      'j',
      (object) => {
        object['status'] = {
          reconciliationStatus: {
            lastStableSpec: JSON.stringify({ spec: { job: { args: ['--revision', first] } } }),
          },
        };
      },
      'operator',
    );
    for (let index = 0; index < 5; index += 1) {
      ({ instance } = await core.apply(instance, job(`INSERT INTO p SELECT n + ${index} FROM t;`)));
    }
    expect(revisions()).toHaveLength(4);
    expect(revisions()).toContain(first);
  });

  it('is updated when its revision is missing, and when its arguments were edited', async () => {
    const core = await coreFor('sdp_flink_session_job');
    const { instance } = await core.apply(absent, job());
    const [name = ''] = revisions();
    await api.delete(configMapType, { namespace: 'default', name });
    const repaired = await (await coreFor('sdp_flink_session_job')).apply(instance, job());
    expect(repaired.action).toBe('update');
    expect(revisions()).toEqual([name]);
    api.edit(flinkSessionJobType, 'default', 'j', (object) => {
      (object.spec as { job: { args: string[] } }).job.args = ['--revision', 'other'];
    });
    const again = await (await coreFor('sdp_flink_session_job')).apply(repaired.instance, job());
    expect(again.action).toBe('update');
    expect((await (await coreFor('sdp_flink_session_job')).apply(again.instance, job())).action).toBe(
      'no-op',
    );
  });

  it('refuses a revision that somebody changed', async () => {
    const core = await coreFor('sdp_flink_session_job');
    const { instance } = await core.apply(absent, job());
    const [name = ''] = revisions();
    api.edit(configMapType, 'default', name, (object) => {
      object.data = { ...object.data, 'script.sql': 'other' };
    });
    const run = await core.apply(instance, { ...job(), job: { parallelism: 2, state: 'running' } });
    expect(run.diagnostics[0]?.summary).toContain('exists with other content');
  });

  it('is checked while Terraform validates, with the position in the file', async () => {
    const core = createTerraformCore(provider, 'sdp_flink_session_job');
    const found = await core.validate(job('INSERT INTO p SELECT n FROM t WHERE n = ${limit};'));
    expect(found.filter(isError)).toMatchObject([{ detail: expect.stringMatching(/^sql\/jobs\/j\.sql:1:/) }]);
    expect(await core.validate({ ...job(), name: unknown })).toEqual([]);
  });
});

describe('another version of the provider', () => {
  it('plans nothing when it builds the same manifest', async () => {
    const { instance } = await (await coreFor('sdp_kafka_topic')).apply(absent, topic);
    const core = await coreFor('sdp_kafka_topic', { project: 'demo' }, startProvider('0.2.0'));
    expect((await core.apply(instance, topic)).action).toBe('no-op');
  });
});

describe('any configuration of any kind', () => {
  const samples: Readonly<Record<string, Value>> = {
    cpu: 0.5,
    memory: '2g',
    jarURI: 'https://example.com/a.jar',
  };

  /** Params that zod takes, with every optional part now there, now not. */
  function valueFor(field: string, schema: z.core.$ZodType): fc.Arbitrary<unknown> {
    const def = schema._zod.def as {
      type: string;
      innerType?: z.core.$ZodType;
      element?: z.core.$ZodType;
      valueType?: z.core.$ZodType;
      shape?: Record<string, z.core.$ZodType>;
      entries?: Record<string, string>;
    };
    if (def.type === 'optional' && def.innerType !== undefined)
      return fc.option(valueFor(field, def.innerType), { nil: undefined });
    if (def.innerType !== undefined) return valueFor(field, def.innerType);
    if (def.type === 'object')
      return fc.record(
        Object.fromEntries(
          Object.entries(def.shape ?? {}).map(([name, part]) => [name, valueFor(name, part)]),
        ),
      );
    if (def.type === 'array' && def.element !== undefined)
      return fc.array(valueFor(field, def.element), { maxLength: 3 });
    if (def.type === 'record' && def.valueType !== undefined)
      return fc
        .dictionary(fc.stringMatching(/^[a-z][a-z.]{0,6}$/), valueFor(field, def.valueType), { maxKeys: 3 })
        .map((map) => ({ ...map }));
    if (field in samples) return fc.constant(samples[field]);
    if (def.type === 'enum') return fc.constantFrom(...Object.values(def.entries ?? {}));
    if (def.type === 'boolean') return fc.boolean();
    if (def.type === 'number') return fc.integer({ min: 1, max: 30_000 });
    return fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  }

  it.each(['sdp_kafka_topic', 'sdp_flink_deployment', 'sdp_flink_session_job'])(
    '%s: a second plan is empty, changed or not',
    async (typeName) => {
      const declared = kinds.find(
        (kind) => `sdp_${kind.singular}` === typeName.replaceAll('_', '').replace('sdp', 'sdp_'),
      )?.declared;
      if (declared === undefined) throw new Error(`no kind for ${typeName}`);
      const params = valueFor('', z.object(omitSql(declared.params.shape))).filter(
        (value) => declared.params.safeParse(value).success,
      );
      const { fromParams } = await import('../framework/params.ts');
      const resource = provider.resources.find((item) => item.typeName === typeName);
      await fc.assert(
        fc.asyncProperty(params, params, async (first, second) => {
          api = createFakeApi();
          const core = await coreFor(typeName, { project: 'demo' }, startProvider());
          let instance = absent;
          for (const wanted of [first, second]) {
            const config = {
              ...fromParams(resource?.schema.attributes ?? [], wanted as Record<string, unknown>),
              name: 'x',
            };
            const run = await core.apply(instance, config);
            expect(run.diagnostics.filter(isError)).toEqual([]);
            const again = await core.apply(run.instance, config);
            expect(again.action).toBe('no-op');
            ({ instance } = again);
          }
        }),
        { numRuns: 60 },
      );
    },
  );
});

function emptied(state: ObjectValue | null): ObjectValue {
  return Object.fromEntries(Object.keys(state ?? {}).map((name) => [name, null]));
}

/** SQL has to be a real script: the SQL jobs above. */
function omitSql({ sql: _sql, ...shape }: z.ZodRawShape): z.ZodRawShape {
  return shape;
}
