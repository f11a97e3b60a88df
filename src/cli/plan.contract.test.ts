import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { toCodeQuality } from '../diagnostics/code-quality.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { flinkSessionJobType } from '../kinds/flink-session-job/resource-type.ts';
import { kafkaTopicType } from '../kinds/kafka-topic/resource-type.ts';
import { writeReconciledSpec } from '../kinds/reconciled-spec.ts';
import { packageFile } from '../package-file.ts';
import { readPolicy } from '../policy/policy-file.ts';
import { findingsOf, toDiagnostic, toPlacedDiagnostic } from '../policy/policy-report.ts';
import {
  createTerraformProject,
  type TerraformProject,
  terraformCommand,
} from '../terraform/testing/terraform-project.ts';
import { planDocument, toPlanDocument } from './plan-document.ts';
import { renderPlanMarkdown } from './plan-markdown.ts';
import { planProject, readSavedPlan } from './plan-project.ts';
import { renderPlanText } from './plan-text.ts';
import { reportOn } from './policy-command.ts';
import { toPolicyDocument } from './policy-document.ts';
import { renderPolicyJUnit } from './policy-junit.ts';
import { renderPolicyMarkdown } from './policy-markdown.ts';
import { policyNotes, policySummaryLine } from './policy-text.ts';
import { renderProblems } from './validation-text.ts';

const timeout = 120_000;
const testdata = join(import.meta.dirname, 'testdata', 'plan');

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
  project = "shop"
}
`;

const job = (name: string, more = '') => `
module "${name}" {
  source   = "./modules/flink/sql-job"
  job_name = "${name}"
  wait     = false
  ${more}
}
`;

const topic = (name: string, more = '') => `
module "${name}" {
  source = "./modules/kafka/topic"
  name   = "${name}"
  wait   = false
  ${more}
}
`;

/** What it has in Kafka may go: a module of a platform's does not offer that. */
const orders = (more = '') => `
resource "sdp_kafka_topic" "orders" {
  name          = "orders"
  cluster       = "kafka"
  force_destroy = true
  ${more}
}
`;

const rest = (version: number) => `
module "flink" {
  source = "./modules/flink/session-cluster"
  wait   = false
}
resource "sdp_manifest" "settings" {
  manifest = {
    apiVersion = "v1"
    kind       = "ConfigMap"
    metadata   = { name = "settings" }
    data       = { version = "${version}" }
  }
}
resource "terraform_data" "version" {
  input            = ${version}
  triggers_replace = [${version}]
}
output "version" {
  value = ${version}
}
`;

const sink = `
resource "sdp_kafka_connector" "archive" {
  name    = "archive"
  cluster = "connect"
  class   = "org.apache.kafka.connect.file.FileStreamSinkConnector"
  config  = { topics = "orders", file = "/tmp/orders.txt" }
}
`;

const table = (name: string) => `CREATE TABLE ${name} (customer STRING, price DECIMAL(10, 2)) WITH (
  'connector' = 'kafka', 'topic' = '${name}', 'format' = 'json',
  'properties.bootstrap.servers' = '\${bootstrap_servers}'
);
`;

const sql = {
  'sql/ddl/tables.sql': table('orders') + table('large-orders').replace(' large-orders', ' `large-orders`'),
  'sql/jobs/enrich.sql': 'INSERT INTO `large-orders` SELECT * FROM orders WHERE price > 100;\n',
  'sql/jobs/totals.sql':
    'INSERT INTO `large-orders` SELECT customer, SUM(price) FROM orders GROUP BY customer;\n',
  'sql/jobs/old.sql': 'INSERT INTO `large-orders` SELECT * FROM orders WHERE price > 1000;\n',
};

const totals = job(
  'totals',
  'flink_configuration = { "kubernetes.operator.job.savepoint-on-deletion" = "false" }',
);

const policy = `rules:
  - name: topic-retention
    description: Records are kept for an hour at least, and for a week at most.
    kinds: [KafkaTopic]
    require: { path: spec.config.retention.ms, min: 1h, max: 7d, default: 7d }
  - name: topic-partitions
    description: Consumers share partitions, so there have to be some.
    advice: Choose as many as there will be consumers.
    severity: warning
    kinds: [KafkaTopic]
    require: { path: spec.partitions, min: 6 }
    exceptions:
      - { object: orders, reason: It is read by one job., until: 2026-12-31 }
  - name: job-names
    description: Jobs are named after their project.
    severity: warning
    kinds: [FlinkSessionJob]
    where: { path: spec.job.parallelism, min: 2 }
    require: { path: metadata.name, matches: '{project}-.+' }
  - name: connector-classes
    description: Only these connectors are looked after.
    environments: [prod]
    kinds: [KafkaConnector]
    require: { path: spec.class, oneOf: [io.debezium.connector.postgresql.PostgresConnector] }
  - name: parallelism
    description: The project has two slots.
    kinds: [FlinkSessionJob]
    sum: { path: spec.job.parallelism, max: 2 }
  - name: no-job-ends
    description: Jobs of production run for ever.
    environments: [prod]
    kinds: [FlinkSessionJob]
    forbid: { actions: [destroy] }
  - name: no-data-lost
    description: Records of production are not deleted by a merge.
    environments: [prod]
    kinds: [KafkaTopic]
    forbid: { verdicts: [data-lost] }
    exceptions:
      - { object: KafkaTopic/large-orders, reason: It is filled anew., until: 2026-05-31 }
  - name: settings
    description: Settings have an owner.
    environments: [tst]
    kinds: [ConfigMap]
    require: { path: metadata.labels.owner, present: true }
