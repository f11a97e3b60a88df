import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configMapType, customResourceDefinitionType, namespaceType } from '../apiclient/core-types.ts';
import type { KubernetesObject, Manifest, ResourceType } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { flinkDeploymentType } from '../kinds/flink-deployment/resource-type.ts';
import { flinkSessionJob } from '../kinds/flink-session-job/kind.ts';
import { flinkSessionJobType } from '../kinds/flink-session-job/resource-type.ts';
import { flinkStateSnapshotType } from '../kinds/flink-state-snapshot/resource-type.ts';
import { kafkaConnectType } from '../kinds/kafka-connect/resource-type.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import { kafkaTopicType } from '../kinds/kafka-topic/resource-type.ts';
import { createTerraformProject, type TerraformProject } from '../terraform/testing/terraform-project.ts';
import { importNamespace } from './import.ts';

const timeout = 120_000;
const header = `
terraform {
  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
}

provider "sdp" {
  project = "demo"
}
`;

type Content = Pick<Manifest, 'metadata' | 'spec' | 'data'>;

const strimzi = 'kafka.strimzi.io/v1';
const flink = 'flink.apache.org/v1beta1';
const onKafka = { 'strimzi.io/cluster': 'kafka' };
const inSql = ['ddl', 'parameters', 'path', 'script', 'text'];
const awkward = `\${secrets:team/db:password} %{if} $\${x} "q" \\d+ größer\ttab\nnext`;

const manifests: readonly (readonly [ResourceType, Content])[] = [
  [
    kafkaTopicType,
    {
      metadata: {
        name: '1.orders',
        labels: { ...onKafka, team: 'orders', 'app.kubernetes.io/managed-by': 'Helm' },
        annotations: { 'meta.helm.sh/release-name': 'orders', note: awkward },
      },
      spec: { topicName: 'Orders_1', partitions: 3, config: { 'retention.ms': 604800000 } },
    },
  ],
  [kafkaTopicType, { metadata: { name: '1-orders', labels: onKafka }, spec: {} }],
  [
    kafkaConnectType,
    {
      metadata: { name: 'connect', annotations: { 'strimzi.io/use-connector-resources': 'true' } },
      spec: {
        replicas: 2,
        bootstrapServers: 'kafka:9092',
        groupId: 'connect',
        configStorageTopic: 'configs',
        offsetStorageTopic: 'offsets',
        statusStorageTopic: 'status',
        config: { 'key.converter': 'org.apache.kafka.connect.storage.StringConverter' },
        resources: { requests: { cpu: '500m', memory: '1Gi' } },
        jvmOptions: { '-Xms': '512m', '-Xmx': '1g' },
      },
    },
  ],
  [
    kafkaConnectorType,
    {
      metadata: { name: 'sink', labels: { 'strimzi.io/cluster': 'connect' } },
      spec: {
        class: 'io.confluent.connect.jdbc.JdbcSinkConnector',
        tasksMax: 2,
        config: { topics: 'orders', query: awkward, statement: 'SELECT 1\nFROM x\n' },
      },
    },
  ],
  [
    flinkDeploymentType,
    {
      metadata: { name: 'session' },
      spec: {
        image: 'flink:2.2.0',
        flinkVersion: 'v2_2',
        flinkConfiguration: { 'taskmanager.numberOfTaskSlots': '2' },
        jobManager: { resource: { cpu: 1, memory: '1600m' } },
        taskManager: { resource: { cpu: 0.5, memory: '2g' }, replicas: 1 },
        podTemplate: {
          spec: { nodeSelector: { zone: 'a' }, containers: [{ name: 'flink-main-container' }] },
        },
      },
    },
  ],
  [
    flinkStateSnapshotType,
    {
      metadata: { name: 'before-upgrade' },
      spec: {
        jobReference: { kind: 'FlinkSessionJob', name: 'totals' },
        savepoint: { disposeOnDelete: false },
      },
    },
  ],
];

