import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { kinds } from '../../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../../kinds/crd.ts';
import { createTerraformProject, type TerraformProject } from '../testing/terraform-project.ts';

const timeout = 120_000;
const required = `
terraform {
  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
}
`;

describe('functions and data sources with real Terraform', () => {
  let server: TestServer;
  let project: TerraformProject;

  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of kinds) {
      const crd = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
    }
    project = await createTerraformProject({ KUBECONFIG: server.kubeconfig });
  }, timeout);
  afterAll(async () => {
    await project?.remove();
    await server?.close();
  });

  it(
    'calls functions from a module, and shows a changed DDL only to those that reach it',
    async () => {
      await project.write({
        'main.tf': `${required}
provider "sdp" { project = "demo" }
module "one" {
  source = "./job"
  script = "INSERT INTO b SELECT n FROM a;"
}
module "two" {
  source = "./job"
  script = "INSERT INTO b SELECT 1;"
}
output "timeout" { value = provider::sdp::duration("1 h 30 min") }
output "memory" { value = provider::sdp::memory("4Gi").flink }
output "parameters" { value = module.one.parameters }
`,
        'job/main.tf': `${required}
variable "script" {}
locals {
  files   = { for ddl in fileset(path.root, "ddl/*.sql") : ddl => file("\${path.root}/\${ddl}") }
  closure = provider::sdp::sql_closure(var.script, local.files)
}
resource "terraform_data" "job" { input = [var.script, [for ddl in local.closure.ddl : local.files[ddl]]] }
output "parameters" { value = local.closure.parameters }
`,
        'ddl/a.sql': `CREATE TABLE a (n INT) WITH ('topic' = '\${topic}');`,
        'ddl/b.sql': "CREATE TABLE b (n INT) WITH ('connector' = 'print');",
      });
      await project.succeed('init');
      const applied = await project.succeed('apply', '-auto-approve');
      expect(applied).toContain('timeout = 5400000');
      expect(applied).toContain('memory = "4g"');
      expect(applied).toMatch(/parameters = .*\n\s+"topic",/);
      await project.write({ 'ddl/a.sql': `CREATE TABLE a (n BIGINT) WITH ('topic' = '\${topic}');` });
      const { output } = await project.run('plan');
      expect(output).toContain('module.one.terraform_data.job will be updated');
      expect(output).not.toContain('module.two.terraform_data.job will be');
    },
    timeout,
  );

  it(
    'says what is wrong with which argument',
    async () => {
      await project.write({
        'main.tf': `${required}
output "timeout" { value = provider::sdp::duration("90") }
output "closure" { value = provider::sdp::sql_closure("INSERT INTO x SELECT 1;", {}) }
`,
      });
      const { code, output } = await project.run('validate');
      expect(code).toBe(1);
      expect(output).toContain('Invalid value for "text" parameter: "90" is no duration');
      expect(output).toMatch(/Invalid value for "script" parameter: Unknown table x\./);
    },
    timeout,
  );

  it(
    'reads data sources',
    async () => {
      await project.write({
        'main.tf': `${required}
provider "sdp" { project = "demo" }
resource "sdp_kafka_topic" "orders" {
  name       = "orders"
  cluster    = "kafka"
  partitions = 3
}
data "sdp_platform" "this" {}
data "sdp_kafka_topics" "all" {
  cluster    = sdp_kafka_topic.orders.cluster
  depends_on = [sdp_kafka_topic.orders]
}
output "topics" { value = [for topic in data.sdp_kafka_topics.all.topics : "\${topic.name}:\${topic.partitions}"] }
output "kinds" { value = join(",", data.sdp_platform.this.kinds) }
output "kubernetes" { value = data.sdp_platform.this.kubernetes_version }
`,
      });
      const applied = await project.succeed('apply', '-auto-approve');
      expect(applied).toContain('"orders:3"');
      expect(applied).toMatch(/kinds = ".*FlinkSessionJob.*KafkaTopic.*"/);
      expect(applied).toMatch(/kubernetes = "v1\./);
      expect((await project.run('plan', '-detailed-exitcode')).code).toBe(0);

      await project.write({
        'main.tf': `${required}
provider "sdp" { project = "demo" }
data "sdp_flink_job" "none" { name = "none" }
`,
      });
      expect((await project.run('plan')).output).toContain('There is no FlinkSessionJob default/none');
    },
    timeout,
  );
});
