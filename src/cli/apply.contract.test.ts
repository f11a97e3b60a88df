import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { customResourceDefinitionType } from '../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { kafkaTopicType } from '../kinds/kafka-topic/resource-type.ts';
import { createTerraformProject, type TerraformProject } from '../terraform/testing/terraform-project.ts';
import { runApply, runDestroy } from './apply-command.ts';
import { runPlan } from './plan-command.ts';
import type { PlanDocument } from './plan-document.ts';

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
variable "partitions" {
  type    = number
  default = 1
}
`;
const topic = (name: string) => `
resource "sdp_kafka_topic" "${name}" {
  name       = "${name}"
  cluster    = "kafka"
  partitions = var.partitions
}
`;

describe('sdp plan and apply, with real Terraform', () => {
  let server: TestServer;
  let project: TerraformProject;
  let printed = '';
  let noted = '';
  const scratch = () => join(dirname(project.folder), 'scratch');

  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of kinds) {
      const crd = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
    }
    project = await createTerraformProject({ KUBECONFIG: server.kubeconfig }, undefined, 'project');
    await mkdir(scratch());
    vi.stubEnv('KUBECONFIG', server.kubeconfig);
    vi.stubEnv('CHECKPOINT_DISABLE', '1');
    vi.stubEnv('TMPDIR', scratch());
    await project.write({ 'main.tf': header + topic('a') });
  }, timeout);
  beforeEach(() => {
    printed = '';
    noted = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      noted += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await project?.remove();
    await server?.close();
  });

  const plan = async (...args: readonly string[]) => {
    await runPlan(args, { chdir: project.folder });
    return process.exitCode;
  };
  const apply = async (...args: readonly string[]) => {
    await runApply(args, { chdir: project.folder });
    return process.exitCode;
  };
  const live = (name: string) =>
    server.client.get<{ spec: object } & Parameters<typeof server.client.apply>[1]>(kafkaTopicType, {
      namespace: 'default',
      name,
    });

  it(
    'initialises, plans, asks, and applies what was shown',
    async () => {
      expect(await plan()).toBe(0);
      expect(printed).toContain('KafkaTopic default/a');
      expect(printed).toMatch(/\n1 change: .*; 0 unchanged\.\n$/);
      expect(await plan('-detailed-exitcode')).toBe(2);

      await expect(apply()).rejects.toMatchObject({ diagnostics: [{ reason: 'ConfirmationMissing' }] });
      expect(await live('a')).toBeUndefined();

      expect(await apply('-auto-approve', '-var', 'partitions=3')).toBe(0);
      expect(await live('a')).toMatchObject({ spec: { partitions: 3 } });
      expect(await plan('-detailed-exitcode', '-var=partitions=3')).toBe(0);
      expect(printed).toContain('No changes; 1 unchanged.');
      expect(await readdir(scratch())).toEqual([]);
    },
    timeout,
  );

  it(
    'saves a plan where the user says, and applies it with all changes at once',
    async () => {
      expect(
        await plan('-json', '-var=partitions=3', '-out', 'saved.tfplan', '-target=sdp_kafka_topic.a'),
      ).toBe(0);
      const document = JSON.parse(printed) as PlanDocument;
      expect(document).toMatchObject({
        version: 1,
        outcome: 'no-changes',
        diagnostics: [{ severity: 'warning' }],
      });
      expect(existsSync(join(project.folder, 'saved.tfplan'))).toBe(true);
      expect(await apply('saved.tfplan')).toBe(0);
      expect(noted).toContain('apply -no-color -parallelism=30 saved.tfplan');
      expect(await apply('-parallelism=7', 'nowhere.tfplan')).toBe(1);
      expect(noted).toContain('apply -no-color -parallelism=7 nowhere.tfplan');
    },
    timeout,
  );

  it(
    'ends with 1 after a problem, and says that nothing was tainted',
    async () => {
      expect(await plan('-var=partitions=x')).toBe(1);
      expect(printed).toContain('Error: Invalid value for input variable');

      const foreign = {
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaTopic',
        metadata: { namespace: 'default', name: 'b', labels: { 'strimzi.io/cluster': 'kafka' } },
        spec: { partitions: 1 },
      };
      await server.client.apply(kafkaTopicType, foreign, { fieldManager: 'somebody' });
      await project.write({ 'main.tf': header + topic('a') + topic('b') });
      expect(await apply('-auto-approve', '-var=partitions=3')).toBe(1);
      expect(printed).toContain('KafkaTopic default/b');
      expect(noted).toContain('Nothing was tainted.');
      await project.write({ 'main.tf': header + topic('a') });
    },
    timeout,
  );

  it(
    'shows what a destruction takes away before it does',
    async () => {
      await runDestroy(['-auto-approve'], { chdir: project.folder });
      expect(process.exitCode).toBe(0);
      expect(printed).toMatch(/destroy +KafkaTopic default\/a/);
      expect(await live('a')).toBeUndefined();
    },
    timeout,
  );
});
