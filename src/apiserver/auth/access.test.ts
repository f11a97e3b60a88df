import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../apiclient/client.ts';
import { createApiClient } from '../../apiclient/http-client.ts';
import type { Manifest } from '../../apiclient/object.ts';
import { startTestServer, TEST_TOKEN, type TestServer } from '../testing/start-test-server.ts';
import {
  CONFIG_MAPS,
  configMap,
  DEFINITIONS,
  NAMESPACES,
  SECRETS,
  WIDGET_DEFINITION,
  WIDGETS,
  widget,
} from '../testing/widget-definition.ts';

const rbac = (kind: string, plural: string, namespaced: boolean) => ({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind,
  plural,
  namespaced,
});
const ROLES = rbac('Role', 'roles', true);
const ROLE_BINDINGS = rbac('RoleBinding', 'rolebindings', true);
const CLUSTER_ROLE_BINDINGS = rbac('ClusterRoleBinding', 'clusterrolebindings', false);
const SERVICE_ACCOUNTS = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};

let server: TestServer;
const clients = new Map<string, ApiClient>();

/** The client of a user who has nothing but what roles give. */
const as = (user: string): ApiClient => {
  const known = clients.get(user);
  if (known !== undefined) return known;
  const client = createApiClient({ ...server.access, token: async () => user });
  clients.set(user, client);
  return client;
};

beforeAll(async () => {
  server = await startTestServer({
    tokens: [
      { token: TEST_TOKEN, user: 'admin', groups: ['system:masters'] },
      { token: 'eve', user: 'eve' },
      { token: 'editor', user: 'editor', groups: ['team-a'] },
      { token: 'viewer', user: 'viewer' },
      { token: 'lead', user: 'lead' },
    ],
    groups: ['example.org'],
  });
  const { client } = server;
  await client.create(DEFINITIONS, WIDGET_DEFINITION);
  for (const name of ['team-a', 'team-b']) {
    await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await bind('edit', 'edit', { kind: 'Group', name: 'team-a' });
  await bind('view', 'view', { kind: 'User', name: 'viewer' });
  await bind('admin', 'admin', { kind: 'User', name: 'lead' });
  await client.create(SECRETS, secret('team-a'));
  await client.create(SECRETS, secret('team-b'));
});

afterAll(async () => {
  for (const client of clients.values()) await client.close();
  await server.close();
});

const secret = (namespace: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'password', namespace },
  data: { value: 'aHVudGVyMg==' },
});

const binding = (name: string, role: string, subject: object, roleKind = 'ClusterRole'): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name, namespace: 'team-a' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name: role },
  subjects: [subject],
});
const bind = (name: string, role: string, subject: object) =>
  server.client.create(ROLE_BINDINGS, binding(name, role, subject));

const role = (name: string, verbs: string[], resources: string[]): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name, namespace: 'team-a' },
  rules: [{ verbs, apiGroups: [''], resources }],
});

const inTeam = (name: string) => ({ name, namespace: 'team-a' });
const forbidden = { reason: 'Forbidden' };

describe('a team', () => {
  it('edits what is in its namespace, Secrets too', async () => {
    const client = as('editor');
    await client.create(WIDGETS, { ...widget('w', { size: 1 }), metadata: inTeam('w') });
    await client.create(CONFIG_MAPS, { ...configMap('c'), metadata: inTeam('c') });
    expect(await client.get(SECRETS, inTeam('password'))).toBeDefined();
    await client.delete(WIDGETS, inTeam('w'));
  });

  it.each<[string, (client: ApiClient) => Promise<unknown>]>([
    ['another namespace', (client) => client.list(CONFIG_MAPS, { namespace: 'team-b' })],
    ['all namespaces', (client) => client.list(CONFIG_MAPS)],
    [
      "another namespace's Secrets",
      (client) => client.get(SECRETS, { name: 'password', namespace: 'team-b' }),
    ],
    ['kinds', (client) => client.list(DEFINITIONS)],
    ['roles', (client) => client.create(ROLES, role('r', ['get'], ['pods']))],
    [
      'more rights for itself',
      (client) =>
        client.create(CLUSTER_ROLE_BINDINGS, {
          ...binding('x', 'cluster-admin', {}),
          kind: 'ClusterRoleBinding',
        }),
    ],
  ])('has nothing to do with %s', async (_what, ask) => {
    await expect(ask(as('editor'))).rejects.toMatchObject(forbidden);
  });

  it('has readers who see no Secrets and change nothing', async () => {
    const client = as('viewer');
    expect((await client.list(WIDGETS, { namespace: 'team-a' })).items).toEqual([]);
    await expect(client.get(SECRETS, inTeam('password'))).rejects.toMatchObject(forbidden);
    await expect(client.list(SECRETS, { namespace: 'team-a' })).rejects.toMatchObject(forbidden);
    await expect(
      client.create(CONFIG_MAPS, { ...configMap('d'), metadata: inTeam('d') }),
    ).rejects.toMatchObject(forbidden);
  });

  it('reads through the service proxy, and writes nothing through it', async () => {
    const path = '/api/v1/namespaces/team-a/services/connect:8083/proxy/connectors';
    expect((await as('editor').request('GET', path)).status).toBe(404);
    expect((await as('editor').request('PUT', path)).status).toBe(403);
    expect((await as('viewer').request('GET', path)).status).toBe(403);
  });
});

