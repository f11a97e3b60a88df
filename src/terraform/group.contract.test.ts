import { afterAll, beforeAll, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { flinkSessionJobType } from '../kinds/flink-session-job/resource-type.ts';
import { kafkaConnectorType } from '../kinds/kafka-connector/resource-type.ts';
import { packageFile } from '../package-file.ts';
import { createTerraformProject, type TerraformProject } from './testing/terraform-project.ts';

const timeout = 120_000;

/** The way through is orders_source → totals → archive; each waits for the one before it. */
const main = `
terraform {
  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
}
provider "sdp" {
  project = "shop"
}
variable "intake" {
  type    = string
  default = "suspended"
}
module "intake" {
  source = "./operations/group"
  state  = var.intake
}
module "flink" {
  source = "./flink/session-cluster"
  wait   = false
}
module "orders_source" {
  source  = "./kafka-connect/source"
  name    = "orders-source"
  cluster = "connect"
  class   = "org.apache.kafka.connect.file.FileStreamSourceConnector"
  config  = { topic = "orders", file = "/tmp/orders.txt" }
  state   = module.intake.connector_state
  wait    = false
}
module "totals" {
  source     = "./flink/sql-job"
  job_name   = "totals"
  state      = module.intake.job_state
  wait       = false
  depends_on = [module.orders_source, module.flink]
}
module "archive" {
  source     = "./kafka-connect/sink"
  name       = "archive"
  cluster    = "connect"
  topics     = "totals"
  class      = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  config     = { file = "/tmp/totals.txt" }
  state      = module.intake.connector_state
  wait       = false
  depends_on = [module.totals]
}
`;

const table = (name: string) =>
  `CREATE TABLE ${name} (customer STRING) WITH ('connector' = 'kafka', 'topic' = '${name}', 'format' = 'json');\n`;

let server: TestServer;
let project: TerraformProject;
beforeAll(async () => {
  server = await startTestServer();
  for (const kind of kinds) {
    const crd = buildCustomResourceDefinition(kind);
    await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
  }
  project = await createTerraformProject({ KUBECONFIG: server.kubeconfig }, packageFile('terraform-modules'));
  await project.write({
    'main.tf': main,
    'sql/ddl/tables.sql': table('orders') + table('totals'),
    'sql/jobs/totals.sql': 'INSERT INTO totals SELECT customer FROM orders;\n',
  });
  await project.succeed('init');
}, timeout);
afterAll(async () => {
  await project?.remove();
  await server?.close();
});

const states = async () => {
  const get = async (type: typeof kafkaConnectorType, name: string) => {
    const object = await server.client.get<KubernetesObject>(type, { namespace: 'default', name });
    const { spec } = (object ?? {}) as { spec?: { state?: string; job?: { state?: string } } };
    return spec?.job?.state ?? spec?.state;
  };
  return [
    await get(kafkaConnectorType, 'orders-source'),
    await get(flinkSessionJobType, 'totals'),
    await get(kafkaConnectorType, 'archive'),
  ];
};

/** The modules in the order in which Terraform began with their objects. */
const order = (output: string, verb: string) =>
  [...output.matchAll(new RegExp(`^module\\.(\\w+)\\S*: ${verb}\\.\\.\\.`, 'gm'))]
    .map(([, name = '']) => name)
    .filter((name) => chain.includes(name));
const chain = ['orders_source', 'totals', 'archive'];

it(
  'a group is created suspended, started and suspended by one variable, in the order of its dependencies',
  async () => {
    const created = await project.succeed('apply', '-auto-approve');
    expect(await states()).toEqual(['stopped', 'suspended', 'stopped']);
    expect(order(created, 'Creating')).toEqual(chain);

    const started = await project.succeed('apply', '-auto-approve', '-var=intake=running');
    expect(await states()).toEqual(['running', 'running', 'running']);
    expect(started).toContain('0 added, 3 changed, 0 destroyed');

    const suspended = await project.succeed('apply', '-auto-approve');
    expect(await states()).toEqual(['stopped', 'suspended', 'stopped']);
    expect([order(started, 'Modifying'), order(suspended, 'Modifying')]).toEqual([chain, chain]);
    const destroyed = await project.succeed('destroy', '-auto-approve');
    expect(order(destroyed, 'Destroying')).toEqual(chain.toReversed());
  },
  timeout,
);
