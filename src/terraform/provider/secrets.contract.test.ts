import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Fastify, { type FastifyInstance } from 'fastify';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../../apiclient/core-types.ts';
import type { Manifest, ResourceType } from '../../apiclient/object.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { toPlanDocument } from '../../cli/plan-document.ts';
import { renderPlanMarkdown } from '../../cli/plan-markdown.ts';
import { renderPlanText } from '../../cli/plan-text.ts';
import { reportOn } from '../../cli/policy-command.ts';
import { toPolicyDocument } from '../../cli/policy-document.ts';
import { renderPolicyJUnit } from '../../cli/policy-junit.ts';
import { renderPolicyMarkdown } from '../../cli/policy-markdown.ts';
import { policyNotes } from '../../cli/policy-text.ts';
import { renderProblems } from '../../cli/validation-text.ts';
import { toCodeQuality } from '../../diagnostics/code-quality.ts';
import { kinds } from '../../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../../kinds/crd.ts';
import { kafkaTopicType } from '../../kinds/kafka-topic/resource-type.ts';
import { registerStateBackend, statePath } from '../../platform/state-backend.ts';
import { readPolicy } from '../../policy/policy-file.ts';
import { findingsOf, toDiagnostic } from '../../policy/policy-report.ts';
import type { PlanJson } from '../plan-json.ts';
import { parsePlanLine } from '../plan-stream.ts';
import { planTable } from '../plan-table.ts';
import { createTerraformProject, type TerraformProject } from '../testing/terraform-project.ts';

const timeout = 180_000;
const secretType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** Values that nobody else writes: wherever one is found, a secret got out. */
const planted = {
  connector: 'planted-4f1c-connector-password',
  sql: 'planted-4f1c-sql-password',
  state: 'planted-4f1c-state-password',
  token: 'planted-4f1c-api-token',
  literal: 'planted-4f1c-literal-password',
  changed: 'planted-4f1c-changed-password',
  written: 'planted-4f1c-written-password',
};
/** As they are, and as Kubernetes, HTTP and manifests write them. */
const forms = Object.entries(planted).flatMap(([name, value]) => {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const basic = Buffer.from(`sdp:${value}`).toString('base64').replace(/=+$/, '');
  return [value, base64, basic].map((form) => ({ name, form }));
});
const found = (text: string) => forms.filter(({ form }) => text.includes(form)).map(({ name }) => name);

