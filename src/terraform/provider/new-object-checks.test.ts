import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import { kafkaTopicType } from '../../kinds/kafka-topic/resource-type.ts';
import { type ObjectValue, unknown } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

let api: FakeApi;
let test: TestProvider;
beforeEach(() => {
  api = createFakeApi();
  test = createTestProvider('0.1.0', api);
});

const topic: ObjectValue = { name: 'orders', cluster: 'kafka', partitions: 3 };
const job = (name: string, cluster = 'session'): ObjectValue => ({
  name,
  deployment_name: cluster,
  job: { jar_uri: 'https://jars/a.jar', parallelism: 1 },
});
const session: ObjectValue = {
  name: 'session',
  flink_version: 'v2_2',
  service_account: 'flink',
  job_manager: { resource: { cpu: 1, memory: '1g' } },
  task_manager: { resource: { cpu: 1, memory: '1g' } },
};

/** What a plan says of a configuration. Resources of one test are planned by one run. */
async function planned(typeName: string, config: ObjectValue, prior: ObjectValue | null = null) {
  const resource = test.provider.resources.find((item) => item.typeName === typeName);
  if (resource === undefined) throw new Error(typeName);
  const empty = Object.fromEntries(resource.schema.attributes.map(({ name }) => [name, null]));
  const { diagnostics } = await resource.plan({ prior, config: { ...empty, ...config }, private: {} });
  return diagnostics.map(({ severity, summary, detail, path }) => ({ severity, summary, detail, path }));
}

const run = () => test.coreFor('sdp_kafka_topic');
const exists = (name: string) =>
  api.apply(
    kafkaTopicType,
    { apiVersion: 'kafka.strimzi.io/v1', kind: 'KafkaTopic', metadata: { name, namespace: 'default' } },
    { fieldManager: 'kubectl' },
  );

describe('an object that is there already', () => {
  it('is told by the plan, with what to do', async () => {
    await exists('orders');
    await run();
    expect(await planned('sdp_kafka_topic', topic)).toMatchObject([
      {
        severity: 'warning',
        summary: 'KafkaTopic default/orders exists, owned by kubectl',
        detail: expect.stringMatching(/^The apply will be refused.*terraform import/),
        path: ['name'],
      },
    ]);
  });

  it('is none when the project made it, or when it is being deleted', async () => {
    await (await run()).apply(absent, topic);
    await exists('going');
    api.edit(kafkaTopicType, 'default', 'going', ({ metadata }) => {
      Object.assign(metadata, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] });
    });
    await run();
    expect(await planned('sdp_kafka_topic', topic)).toEqual([]);
    expect(await planned('sdp_kafka_topic', { ...topic, name: 'going' })).toEqual([]);
  });

  it('costs one LIST for all objects of a kind', async () => {
    await run();
    for (let index = 0; index < 20; index += 1)
      await planned('sdp_kafka_topic', { ...topic, name: `t${index}` });
    expect(api.requests.filter((request) => !request.startsWith('dry-run'))).toHaveLength(1);
  });
});

describe('a cluster of another Flink', () => {
  const older = (name: string) => ({ ...session, name, flink_version: 'v1_20' });

  it('is told of where the platform is local, and nowhere else', async () => {
    api.answers.set('/version', { gitVersion: 'v1.32.0+sdp' });
    await run();
    expect(await planned('sdp_flink_deployment', session)).toEqual([]);
    expect(await planned('sdp_flink_deployment', older('a'))).toMatchObject([
      {
        severity: 'warning',
        summary: 'The local platform does not run this version of Flink',
        detail: expect.stringMatching(
          /^The apply will fail: flinkVersion is v1_20, and the local platform runs Flink 2\.2\.0 alone\. Set flink_version to 2\.2/,
        ),
        path: ['flinkVersion'],
      },
    ]);
    api.answers.set('/version', { gitVersion: 'v1.34.0' });
    expect(await planned('sdp_flink_deployment', older('b'))).toEqual([]);
    api.answers.delete('/version');
    expect(await planned('sdp_flink_deployment', older('c'))).toEqual([]);
  });
});

describe('an object that another one needs', () => {
  it('is missed once, with the name that was meant', async () => {
    await (await test.coreFor('sdp_flink_deployment')).apply(absent, session);
    await run();
    expect(await planned('sdp_flink_session_job', job('a', 'sesion'))).toMatchObject([
      {
        severity: 'warning',
        summary: 'FlinkDeployment default/sesion does not exist',
        detail: expect.stringMatching(
          /FlinkSessionJob default\/a names it in deployment_name .*mean session\?/,
        ),
        path: ['deploymentName'],
      },
    ]);
    expect(await planned('sdp_flink_session_job', job('b', 'sesion'))).toEqual([]);
    expect(await planned('sdp_flink_session_job', job('c', 'session'))).toEqual([]);
  });

  it('is not missed when the project declares it, before or after', async () => {
    test = createTestProvider('0.1.0', api, undefined, { limit: 1_000, grace: 50, look: 500, quiet: 200 });
    await run();
    const first = planned('sdp_flink_session_job', job('a'));
    expect(await planned('sdp_flink_deployment', session)).toEqual([]);
    expect(await first).toEqual([]);
    expect(await planned('sdp_flink_session_job', job('b'))).toEqual([]);
  });

  it('is the Connect cluster of a connector, and the job of a snapshot', async () => {
    await run();
    const connector = {
      name: 'c',
      cluster: 'di',
      class: 'FileStreamSink',
      config: { topics: 'a', file: '/tmp/a' },
    };
    const snapshot = {
      name: 's',
      job_reference: { kind: 'FlinkSessionJob', name: 'a' },
      savepoint: { path: null },
    };
    expect(await planned('sdp_kafka_connector', connector)).toMatchObject([
      { summary: 'KafkaConnect default/di does not exist', path: ['cluster'] },
    ]);
    expect(await planned('sdp_flink_state_snapshot', snapshot)).toMatchObject([
      { summary: 'FlinkSessionJob default/a does not exist', path: ['jobReference', 'name'] },
    ]);
  });

  it('is nobody’s concern once the run writes', async () => {
    const core = await run();
    await core.apply(absent, topic);
    expect(await planned('sdp_flink_session_job', job('a'))).toEqual([]);
  });
});