describe('sdp import, with real Terraform', () => {
  let server: TestServer;
  let project: TerraformProject;
  const namespace = 'team';

  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of kinds) {
      const crd = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
    }
    await server.client.create(namespaceType, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    project = await createTerraformProject({ KUBECONFIG: server.kubeconfig });
    await project.write({ 'main.tf': header });
    await project.succeed('init');
  }, timeout);
  beforeEach(async () => {
    for (const [type, manifest] of manifests) await create(type, manifest);
    await createSqlJob('totals');
  });
  afterEach(async () => {
    for (const file of ['imported.tf', 'sql', 'terraform.tfstate'])
      await rm(join(project.folder, file), { recursive: true, force: true });
    for (const type of [...manifests.map(([item]) => item), flinkSessionJobType, configMapType]) {
      const { items } = await server.client.list(type, { namespace });
      for (const { metadata } of items) await server.client.delete(type, metadata);
    }
  });
  afterAll(async () => {
    await project?.remove();
    await server?.close();
  });

  const create = (type: ResourceType, manifest: Content) =>
    server.client.create<KubernetesObject>(
      type,
      {
        apiVersion: type.group === '' ? 'v1' : type.group.startsWith('kafka') ? strimzi : flink,
        kind: type.kind,
        ...manifest,
        metadata: { ...manifest.metadata, namespace },
      },
      { fieldManager: 'kubectl-create' },
    );
  /** As "sdp render" and kubectl make one. */
  const createSqlJob = async (name: string) => {
    const declared = flinkSessionJob.declared;
    if (declared === undefined) throw new Error('not declared');
    const table = (table: string) => `CREATE TABLE ${table} (n INT) WITH ('connector' = '\${kind}')`;
    const built = await declared.buildManifest(
      { name, namespace },
      {
        deploymentName: 'session',
        flinkConfiguration: { 'kubernetes.operator.job.savepoint-on-deletion': 'true' },
        job: { parallelism: 2, state: 'running', upgradeMode: 'savepoint' },
        sql: {
          script: {
            path: `sql/jobs/${name}.sql`,
            text: `-- Ünïcode \${x}\nINSERT INTO b SELECT n FROM a;\n`,
          },
          ddl: [{ path: 'sql/ddl/tables.sql', text: `${table('a')};\n${table('b')};` }],
          parameters: { kind: 'datagen' },
        },
      },
    );
    for (const { type, manifest } of built.value?.companions ?? []) await create(type, manifest);
    await create(flinkSessionJobType, built.value?.manifest as Manifest);
  };
  const specs = async () => {
    const types = [...new Set([...manifests.map(([type]) => type), flinkSessionJobType])];
    const lists = await Promise.all(types.map((type) => server.client.list<Manifest>(type, { namespace })));
    return lists.flatMap(({ items }) =>
      items.map(({ kind, metadata, spec }) => ({
        kind,
        name: metadata.name,
        spec: inMeaning(spec),
      })),
    );
  };
  const run = (options: { kinds?: readonly string[]; modules?: string } = {}) =>
    importNamespace({ client: server.client, folder: project.folder, namespace, ...options });

  it(
    'writes what is there: the plan imports all of it, the apply changes none of it, the next plan is empty',
    async () => {
      const before = await specs();
      const { imported, files, skipped } = await run();
      expect(skipped).toEqual([]);
      expect(imported.map(({ address }) => address).sort()).toEqual([
        'sdp_flink_deployment.session',
        'sdp_flink_session_job.totals',
        'sdp_flink_state_snapshot.before-upgrade',
        'sdp_kafka_connect.connect',
        'sdp_kafka_connector.sink',
        'sdp_kafka_topic._1-orders',
        'sdp_kafka_topic._1_orders',
      ]);
      expect(files).toEqual(['imported.tf', 'sql/ddl/tables.sql', 'sql/jobs/totals.sql']);
      await project.succeed('fmt', '-check', '-diff');
      const text = await readFile(join(project.folder, 'imported.tf'), 'utf8');
      expect(text).toContain('team = "orders"');
      expect(text).not.toMatch(/helm|Helm|entry_class/);

      const plan = await project.succeed('plan');
      expect(plan).toContain('7 to import, 0 to add, 7 to change, 0 to destroy');
      // Labels and annotations are not read while importing, and a job's SQL stands for its arguments.
      const changed = [...plan.matchAll(/^ +[-+~] ([a-z_]+) +=/gm)].map(([, name]) => name);
      expect(new Set(changed)).toEqual(
        new Set([
          'revision',
          'verdict',
          'verdict_reason',
          'labels',
          'annotations',
          'job',
          'args',
          'entry_class',
          'sql',
          ...inSql,
        ]),
      );
      expect(await project.succeed('apply', '-auto-approve')).toContain('7 imported, 0 added, 7 changed');
      expect(await specs()).toEqual(before);
      expect((await project.run('plan', '-detailed-exitcode')).code).toBe(0);

      const again = await run().catch((error: unknown) => error);
      expect(again).toMatchObject({ imported: [], files: [], skipped: { length: 7 } });
    },
    timeout,
  );

  it(
    'writes modules where one says all of an object',
    async () => {
      const before = await specs();
      const modules = join(import.meta.dirname, '../../terraform-modules');
      await run({ modules, kinds: ['KafkaTopic', 'flinksessionjobs'] });
      await project.succeed('fmt', '-check', '-diff');
      await project.succeed('init');
      expect(await project.succeed('apply', '-auto-approve')).toContain('3 imported, 0 added, 3 changed');
      expect((await project.state()).map(({ address }) => address)).toContain(
        'module.totals.sdp_flink_session_job.this[0]',
      );
      expect(await specs()).toEqual(before);
      expect((await project.run('plan', '-detailed-exitcode')).code).toBe(0);
    },
    timeout,
  );

  it(
    "takes any kind that is named, and leaves out what is not the project's to take",
    async () => {
      await create(configMapType, {
        metadata: { name: 'settings' },
        data: { a: awkward, 'b.txt': 'x\ny\n' },
      });
      const ofOther = {
        'sdp.internal/project': 'other',
        'sdp.internal/owner': 'other/ConfigMap/team/theirs',
      };
      await create(configMapType, { metadata: { name: 'theirs', annotations: ofOther }, data: {} });
      const { imported, skipped } = await run({ kinds: ['ConfigMap'] });
      expect(imported).toContainEqual({ address: 'sdp_manifest.settings', id: 'v1/ConfigMap/team/settings' });
      expect(skipped).toEqual([{ object: 'ConfigMap team/theirs', why: 'project other owns it' }]);
      await project.succeed('fmt', '-check', '-diff');
      await project.succeed('apply', '-auto-approve');
      expect(
        (await server.client.get<Manifest>(configMapType, { namespace, name: 'settings' }))?.data,
      ).toEqual({
        a: awkward,
        'b.txt': 'x\ny\n',
      });
      expect((await project.run('plan', '-detailed-exitcode')).code).toBe(0);
    },
    timeout,
  );

  it('writes over no file, and nothing beside one', async () => {
    await project.write({ 'sql/ddl/tables.sql': '-- mine\n' });
    await expect(run()).rejects.toMatchObject({ diagnostics: [{ reason: 'FileExists' }] });
    await expect(readFile(join(project.folder, 'imported.tf'))).rejects.toThrow('ENOENT');
    await expect(run({ kinds: ['Secret'] })).rejects.toMatchObject({
      diagnostics: [{ reason: 'SecretInState' }],
    });
  });
});

/** 3 and "3" are one value in two forms, and what is empty says nothing. */
function inMeaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inMeaning);
  if (typeof value !== 'object' || value === null) return String(value);
  const items = Object.entries(value).map(([key, item]): [string, unknown] => [key, inMeaning(item)]);
  return Object.fromEntries(
    items.filter(([, item]) => typeof item !== 'object' || item === null || Object.keys(item).length > 0),
  );
}
