import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configMapType, customResourceDefinitionType } from '../../apiclient/core-types.ts';
import type { KubernetesObject, Manifest } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { kinds } from '../../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../../kinds/crd.ts';
import { flinkSessionJobType } from '../../kinds/flink-session-job/resource-type.ts';
import { kafkaTopicType } from '../../kinds/kafka-topic/resource-type.ts';
import { createTerraformProject, type TerraformProject } from '../testing/terraform-project.ts';

const modules = join(import.meta.dirname, '../../../terraform-modules');
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
const topic = (body = 'partitions = 3', name = 'orders') => `
resource "sdp_kafka_topic" "${name}" {
  name    = "orders"
  cluster = "kafka"
  ${body}

  force_destroy = true
}
`;
const orders = { namespace: 'default', name: 'orders' };

describe('real Terraform against the embedded API server', () => {
  let server: TestServer;
  let project: TerraformProject;

  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of kinds) {
      const crd = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
    }
    project = await createTerraformProject({ KUBECONFIG: server.kubeconfig });
    // A package.json of the project must not change how Node reads the provider.
    await project.write({ 'main.tf': header, 'package.json': '{"type":"module"}' });
    await project.succeed('init');
  }, timeout);
  afterEach(async () => {
    await project.write({ 'main.tf': header });
    await project.succeed('apply', '-auto-approve');
    await server.client.delete(kafkaTopicType, orders);
  }, timeout);
  afterAll(async () => {
    await project?.remove();
    await server?.close();
  });

  const apply = (...args: readonly string[]) => project.run('apply', '-auto-approve', ...args);
  const isEmptyPlan = async () => (await project.run('plan', '-detailed-exitcode')).code === 0;
  const live = () => server.client.get<Manifest>(kafkaTopicType, orders);
  const edit = (spec: object) =>
    server.client.patch(kafkaTopicType, orders, { spec }, { fieldManager: 'kubectl-edit' });

  it(
    'creates, plans nothing, changes, replaces and destroys',
    async () => {
      await project.write({
        'main.tf': header + topic('partitions = "3"\n  config = { "retention.ms" = 1000 }'),
      });
      expect(await project.succeed('validate')).toContain('valid');
      expect((await apply()).output).toContain('1 added');
      expect(await live()).toMatchObject({ spec: { partitions: 3, config: { 'retention.ms': '1000' } } });
      expect(await isEmptyPlan()).toBe(true);

      await project.write({ 'main.tf': header + topic('partitions = 6') });
      expect((await apply()).output).toContain('1 changed');
      expect((await live())?.spec).toEqual({ partitions: 6 });
      expect(await isEmptyPlan()).toBe(true);

      await project.write({ 'main.tf': header + topic('topic_name = "Orders_2"') });
      expect((await project.run('plan')).output).toContain('forces replacement');
      expect((await apply()).output).toContain('1 added, 0 changed, 1 destroyed');

      await project.write({ 'main.tf': header });
      expect((await apply()).output).toContain('1 destroyed');
      expect(await live()).toBeUndefined();
    },
    timeout,
  );

  it(
    'takes the last entry of a map away, which an API server refuses of an apply with an empty map',
    async () => {
      await project.write({
        'main.tf': header + topic('partitions = 1\n  config = { "retention.ms" = "1000" }'),
      });
      await apply();
      await project.write({ 'main.tf': header + topic('partitions = 1\n  config = {}') });
      expect((await apply()).output).toContain('1 changed');
      expect((await live())?.spec).toEqual({ partitions: 1 });
      expect(await isEmptyPlan()).toBe(true);
    },
    timeout,
  );

  it(
    'plans with no API at hand, and applies a saved plan',
    async () => {
      const unreachable = header.replace('"demo"\n', '"demo"\n  kubeconfig = "nowhere"\n');
      await project.write({ 'main.tf': unreachable + topic() });
      expect((await project.run('plan')).output).toContain('1 to add');
      await project.write({ 'main.tf': header + topic() });
      await project.succeed('plan', '-out', 'p.tfplan');
      expect(await project.succeed('apply', 'p.tfplan')).toContain('1 added');
    },
    timeout,
  );

  it(
    'shows drift and puts it back, but leaves what others set',
    async () => {
      await project.write({
        'main.tf': header + topic('partitions = 3\n  config = { "retention.ms" = "1000" }'),
      });
      await apply();
      await edit({ replicas: 2, config: { 'min.insync.replicas': '2' } });
      expect(await isEmptyPlan()).toBe(true);
      await edit({ config: { 'retention.ms': '77' } });
      const { output } = await apply();
      expect(output).toContain('"77" -> "1000"');
      expect((await live())?.spec).toMatchObject({
        replicas: 2,
        config: { 'retention.ms': '1000', 'min.insync.replicas': '2' },
      });
      expect(await isEmptyPlan()).toBe(true);
    },
    timeout,
  );

  it(
    'names who else applies a field',
    async () => {
      await project.write({ 'main.tf': header + topic('partitions = 3') });
      await apply();
      const other = {
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaTopic',
        metadata: orders,
        spec: { partitions: 5 },
      };
      await server.client.apply(kafkaTopicType, other, { fieldManager: 'other-team', force: true });
      const { code, output } = await apply();
      expect(code).toBe(1);
      expect(output).toContain('other-team owns .spec.partitions');
      await server.client.apply(
        kafkaTopicType,
        { ...other, spec: { replicas: 1 } },
        { fieldManager: 'other-team' },
      );
      expect((await apply()).code).toBe(0);
      expect(await isEmptyPlan()).toBe(true);
    },
    timeout,
  );

  it(
    'does not take what exists, imports it when asked',
    async () => {
      const foreign = {
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaTopic',
        metadata: { ...orders, labels: { 'strimzi.io/cluster': 'kafka' } },
        spec: { partitions: 1 },
      };
      await server.client.create(kafkaTopicType, foreign, { fieldManager: 'kubectl-create' });
      await project.write({ 'main.tf': header + topic() });
      const refused = await apply();
      expect(refused.code).toBe(1);
      expect(refused.output).toContain('KafkaTopic default/orders exists, owned by kubectl-create');
      expect(await project.state()).toEqual([]);
      await project.succeed('import', 'sdp_kafka_topic.orders', 'default/orders');
      expect((await apply()).output).toContain('1 changed');
      expect(await isEmptyPlan()).toBe(true);
    },
    timeout,
  );

  it(
    'keeps the state true when one of two creations fails, and carries on',
    async () => {
      await project.write({
        'main.tf':
          header +
          topic() +
          topic('partitions = 0', 'bad').replace('"orders"\n  cluster', '"bad"\n  cluster'),
      });
      expect((await project.run('plan')).output).toContain('Use at least 1');
      // Refused by the server only: what a key of an annotation may be is its rule.
      const refusedByServer = topic('annotations = { "not a key" = "x" }', 'bad').replace(
        '"orders"\n  cluster',
        '"bad"\n  cluster',
      );
      await project.write({ 'main.tf': header + topic() + refusedByServer });
      const { code, output } = await apply();
      expect(code).toBe(1);
      expect(output).toContain('Could not create KafkaTopic default/bad');
      expect((await project.state()).map(({ address, tainted }) => [address, tainted])).toEqual([
        ['sdp_kafka_topic.orders', undefined],
      ]);
      await project.write({ 'main.tf': header + topic() });
      expect(await isEmptyPlan()).toBe(true);
    },
    timeout,
  );

  it(
    'ends a wait on Ctrl-C, with a state that is true',
    async () => {
      const rollout = `
resource "sdp_rollout" "orders" {
  kind     = "KafkaTopic"
  name     = sdp_kafka_topic.orders.name
  revision = sdp_kafka_topic.orders.revision
}
`;
      await project.write({ 'main.tf': header + topic() + rollout });
      const { code, output } = await project.interrupt(
        /sdp_rollout.orders: Creating/,
        'apply',
        '-auto-approve',
      );
      expect(code).toBe(1);
      expect(output).toContain('Stopped waiting for KafkaTopic default/orders');
      expect((await project.state()).map(({ address }) => address)).toEqual(['sdp_kafka_topic.orders']);
    },
    timeout,
  );

  it(
    'says that the namespace is missing',
    async () => {
      await project.write({ 'main.tf': header + topic('namespace = "nowhere"') });
      const { code, output } = await apply();
      expect(code).toBe(1);
      expect(output).toContain('Create the namespace first');
      expect(await project.state()).toEqual([]);
    },
    timeout,
  );

  it(
    'waits for a rollout, fails with the cause and tries again',
    async () => {
      const setStatus = async (name: string, status: object) => {
        const job = await server.client.get<KubernetesObject & { status?: object }>(flinkSessionJobType, {
          namespace: 'default',
          name,
        });
        if (job !== undefined) await server.client.updateStatus(flinkSessionJobType, { ...job, status });
      };
      const call = `
module "job" {
  source   = "${modules}/flink/sql-job"
  job_name = "copy.sql"
  timeout  = "20s"
}
`;
      await project.write({
        'main.tf': header + call,
        'sql/jobs/copy.sql': 'INSERT INTO sink SELECT n FROM source;',
        'sql/ddl/tables.sql':
          "CREATE TABLE source (n INT) WITH ('connector' = 'datagen');\nCREATE TABLE sink (n INT) WITH ('connector' = 'print');",
      });
      await project.succeed('init');
      const failing = setInterval(
        () =>
          void setStatus('copy', {
            observedGeneration: 1,
            error: '{"type":"x.JobException","message":"no slots"}',
          }),
        300,
      );
      const failed = await apply().finally(() => clearInterval(failing));
      expect(failed.code).toBe(1);
      expect(failed.output).toContain('no slots');
      expect((await project.state()).map(({ address, tainted }) => [address, tainted])).toEqual([
        ['module.job.sdp_flink_session_job.this[0]', undefined],
      ]);
      const revisions = await server.client.list(configMapType, {
        namespace: 'default',
        labelSelector: 'sdp.internal/job=copy',
      });
      expect(revisions.items).toHaveLength(1);

      await setStatus('copy', {
        observedGeneration: 1,
        lifecycleState: 'STABLE',
        jobStatus: { state: 'RUNNING' },
      });
      expect((await apply()).output).toContain('1 added, 0 changed, 0 destroyed');
      expect(await isEmptyPlan()).toBe(true);
    },
    timeout,
  );
});
