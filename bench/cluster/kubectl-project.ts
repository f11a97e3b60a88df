import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { buildGoProgram } from '../../scripts/go-build.js';
import type { ApiClient } from '../../src/apiclient/client.ts';
import { apiVersionOf, type KubernetesObject } from '../../src/apiclient/object.ts';
import { kinds } from '../../src/kinds/catalog.ts';
import { terraformPlatform } from '../../src/terraform/install-provider.ts';
import { httpBackend } from '../large-project/large-project.ts';

const version = '1.19.0';
const requirement = `  required_providers {
    kubectl = { source = "gavinbunney/kubectl" }
  }
`;

/** What sdp declared in a namespace, as manifests for another one. */
export async function readManifests(client: ApiClient, from: string, to: string): Promise<readonly string[]> {
  const lists = await Promise.all(
    kinds.map(async ({ type }) => {
      const { items } = await client.list<KubernetesObject & { readonly spec?: unknown }>(type, {
        namespace: from,
      });
      return items.map(({ metadata: { name, labels, annotations }, spec }) =>
        stringify({
          apiVersion: apiVersionOf(type),
          kind: type.kind,
          metadata: { name, namespace: to, labels, annotations },
          spec,
        }),
      );
    }),
  );
  return lists.flat();
}

/**
 * Writes a project that declares each manifest as a `kubectl_manifest`, in a module of its own where `inModules`, with the
 * kubectl provider beside it, which is built from its Go module at the first call.
 */
export function writeKubectlProject(
  path: string,
  manifests: readonly string[],
  stateAddress: string,
  inModules: boolean,
): void {
  installProvider(path);
  mkdirSync(join(path, 'manifests'));
  manifests.forEach((text, index) => writeFileSync(join(path, 'manifests', `${index}.yaml`), text));
  writeFileSync(join(path, 'main.tf'), `terraform {\n${httpBackend(stateAddress)}${requirement}}\n`);
  if (inModules) {
    const module = join(path, 'modules', 'manifest');
    mkdirSync(module, { recursive: true });
    writeFileSync(
      join(module, 'main.tf'),
      `terraform {\n${requirement}}\n\nvariable "manifest" {\n  type = string\n}\n\n${resource('this', 'var.manifest')}`,
    );
  }
  const declarations = manifests.map((_, index) => {
    const manifest = `file("\${path.module}/manifests/${index}.yaml")`;
    return inModules
      ? `module "object_${index}" {\n  source   = "./modules/manifest"\n  manifest = ${manifest}\n}\n`
      : resource(`object_${index}`, manifest);
  });
  writeFileSync(join(path, 'objects.tf'), declarations.join('\n'));
}

function resource(label: string, manifest: string): string {
  return `resource "kubectl_manifest" "${label}" {\n  yaml_body = ${manifest}\n}\n`;
}

/** Puts it where Terraform looks before it asks a registry. */
function installProvider(project: string): void {
  const binary = buildGoProgram({
    name: 'terraform-provider-kubectl',
    title: 'the kubectl provider',
    version,
    module: 'github.com/gavinbunney/terraform-provider-kubectl',
    goMod: 'module kubectl-provider-for-sdp\n\ngo 1.23.0\n',
  });
  const address = ['registry.terraform.io', 'gavinbunney', 'kubectl', version, terraformPlatform()];
  const folder = join(project, 'terraform.d', 'plugins', ...address);
  mkdirSync(folder, { recursive: true });
  const installed = join(folder, `terraform-provider-kubectl_v${version}`);
  copyFileSync(binary, installed);
  chmodSync(installed, 0o755);
}
