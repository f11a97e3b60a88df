import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ApiClient } from '../apiclient/client.ts';
import type { KubernetesObject, Manifest, ResourceType } from '../apiclient/object.ts';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import { packageFile } from '../package-file.ts';
import type { Importable, ImportedObject } from '../terraform/import-objects.ts';
import { withApi } from './running-platform.ts';
import { printJson, printLine } from './terminal-output.ts';
import { terraformEnvironment } from './terraform-project.ts';

interface ImportOptions {
  data?: string;
  kubeconfig?: string;
  context?: string;
  namespace?: string;
  kind?: readonly string[];
  module?: boolean;
  modules: string;
  json?: boolean;
}

export function registerImport(program: Command): void {
  program
    .command('import [dir]')
    .description("Write the Terraform files for what lives in a namespace, into a project's folder.")
    .option('-n, --namespace <namespace>', "namespace to read; the kubeconfig's when absent")
    .option(
      '--kind <kind>',
      'only this kind, may be repeated; others than sdp knows as apiVersion/Kind (networking.k8s.io/v1/Ingress)',
      // Not variadic, which would take the folder for another kind.
      (kind: string, before: readonly string[] | undefined): readonly string[] | undefined => [
        ...(before ?? []),
        kind,
      ],
    )
    .option('--module', 'as modules where one says all of an object: kafka/topic and flink/sql-job')
    .option('--modules <source>', 'where the common modules are', packageFile('terraform-modules'))
    .option('--kubeconfig <file>', "cluster to read; the project's platform, else $KUBECONFIG, when absent")
    .option('--context <name>', 'context of the kubeconfig')
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nWrites imported.tf, and the SQL of jobs below sql/; nothing that is there is written over. The next plan imports:\nread it, then apply it. What another project owns is left out.\n\nExamples:\n  $ sdp import --namespace orders\n  $ sdp import --namespace orders --kind KafkaTopic --kind v1/ConfigMap ./orders',
    )
    .action(async (dir: string | undefined, options: ImportOptions) => {
      const folder = resolve(dir ?? '.');
      const { client, namespace } = await connect(folder, options);
      try {
        const result = await withApi('read the namespace', () =>
          importNamespace({
            client,
            folder,
            namespace: options.namespace ?? namespace ?? 'default',
            ...(options.kind !== undefined && { kinds: options.kind }),
            ...(options.module === true && { modules: options.modules }),
          }),
        );
        if (options.json) printJson(result);
        else describe(result).forEach((line) => printLine(line));
      } finally {
        await client.close();
      }
    });
}

/** The cluster that Terraform would talk to in this folder, unless another one is named. */
async function connect(folder: string, { data, kubeconfig, context }: ImportOptions) {
  const environment = kubeconfig === undefined ? await terraformEnvironment(folder, data) : {};
  const [{ findAccess }, { createApiClient }] = await Promise.all([
    import('../apiclient/find-access.ts'),
    import('../apiclient/http-client.ts'),
  ]);
  const access = await findAccess(
    { kubeconfig, context },
    { environment: { ...process.env, ...environment }, home: homedir() },
  );
  return { client: createApiClient(access, 'sdp'), namespace: access.namespace };
}

export interface ImportRequest {
  readonly client: ApiClient;
  readonly folder: string;
  readonly namespace: string;
  /** The kinds that sdp declares when absent. */
  readonly kinds?: readonly string[];
  /** Source of the common modules, to write modules where one fits. */
  readonly modules?: string;
}

export interface ImportResult {
  readonly namespace: string;
  readonly files: readonly string[];
  readonly imported: readonly { readonly address: string; readonly id: string }[];
  readonly skipped: readonly { readonly object: string; readonly why: string }[];
}

const importedFile = 'imported.tf';

/** Writes the files, all or none. */
export async function importNamespace(request: ImportRequest): Promise<ImportResult> {
  const { client, folder, namespace, modules } = request;
  const project = await readProject(folder);
  const [{ importObject, whyNotImported, writeImports }, { SqlFiles }, { writeHcl }] = await Promise.all([
    import('../terraform/import-objects.ts'),
    import('../terraform/import-sql.ts'),
    import('../terraform/write-hcl.ts'),
  ]);
  const { configMapType } = await import('../apiclient/core-types.ts');
  const found = await readObjects(client, namespace, request.kinds);
  const revisions = await client.list<Manifest>(configMapType, {
    namespace,
    labelSelector: 'sdp.internal/job',
  });
  const byName = new Map(revisions.items.map((item) => [item.metadata.name, item]));
  const sql = new SqlFiles();
  const objects: ImportedObject[] = [];
  const skipped: { object: string; why: string }[] = [];
  for (const item of found) {
    const why = whyNotImported(item.object, project.name);
    if (why !== undefined)
      skipped.push({ object: `${item.type.kind} ${namespace}/${item.object.metadata.name}`, why });
    else objects.push(await importObject(item, (name) => byName.get(name), sql));
  }
  const imports = writeImports(objects, { taken: project.addresses, ...(modules && { modules }) });
  const files = new Map<string, string>(
    objects.length === 0 ? [] : [[importedFile, writeHcl(imports.blocks)], ...sql.texts()],
  );
  return { namespace, files: await writeFiles(folder, files), imported: imports.addresses, skipped };
}

