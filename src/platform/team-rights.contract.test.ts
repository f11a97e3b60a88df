import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  clusterRoleType,
  configMapType,
  namespaceType,
  roleBindingType,
  secretType,
  serviceAccountType,
} from '../apiclient/core-types.ts';
import { createApiClient } from '../apiclient/http-client.ts';
import type { Manifest } from '../apiclient/object.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { emptyJar } from '../engines/flink/empty-jar.ts';
import { packageFile } from '../package-file.ts';
import { openPortAllocator } from '../pods/ports.ts';
import { createBearers } from './api-bearer.ts';
import { dataFolder } from './data-folder.ts';
import { startRegistry } from './registry/start.ts';
import { createServiceAccounts, podsRole } from './service-accounts.ts';
import { registerStateBackend, statePath } from './state-backend.ts';

/** The roles of deploy/ on what the platform keeps beside Kubernetes' objects: Terraform's states and artifacts. */

const group = 'rbac.authorization.k8s.io';
const manager = { fieldManager: 'test' };
const teams = ['orders-tst', 'payments-tst'];
let server: TestServer;
let anonymous: ReturnType<typeof createApiClient>;
let folder: string;
let backend: FastifyInstance;
let backendUrl: string;
let registry: { url: string; close(): Promise<void> };
const tokens = new Map<string, string>();

async function addAccount(namespace: string, name: 'deployer' | 'viewer'): Promise<void> {
  await server.client.apply(
    serviceAccountType,
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    manager,
  );
  await server.client.apply(
    roleBindingType,
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: `sdp-${name}` },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    manager,
  );
  const answer = await server.client.request(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
    },
  );
  const { status } = JSON.parse(await answer.text()) as { status: { token: string } };
  tokens.set(`${namespace}/${name}`, status.token);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-team-rights-'));
  server = await startTestServer({ roles: [podsRole] });
  for (const role of ['deployer', 'viewer']) {
    const manifest = parse(
      await readFile(packageFile('deploy', 'roles', `${role}.yaml`), 'utf8'),
    ) as Manifest;
    await server.client.apply(clusterRoleType, manifest, manager);
  }
  for (const name of teams) {
    await server.client.apply(
      namespaceType,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      manager,
    );
    await addAccount(name, 'deployer');
    await addAccount(name, 'viewer');
  }
  const { server: address, ca = '' } = server.access;
  anonymous = createApiClient({ server: address, ca });
  const bearers = createBearers(() => anonymous);
  backend = Fastify();
  registerStateBackend(backend, { folder: join(folder, 'states'), token: 'secret', bearers });
  backendUrl = await backend.listen({ host: '127.0.0.1', port: 0 });
  const ports = await openPortAllocator(join(folder, 'ports.json'));
  const { registry: port = 0 } = await ports.allocate('test', ['registry']);
  registry = await startRegistry({
    folder: dataFolder(folder),
    port,
    hosts: [],
    token: 'secret',
    bearers,
    users: () => [],
    onError: (error) => process.stderr.write(`${String(error)}\n`),
  });
}, 60_000);
afterAll(async () => {
  await registry?.close();
  await backend?.close();
  await anonymous?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** As Terraform, twine and Maven show it; the administrator has a password. */
function authorizationOf(who: string): string {
  const [user, password] =
    who === 'administrator' ? ['sdp', 'secret'] : ['token', tokens.get(who) ?? TEST_TOKEN];
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function ask(
  who: string,
  method: string,
  url: string,
  body?: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: authorizationOf(who) },
    ...(body !== undefined && { body }),
  });
  return { status: answer.status, text: await answer.text() };
}

