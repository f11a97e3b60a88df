import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageFile } from '../../package-file.ts';
import { isObjectValue, unknown, type Value } from '../framework/value.ts';
import type { PlanJson } from '../plan-json.ts';
import { createTerraformProject, type TerraformProject } from '../testing/terraform-project.ts';
import { readConfiguration } from './configuration.ts';
import { isList } from './functions.ts';
import { ProjectFiles } from './project-files.ts';

/** What is read of a project's files is what Terraform plans, wherever it is not unknown. */

const timeout = 120_000;
const projects: TerraformProject[] = [];
afterAll(() => Promise.all(projects.map((project) => project.remove())));

/** A project with the modules beside it. */
async function createProject(files: Readonly<Record<string, string>>, example?: string) {
  const template = await mkdtemp(join(tmpdir(), 'sdp-template-'));
  await cp(packageFile('terraform-modules'), join(template, 'terraform-modules'), { recursive: true });
  if (example !== undefined) {
    // Not what "npm start" has made there.
    for (const name of ['main.tf', 'sql']) {
      const from = packageFile('examples', example, name);
      await cp(from, join(template, 'examples', example, name), { recursive: true });
    }
  }
  const within = join('examples', example ?? 'own');
  const project = await createTerraformProject({ KUBECONFIG: join(template, 'none') }, template, within);
  await rm(template, { recursive: true });
  await project.write({ ...files, 'backend.tf': '' });
  await project.succeed('init');
  projects.push(project);
  return project;
}

async function plan(project: TerraformProject) {
  await project.succeed('plan', '-refresh=false', '-lock=false', '-out=p.tfplan');
  const { resource_changes: changes = [] } = JSON.parse(
    await project.succeed('show', '-json', 'p.tfplan'),
  ) as PlanJson;
  return new Map(changes.map(({ address, change }) => [address, change.after as Value]));
}

/** Where what was read is certain and not what is planned. A map's numbers are texts in the plan. */
function differences(read: Value, planned: Value | undefined, path: string): readonly string[] {
  // What is not set may be computed.
  if (read === unknown || read === null) return [];
  if (isList(read)) {
    return isList(planned) && planned.length === read.length
      ? read.flatMap((item, index) => differences(item, planned[index], `${path}[${index}]`))
      : [path];
  }
  if (isObjectValue(read)) {
    if (!isObjectValue(planned)) return [path];
    return Object.entries(read).flatMap(([name, item]) =>
      differences(item, planned[name], `${path}.${name}`),
    );
  }
  const text = (value: Value | undefined) => JSON.stringify(value ?? null).replaceAll('"', '');
  return text(read) === text(planned) ? [] : [`${path}: ${text(read)}, not ${text(planned)}`];
}

async function compare(project: TerraformProject): Promise<ReadonlyMap<string, Value>> {
  const planned = await plan(project);
  const { resources, diagnostics } = await readConfiguration(project.folder, new ProjectFiles());
  expect(diagnostics).toEqual([]);
  expect(resources.map(({ address }) => address).toSorted()).toEqual([...planned.keys()].toSorted());
  for (const { address, attributes } of resources) {
    expect(differences(attributes, planned.get(address), address)).toEqual([]);
  }
  return new Map(resources.map(({ address, attributes }) => [address, attributes]));
}

it(
  'the example',
  async () => {
    const read = await compare(await createProject({}, 'market-data'));
    expect(read.get('module.yearly_prices.sdp_flink_session_job.this[0]')).toMatchObject({
      name: 'yearly-prices',
      deployment_name: 'session',
      sql: {
        script: { path: 'sql/jobs/yearly-prices.sql' },
        ddl: [{ path: 'sql/ddl/trades.sql' }, { path: 'sql/ddl/yearly-prices.sql' }],
      },
    });
  },
  timeout,
);

it(
  'a project with variables, locals, repeated modules and modules of its own',
  async () => {
    const project = await createProject({
      'main.tf': `
terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}
provider "sdp" {
  project = "read"
}
variable "environment" { default = "tst" }
variable "topics" {
  type = map(object({ partitions = number }))
}
locals {
  prefix = "\${var.environment}."
  names  = [for key, topic in var.topics : key if topic.partitions > 1]
}
module "topics" {
  source     = "../../terraform-modules/kafka/topic"
  for_each   = var.topics
  name       = each.key
  topic_name = "\${local.prefix}\${each.key}"
  partitions = each.value.partitions
  wait       = false
}
module "two" {
  source = "../../terraform-modules/kafka/topic"
  count  = 2
  name   = "more"
  enabled = false
}
module "team" {
  source = "./team"
  to     = "totals"
  names  = local.names
}
resource "sdp_kafka_topic" "direct" {
  name    = lower("Direct")
  cluster = "kafka"
  config = merge({ "retention.ms" = 1000 }, var.environment == "tst" ? { "cleanup.policy" = "compact" } : {})
}
`,
      'terraform.tfvars': 'topics = {\n  orders  = { partitions = 3 }\n  refunds = { partitions = 1 }\n}\n',
      'a.auto.tfvars': 'environment = "prod"\n',
      'team/main.tf': `
terraform {
  required_providers {
    sdp = { source = "sdp.internal/platform/sdp" }
  }
}
variable "to" {}
variable "names" {}
module "totals" {
  source   = "../../../terraform-modules/flink/sql-job"
  job_name = "Totals.sql"
  wait     = false
  args     = { to = var.to, from = join(";", var.names), extra = module.out.name }
}
module "out" {
  source = "../../../terraform-modules/kafka/topic"
  name   = "out"
  topic_name = "\${var.to}.out"
  wait   = false
}
`,
      'sql/ddl/tables.sql':
        "CREATE TABLE t (a INT) WITH ('topic' = '${from}');\nCREATE TABLE unused (a INT) WITH ('a' = 'b');",
      'sql/ddl/other.sql': "CREATE TABLE other (a INT) WITH ('a' = 'b');",
      'sql/jobs/Totals.sql': "INSERT INTO t SELECT ${extra:1} FROM t WHERE '${to}' = 'x'",
    });
    const read = await compare(project);
    expect(read.get('module.topics["orders"].sdp_kafka_topic.this[0]')).toMatchObject({
      name: 'orders',
      topic_name: 'prod.orders',
      partitions: 3,
    });
    expect(read.get('module.team.module.totals.sdp_flink_session_job.this[0]')).toMatchObject({
      name: 'totals',
      sql: {
        parameters: { to: 'totals', from: 'orders', extra: 'totals.out' },
        ddl: [{ path: 'sql/ddl/tables.sql' }],
      },
    });
  },
  timeout,
);
