import { beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../apiclient/object.ts';
import { objectType } from '../framework/schema.ts';
import { isObjectValue, type ObjectValue } from '../framework/value.ts';
import { provideService } from '../protocol/provider-service.ts';
import { fromDynamicValue, toDynamicValue } from '../protocol/value-codec.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';

let test: TestProvider;
beforeEach(async () => {
  test = createTestProvider();
  await test.coreFor('sdp_rollout');
});

/** As Terraform reads it: through the wire. */
async function read(typeName: string, config: ObjectValue) {
  const source = test.provider.dataSources.find((item) => item.typeName === typeName);
  const type = objectType(source?.schema.attributes ?? []);
  const { state, diagnostics } = await provideService(test.provider).ReadDataSource({
    type_name: typeName,
    config: toDynamicValue(type, config),
  });
  const value = fromDynamicValue(type, state);
  return { state: isObjectValue(value) ? value : undefined, diagnostics };
}

function put(path: string, object: Manifest): void {
  test.api.objects.set(`/apis/${path}`, object);
}
const topic = (name: string, cluster: string, spec: object, ready: string): Manifest => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaTopic',
  metadata: { name, namespace: 'default', labels: { 'strimzi.io/cluster': cluster } },
  spec,
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

describe('sdp_platform', () => {
  it('says what is known', async () => {
    test.api.answers.set('/version', { gitVersion: 'v1.34.0' });
    test.api.answers.set('/apis/kafka.strimzi.io/v1', {
      resources: [{ name: 'kafkatopics', kind: 'KafkaTopic' }],
    });
    put('kafka.strimzi.io/v1/namespaces/default/kafkas/main', {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'Kafka',
      metadata: { name: 'main', namespace: 'default' },
      status: { kafkaVersion: '4.1.0', listeners: [{ bootstrapServers: 'localhost:9092' }] },
    });
    expect(await read('sdp_platform', {})).toMatchObject({
      diagnostics: [],
      state: {
        bootstrap_servers: 'localhost:9092',
        kafka_clusters: [{ name: 'main', bootstrap_servers: 'localhost:9092', version: '4.1.0' }],
        kubernetes_version: 'v1.34.0',
        kinds: ['KafkaTopic'],
      },
    });
  });
});

describe('sdp_kafka_topics', () => {
  it('lists topics with one request', async () => {
    put(
      'kafka.strimzi.io/v1/namespaces/default/kafkatopics/b',
      topic('b', 'main', { topicName: 'B' }, 'False'),
    );
    put(
      'kafka.strimzi.io/v1/namespaces/default/kafkatopics/a',
      topic('a', 'main', { partitions: 3 }, 'True'),
    );
    put('kafka.strimzi.io/v1/namespaces/default/kafkatopics/c', topic('c', 'other', {}, 'True'));
    expect((await read('sdp_kafka_topics', { cluster: 'main' })).state).toEqual({
      namespace: 'default',
      cluster: 'main',
      topics: [
        { name: 'a', topic_name: 'a', cluster: 'main', partitions: 3, replicas: null, ready: true },
        { name: 'b', topic_name: 'B', cluster: 'main', partitions: null, replicas: null, ready: false },
      ],
    });
    await read('sdp_kafka_topics', {});
    expect(test.api.requests).toHaveLength(1);
  });
});

describe('sdp_flink_job', () => {
  it('shows what the operator reports', async () => {
    put('flink.apache.org/v1beta1/namespaces/default/flinksessionjobs/j', {
      apiVersion: 'flink.apache.org/v1beta1',
      kind: 'FlinkSessionJob',
      metadata: { name: 'j', namespace: 'default', annotations: { 'sdp.internal/revision': 'abc' } },
      status: {
        lifecycleState: 'STABLE',
        error: '',
        jobStatus: {
          state: 'RUNNING',
          jobId: 'f00',
          savepointInfo: { lastSavepoint: { location: 'file:/s/1' } },
          checkpointInfo: { lastCheckpoint: { timeStamp: 0 } },
        },
      },
    });
    expect(await read('sdp_flink_job', { name: 'j' })).toEqual({
      diagnostics: [],
      state: {
        name: 'j',
        namespace: 'default',
        kind: null,
        state: 'RUNNING',
        lifecycle_state: 'STABLE',
        job_id: 'f00',
        last_savepoint: 'file:/s/1',
        last_checkpoint: '1970-01-01T00:00:00.000Z',
        error: null,
        revision: 'abc',
      },
    });
  });

  it('says that there is none', async () => {
    const { state, diagnostics } = await read('sdp_flink_job', { name: 'j', kind: 'FlinkDeployment' });
    expect(state).toBeUndefined();
    expect(diagnostics).toMatchObject([{ summary: 'There is no FlinkDeployment default/j' }]);
  });
});
