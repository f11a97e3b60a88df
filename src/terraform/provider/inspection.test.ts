import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceType } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { kafkaConnectType } from '../../kinds/kafka-connect/resource-type.ts';
import { type ObjectValue, unknown } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent } from '../testing/terraform-core.ts';
import { createTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { createServices } from './services.ts';

const plugin = 'org.example.AnySinkConnector';
const connector: ObjectValue = {
  name: 'sink',
  cluster: 'di',
  class: plugin,
  tasks_max: 1,
  config: { topics: 'a', 'batch.size': 'many' },
};
const proxy = '/api/v1/namespaces/default/services/di-connect-api:rest-api/proxy';

let api: FakeApi;
let test: TestProvider;
beforeEach(async () => {
  api = createFakeApi();
  test = createTestProvider('0.1.0', api);
  await api.apply(
    kafkaConnectType,
    {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaConnect',
      metadata: { name: 'di', namespace: 'default' },
    },
    { fieldManager: 'kubectl' },
  );
  await test.coreFor('sdp_kafka_connector');
});

const answering = () => {
  api.answers.set(`${proxy}/connector-plugins`, [{ class: plugin, type: 'sink' }]);
  api.answers.set(`${proxy}/connector-plugins/${plugin}/config`, [
    { name: 'batch.size', type: 'INT', required: false },
  ]);
};

async function planned(config: ObjectValue, prior: ObjectValue | null = null) {
  const resource = test.provider.resources.find((item) => item.typeName === 'sdp_kafka_connector');
  if (resource === undefined) throw new Error('no resource');
  const empty = Object.fromEntries(resource.schema.attributes.map(({ name }) => [name, null]));
  const plan = await resource.plan({ prior, config: { ...empty, ...config }, private: { version: '0.1.0' } });
  return plan;
}

describe('a connector on a cluster that answers', () => {
  it('is told of as warnings, when it is new and when it changes', async () => {
    answering();
    const { planned: state, diagnostics } = await planned(connector);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'config.batch.size is not a whole number',
        path: ['config', 'batch.size'],
      },
    ]);
    expect((await planned(connector, state)).diagnostics).toEqual([]);
    expect((await planned({ ...connector, tasks_max: 2 }, state)).diagnostics).toHaveLength(1);
  });

  it('costs one request for each question, however many connectors ask it', async () => {
    answering();
    for (const name of ['a', 'b', 'c']) await planned({ ...connector, name });
    expect(api.requests.filter((request) => request.startsWith('GET'))).toHaveLength(2);
  });

  it('is not asked for while values are unknown, nor once the run writes', async () => {
    answering();
    await planned({ ...connector, config: { topics: unknown } });
    const core = await test.coreFor('sdp_kafka_topic');
    await core.apply(absent, { name: 'orders', cluster: 'kafka', partitions: 3 });
    await planned(connector);
    expect(api.requests.filter((request) => request.includes('connector-plugins'))).toEqual([]);
  });
});

describe('a connector on a cluster that does not answer', () => {
  it('is planned, and that is said once', async () => {
    expect((await planned(connector)).diagnostics).toMatchObject([
      { severity: 'warning', reason: 'NotChecked', summary: 'Service di-connect-api could not be asked' },
    ]);
    expect((await planned({ ...connector, name: 'other' })).diagnostics).toEqual([]);
    expect(api.requests.filter((request) => request.includes('connector-plugins'))).toHaveLength(1);
  });

  it('is not asked for where the cluster is not there', async () => {
    const { diagnostics } = await planned({ ...connector, cluster: 'none' });
    expect(diagnostics.map(({ reason }) => reason)).toEqual(['NeedsMissing']);
    expect(api.requests.filter((request) => request.includes('connector-plugins'))).toEqual([]);
  });
});

