import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configMapType, customResourceDefinitionType } from '../../apiclient/core-types.ts';
import type { Manifest } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { kinds } from '../../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../../kinds/crd.ts';
import { kafkaTopicType } from '../../kinds/kafka-topic/resource-type.ts';
import { packageFile } from '../../package-file.ts';
import { createTerraformProject, type TerraformProject } from '../testing/terraform-project.ts';

const timeout = 120_000;
const header = `
terraform {
  required_providers {
    sdp        = { source = "sdp.internal/platform/sdp", version = ">= 0.1.0" }
    kubectl    = { source = "registry.terraform.io/gavinbunney/kubectl" }
    kubernetes = { source = "registry.terraform.io/hashicorp/kubernetes" }
  }
}
provider "sdp" { project = "demo" }
`;
const orders = { namespace: 'default', name: 'orders' };
const topic = {
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaTopic',
  metadata: { ...orders, labels: { 'strimzi.io/cluster': 'kafka' } },
  spec: { partitions: 3, replicas: 2, config: { 'retention.ms': '1000' } },
};
const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', name: 'settings', labels: { team: 'a' } },
  data: { a: '1', b: '2' },
};

describe('what others made, with real Terraform', () => {
  let server: TestServer;
  let project: TerraformProject;

  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of kinds) {
      const crd = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
    }
    project = await createTerraformProject({ KUBECONFIG: server.kubeconfig });
    await standIn(project.folder, 'gavinbunney', 'kubectl');
    await standIn(project.folder, 'hashicorp', 'kubernetes');
    await project.write({ 'main.tf': header });
    await project.succeed('init');
  }, timeout);
  afterEach(async () => {
    await project.write({ 'main.tf': header });
    await project.succeed('apply', '-auto-approve');
  }, timeout);
  afterAll(async () => {
    await project?.remove();
    await server?.close();
  });

  const apply = () => project.run('apply', '-auto-approve');
  const planned = () => project.run('plan', '-detailed-exitcode');
  const pushState = async (resource: object) => {
    const { serial = 0, lineage = 'test' } = await pulled();
    const state = { version: 4, terraform_version: '1.11.4', serial: serial + 1, lineage, outputs: {} };
    await project.write({ 'pushed.json': JSON.stringify({ ...state, resources: [resource] }) });
    await project.succeed('state', 'push', 'pushed.json');
  };
  const pulled = async () => {
    const text = await project.succeed('state', 'pull');
    return (text.trim() === '' ? {} : JSON.parse(text)) as { serial?: number; lineage?: string };
  };

  it(
    'moves kubectl_manifest to a typed resource by one update that takes its fields over',
    async () => {
      await server.client.create(kafkaTopicType, topic, { fieldManager: 'kubectl' });
      await pushState({
        mode: 'managed',
        type: 'kubectl_manifest',
        name: 'orders',
        provider: 'provider["registry.terraform.io/gavinbunney/kubectl"]',
        instances: [
          {
            schema_version: 1,
            attributes: {
              api_version: 'kafka.strimzi.io/v1',
              kind: 'KafkaTopic',
              name: 'orders',
              namespace: 'default',
              yaml_body: JSON.stringify(topic),
            },
          },
        ],
      });
      await project.write({
        'main.tf': `${header}
moved {
  from = kubectl_manifest.orders
  to   = sdp_kafka_topic.orders
}
resource "sdp_kafka_topic" "orders" {
  name       = "orders"
  cluster    = "kafka"
  partitions = 6
  replicas   = 2

  force_destroy = true
}
`,
      });
      const plan = await planned();
      expect(plan.output).toContain('KafkaTopic default/orders is taken over');
      expect(plan.output).toContain('managed by kubectl;');
      expect(plan.output).toMatch(/~ partitions\s+= 3 -> 6/);
      expect(plan.output).toContain('- "retention.ms" = "1000"');
      const applied = await apply();
      expect(applied.output).toContain('0 added, 1 changed, 0 destroyed');
      const live = await server.client.get<Manifest>(kafkaTopicType, orders);
      expect(live?.spec).toEqual({ partitions: 6, replicas: 2 });
      expect(await planned()).toMatchObject({ code: 0 });
    },
    timeout,
  );

  it(
    'moves kubectl_manifest into a module',
    async () => {
      await server.client.create(kafkaTopicType, topic, { fieldManager: 'kubectl' });
      const identity = { api_version: topic.apiVersion, kind: topic.kind, ...orders };
      await pushState({
        mode: 'managed',
        type: 'kubectl_manifest',
        name: 'orders',
        provider: 'provider["registry.terraform.io/gavinbunney/kubectl"]',
        instances: [{ schema_version: 1, attributes: { ...identity, yaml_body: JSON.stringify(topic) } }],
      });
      await project.write({
        'main.tf': `${header}
moved {
  from = kubectl_manifest.orders
  to   = module.orders.sdp_kafka_topic.this[0]
}
module "orders" {
  source     = "${packageFile('terraform-modules', 'kafka', 'topic')}"
  name       = "orders"
  partitions = 3
  replicas   = 2
  config     = { "retention.ms" = "1000" }
  wait       = false

  force_destroy = true
}
`,
      });
      await project.succeed('init');
      const before = await server.client.get<Manifest>(kafkaTopicType, orders);
      expect((await apply()).output).toContain('0 added, 1 changed, 0 destroyed');
      const after = await server.client.get<Manifest>(kafkaTopicType, orders);
      expect(after?.spec).toEqual(before?.spec);
      expect(await planned()).toMatchObject({ code: 0 });
    },
    timeout,
  );

  it(
    'moves kubernetes_manifest to sdp_manifest',
    async () => {
      await server.client.apply(configMapType, settings, { fieldManager: 'Terraform' });
      const type = [
        'object',
        {
          apiVersion: 'string',
          kind: 'string',
          metadata: ['object', { name: 'string', namespace: 'string' }],
        },
      ];
      const { apiVersion, kind } = settings;
      const value = { apiVersion, kind, metadata: { name: 'settings', namespace: 'default' } };
      await pushState({
        mode: 'managed',
        type: 'kubernetes_manifest',
        name: 'settings',
        provider: 'provider["registry.terraform.io/hashicorp/kubernetes"]',
        instances: [
          { schema_version: 1, attributes: { manifest: { type, value }, object: { type, value } } },
        ],
      });
      await project.write({
        'main.tf': `${header}
moved {
  from = kubernetes_manifest.settings
  to   = sdp_manifest.settings
}
resource "sdp_manifest" "settings" {
  manifest = { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "settings" }, data = { a = "1" } }
}
`,
      });
      expect((await planned()).output).toContain('managed by Terraform;');
      expect((await apply()).output).toContain('0 added, 1 changed, 0 destroyed');
      const live = await server.client.get<Manifest>(configMapType, {
        namespace: 'default',
        name: 'settings',
      });
      expect(live?.data).toEqual({ a: '1' });
      expect(live?.metadata.labels).toBeUndefined();
      expect(await planned()).toMatchObject({ code: 0 });
    },
    timeout,
  );

  it(
    'moves nothing to a resource of another kind',
    async () => {
      await pushState({
        mode: 'managed',
        type: 'kubectl_manifest',
        name: 'x',
        provider: 'provider["registry.terraform.io/gavinbunney/kubectl"]',
        instances: [{ schema_version: 1, attributes: { api_version: 'v1', kind: 'ConfigMap', name: 'x' } }],
      });
      await project.write({
        'main.tf': `${header}
moved {
  from = kubectl_manifest.x
  to   = sdp_kafka_topic.x
}
resource "sdp_kafka_topic" "x" {
  name    = "x"
  cluster = "kafka"
}
`,
      });
      const { code, output } = await planned();
      expect(code).toBe(1);
      expect(output).toContain('v1 ConfigMap x cannot become sdp_kafka_topic');
      await project.succeed('state', 'rm', 'kubectl_manifest.x');
    },
    timeout,
  );

  it(
    'is imported by blocks, and Terraform writes the configurations',
    async () => {
      const objects: readonly Manifest[] = [
        topic,
        flink('FlinkDeployment', 'c', { flinkVersion: 'v2_2', flinkConfiguration: { 'a.b': '1' } }),
        flink('FlinkSessionJob', 'j', {
          deploymentName: 'c',
          job: { jarURI: 'local:///a.jar', parallelism: 2, upgradeMode: 'savepoint' },
        }),
      ];
      for (const object of objects) {
        const found = kinds.find(({ type }) => type.kind === object.kind);
        if (found !== undefined)
          await server.client.create(found.type, object, { fieldManager: 'kubectl-create' });
      }
      await project.write({
        'main.tf': `${header}
import {
  to = sdp_kafka_topic.orders
  id = "default/orders"
}
import {
  to = sdp_flink_deployment.c
  id = "default/c"
}
import {
  to = sdp_flink_session_job.j
  id = "default/j"
}
`,
      });
      const plan = await project.run('plan', '-generate-config-out', 'generated.tf');
      expect(plan.output).toContain('3 to import, 0 to add, 3 to change, 0 to destroy');
      const before = await server.client.get<Manifest>(kafkaTopicType, orders);
      expect((await apply()).output).toContain('3 imported, 0 added, 3 changed, 0 destroyed');
      expect((await server.client.get<Manifest>(kafkaTopicType, orders))?.spec).toEqual(before?.spec);
      expect(await planned()).toMatchObject({ code: 0 });
      await project.write({ 'generated.tf': '' });
      // Nobody said that data and state may go.
      await project.succeed('state', 'rm', 'sdp_kafka_topic.orders', 'sdp_flink_session_job.j');
    },
    timeout,
  );
});

function flink(kind: string, name: string, spec: object): Manifest {
  return { apiVersion: 'flink.apache.org/v1beta1', kind, metadata: { namespace: 'default', name }, spec };
}

/**
 * Terraform wants a provider for every resource in its state, but asks only that of the new resource to move it: so
 * any plugin does in the place of one that cannot be downloaded here.
 */
async function standIn(folder: string, namespace: string, name: string): Promise<void> {
  const mirror = join(folder, 'terraform.d', 'plugins');
  const own = join(mirror, 'sdp.internal', 'platform', 'sdp');
  const [version = ''] = await readdir(own);
  const [machine = ''] = await readdir(join(own, version));
  const target = join(mirror, 'registry.terraform.io', namespace, name, '1.0.0', machine);
  const path = join(target, `terraform-provider-${name}_v1.0.0`);
  await mkdir(dirname(path), { recursive: true });
  await copyFile(join(own, version, machine, `terraform-provider-sdp_v${version}`), path);
}
