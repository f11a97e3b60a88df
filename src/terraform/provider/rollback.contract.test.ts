import { afterAll, beforeAll, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../../apiclient/core-types.ts';
import type { Manifest } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { kinds } from '../../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../../kinds/crd.ts';
import { kafkaConnectorType } from '../../kinds/kafka-connector/resource-type.ts';
import { createTerraformProject, type TerraformProject } from '../testing/terraform-project.ts';

const timeout = 180_000;
const reference = { namespace: 'default', name: 'orders' };
let server: TestServer;
let project: TerraformProject;
let operator: NodeJS.Timeout;

const configuration = (file: string, more = '', rollback = true) => `
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
resource "sdp_kafka_connector" "orders" {
  name    = "orders"
  cluster = "connect"
  class   = "com.example.Sink"
  config  = { file = "${file}" }
  ${more}
}
resource "sdp_rollout" "orders" {
  kind                = "KafkaConnector"
  name                = sdp_kafka_connector.orders.name
  revision            = sdp_kafka_connector.orders.revision
  settle              = 0
  timeout             = "20s"
  rollback_on_failure = ${rollback}
}
`;

const live = () => server.client.get<Manifest & { status?: object }>(kafkaConnectorType, reference);

/** An operator in whose Connect every file that is called bad fails the task. */
async function reconcile(): Promise<void> {
  const object = await live();
  if (object === undefined) return;
  const bad = JSON.stringify(object.spec).includes('bad');
  const task = bad ? { state: 'FAILED', trace: 'java.io.IOException: no such file' } : { state: 'RUNNING' };
  const status = {
    observedGeneration: object.metadata.generation,
    conditions: [{ type: 'Ready', status: 'True' }],
    connectorStatus: { connector: { state: 'RUNNING' }, tasks: [{ id: 0, ...task }] },
  };
  if (JSON.stringify(object.status) === JSON.stringify(status)) return;
  await server.client.updateStatus(kafkaConnectorType, { ...object, status }).catch(() => undefined);
}

beforeAll(async () => {
  server = await startTestServer();
  for (const kind of kinds) {
    const definition = buildCustomResourceDefinition(kind);
    await server.client.apply(customResourceDefinitionType, definition, { fieldManager: 'test' });
  }
  project = await createTerraformProject({ KUBECONFIG: server.kubeconfig });
  await project.write({ 'main.tf': configuration('good') });
  await project.succeed('init');
  operator = setInterval(() => void reconcile(), 100);
}, timeout);

afterAll(async () => {
  clearInterval(operator);
  await project?.remove();
  await server?.close();
});

const apply = async (...text: Parameters<typeof configuration>) => {
  await project.write({ 'main.tf': configuration(...text) });
  const { code, output } = await project.run('apply', '-auto-approve');
  return { code, output: output.replaceAll(/[\s│╷╵]+/g, ' ') };
};
const tainted = async () => (await project.run('show')).output.includes('(tainted)');
const planCode = async () => (await project.run('plan', '-detailed-exitcode')).code;

it(
  'a change that fails is rolled back without a taint, refused as it was, and goes on on purpose or changed',
  async () => {
    expect((await apply('good')).code).toBe(0);
    expect(await planCode()).toBe(0);

    const failed = await apply('bad');
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('no such file');
    expect(failed.output).toMatch(/It was rolled back to revision \w+, and is healthy/);
    expect(await live()).toMatchObject({ spec: { config: { file: 'good' } } });
    expect(await tainted()).toBe(false);

    const refused = await apply('bad');
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/Revision \w+ of KafkaConnector default\/orders was rolled back/);
    expect(await live()).toMatchObject({ spec: { config: { file: 'good' } } });

    const retried = await apply('bad', 'retry = true', false);
    expect(retried.output).toContain('no such file');
    expect(retried.output).not.toContain('It was rolled back to');
    expect(await live()).toMatchObject({ spec: { config: { file: 'bad' } } });
    expect(await tainted()).toBe(false);
    // The object is as it is declared, and the next plan waits again all the same.
    expect(await planCode()).toBe(2);
    expect((await apply('bad', 'retry = true', false)).output).toContain('no such file');

    expect((await apply('better')).code).toBe(0);
    expect(await planCode()).toBe(0);
  },
  timeout,
);

it(
  'what was rolled back and is taken back in the declaration is applied without a word',
  async () => {
    expect((await apply('bad')).code).toBe(1);
    expect((await apply('better')).code).toBe(0);
    expect((await live())?.metadata.annotations).not.toHaveProperty('sdp.internal/rejected-revision');
    expect(await planCode()).toBe(0);
  },
  timeout,
);
