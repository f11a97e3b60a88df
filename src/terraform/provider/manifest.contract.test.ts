import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configMapType, customResourceDefinitionType, serviceType } from '../../apiclient/core-types.ts';
import type { Manifest, ResourceType } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { createTerraformProject, type TerraformProject } from '../testing/terraform-project.ts';

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
const widgetType: ResourceType = {
  group: 'test.example',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
const widgetDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.test.example' },
  spec: {
    group: 'test.example',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
};

describe('sdp_manifest with real Terraform', () => {
  let server: TestServer;
  let project: TerraformProject;

  beforeAll(async () => {
    server = await startTestServer();
    project = await createTerraformProject({ KUBECONFIG: server.kubeconfig });
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

  it(
    'takes numbers, bools and nested lists through plan, apply and read',
    async () => {
      const widget = (size: string) => `
resource "terraform_data" "port" { input = 8080 }
resource "sdp_manifest" "widget" {
  manifest = {
    apiVersion = "test.example/v1"
    kind       = "Widget"
    metadata   = { name = "w" }
    spec = {
      size     = ${size}
      fraction = 0.1
      on       = true
      nothing  = null
      port     = terraform_data.port.output
      list     = [1, [true, "a"], { deep = [{ x = 0.25 }] }]
      typed    = tomap({ a = 1, b = 2 })
      empty    = {}
    }
  }
}
output "id" { value = sdp_manifest.widget.id }
`;
      await project.write({ 'main.tf': header + widget('3') });
      expect((await planned()).output).toContain('2 to add');
      const missing = await apply();
      expect(missing.code).toBe(1);
      expect(missing.output).toContain('does not know test.example/v1 Widget');

      await server.client.apply(customResourceDefinitionType, widgetDefinition, { fieldManager: 'test' });
      const created = await apply();
      expect(created.output).toContain('1 added');
      expect(created.output).toContain('test.example/v1/Widget/default/w');
      const read = () => server.client.get<Manifest>(widgetType, { namespace: 'default', name: 'w' });
      expect((await read())?.spec).toEqual({
        size: 3,
        fraction: 0.1,
        on: true,
        port: 8080,
        list: [1, [true, 'a'], { deep: [{ x: 0.25 }] }],
        typed: { a: 1, b: 2 },
        empty: {},
      });
      expect(await planned()).toMatchObject({ code: 0 });

      await project.write({ 'main.tf': header + widget('4') });
      const changed = await apply();
      expect(changed.output).toMatch(/~ size +\S* *= 3 -> 4/);
      expect(await planned()).toMatchObject({ code: 0 });

      const reference = { namespace: 'default', name: 'w' };
      const edit = (spec: object) =>
        server.client.patch(widgetType, reference, { spec }, { fieldManager: 'kubectl-edit' });
      await edit({ others: 1 });
      expect(await planned()).toMatchObject({ code: 0 });
      await edit({ on: false });
      const drift = await planned();
      expect(drift).toMatchObject({ code: 2 });
      expect(drift.output).toMatch(/~ on +\S* *= false -> true/);
      expect((await apply()).code).toBe(0);
      expect((await read())?.spec).toMatchObject({ on: true, others: 1 });
    },
    timeout,
  );

  it(
    'plans well-known kinds with no API, sees no change in what the server adds, and replaces by name',
    async () => {
      const service = (name: string) => `
resource "sdp_manifest" "service" {
  manifest = {
    apiVersion = "v1"
    kind       = "Service"
    metadata   = { name = "${name}", labels = { app = "x" } }
    spec       = { selector = { app = "x" }, ports = [{ port = 80, targetPort = "http" }] }
  }
}
`;
      const unreachable = header.replace('"demo"\n', '"demo"\n  kubeconfig = "nowhere"\n');
      await project.write({ 'main.tf': unreachable + service('one') });
      expect((await planned()).output).toContain('v1/Service/default/one');
      await project.write({ 'main.tf': header + service('one') });
      expect((await apply()).output).toContain('1 added');
      expect(await planned()).toMatchObject({ code: 0 });
      await project.write({ 'main.tf': header + service('two') });
      const replaced = await apply();
      expect(replaced.output).toContain('forces replacement');
      expect(replaced.output).toContain('1 added, 0 changed, 1 destroyed');
      expect((await server.client.list(serviceType, { namespace: 'default' })).items).toMatchObject([
        { metadata: { name: 'two' } },
      ]);
    },
    timeout,
  );

  it(
    'is imported by a block, and Terraform writes its configuration',
    async () => {
      const object = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'old', namespace: 'default' },
        data: { a: '1', b: 'two' },
      };
      await server.client.create(configMapType, object, { fieldManager: 'kubectl-create' });
      const block = `
import {
  to = sdp_manifest.old
  id = "v1/ConfigMap/default/old"
}
`;
      await project.write({ 'main.tf': header + block });
      await project.succeed('plan', '-generate-config-out', 'generated.tf');
      const applied = await apply();
      expect(applied.output).toContain('1 imported, 0 added, 1 changed, 0 destroyed');
      expect(await planned()).toMatchObject({ code: 0 });
      await project.write({ 'generated.tf': '' });
    },
    timeout,
  );

  it(
    'notices two of one object while planning',
    async () => {
      const settings = (name: string, value: string) => `
resource "sdp_manifest" "${name}" {
  manifest = { apiVersion = "v1", kind = "ConfigMap", metadata = { name = "s" }, data = { a = "${value}" } }
}
`;
      await project.write({ 'main.tf': header + settings('one', '1') });
      await apply();
      await project.write({ 'main.tf': header + settings('one', '1') + settings('two', '2') });
      const twice = await planned();
      expect(twice.code).toBe(1);
      expect(twice.output).toContain('ConfigMap default/s is declared twice');
    },
    timeout,
  );

  it(
    'refuses secrets',
    async () => {
      await project.write({
        'main.tf': `${header}
resource "sdp_manifest" "secret" {
  manifest = { apiVersion = "v1", kind = "Secret", metadata = { name = "s" }, stringData = { password = "hidden" } }
}
`,
      });
      const refused = await project.run('validate');
      expect(refused.code).toBe(1);
      expect(refused.output).toContain("A Secret's stringData would stand in Terraform's state");
    },
    timeout,
  );
});