/** Name of the project and the addresses it has, as far as its files say. */
async function readProject(folder: string): Promise<{ name: string; addresses: readonly string[] }> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.tf'));
  if (names.length === 0) {
    throw problem(
      'NotAProject',
      `${folder} has no Terraform files`,
      'Name the folder of a project, or make one with: sdp new terraform-project DIR.',
    );
  }
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const text = texts.join('\n');
  const name = /^provider\s+"sdp"\s*\{[^}]*?^\s*project\s*=\s*"([^"$]*)"/ms.exec(text)?.[1] ?? '';
  const resources = [...text.matchAll(/^resource\s+"([^"]+)"\s+"([^"]+)"/gm)].map(
    ([, type, label]) => `${type}.${label}`,
  );
  const modules = [...text.matchAll(/^module\s+"([^"]+)"/gm)].map(([, label]) => `module.${label}`);
  return { name, addresses: [...resources, ...modules] };
}

async function readObjects(
  client: ApiClient,
  namespace: string,
  named: readonly string[] | undefined,
): Promise<readonly Importable[]> {
  const types = await chooseTypes(client, named);
  const lists = await Promise.all(
    types.map(async (chosen) => {
      const { items } = await client.list<KubernetesObject>(chosen.type, { namespace });
      return items.map((object): Importable => ({ ...chosen, object }));
    }),
  );
  return lists.flat();
}

/** Without names, the kinds that sdp declares and the cluster knows. */
async function chooseTypes(
  client: ApiClient,
  named: readonly string[] | undefined,
): Promise<readonly Omit<Importable, 'object'>[]> {
  const [{ kinds }, { createDiscovery, wellKnownType }] = await Promise.all([
    import('../kinds/catalog.ts'),
    import('../terraform/provider/resource-types.ts'),
  ]);
  const declared = kinds.filter((kind) => kind.declared !== undefined);
  const discovery = createDiscovery(async () => client);
  if (named === undefined) {
    const served = await Promise.all(
      declared.map(async (kind) => {
        const { group, version } = kind.type;
        return discovery.serves({ apiVersion: `${group}/${version}`, kind: kind.type.kind });
      }),
    );
    return declared.filter((_, index) => served[index]).map((kind) => ({ type: kind.type, kind }));
  }
  return Promise.all(
    named.map(async (name) => {
      const known = declared.find(
        ({ type, singular }) =>
          [type.kind, type.plural, singular].includes(name) ||
          name === `${type.group}/${type.version}/${type.kind}`,
      );
      if (known !== undefined) return { type: known.type, kind: known };
      const split = name.lastIndexOf('/');
      const wanted = { apiVersion: split < 0 ? 'v1' : name.slice(0, split), kind: name.slice(split + 1) };
      return { type: namespaced(wellKnownType(wanted) ?? (await discovery.find(wanted)), name) };
    }),
  );
}

/** Secrets are no business of Terraform, whose state everybody reads who may plan. */
function namespaced(type: ResourceType, name: string): ResourceType {
  if (type.kind === 'Secret' && type.group === '')
    throw problem(
      'SecretInState',
      'Secrets are not imported',
      'Their values would stand in files and in the state. Leave them where they are, and refer to them by name.',
    );
  if (type.namespaced) return type;
  throw problem('NotNamespaced', `${name} lives in no namespace`, 'Import it by hand: terraform import.');
}

async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const states = await Promise.all(
    [...files].map(async ([file, text]) => {
      const path = join(folder, file);
      const present = existsSync(path) ? await readFile(path, 'utf8') : undefined;
      return { file, path, text, present };
    }),
  );
  const others = states.filter(({ file, text, present }) =>
    file === importedFile ? present !== undefined : present !== undefined && present !== text,
  );
  if (others.length > 0) {
    throw problem(
      'FileExists',
      `${others.map(({ file }) => file).join(', ')} ${others.length === 1 ? 'is' : 'are'} there already`,
      `Nothing was written to ${folder}. Rename what is there, or remove it, and import again.`,
    );
  }
  const missing = states.filter(({ present }) => present === undefined);
  for (const { path, text } of missing) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  }
  return missing.map(({ file }) => file);
}

function describe({ namespace, files, imported, skipped }: ImportResult): readonly string[] {
  return [
    ...(imported.length === 0
      ? [`Nothing in namespace ${namespace} is to be imported.`]
      : [
          `${imported.length} ${imported.length === 1 ? 'object' : 'objects'} of namespace ${namespace}, in ${files.join(', ')}.`,
        ]),
    ...skipped.map(({ object, why }) => `Left out: ${object}, for ${why}.`),
    ...(imported.length === 0
      ? []
      : [
          'Next: terraform plan. It imports, and takes each object over as it is; "import" blocks can go after the apply.',
        ]),
  ];
}

function problem(reason: string, summary: string, detail: string): DiagnosticError {
  const diagnostic: Diagnostic = { severity: 'error', reason, summary, detail };
  return new DiagnosticError(diagnostic);
}
