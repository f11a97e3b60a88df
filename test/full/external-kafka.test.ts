import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureServerCertificate, type ServerCertificate } from '../../src/apiserver/certificates.ts';
import { startBroker, type TestBroker } from '../../src/apiserver/testing/kafka-connect/start-broker.ts';
import { createKafkaClient } from '../../src/engines/kafka/client.ts';
import { createKafkaUserClient } from '../../src/engines/kafka/user-client.ts';
import { eventually, type PlatformCommands, platformCommands, tryRun } from '../e2e/commands.ts';

/** A Kafka cluster that somebody else runs, which wants TLS and a password of its clients. */

const password = 'correct-horse-1';
let folder: string;
let certificate: ServerCertificate;
let broker: TestBroker;
let platform: PlatformCommands;

/** PEM texts as values of a properties file. */
const inOneLine = (pem: string) => pem.trim().replaceAll('\n', '\\n');

const start = () =>
  startBroker(join(folder, 'broker'), AbortSignal.timeout(280_000), {
    scram: true,
    properties: () => [
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SCRAM:SASL_SSL,CONTROLLER:PLAINTEXT',
      'super.users=User:ANONYMOUS;User:sdp',
      'listener.name.scram.ssl.keystore.type=PEM',
      `listener.name.scram.ssl.keystore.certificate.chain=${inOneLine(certificate.certificate)}`,
      `listener.name.scram.ssl.keystore.key=${inOneLine(certificate.key)}`,
    ],
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-external-kafka-'));
  certificate = await ensureServerCertificate(join(folder, 'certificates'));
  broker = await start();
  const users = createKafkaUserClient(broker);
  await eventually(
    () =>
      users.setPassword('sdp', password).then(
        () => true,
        () => false,
      ),
    (isSet) => isSet,
  );
  await users.close();
  const configuration = join(folder, 'sdp.yaml');
  await writeFile(
    configuration,
    `kafka:
  bootstrapServers: ${broker.scramBootstrapServers}
  tls: { ca: certificates/ca.crt }
  sasl:
    mechanism: SCRAM-SHA-512
    username: sdp
    password: { secretKeyRef: { name: kafka-login, key: password } }
schemaRegistry: { url: "http://127.0.0.1:1/apis/ccompat/v7" }
`,
  );
  platform = platformCommands(join(folder, 'data'));
  await platform.sdp(['up', '--detach', '--config', configuration]);
});

afterAll(async () => {
  await platform?.sdp(['down', '--purge']);
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Topic {
  readonly status?: { readonly conditions: readonly { status: string; reason?: string; message?: string }[] };
}
const condition = async () => (await platform.getJson<Topic>(['kafkatopic', 'orders'])).status?.conditions[0];

it('waits for the Secret, and says so', async () => {
  const status = await eventually(
    () => platform.trySdp(['status']),
    ({ output }) => output.includes('There is no Secret kafka-login'),
  );
  expect(status.output).toContain(`${broker.scramBootstrapServers}, which is not run here, cannot be used`);
  const { code, output } = await platform.trySdp(['consume', 'orders']);
  expect(code, output).toBe(1);
  expect(output).toContain('There is no Secret kafka-login');
});

it('is administered, written to and read from once it is there', async () => {
  await platform.kubectl([
    '-n',
    'sdp-system',
    'create',
    'secret',
    'generic',
    'kafka-login',
    `--from-literal=password=${password}`,
  ]);
  const manifest = join(folder, 'topic.yaml');
  await writeFile(
    manifest,
    `apiVersion: kafka.strimzi.io/v1
kind: KafkaTopic
metadata: { name: orders, labels: { strimzi.io/cluster: kafka } }
spec: { partitions: 3, config: { retention.ms: 3600000 } }
`,
  );
  await platform.kubectl(['apply', '-f', manifest]);
  await platform.kubectl(['wait', 'kafkatopic/orders', '--for=condition=Ready', '--timeout=30s']);
  const kafka = createKafkaClient(broker);
  expect((await kafka.describeTopics(['orders'])).get('orders')).toMatchObject({ partitions: 3 });
  await kafka.close();

  const rows = join(folder, 'orders.csv');
  await writeFile(rows, 'id,price\n1,10\n2,20\n');
  await platform.sdp(['produce', 'orders', '--file', rows]);
  expect(await platform.consume('orders')).toHaveLength(2);
});

it('is what others are told of, and no broker runs here', async () => {
  expect(await platform.env()).toMatchObject({
    SDP_BOOTSTRAP_SERVERS: broker.scramBootstrapServers,
    SDP_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1/apis/ccompat/v7',
  });
  const { output } = await platform.trySdp(['status']);
  expect(output).toContain(`${broker.scramBootstrapServers}, which is not run here, answers`);
  expect((await platform.getJson<{ items: unknown[] }>(['pods', '-A'])).items).toEqual([]);
  const kafkas = await platform.getJson<object>(['kafkas', '-A']);
  expect(JSON.stringify(kafkas)).not.toContain(password);
});

it('is missed when it is gone, and all goes on when it is back', async () => {
  await broker.stop();
  await platform.kubectl(['patch', 'kafkatopic/orders', '--type=merge', '-p', '{"spec":{"partitions":4}}']);
  const missing = await eventually(condition, (found) => found?.status === 'False', 40_000);
  expect(missing).toMatchObject({
    reason: 'KafkaError',
    message:
      'org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: describeConfigs',
  });
  broker = await start();
  await eventually(condition, (found) => found?.status === 'True', 40_000);
});

it('is refused where a password stands in the file', async () => {
  const configuration = join(folder, 'bad.yaml');
  const sasl = `{ mechanism: PLAIN, username: sdp, password: ${password} }`;
  await writeFile(configuration, `kafka:\n  bootstrapServers: a:1\n  sasl: ${sasl}\n`);
  const { code, output } = await tryRun(
    'node',
    [join('bin', 'sdp.js'), 'up', '--data', join(folder, 'other'), '--config', configuration],
    {},
  );
  expect(code, output).toBe(1);
  expect(output).toContain('passwords do not belong into this file');
  expect(output).not.toContain(password);
});