describe("a team's state", () => {
  const own = statePath('orders', 'tst', 'orders-tst');
  const askState = (who: string, method: string, path: string, body?: string) =>
    ask(who, method, `${backendUrl}${path}`, body);

  it('is written by its deployer, read by its viewer, and nobody else sees it', async () => {
    expect((await askState('orders-tst/deployer', 'POST', `${own}/lock`, '{"ID":"1"}')).status).toBe(200);
    expect((await askState('orders-tst/deployer', 'POST', `${own}?ID=1`, '{"serial":1}')).status).toBe(200);
    expect((await askState('orders-tst/deployer', 'DELETE', `${own}/lock`, '{"ID":"1"}')).status).toBe(200);
    expect(await askState('orders-tst/viewer', 'GET', own)).toEqual({ status: 200, text: '{"serial":1}' });
    expect((await askState('administrator', 'GET', own)).text).toBe('{"serial":1}');
  });

  it.each([
    ['payments-tst/deployer', 'GET', '', 'get'],
    ['payments-tst/deployer', 'POST', '', 'update'],
    ['payments-tst/deployer', 'DELETE', '', 'delete'],
    ['payments-tst/deployer', 'POST', '/lock', 'update'],
    ['payments-tst/deployer', 'DELETE', '/lock', 'update'],
    ['payments-tst/deployer', 'GET', '/versions', 'get'],
    ['payments-tst/deployer', 'GET', '/versions/1', 'get'],
    ['payments-tst/deployer', 'POST', '/versions/1/restore', 'update'],
    ['orders-tst/viewer', 'POST', '', 'update'],
    ['orders-tst/viewer', 'DELETE', '', 'delete'],
    ['orders-tst/viewer', 'POST', '/lock', 'update'],
  ])('is refused to %s by %s %s', async (who, method, path, verb) => {
    const { status, text } = await askState(who, method, `${own}${path}`);
    expect(status).toBe(403);
    const [namespace, account] = who.split('/');
    expect(text).toBe(
      `system:serviceaccount:${namespace}:${account} may not ${verb} terraformstates.sdp.internal in namespace orders-tst. ` +
        'The ClusterRole sdp-deployer of deploy/roles grants it, and sdp-viewer to read (plan with -lock=false).',
    );
  });

  it('is used by terraform with a token in the place of the password', async () => {
    const project = await mkdtemp(join(folder, 'project-'));
    const address = `${backendUrl}${statePath('shop', 'tst', 'orders-tst')}`;
    await writeFile(
      join(project, 'main.tf'),
      `terraform {
         backend "http" {
           address        = "${address}"
           lock_address   = "${address}/lock"
           unlock_address = "${address}/lock"
           lock_method    = "POST"
           unlock_method  = "DELETE"
           retry_max      = 0
         }
       }
       output "greeting" { value = "hello" }`,
    );
    const terraform = (who: string, ...args: string[]) =>
      promisify(execFile)('terraform', args, {
        cwd: project,
        env: {
          ...process.env,
          CHECKPOINT_DISABLE: '1',
          TF_HTTP_USERNAME: 'deployer',
          TF_HTTP_PASSWORD: tokens.get(who),
        },
      });
    await terraform('orders-tst/deployer', 'init', '-input=false');
    await terraform('orders-tst/deployer', 'apply', '-auto-approve', '-input=false');
    const output = await terraform('orders-tst/viewer', 'output', '-raw', 'greeting');
    expect(output.stdout).toBe('hello');
    await terraform('orders-tst/viewer', 'plan', '-lock=false', '-input=false');
    await expect(terraform('payments-tst/deployer', 'output')).rejects.toMatchObject({
      stderr: expect.stringContaining('HTTP remote state endpoint invalid auth'),
    });
  }, 60_000);

  it('is another one than that of the same name without a namespace, which is the administrator’s', async () => {
    const path = statePath('orders', 'tst');
    expect(await askState('administrator', 'GET', path)).toEqual({ status: 204, text: '' });
    const { status, text } = await askState('orders-tst/deployer', 'GET', path);
    expect(status).toBe(403);
    expect(text).toContain(`A team's state has the address .../namespaces/NAMESPACE${path}.`);
    // Who may do everything on the API may here too.
    expect((await askState('an administrator of the API', 'GET', path)).status).toBe(204);
  });

  it('is reached by no other spelling of a namespace', async () => {
    for (const namespace of ['a..b', '@orders-tst', 'orders-tst%2F..', 'Orders-tst', '%00']) {
      const path = `/namespaces/${namespace}/state/orders/tst`;
      expect([400, 404]).toContain((await askState('administrator', 'GET', path)).status);
    }
    expect((await askState('administrator', 'GET', '/state/@orders-tst/orders')).status).toBe(400);
  });

  it('is refused to a token that the API does not take, and to none', async () => {
    tokens.set('forged', `${tokens.get('orders-tst/deployer')}x`);
    tokens.set('odd', 'a\r\nb');
    for (const who of ['forged', 'odd']) {
      expect((await askState(who, 'GET', own)).status).toBe(401);
    }
    const answer = await fetch(`${backendUrl}${own}`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="sdp"']);
  });
});

describe("a team's artifact", () => {
  const jar = emptyJar();
  const path = (artifact: string, version = '1.0') =>
    `/maven/internal/shop/${artifact}/${version}/${artifact}-${version}.jar`;
  const publish = (who: string, artifact: string, version?: string) =>
    ask(who, 'PUT', `${registry.url}${path(artifact, version)}`, jar);
  const remove = (who: string, artifact: string, version = '1.0') =>
    ask(who, 'DELETE', `${registry.url}/api/v1/artifacts/maven/internal.shop:${artifact}/${version}`);

  it('is of the namespace that publishes it first, and no other publishes or deletes under its name', async () => {
    expect((await publish('orders-tst/deployer', 'totals')).status).toBe(201);
    expect(await publish('payments-tst/deployer', 'totals', '1.1')).toMatchObject({
      status: 403,
      text: expect.stringMatching(
        /internal\.shop:totals belongs to namespace orders-tst.*Give the project another name/,
      ),
    });
    expect((await remove('payments-tst/deployer', 'totals')).status).toBe(403);
    expect((await publish('orders-tst/deployer', 'totals', '1.1')).status).toBe(201);
    expect((await remove('orders-tst/deployer', 'totals', '1.1')).status).toBe(200);
  });

  it('stays its own where the administrator publishes a version', async () => {
    expect((await publish('administrator', 'totals', '2.0')).status).toBe(201);
    expect((await publish('orders-tst/deployer', 'totals', '2.1')).status).toBe(201);
    expect((await publish('administrator', 'common')).status).toBe(201);
    expect(await publish('orders-tst/deployer', 'common', '1.1')).toMatchObject({
      status: 403,
      text: expect.stringContaining("internal.shop:common is the platform's"),
    });
  });

  it('has one owner when two publish under a new name at once', async () => {
    const answers = await Promise.all(
      teams.map((team, index) => publish(`${team}/deployer`, 'new', `1.${index}`)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 403]));
  });

  it('is neither published nor deleted by a viewer, who makes no tokens either', async () => {
    expect(await publish('orders-tst/viewer', 'other')).toMatchObject({
      status: 403,
      text: expect.stringContaining(
        'system:serviceaccount:orders-tst:viewer may not create artifacts.sdp.internal in namespace orders-tst. The ClusterRole sdp-deployer',
      ),
    });
    expect((await remove('orders-tst/viewer', 'totals')).status).toBe(403);
    const body = JSON.stringify({ name: 'mine' });
    expect((await ask('orders-tst/deployer', 'POST', `${registry.url}/api/v1/tokens`, body)).status).toBe(
      403,
    );
  });
});

