import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { KubernetesObject, Manifest } from '../../src/apiclient/object.ts';
import { runConnectClientContract } from '../../src/engines/connect/client-contract.ts';
import type { KafkaConnectorSpec, KafkaConnectorStatus } from '../../src/kinds/kafka-connector/spec.ts';
import { eventually, platformCommands } from '../e2e/commands.ts';
import { type Postgres, postgresPassword, postgresUser, startPostgres } from './postgres.ts';

/**
 * What goes wrong with connectors, on a real worker and a real database: each says in its status what failed it, within
 * half a minute; and when the cause is gone, all data is there.
 */

const data = inject('dataFolder');
const platform = platformCommands(data);
const causeWithinMs = 30_000;
const namespace = 'default';
let folder: string;
let postgres: Postgres;
let count = 0;
/** As `kind/name`. */
const applied = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-connector-trouble-'));
  postgres = await startPostgres();
  await query('CREATE TABLE people (id BIGINT PRIMARY KEY, name VARCHAR(10))');
  await apply(
    secret('right', postgresPassword),
    topic('people'),
    topic('people-dead'),
    topic('texts'),
    connectCluster('trouble', 2, [
      { type: 'maven', group: 'internal.sdp', artifact: 'vertica-sink', version: '0.1.0' },
      { type: 'maven', group: 'org.postgresql', artifact: 'postgresql', version: '42.7.14' },
    ]),
  );
  const topics = [...applied].filter((name) => name.startsWith('KafkaTopic/'));
  await platform.kubectl(['wait', ...topics, '--for=condition=Ready', '--timeout=60s']);
  await platform.kubectl(['wait', 'kafkaconnect/trouble', '--for=condition=Ready', '--timeout=180s']);
  await writeFile(join(folder, 'people.csv'), 'id,name\n1,Ada\n2,Grace\n3,Edsger\n');
  await platform.sdp(['produce', 'people', '--file', join(folder, 'people.csv'), '--key', 'id']);
  await writeFile(join(folder, 'texts.jsonl'), '"just text"\n');
  await platform.sdp(['produce', 'texts', '--file', join(folder, 'texts.jsonl')]);
}, 300_000);

afterAll(async () => {
  for (const kind of ['KafkaConnector', 'KafkaConnect', 'KafkaTopic', 'Secret']) {
    const own = [...applied].filter((name) => name.startsWith(`${kind}/`));
    await platform.kubectl(['delete', '--ignore-not-found', ...own]);
  }
  await postgres?.remove();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

async function query<T extends object = object>(text: string): Promise<T[]> {
  const client = await postgres.connect();
  try {
    return ((await client.query(text)).rows ?? []) as T[];
  } finally {
    await client.end();
  }
}

async function apply(...manifests: readonly Manifest[]): Promise<void> {
  count += 1;
  for (const { kind, metadata } of manifests) applied.add(`${kind}/${metadata.name}`);
  const file = join(folder, `objects-${count}.json`);
  await writeFile(file, manifests.map((manifest) => JSON.stringify(manifest)).join('\n'));
  await platform.kubectl(['apply', '--server-side', '--force-conflicts', '-f', file]);
  await rm(file);
}

const kafkaKind = (kind: string, name: string, spec: object, more: object = {}): Manifest => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind,
  metadata: { name, namespace, ...more },
  spec,
});
const topic = (name: string) =>
  kafkaKind('KafkaTopic', name, { partitions: 1 }, { labels: { 'strimzi.io/cluster': 'kafka' } });
const secret = (name: string, password: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  stringData: { username: postgresUser, password },
});
const connectCluster = (name: string, replicas: number, artifacts: readonly object[]) =>
  kafkaKind(
    'KafkaConnect',
    name,
    {
      replicas,
      bootstrapServers: 'kafka-kafka-bootstrap:9092',
      groupId: name,
      configStorageTopic: `${name}-configs`,
      offsetStorageTopic: `${name}-offsets`,
      statusStorageTopic: `${name}-status`,
      config: {
        'config.storage.replication.factor': -1,
        'offset.storage.replication.factor': -1,
        'status.storage.replication.factor': -1,
        'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
        'value.converter.schemas.enable': false,
        'config.providers': 'secrets',
        'config.providers.secrets.class': 'io.strimzi.kafka.KubernetesSecretConfigProvider',
      },
      build: {
        output: { type: 'docker', image: 'registry.example.com/connect:1' },
        plugins: [
          {
            name: 'files',
            artifacts: [
              { type: 'maven', group: 'org.apache.kafka', artifact: 'connect-file', version: '4.3.1' },
            ],
          },
          { name: 'vertica', artifacts },
        ],
      },
    },
    { annotations: { 'strimzi.io/use-connector-resources': 'true' } },
  );
