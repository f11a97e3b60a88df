import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { customResourceDefinitionType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { buildKubeconfig } from '../apiserver/kubeconfig.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { findRefused, isUpstreamThere } from '../kinds/testing/upstream-crds.ts';
import { packageFile } from '../package-file.ts';
import { createTerraformProject, type TerraformProject } from './testing/terraform-project.ts';

/** What deploy/ gives to teams, held by real kubectl and terraform: each does its own work, and nothing of another's. */

const timeout = 120_000;
let server: TestServer;
let scratch: string;
const teams = ['orders-tst', 'payments-tst'];

interface Outcome {
  readonly code: number;
  readonly output: string;
}

const kubectl = (kubeconfig: string | undefined, args: readonly string[], input = '') =>
  new Promise<Outcome>((resolve) => {
    const env = { ...process.env, ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }) };
    const child = execFile('kubectl', [...args], { env, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
    child.stdin?.end(input);
  });

async function build(folder: string): Promise<readonly KubernetesObject[]> {
  const { code, output } = await kubectl(undefined, ['kustomize', folder]);
  expect(code, output).toBe(0);
  return parseAllDocuments(output).map((document) => document.toJS() as KubernetesObject);
}

/** An overlay with another namespace in its values. */
async function buildTeam(namespace: string): Promise<readonly KubernetesObject[]> {
  const folder = join(scratch, namespace);
  await cp(packageFile('deploy'), folder, { recursive: true });
  const values = join(folder, 'overlays', 'tst', 'values.yaml');
  await writeFile(
    values,
    (await readFile(values, 'utf8')).replace('namespace: orders-tst', `namespace: ${namespace}`),
  );
  return build(join(folder, 'overlays', 'tst'));
}

/** A kubeconfig of a team's account. */
async function login(namespace: string, account: string): Promise<string> {
  const { code, output } = await kubectl(server.kubeconfig, ['create', 'token', account, '-n', namespace]);
  expect(code, output).toBe(0);
  const file = join(scratch, `${namespace}-${account}.kubeconfig`);
  const { server: address, ca } = server.access;
  await writeFile(
    file,
    buildKubeconfig({ server: address, ca: ca ?? '', token: output.trim(), namespace, user: account }),
    { mode: 0o600 },
  );
  return file;
}

const served = ['Namespace', 'ServiceAccount', 'ClusterRole', 'Role', 'RoleBinding'];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-teams-'));
  server = await startTestServer();
  for (const kind of kinds) {
    const crd = buildCustomResourceDefinition(kind);
    await server.client.apply(customResourceDefinitionType, crd, { fieldManager: 'test' });
  }
  const objects = [
    ...(await build(packageFile('deploy', 'roles'))),
    ...(await Promise.all(teams.map(buildTeam))).flat(),
  ].filter(({ kind }) => served.includes(kind));
  const documents = objects.map((object) => stringify(object)).join('---\n');
  const { code, output } = await kubectl(server.kubeconfig, ['apply', '--server-side', '-f', '-'], documents);
  if (code !== 0) throw new Error(output);
  for (const namespace of teams) {
    for (const name of ['database', 'registry']) {
      await kubectl(server.kubeconfig, [
        'create',
        'secret',
        'generic',
        name,
        '-n',
        namespace,
        '--from-literal=password=x',
      ]);
    }
  }
}, timeout);
afterAll(async () => {
  await server?.close();
  await rm(scratch, { recursive: true, force: true });
});

describe.each(['tst', 'prod'])('the overlay %s', (overlay) => {
  it('puts its values everywhere, and everything into its namespace', async () => {
    const objects = await build(packageFile('deploy', 'overlays', overlay));
    const namespaces = objects.map(({ kind, metadata }) =>
      kind === 'Namespace' ? metadata.name : metadata.namespace,
    );
    expect(new Set(namespaces)).toEqual(new Set([`orders-${overlay}`]));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toMatchSnapshot();
    const text = JSON.stringify(objects);
    expect(text).not.toContain('"values"');
    expect(text).toContain(`kafka.${overlay}.example.com:9093`);
    expect(text).not.toContain('"kafka.example.com:9093"');
  });

  it.runIf(isUpstreamThere)('has no field that the operators do not know', async () => {
    const objects = await build(packageFile('deploy', 'overlays', overlay));
    for (const kind of kinds) {
      for (const object of objects.filter((one) => one.kind === kind.type.kind)) {
        expect(findRefused(kind, 'spec', (object as KubernetesObject & { spec: unknown }).spec)).toEqual([]);
      }
    }
  });
});