describe('a topic that a sink reads', () => {
  const topic = (name: string, topicName?: string) =>
    api.apply(
      { ...kafkaConnectType, kind: 'KafkaTopic', plural: 'kafkatopics' },
      {
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaTopic',
        metadata: { name, namespace: 'default' },
        spec: { ...(topicName !== undefined && { topicName }) },
      },
      { fieldManager: 'kubectl' },
    );
  let count = 0;
  const sink = (topics: string) => ({ ...connector, name: `sink-${(count += 1)}`, config: { topics } });
  const notDeclared = async (topics: string) =>
    (await planned(sink(topics))).diagnostics.filter(({ reason }) => reason === 'NotDeclared');

  it('is missed where topics are declared and it is not, with the one that was meant', async () => {
    await topic('orders', 'Orders');
    expect(await notDeclared('Orders')).toEqual([]);
    expect(await notDeclared('orders')).toMatchObject([
      {
        severity: 'warning',
        summary: 'No KafkaTopic declares orders',
        detail: expect.stringContaining('mean Orders?'),
      },
    ]);
    expect(await notDeclared('orders')).toEqual([]);
  });

  it('is not missed where nobody declares topics', async () => {
    expect(await notDeclared('orders')).toEqual([]);
  });

  it('is not missed when the project declares it', async () => {
    await topic('other');
    const topics = test.provider.resources.find((item) => item.typeName === 'sdp_kafka_topic');
    const empty = Object.fromEntries(topics?.schema.attributes.map(({ name }) => [name, null]) ?? []);
    const config = { ...empty, name: 'payments', topic_name: 'Payments', cluster: 'kafka', partitions: 1 };
    await topics?.plan({ prior: null, config, private: {} });
    expect(await notDeclared('Payments')).toEqual([]);
  });
});

describe('services behind the API server', () => {
  const services: ResourceType = {
    group: '',
    version: 'v1',
    kind: 'Service',
    plural: 'services',
    namespaced: true,
  };
  const slices = { ...services, group: 'discovery.k8s.io', kind: 'EndpointSlice', plural: 'endpointslices' };
  let server: TestServer;
  let backend: Server;
  let requests: string[] = [];

  beforeAll(async () => {
    backend = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      if (request.url === '/silent') return;
      if (request.url === '/text') return void response.end('starting');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(JSON.stringify([Buffer.concat(chunks).toString()])));
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    server = await startTestServer();
    const ports = [{ name: 'rest-api', port: (backend.address() as AddressInfo).port }];
    await server.client.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'di-connect-api', namespace: 'default' },
      spec: { ports: [{ name: 'rest-api', port: 8083 }] },
    });
    await server.client.create(slices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'di-connect-api',
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'di-connect-api' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
      ports,
    });
  });
  afterAll(async () => {
    await server.close();
    backend.closeAllConnections();
    backend.close();
  });
  beforeEach(() => {
    requests = [];
  });

  const asker = (failures: string[] = []) =>
    createServices(async () => server.client, 500).asker('default', (service, failure) =>
      failures.push(`${service}: ${failure}`),
    );
  const service = 'di-connect-api:rest-api';

  it('answer, each question once', async () => {
    const ask = asker();
    const body = { a: 1 };
    expect(await ask({ service, path: '/x' })).toEqual({ status: 200, body: [''] });
    expect(await ask({ service, path: '/x', body })).toEqual({ status: 200, body: ['{"a":1}'] });
    await Promise.all([ask({ service, path: '/x' }), ask({ service, path: '/x', body })]);
    expect(requests).toEqual(['GET /x', 'PUT /x']);
  });

  it.each([
    ['is not there', 'none:rest-api', '/x', /^none: .*not found/],
    ['is starting', service, '/text', /^di-connect-api: answer 200/],
    ['is silent', service, '/silent', /^di-connect-api: no answer within 0\.5 s/],
  ])('are asked no more when one %s', async (_, name, path, failure) => {
    const failures: string[] = [];
    const ask = asker(failures);
    expect(await ask({ service: name, path })).toBeUndefined();
    expect(await ask({ service: name, path: '/other' })).toBeUndefined();
    expect(failures).toEqual([expect.stringMatching(failure)]);
    expect(requests.length).toBeLessThan(2);
  });

  it('go on answering where a PUT is refused or silent', async () => {
    const failures: string[] = [];
    const ask = asker(failures);
    expect(await ask({ service, path: '/silent', body: {} })).toBeUndefined();
    expect(await ask({ service, path: '/x' })).toMatchObject({ status: 200 });
    expect(failures).toEqual([]);
  });
});