describe('who gives rights away', () => {
  it('gives what he has', async () => {
    const client = as('lead');
    await client.create(ROLES, role('reader', ['get', 'list'], ['configmaps']));
    await client.create(ROLE_BINDINGS, binding('eve', 'reader', { kind: 'User', name: 'eve' }, 'Role'));
    expect((await as('eve').list(CONFIG_MAPS, { namespace: 'team-a' })).items.length).toBeGreaterThan(0);
    await client.delete(ROLE_BINDINGS, inTeam('eve'));
    await expect(as('eve').list(CONFIG_MAPS, { namespace: 'team-a' })).rejects.toMatchObject(forbidden);
  });

  it('gives nothing else: neither by a role, nor by a binding, nor by changing one', async () => {
    const client = as('lead');
    const denied = { reason: 'Forbidden', message: expect.stringContaining('not currently held') };
    await expect(client.create(ROLES, role('big', ['*'], ['nodes']))).rejects.toMatchObject(denied);
    await expect(
      client.create(ROLE_BINDINGS, binding('all', 'cluster-admin', { kind: 'User', name: 'lead' })),
    ).rejects.toMatchObject(denied);
    await expect(
      client.patch(ROLES, inTeam('reader'), { rules: role('', ['*'], ['nodes'])['rules'] }),
    ).rejects.toMatchObject(denied);
    await expect(
      client.apply(ROLES, role('reader', ['*'], ['nodes']), { fieldManager: 'lead', force: true }),
    ).rejects.toMatchObject(denied);
  });

  it('cannot turn a binding to another role', async () => {
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
    await expect(server.client.patch(ROLE_BINDINGS, inTeam('edit'), { roleRef })).rejects.toMatchObject({
      reason: 'Invalid',
      message: expect.stringContaining('cannot change roleRef'),
    });
  });
});

describe('a ServiceAccount', () => {
  const account = (name: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: inTeam(name),
  });
  const requestToken = async (client: ApiClient, name: string, spec: object = {}) => {
    const path = `/api/v1/namespaces/team-a/serviceaccounts/${name}/token`;
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
    const answer = await client.request('POST', path, {
      body,
      headers: { 'content-type': 'application/json' },
    });
    return JSON.parse(await answer.text()) as {
      code?: number;
      message?: string;
      status: { token: string; expirationTimestamp: string };
    };
  };

  it('has tokens that roles and namespace groups hold for, as long as it is there', async () => {
    await server.client.create(SERVICE_ACCOUNTS, account('deployer'));
    await bind('deployer', 'edit', { kind: 'ServiceAccount', name: 'deployer', namespace: 'team-a' });
    const { status } = await requestToken(as('editor'), 'deployer', { expirationSeconds: 7_200 });
    expect(Date.parse(status.expirationTimestamp) - Date.now()).toBeGreaterThan(7_100_000);
    const client = as(status.token);
    await client.create(CONFIG_MAPS, { ...configMap('e'), metadata: inTeam('e') });
    await expect(client.list(CONFIG_MAPS, { namespace: 'team-b' })).rejects.toMatchObject({
      message: expect.stringContaining('User "system:serviceaccount:team-a:deployer" cannot list'),
    });
    await server.client.delete(SERVICE_ACCOUNTS, inTeam('deployer'));
    await server.client.create(SERVICE_ACCOUNTS, account('deployer'));
    await expect(client.list(CONFIG_MAPS, { namespace: 'team-a' })).rejects.toMatchObject({
      reason: 'Unauthorized',
    });
  });

  it('gets no token that lives too short, nor for somebody without the right', async () => {
    expect(await requestToken(as('editor'), 'deployer', { expirationSeconds: 10 })).toMatchObject({
      code: 422,
      message: expect.stringContaining('may not specify a duration less than 10 minutes'),
    });
    expect(await requestToken(as('viewer'), 'deployer')).toMatchObject({ code: 403 });
    expect(await requestToken(as('editor'), 'nobody')).toMatchObject({ code: 404 });
  });

  it('is not believed a token of another key or another algorithm', async () => {
    const other = await startTestServer();
    await other.client.create(SERVICE_ACCOUNTS, { ...account('deployer'), metadata: { name: 'deployer' } });
    const answer = await other.client.request(
      'POST',
      '/api/v1/namespaces/default/serviceaccounts/deployer/token',
      { body: '{}', headers: { 'content-type': 'application/json' } },
    );
    const { status } = JSON.parse(await answer.text()) as { status: { token: string } };
    await other.close();
    const [, claims] = status.token.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
    for (const token of [status.token, none, 'a.b.c']) {
      const client = createApiClient({ ...server.access, token: async () => token });
      await expect(client.list(CONFIG_MAPS)).rejects.toMatchObject({ reason: 'Unauthorized' });
      await client.close();
    }
  });
});

describe('who acts as another', () => {
  const asked = (client: ApiClient, headers: Record<string, string>) =>
    client.request('GET', '/api/v1/namespaces/team-a/secrets', { headers });

  it('has that one’s rights, when he may', async () => {
    expect((await asked(server.client, { 'impersonate-user': 'viewer' })).status).toBe(403);
    expect(
      (await asked(server.client, { 'impersonate-user': 'x', 'impersonate-group': 'team-a' })).status,
    ).toBe(200);
    expect((await asked(as('eve'), { 'impersonate-user': 'editor' })).status).toBe(403);
    expect((await asked(server.client, { 'impersonate-group': 'team-a' })).status).toBe(400);
  });
});