describe('a team', () => {
  let project: TerraformProject;
  let deployer: string;
  let viewer: string;

  const script = `CREATE TABLE t (n INT) WITH ('connector' = 'datagen');
CREATE TABLE p (n INT) WITH ('connector' = 'print');
INSERT INTO p SELECT n FROM t;
`;
  const declared = (namespace: string) => `
terraform {
  required_providers { sdp = { source = "sdp.internal/platform/sdp" } }
}
provider "sdp" {
  project   = "orders"
  namespace = "${namespace}"
}
module "topic" {
  source = "./kafka/topic"
  name   = "orders"
  wait   = false
}
module "flink" {
  source = "./flink/session-cluster"
  name   = "flink"
  wait   = false
}
module "job" {
  source          = "./flink/sql-job"
  job_name        = "copy"
  session_cluster = module.flink.name
  wait            = false
}
`;

  beforeAll(async () => {
    [deployer, viewer] = (await Promise.all(
      ['deployer', 'viewer'].map((account) => login('orders-tst', account)),
    )) as [string, string];
    project = await createTerraformProject({ KUBECONFIG: deployer }, packageFile('terraform-modules'));
    await project.write({ 'main.tf': declared('orders-tst'), 'sql/jobs/copy.sql': script });
    await project.succeed('init');
  }, timeout);
  afterAll(() => project?.remove());

  it(
    'is planned by its viewer, who applies nothing',
    async () => {
      const viewed = await createTerraformProject({ KUBECONFIG: viewer }, project.folder);
      try {
        expect((await viewed.run('plan', '-detailed-exitcode')).code).toBe(2);
        const { code, output } = await viewed.run('apply', '-auto-approve');
        expect(code).toBe(1);
        expect(output).toMatch(/viewer"?\s+cannot/);
      } finally {
        await viewed.remove();
      }
    },
    timeout,
  );

  it(
    'is applied by its deployer',
    async () => {
      await project.succeed('apply', '-auto-approve');
      expect((await project.run('plan', '-detailed-exitcode')).code).toBe(0);
    },
    timeout,
  );

  it(
    "is kept out of another team's namespace",
    async () => {
      const other = await createTerraformProject({ KUBECONFIG: deployer }, packageFile('terraform-modules'));
      try {
        await other.write({ 'main.tf': declared('payments-tst'), 'sql/jobs/copy.sql': script });
        await other.succeed('init');
        const { code, output } = await other.run('apply', '-auto-approve');
        expect(code).toBe(1);
        expect(output).toMatch(/payments-tst/);
        expect(
          await kubectl(server.kubeconfig, [
            'get',
            'kafkatopics,flinksessionjobs',
            '-n',
            'payments-tst',
            '-o',
            'name',
          ]),
        ).toMatchObject({ output: expect.not.stringContaining('/') });
      } finally {
        await other.remove();
      }
    },
    timeout,
  );

  it(
    "imports nothing of another team's, and looks at nothing",
    async () => {
      const other = await createTerraformProject({ KUBECONFIG: deployer }, packageFile('terraform-modules'));
      try {
        await other.write({
          'main.tf': `
terraform {
  required_providers { sdp = { source = "sdp.internal/platform/sdp" } }
}
provider "sdp" {
  project   = "orders"
  namespace = "payments-tst"
}
import {
  to = sdp_kafka_topic.theirs
  id = "payments-tst/payments"
}
resource "sdp_kafka_topic" "theirs" {
  name    = "payments"
  cluster = "kafka"
}
data "sdp_kafka_topics" "theirs" {}
data "sdp_flink_job" "theirs" { name = "copy" }
`,
        });
        await other.succeed('init');
        const { code, output } = await other.run('plan');
        expect(code).toBe(1);
        const text = output.replaceAll(/[\s│]+/g, ' ');
        expect(text).toMatch(
          /cannot (?:get|list) resource "kafkatopics"[^╵]*in the namespace "payments-tst"/,
        );
        expect(text).toMatch(
          /cannot (?:get|list) resource "flinksessionjobs"[^╵]*in the namespace "payments-tst"/,
        );
      } finally {
        await other.remove();
      }
    },
    timeout,
  );

  it.each([
    ['deployer', ['get', 'secrets'], 'no'],
    ['viewer', ['get', 'secrets'], 'no'],
    ['viewer', ['get', 'flinksessionjobs.flink.apache.org'], 'yes'],
    ['viewer', ['patch', 'flinksessionjobs.flink.apache.org'], 'no'],
    ['deployer', ['create', 'rolebindings.rbac.authorization.k8s.io'], 'no'],
    ['deployer', ['create', 'pods'], 'no'],
    ['deployer', ['get', 'services', '--subresource=proxy'], 'yes'],
    ['flink', ['get', 'secret/database'], 'yes'],
    ['flink', ['get', 'secret/registry'], 'no'],
    ['flink', ['get', 'configmaps'], 'yes'],
    ['flink', ['patch', 'flinksessionjobs.flink.apache.org'], 'no'],
  ])('%s may %j: %s', async (account, question, answer) => {
    const own = await login('orders-tst', account);
    expect(
      (await kubectl(own, ['auth', 'can-i', ...question, '-n', 'orders-tst'])).output
        .trim()
        .split('\n')
        .at(-1),
    ).toBe(answer);
    expect(
      (await kubectl(own, ['auth', 'can-i', ...question, '-n', 'payments-tst'])).output
        .trim()
        .split('\n')
        .at(-1),
    ).toBe('no');
  });
});
