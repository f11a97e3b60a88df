import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installConnect } from '../engines/connect/install.ts';
import { installPlugin } from '../engines/connect/plugins.ts';
import { readTopic } from '../engines/kafka/read-topic.ts';
import { buildKubeconfig } from './kubeconfig.ts';
import type { JavaProcess } from './testing/kafka-connect/java-process.ts';
import { startBroker } from './testing/kafka-connect/start-broker.ts';
import { type ConnectWorker, startConnect } from './testing/kafka-connect/start-connect.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';
import { SECRETS } from './testing/widget-definition.ts';

/**
 * Kafka Connect whose connector reads a value from a Secret by Strimzi's config provider. Of the API it needs one thing:
 * GET of the Secrets that are named, as the ServiceAccount of its kubeconfig.
 */
let server: TestServer;
let broker: JavaProcess & { readonly bootstrapServers: string };
let connect: ConnectWorker;
/** The secret: the path of the file that is read. */
let path: string;

beforeAll(async () => {
  const signal = AbortSignal.timeout(280_000);
  server = await startTestServer();
  const folder = join(server.folder, 'connect');
  await mkdir(folder);
  path = join(folder, 'lines-5d1f0c.txt');
  await writeFile(path, 'one\ntwo\n');
  const report = () => undefined;
  const { libraries } = await installConnect(report, signal);
  const connectFile = {
    type: 'maven',
    group: 'org.apache.kafka',
    artifact: 'connect-file',
    version: '4.3.1',
  } as const;
  const files = await installPlugin({ name: 'file', artifacts: [connectFile] }, report, signal);
  broker = await startBroker(join(server.folder, 'broker'), signal);
  connect = await startConnect({
    folder,
    libraries,
    bootstrapServers: broker.bootstrapServers,
    kubeconfig: await writeKubeconfig(folder, 'connect', 'source-file'),
    properties: {
      'plugin.path': files,
      'config.providers': 'secrets',
      'config.providers.secrets.class': 'io.strimzi.kafka.KubernetesSecretConfigProvider',
    },
  });
  for (const name of ['source-file', 'other']) {
    const data = { path: Buffer.from(path).toString('base64') };
    await server.client.create(SECRETS, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'default' },
      data,
    });
  }
}, 300_000);

afterAll(async () => {
  await connect?.stop();
  await broker?.stop();
  await server.close();
}, 60_000);

/** A kubeconfig of a new ServiceAccount that may get one Secret and nothing else. */
async function writeKubeconfig(folder: string, name: string, secret: string): Promise<string> {
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name, namespace: 'default' };
  const post = async (where: string, body: object): Promise<unknown> => {
    const answer = await server.client.request('POST', where, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(201);
    return JSON.parse(text);
  };
  await post('/api/v1/namespaces/default/serviceaccounts', { metadata });
  await post(`/apis/${rbac}/v1/namespaces/default/roles`, {
    metadata,
    rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [secret], verbs: ['get'] }],
  });
  await post(`/apis/${rbac}/v1/namespaces/default/rolebindings`, {
    metadata,
    subjects: [{ kind: 'ServiceAccount', ...metadata }],
    roleRef: { apiGroup: rbac, kind: 'Role', name },
  });
  const { status } = (await post(`/api/v1/namespaces/default/serviceaccounts/${name}/token`, {
    spec: {},
  })) as { status: { token: string } };
  const file = join(folder, 'kubeconfig');
  const { server: address, ca = '' } = server.access;
  await writeFile(file, buildKubeconfig({ server: address, ca, token: status.token, user: name }), {
    mode: 0o600,
  });
  return file;
}

const config = (secret: string) => ({
  'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  'tasks.max': '1',
  topic: 'lines',
  file: `\${secrets:default/${secret}:path}`,
});

async function ask(method: string, where: string, body?: object): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${connect.url}${where}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

async function linesOf(topic: string): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  const { bootstrapServers } = broker;
  const signal = AbortSignal.timeout(10_000);
  for await (const { value } of readTopic({ bootstrapServers, topic, follow: false, signal }))
    lines.push(value);
  return lines;
}

test('a connector runs with the value of a Secret, which Connect does not show', async () => {
  const created = await ask('PUT', '/connectors/source/config', config('source-file'));
  expect(created.status, created.text).toBe(201);
  const status = async () => (await ask('GET', '/connectors/source/status')).text;
  await expect
    .poll(async () => JSON.parse(await status()) as unknown, { timeout: 20_000 })
    .toMatchObject({ connector: { state: 'RUNNING' }, tasks: [{ state: 'RUNNING' }] });
  await expect.poll(() => linesOf('lines'), { timeout: 20_000 }).toEqual(['one', 'two']);
  for (const where of ['', '/config', '/tasks', '/status', '/topics']) {
    const { status: code, text } = await ask('GET', `/connectors/source${where}`);
    expect(code).toBe(200);
    expect(text).not.toContain(path);
  }
  const all = await ask('GET', '/connectors?expand=info&expand=status');
  expect(all.text).toContain(config('source-file').file);
  expect(all.text).not.toContain(path);
  // What another worker would read, too.
  const kept = await linesOf('connect-configs');
  expect(kept.join('\n')).toContain(config('source-file').file);
  expect(kept.join('\n')).not.toContain(path);
});

test('a Secret that its account may not read is refused', async () => {
  const refused = await ask('PUT', '/connectors/thief/config', config('other'));
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.text).toContain('Failed to retrieve Secret other from Kubernetes namespace default');
  expect(connect.output()).toContain(
    'secrets "other" is forbidden: User "system:serviceaccount:default:connect" cannot get resource',
  );
});