describe('secrets', () => {
  let server: TestServer;
  let states: FastifyInstance;
  let folder: string;
  let project: TerraformProject;
  const seenArguments = new Set<string>();
  let watching: NodeJS.Timeout;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdp-secrets-'));
    server = await startTestServer({
      tokens: [TEST_TOKEN, planted.token].map((token) => ({
        token,
        user: 'admin',
        groups: ['system:masters'],
      })),
    });
    for (const kind of kinds) {
      const crd = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
    }
    const secret: Manifest & { stringData: object } = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'warehouse', namespace: 'default' },
      stringData: { password: planted.connector, user: planted.sql },
    };
    await server.client.create(secretType, secret);
    states = Fastify();
    registerStateBackend(states, { folder: join(folder, 'states'), token: planted.state });
    const address = `${await states.listen({ host: '127.0.0.1', port: 0 })}${statePath('demo', 'test')}`;
    project = await createTerraformProject({
      KUBECONFIG: 'kubeconfig',
      TF_HTTP_USERNAME: 'sdp',
      TF_HTTP_PASSWORD: planted.state,
      TF_LOG: 'trace',
      TF_LOG_PATH: join(folder, 'trace.log'),
      TF_VAR_password: planted.literal,
    });
    const kubeconfig = await readFile(server.kubeconfig, 'utf8');
    await project.write({
      kubeconfig: kubeconfig.replaceAll(TEST_TOKEN, planted.token),
      'main.tf': configuration(address),
      'variables.tf': 'variable "partitions" {}',
    });
    await project.succeed('init');
    watching = setInterval(() => void noteArguments(seenArguments), 150);
  }, timeout);
  afterAll(async () => {
    clearInterval(watching);
    await project?.remove();
    await states?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'are in no state, plan, log or argument of a process; what is written names them only',
    async () => {
      const outputs: string[] = [];
      for (const partitions of ['1', '2']) {
        const variable = ['-var', `partitions=${partitions}`];
        outputs.push(await project.succeed('plan', '-out=saved.tfplan', ...variable));
        outputs.push(await project.succeed('show', '-json', 'saved.tfplan'));
        outputs.push(await project.succeed('apply', '-auto-approve', ...variable));
      }
      // What fails is told with more words than what works.
      const refused = await project.run('apply', '-auto-approve', '-var', 'partitions=1');
      outputs.push(refused.output);
      await project.write({ kubeconfig: 'nothing', 'broken.tf': 'resource "sdp_kafka_topic" "x" {}' });
      outputs.push((await project.run('plan', '-var', 'partitions=2')).output);

      expect(found(outputs.join('\n'))).toEqual([]);
      const log = await readFile(join(folder, 'trace.log'), 'utf8');
      expect(log).toContain('KafkaTopic default/orders');
      expect(found(log)).toEqual([]);
      expect([...seenArguments].join('\n')).toContain('terraform');
      expect(found([...seenArguments].join('\n'))).toEqual([]);
      const saved = await readdir(join(folder, 'states', 'demo', 'test'));
      const contents = await Promise.all(
        saved.map((name) => readFile(join(folder, 'states', 'demo', 'test', name), 'utf8')),
      );
      expect(contents.join('\n')).toContain('${secrets:default/warehouse:password}');
      expect(found(contents.join('\n'))).toEqual([]);

      const topic = await server.client.get<Manifest>(kafkaTopicType, {
        namespace: 'default',
        name: 'orders',
      });
      const connector = await server.client.get<Manifest>(connectorType, {
        namespace: 'default',
        name: 'warehouse',
      });
      expect(JSON.stringify(connector)).toContain('${secrets:default/warehouse:password}');
      expect(found(JSON.stringify([topic, connector]))).toEqual([]);
    },
    timeout,
  );

  it(
    'of a job are left to the runner: a reference in SQL is taken as it is or refused, never looked up',
    async () => {
      await project.write({
        'broken.tf': `
resource "sdp_flink_session_job" "copy" {
  name            = "copy"
  deployment_name = "flink"
  job             = { parallelism = 1, state = "running", upgrade_mode = "stateless" }
  sql = {
    script = { path = "copy.sql", text = "INSERT INTO s SELECT n FROM t" }
    ddl = [{
      path = "ddl.sql"
      text = "CREATE TABLE t (n INT) WITH ('connector' = 'datagen'); CREATE TABLE s (n INT) WITH ('connector' = 'jdbc', 'username' = '$\${secret:warehouse/user}');"
    }]
  }
}
`,
        kubeconfig: (await readFile(server.kubeconfig, 'utf8')).replaceAll(TEST_TOKEN, planted.token),
      });
      const { output } = await project.run('apply', '-auto-approve', '-var', 'partitions=2');
      expect(output).toContain('sdp_flink_session_job.copy');
      expect(found(output)).toEqual([]);
      expect(found(await readFile(join(folder, 'trace.log'), 'utf8'))).toEqual([]);
      const all = await Promise.all(
        kinds.map(({ type }) => server.client.list(type)).map(async (list) => JSON.stringify(await list)),
      );
      expect(found(all.join('\n'))).toEqual([]);
    },
    timeout,
  );

  it(
    'stay out of every report where somebody wrote them into the configuration all the same',
    async () => {
      await project.write({
        'broken.tf': '',
        'literal.tf': literal,
        'policy.yaml': strictPolicy,
      });
      const reports: string[] = [];
      for (const password of [planted.literal, planted.changed]) {
        if (password !== planted.literal)
          await project.write({ 'password.auto.tfvars': `password = "${password}"` });
        const events = await project.succeed('plan', '-json', '-out=saved.tfplan', '-var', 'partitions=2');
        const plan = await project.succeed('show', '-json', 'saved.tfplan');
        // Terraform itself keeps what is written: the plan's file is no report.
        expect(plan).toContain(password);
        reports.push(...(await reportsOf(project.folder, JSON.parse(plan) as PlanJson, events)));
        // Its attributes, too, it shows as they are written.
        await project.succeed('apply', '-auto-approve', '-var', 'partitions=2');
      }
      const all = reports.join('\n');
      expect(all).toContain('config.connection.password looks like a secret in plain text');
      // They do speak of the field.
      expect(all).toContain('config.connection.password');
      expect(all).toContain('(hidden)');
      expect(found(all)).toEqual([]);
      expect(found(await readFile(join(folder, 'trace.log'), 'utf8'))).toEqual([]);
      expect(found([...seenArguments].join('\n'))).toEqual([]);
    },
    timeout,
  );
});