/** What the runner, Flink's high availability and Connect read by, on the local platform. */
describe("a pod of a team's", () => {
  const readAs = async (token: string, path: string) =>
    (await anonymous.request('GET', path, { headers: { authorization: `Bearer ${token}` } })).status;

  it('reads Secrets and revisions of its own namespace, and nothing of another', async () => {
    const { server: address, ca = '' } = server.access;
    const accounts = createServiceAccounts(dataFolder(folder), {
      server: address,
      ca,
      client: server.client,
    });
    const token = await readFile(join(await accounts('orders-tst', 'flink'), 'token'), 'utf8');
    for (const namespace of teams) {
      const metadata = { name: 'database', namespace };
      await server.client.apply(secretType, { apiVersion: 'v1', kind: 'Secret', metadata }, manager);
      await server.client.apply(configMapType, { apiVersion: 'v1', kind: 'ConfigMap', metadata }, manager);
    }
    const seen = async (namespace: string) =>
      Promise.all(
        ['secrets/database', 'configmaps/database', 'services/flink-rest:8081/proxy/v1/overview', 'pods'].map(
          (path) => readAs(token, `/api/v1/namespaces/${namespace}/${path}`),
        ),
      );
    expect(await seen('orders-tst')).toEqual([200, 200, 403, 403]);
    expect(await seen('payments-tst')).toEqual([403, 403, 403, 403]);
    const state = statePath('orders', 'tst', 'orders-tst');
    const answer = await fetch(`${backendUrl}${state}`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(403);
  });
});

/** Flink and Connect behind the API. */
describe('the service proxy', () => {
  it.each([
    ['GET', 'flink-rest:8081/proxy/v1/overview'],
    ['PUT', 'di-connect-api:rest-api/proxy/connector-plugins/x/config/validate'],
    ['DELETE', 'di-connect-api:rest-api/proxy/connectors/x'],
    ['POST', 'flink-rest:8081/proxy/v1/jars/upload'],
  ])('lets nobody %s another team’s %s', async (method, path) => {
    const token = tokens.get('orders-tst/deployer');
    const answerOf = async (namespace: string) =>
      (
        await anonymous.request(method, `/api/v1/namespaces/${namespace}/services/${path}`, {
          headers: { authorization: `Bearer ${token}` },
        })
      ).status;
    expect(await answerOf('payments-tst')).toBe(403);
    // There is no such Service: what is allowed gets as far as that.
    expect(await answerOf('orders-tst')).toBe(['GET', 'PUT'].includes(method) ? 404 : 403);
  });
});