describe('two of one thing', () => {
  it('are an error: topics of different names and one topic_name', async () => {
    await run();
    expect(await planned('sdp_kafka_topic', { ...topic, name: 'a', topic_name: 'Orders' })).toEqual([]);
    expect(await planned('sdp_kafka_topic', { ...topic, name: 'b', topic_name: 'Orders' })).toMatchObject([
      {
        severity: 'error',
        summary: 'topic Orders of Kafka cluster kafka is declared twice in this project',
        path: ['topicName'],
      },
    ]);
    expect(await planned('sdp_kafka_topic', { ...topic, name: 'Orders', cluster: 'other' })).not.toContain(
      'declared twice',
    );
  });

  it('are an error: Connect clusters of one group', async () => {
    await run();
    const connect = (name: string, groupId: string) => ({
      name,
      replicas: 1,
      bootstrap_servers: 'kafka:9092',
      group_id: groupId,
      config_storage_topic: `${name}-configs`,
      offset_storage_topic: `${name}-offsets`,
      status_storage_topic: `${name}-status`,
    });
    expect(await planned('sdp_kafka_connect', connect('a', 'g'))).toEqual([]);
    expect(await planned('sdp_kafka_connect', connect('b', 'g'))).toMatchObject([
      { severity: 'error', summary: 'Connect group g on kafka:9092 is declared twice in this project' },
    ]);
  });
});

describe('two sources of one database', () => {
  const source = (name: string, slot: string) => ({
    name,
    cluster: 'di',
    class: 'PostgresConnector',
    config: {
      'topic.prefix': name,
      'database.hostname': 'db',
      'database.user': 'cdc',
      'database.dbname': 'shop',
      'plugin.name': 'pgoutput',
      'slot.name': slot,
    },
  });

  it('are an error where they share a replication slot', async () => {
    await run();
    await planned('sdp_kafka_connector', source('a', 'one'));
    expect(await planned('sdp_kafka_connector', source('b', 'two'))).not.toMatchObject([
      { severity: 'error' },
    ]);
    expect(await planned('sdp_kafka_connector', source('c', 'one'))).toMatchObject([
      {
        severity: 'error',
        summary: 'replication slot one of database shop on db:5432 is declared twice in this project',
        path: ['config', 'slot.name'],
      },
    ]);
  });
});

describe('an API that cannot be asked', () => {
  it('is told once, and the plan is made all the same', async () => {
    await run();
    api.failNext('list', new ApiError('Unreachable', 'connect ECONNREFUSED'));
    expect(await planned('sdp_kafka_topic', topic)).toMatchObject([
      {
        severity: 'warning',
        summary: 'The plan is not checked against the cluster',
        detail: expect.stringContaining('ECONNREFUSED'),
      },
    ]);
    expect(await planned('sdp_kafka_topic', { ...topic, name: 'b' })).toEqual([]);
    expect(await planned('sdp_flink_session_job', job('a'))).toEqual([]);
    expect(api.requests).toHaveLength(1);
  });

  it('does not hold the plan when it hangs', async () => {
    test = createTestProvider('0.1.0', api, undefined, { limit: 60_000, grace: 50, look: 50, quiet: 0 });
    await run();
    const held = api.hold('list');
    expect(await planned('sdp_kafka_topic', topic)).toMatchObject([
      { detail: expect.stringContaining('did not answer within') },
    ]);
    held.release();
  });

  it('tells of one kind what it does not serve, and of the others what there is', async () => {
    await exists('orders');
    await run();
    api.failNext('list', new ApiError('NotFound', 'the server could not find it', { code: 404 }));
    expect(await planned('sdp_flink_deployment', session)).toMatchObject([
      { detail: expect.stringContaining('does not know flink.apache.org/v1beta1 FlinkDeployment') },
    ]);
    expect(await planned('sdp_kafka_topic', topic)).toHaveLength(1);
  });

  it('is not asked while it is unknown which object it is', async () => {
    await run();
    expect(await planned('sdp_kafka_topic', { ...topic, name: unknown })).toEqual([]);
    expect(api.requests).toEqual([]);
  });
});