`;

const before =
  header + orders() + topic('large-orders') + job('enrich') + job('old') + totals + sink + rest(1);
const after =
  header +
  orders('topic_name = "Orders"') +
  topic('large-orders', 'config = { "retention.ms" = "1000" }') +
  topic('new', 'partitions = 3') +
  job('enrich', 'parallelism = 2') +
  totals +
  sink +
  rest(2);

describe('sdp plan, with real Terraform', () => {
  let server: TestServer;
  let project: TerraformProject;
  const plan = (...args: readonly string[]) => {
    const env = { KUBECONFIG: server.kubeconfig, CHECKPOINT_DISABLE: '1', TF_CLI_ARGS: '' };
    const terraform = { command: terraformCommand, folder: project.folder, env };
    return planProject(terraform, args, 'p.tfplan');
  };

  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of kinds) {
      const crd = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
    }
    const environment = { KUBECONFIG: server.kubeconfig };
    project = await createTerraformProject(environment, packageFile('terraform-modules'), '');
    await project.write({ ...sql, 'main.tf': before.replaceAll('./modules/', './') });
    await project.succeed('init');
    await project.succeed('apply', '-auto-approve');
    for (const name of ['enrich', 'old', 'totals']) await runJob(name);
    for (const name of ['orders', 'large-orders']) await makeTopic(name);
  }, timeout);
  afterAll(async () => {
    await project?.remove();
    await server?.close();
  });

  /** What the operator says of a job that runs. */
  const runJob = async (name: string) => {
    const reference = { namespace: 'default', name };
    const job = await server.client.get<KubernetesObject & { spec: object }>(flinkSessionJobType, reference);
    const lastReconciledSpec = writeReconciledSpec({ spec: job?.spec, firstDeployment: false });
    const reconciliationStatus = {
      state: 'DEPLOYED',
      lastReconciledSpec,
      lastStableSpec: lastReconciledSpec,
    };
    const jobStatus = { state: 'RUNNING', jobId: 'a'.repeat(32) };
    const status = { lifecycleState: 'STABLE', jobStatus, reconciliationStatus };
    await server.client.patch(flinkSessionJobType, reference, { status }, { subresource: 'status' });
  };
  /** What the operator says of a topic that is in Kafka. */
  const makeTopic = async (topicName: string) => {
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];
    const status = { topicName, topicId: 'a', observedGeneration: 1, conditions };
    const reference = { namespace: 'default', name: topicName };
    await server.client.patch(kafkaTopicType, reference, { status }, { subresource: 'status' });
  };
  const write = (text: string) => project.write({ 'main.tf': text.replaceAll('./modules/', './') });

  it(
    'says of an unchanged project that nothing changes',
    async () => {
      await write(before);
      const { outcome, table: made, changes } = await plan();
      expect({ outcome, changes }).toEqual({ outcome: 'no-changes', changes: 0 });
      expect(made.summary).toMatchObject({ changes: 0, unchanged: 9, errors: 0 });
    },
    timeout,
  );

  it(
    'prints one table of all changes, as text, JSON and Markdown',
    async () => {
      await write(after);
      await project.succeed('init');
      const made = await plan();
      expect(made.outcome).toBe('changes');
      const document = toPlanDocument(made.table, 'changes');
      expect(planDocument.parse(document)).toEqual(document);
      await matchGolden('changes.txt', renderPlanText(made.table, pc.createColors(false), 100));
      await matchDocumentation(
        renderPlanText(made.table, pc.createColors(false), 100),
        'terraform.md',
        'sdp plan',
      );
      await matchGolden('changes.md', renderPlanMarkdown(made.table, 'local'));
      await matchGolden('changes.json', document);

      const env = { KUBECONFIG: server.kubeconfig };
      const saved = await readSavedPlan(
        { command: terraformCommand, folder: project.folder, env },
        'p.tfplan',
      );
      expect(saved?.changes).toBe(made.changes);
      expect(saved?.table.summary).toEqual({ ...made.table.summary, warnings: 0 });
    },
    timeout,
  );

  it(
    'holds the plan against rules, each broken one with its place in the project',
    async () => {
      await write(after);
      await project.write({ 'policy.yaml': policy });
      await project.succeed('init');
      await plan();
      const env = { KUBECONFIG: server.kubeconfig };
      const saved = await readSavedPlan(
        { command: terraformCommand, folder: project.folder, env },
        'p.tfplan',
      );
      if (saved?.json === undefined) throw new Error('the plan cannot be read');
      const { value: rules = [], diagnostics } = await readPolicy(['policy.yaml'], project.folder, kinds);
      expect(diagnostics).toEqual([]);
      const report = await reportOn(
        { json: saved.json, table: saved.table },
        rules,
        { project: 'shop', environment: 'prod', today: '2026-06-30' },
        { folder: project.folder, variableFiles: [] },
      );
      const colors = pc.createColors(false);
      const text = [
        ...(await renderProblems(findingsOf(report).map(toDiagnostic), project.folder, colors)),
        ...policyNotes(report),
        policySummaryLine(report),
      ].join('\n');
      await matchGolden('policy.txt', text);
      await matchGolden('policy.md', renderPolicyMarkdown(report));
      await matchGolden('policy.xml', renderPolicyJUnit(report));
      await matchGolden('policy.json', toPolicyDocument(report));
      await matchGolden(
        'policy-code-quality.json',
        toCodeQuality(findingsOf(report).map(toPlacedDiagnostic)),
      );
      await matchDocumentation(text, 'policy.md', 'sdp policy --plan change.tfplan --environment prod');
    },
    timeout,
  );

  it(
    'shows what a failed plan had, and the error with its place',
    async () => {
      const guarded = rest(1).replace(
        'triggers_replace = [1]',
        'triggers_replace = [2]\n  lifecycle {\n    prevent_destroy = true\n  }',
      );
      await write(
        before.replace(totals, '').replace(rest(1), guarded).replace(orders(), orders('partitions = 5')),
      );
      const made = await plan();
      expect(made.outcome).toBe('failed');
      await matchGolden('failed.txt', renderPlanText(made.table, pc.createColors(false), 100));
    },
    timeout,
  );

  it(
    'holds a destroy up by what keeps it, and not by what a change would do',
    async () => {
      const script = 'sql/jobs/enrich.sql';
      await project.write({ 'main.tf': before.replaceAll('./modules/', './'), [script]: 'SELECT 1;\n' });
      const text = async (...args: readonly string[]) =>
        renderPlanText((await plan(...args)).table, pc.createColors(false), 100);
      expect(await text()).toContain('A query whose rows go nowhere');
      const destroy = await text('-destroy');
      expect(destroy).toMatch(/^ *stop +destroy +FlinkSessionJob default\/enrich/m);
      expect(destroy).not.toContain('A query whose rows go nowhere');
      await project.write({ [script]: sql[script] });
    },
    timeout,
  );

  it(
    'a configuration with mistakes has no plan, and its errors all the same',
    async () => {
      await write(before.replace(orders(), orders('topic_name = "a b"')));
      const made = await plan();
      expect(made).toMatchObject({ outcome: 'failed', changes: 0, table: { groups: [] } });
      expect(made.table.diagnostics).toMatchObject([
        { severity: 'error', summary: expect.any(String), source: { file: 'main.tf' } },
      ]);
    },
    timeout,
  );
});

/** The documentation shows this output of a command. */
async function matchDocumentation(text: string, name: string, command: string): Promise<void> {
  const file = packageFile('docs', name);
  const page = await readFile(file, 'utf8');
  const block = new RegExp(`(?<=\`\`\`\\n\\$ ${command}\\n)[\\s\\S]*?(?=\\n\`\`\`)`);
  const updated = page.replace(block, () => text);
  if (process.env['UPDATE_GOLDEN'] !== undefined) await writeFile(file, updated);
  expect(page).toContain(`$ ${command}\n`);
  expect(await readFile(file, 'utf8')).toBe(updated);
}

/** UPDATE_GOLDEN=1 writes them anew. */
async function matchGolden(name: string, made: string | object): Promise<void> {
  const file = join(testdata, name);
  const text = typeof made === 'string' ? `${made}\n` : `${JSON.stringify(made, undefined, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] !== undefined) {
    await mkdir(testdata, { recursive: true });
    await writeFile(file, text);
  }
  const kept = await readFile(file, 'utf8');
  // JSON is compared by what it says: the formatter has its own lines.
  expect(typeof made === 'string' ? text : made).toEqual(typeof made === 'string' ? kept : JSON.parse(kept));
}