const connector = (name: string, spec: KafkaConnectorSpec) =>
  kafkaKind('KafkaConnector', name, spec, { labels: { 'strimzi.io/cluster': 'trouble' } });
const sink = (config: Readonly<Record<string, unknown>> = {}): KafkaConnectorSpec => ({
  class: 'internal.sdp.connect.vertica.VerticaSinkConnector',
  tasksMax: 1,
  config: {
    topics: 'people',
    'vc.url': postgres.jdbcUrl,
    'vc.user': '${secrets:default/right:username}',
    'vc.password': '${secrets:default/right:password}',
    'vc.table': 'people',
    'insert.mode': 'upsert',
    'upsert.key.fields': 'id',
    'max.retries': 0,
    ...config,
  },
});

async function statusOf(name: string): Promise<KafkaConnectorStatus> {
  const object = await platform.getJson<KubernetesObject & { status?: KafkaConnectorStatus }>([
    'kafkaconnector',
    name,
  ]);
  return object.status ?? {};
}
const messages = ({ conditions = [] }: KafkaConnectorStatus) =>
  conditions.map(({ message }) => message ?? '').join('\n');

/** What is wrong, and what the status says of it. */
const troubles: readonly [title: string, spec: () => KafkaConnectorSpec, message: RegExp][] = [
  ['a class that no plugin has', () => ({ class: 'com.example.NoSuch' }), /Failed to find any class/],
  [
    'a version that no plugin has',
    () => ({ ...sink(), version: '9.9.9' }),
    /not found that matches the version range/,
  ],
  [
    'a Secret that is absent',
    () => sink({ 'vc.password': '${secrets:default/none:x}' }),
    /Secret none in namespace default not found/,
  ],
  [
    'a wrong password',
    () => sink({ 'vc.password': 'wrong' }),
    /password authentication failed for user "sdp".*The database refuses user or password/s,
  ],
  ['a server that is down', () => sink({ 'vc.url': 'jdbc:postgresql://127.0.0.1:1/postgres' }), /refused/],
  ['a table that is absent', () => sink({ 'vc.table': 'peple' }), /peple.*people/s],
  [
    'records that are not what the converter reads',
    () =>
      sink({
        'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
        'value.converter.schemas.enable': true,
      }),
    /schemas\.enable.*set value\.converter\.schemas\.enable/s,
  ],
  ['records that are no rows', () => sink({ topics: 'texts', 'upsert.key.fields': undefined }), /texts/],
  ['a topic that is absent', () => sink({ topics: 'none' }), /Topic none does not exist/],
  [
    'a list as a value',
    () => sink({ topics: ['people'] }),
    /topics: Unsupported type class java\.util\.ArrayList/,
  ],
  ['an object as a value', () => sink({ 'vc.table': { a: 1 } }), /vc\.table: Unsupported type/],
  [
    'a key that is missing',
    () => sink({ 'vc.table': undefined }),
    /Missing required configuration "vc\.table"/,
  ],
];

describe('a connector says what failed it:', () => {
  const nameOf = (title: string) => `trouble-${troubles.findIndex(([other]) => other === title)}`;

  beforeAll(() => apply(...troubles.map(([title, spec]) => connector(nameOf(title), spec()))));
  afterAll(() => platform.kubectl(['delete', 'kafkaconnector', ...troubles.map(([title]) => nameOf(title))]));

  it.each(troubles)('%s', async (title, _, expected) => {
    const told = await eventually(
      async () => messages(await statusOf(nameOf(title))),
      (text) => expected.test(text),
      causeWithinMs,
    );
    expect(told).not.toContain(postgresPassword);
  });

  it('tasksMax 0 is refused by the API', async () => {
    await expect(apply(connector('none', { ...sink(), tasksMax: 0 }))).rejects.toThrow(/tasksMax/);
  });
});