/** All that sdp says of a plan. */
async function reportsOf(folder: string, plan: PlanJson, events: string): Promise<readonly string[]> {
  const diagnostics = events.split('\n').flatMap((line) => {
    const event = parsePlanLine(line);
    return event.type === 'diagnostic' ? event.diagnostic : [];
  });
  const table = planTable(plan, diagnostics, kinds);
  const { value: rules = [], diagnostics: mistakes } = await readPolicy(['policy.yaml'], folder, kinds);
  expect(mistakes).toEqual([]);
  const context = { project: 'demo', environment: 'prod', today: '2026-01-01' };
  const report = await reportOn({ json: plan, table }, rules, context, { folder, variableFiles: [] });
  expect(findingsOf(report).length).toBeGreaterThan(2);
  const problems = findingsOf(report).map(toDiagnostic);
  return [
    events,
    renderPlanText(table, pc.createColors(false), 100),
    renderPlanMarkdown(table, 'prod'),
    JSON.stringify(toPlanDocument(table, 'changes')),
    ...(await renderProblems(problems, folder, pc.createColors(false))),
    ...policyNotes(report),
    renderPolicyMarkdown(report),
    renderPolicyJUnit(report),
    JSON.stringify(toPolicyDocument(report)),
    JSON.stringify(toCodeQuality(problems)),
  ];
}

const literal = `
variable "password" {
  sensitive = true
}
resource "sdp_kafka_connector" "written" {
  name    = "written"
  cluster = "connect"
  class   = "JdbcSinkConnector"
  config = {
    topics                = "orders"
    "connection.url"      = "jdbc:postgresql://db.example.com/warehouse"
    "connection.username" = "sdp"
    "connection.password" = "${planted.written}"
  }
}
resource "sdp_kafka_connector" "literal" {
  name    = "literal"
  cluster = "connect"
  class   = "JdbcSinkConnector"
  config = {
    topics                  = "orders"
    "connection.url"        = "jdbc:postgresql://db.example.com/warehouse"
    "connection.username"   = "sdp"
    "connection.password"   = var.password
    "consumer.override.sasl.jaas.config" = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\\"u\\" password=\\"\${var.password}\\";"
  }
}
`;

const strictPolicy = `rules:
  - name: passwords
    description: They are in Secrets.
    kinds: [KafkaConnector]
    require:
      - { path: spec.config.connection.password, matches: '[$][{]secrets:.*', optional: true }
      - { path: spec.config.consumer.override.sasl.jaas.config, matches: '.*[$][{]secrets:.*', optional: true }
  - name: no-config
    description: All of it is shown.
    kinds: [KafkaConnector]
    require: { path: spec.config, present: false }
`;

const connectorType: ResourceType = { ...kafkaTopicType, kind: 'KafkaConnector', plural: 'kafkaconnectors' };

function configuration(address: string): string {
  return `
terraform {
  required_providers {
    sdp = {
      source  = "sdp.internal/platform/sdp"
      version = ">= 0.1.0"
    }
  }
  backend "http" {
    address        = "${address}"
    lock_address   = "${address}/lock"
    lock_method    = "POST"
    unlock_address = "${address}/lock"
    unlock_method  = "DELETE"
  }
}
provider "sdp" {
  project = "demo"
}
resource "sdp_kafka_topic" "orders" {
  name       = "orders"
  cluster    = "kafka"
  partitions = var.partitions
}
resource "sdp_kafka_connector" "warehouse" {
  name      = "warehouse"
  cluster   = "connect"
  class     = "JdbcSinkConnector"
  tasks_max = var.partitions
  config = {
    topics                = "orders"
    "connection.url"      = "jdbc:postgresql://db.example.com/warehouse"
    "connection.username" = "sdp"
    "connection.password" = "$\${secrets:default/warehouse:password}"
  }
}
`;
}

/** The command lines of all processes, as anybody on the machine may read them. */
async function noteArguments(seen: Set<string>): Promise<void> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'args=']);
  for (const line of stdout.split('\n')) if (line.includes('terraform')) seen.add(line);
}