describe('when the cause is gone all data is there:', () => {
  const rows = () => query("SELECT id, name FROM people WHERE name NOT LIKE 'x%' ORDER BY id");
  const all = [
    { id: '1', name: 'Ada' },
    { id: '2', name: 'Grace' },
    { id: '3', name: 'Edsger' },
  ];

  it('a password that was put right', async () => {
    await query('DELETE FROM people');
    await apply(secret('mistaken', 'wrong'));
    const config = { 'vc.password': '${secrets:default/mistaken:password}' };
    await apply(connector('password', { ...sink(config), autoRestart: { enabled: true } }));
    await eventually(
      async () => messages(await statusOf('password')),
      (text) => text.includes('password authentication failed'),
      causeWithinMs,
    );
    await apply(secret('mistaken', postgresPassword));
    await platform.sdp(['connectors', 'restart', 'password', '--include-tasks', '--only-failed']);
    await eventually(rows, (found) => found.length === all.length);
    expect(await rows()).toEqual(all);
    await platform.kubectl(['delete', 'kafkaconnector', 'password']);
  });

  it('a table that was made, once the connector is restarted', async () => {
    await apply(connector('table', sink({ 'vc.table': 'later' })));
    await eventually(
      async () => messages(await statusOf('table')),
      (text) => text.includes('later'),
      causeWithinMs,
    );
    await query('CREATE TABLE later (id BIGINT PRIMARY KEY, name TEXT)');
    await platform.sdp(['connectors', 'restart', 'table', '--include-tasks']);
    const written = await eventually(
      () => query('SELECT id, name FROM later ORDER BY id'),
      (found) => found.length === all.length,
    );
    expect(written).toEqual(all);
    await platform.kubectl(['delete', 'kafkaconnector', 'table']);
  });

  it('records that fit no column are put aside, the others are written', async () => {
    const more = { 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'people-dead' };
    await writeFile(join(folder, 'poison.csv'), 'id,name\n10,xa\n11,much too long a name\n12,xc\n');
    await apply(connector('poison', sink({ ...more, 'errors.deadletterqueue.topic.replication.factor': 1 })));
    await platform.sdp(['produce', 'people', '--file', join(folder, 'poison.csv'), '--key', 'id']);
    await eventually(
      () => query('SELECT id FROM people WHERE id >= 10 ORDER BY id'),
      (found) => JSON.stringify(found) === JSON.stringify([{ id: '10' }, { id: '12' }]),
    );
    const aside = await eventually(
      () => platform.sdp(['consume', 'people-dead']),
      (output) => output.includes('much too long'),
    );
    expect(aside.trim().split('\n')).toHaveLength(1);
    await platform.kubectl(['delete', 'kafkaconnector', 'poison']);
  });
});

describe('a Connect cluster', () => {
  it('of several workers goes on when one of them is killed', async () => {
    const pods = await platform.getJson<{ items: KubernetesObject[] }>([
      'pods',
      '-l',
      'strimzi.io/cluster=trouble',
    ]);
    expect(pods.items.map(({ metadata }) => metadata.name)).toEqual([
      'trouble-connect-0',
      'trouble-connect-1',
    ]);
    await query('DELETE FROM people');
    await apply(connector('spread', sink({ 'errors.tolerance': 'all' })));
    await eventually(
      () => query('SELECT id FROM people'),
      (found) => found.length >= 3,
    );
    await platform.kubectl(['delete', 'pod', 'trouble-connect-0']);
    await query('DELETE FROM people WHERE id = 1');
    await platform.sdp(['produce', 'people', '--file', join(folder, 'people.csv'), '--key', 'id']);
    await eventually(
      () => query('SELECT id FROM people WHERE id = 1'),
      (found) => found.length === 1,
    );
    await platform.kubectl(['delete', 'kafkaconnector', 'spread']);
  });

  it('whose plugin cannot be had says so', async () => {
    await apply(
      connectCluster('unbuilt', 1, [
        { type: 'maven', group: 'com.example', artifact: 'no-such-plugin', version: '1.0' },
      ]),
    );
    const read = async () =>
      messages(
        (
          await platform.getJson<KubernetesObject & { status?: KafkaConnectorStatus }>([
            'kafkaconnect',
            'unbuilt',
          ])
        ).status ?? {},
      );
    const told = await eventually(read, (text) => text.includes('no-such-plugin'), causeWithinMs);
    expect(told).toMatch(/Plugin vertica cannot be installed|com\.example:no-such-plugin/);
    await platform.kubectl(['delete', 'kafkaconnect', 'unbuilt']);
  });
});

runConnectClientContract('a worker', async () => {
  const file = join(folder, 'in.txt');
  await writeFile(file, 'one\n');
  // The operator would take away what no resource declares.
  await platform.kubectl([
    'annotate',
    'kafkaconnect',
    'trouble',
    'strimzi.io/use-connector-resources=false',
    '--overwrite',
  ]);
  const pod = await platform.getJson<KubernetesObject>(['pod', 'trouble-connect-1']);
  const ports = JSON.parse(pod.metadata.annotations?.['sdp.internal/ports'] ?? '{}') as Record<
    string,
    number
  >;
  return {
    url: `http://127.0.0.1:${ports['rest-api']}`,
    file,
    topic: 'texts',
    close: async () => undefined,
  };
});
