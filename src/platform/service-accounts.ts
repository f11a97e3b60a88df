import { join } from 'node:path';
import type { ApiClient } from '../apiclient/client.ts';
import { roleBindingType, serviceAccountType } from '../apiclient/core-types.ts';
import { toApiError } from '../apiclient/http-client.ts';
import { resourcePath } from '../apiclient/object.ts';
import { buildKubeconfig } from '../apiserver/kubeconfig.ts';
import type { DefaultRole } from '../apiserver/server.ts';
import { type DataFolder, writePrivately } from './data-folder.ts';

/** Processes read their token once and may run for long; every start of the platform brings another one. */
const tokenSeconds = 365 * 24 * 3_600;

/** What pods need: Flink's high availability writes ConfigMaps, the SQL runner and Connect read Secrets. */
export const podsRole: DefaultRole = {
  name: 'sdp:pods',
  rules: [
    {
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      apiGroups: [''],
      resources: ['configmaps'],
    },
    { verbs: ['get'], apiGroups: [''], resources: ['secrets'] },
  ],
};

export interface ServiceAccountOptions {
  readonly server: string;
  readonly ca: string;
  /** May create ServiceAccounts, bind roles and ask for tokens. */
  readonly client: ApiClient;
}

/**
 * The credentials of a pod's ServiceAccount as kubelet mounts them (`token`, `ca.crt`, `namespace`), and a kubeconfig for
 * clients that cannot be told of another folder, such as Flink's high availability services. The account and its role
 * are made where they are missing: nobody prepares namespaces on a laptop.
 */
export function createServiceAccounts(folder: DataFolder, options: ServiceAccountOptions) {
  const { server, ca, client } = options;
  const written = new Map<string, Promise<string>>();

  const write = async (namespace: string, name: string) => {
    const target = join(folder.serviceAccounts, namespace, name);
    const token = await requestToken(client, namespace, name);
    await writePrivately(join(target, 'token'), token);
    await writePrivately(join(target, 'ca.crt'), ca);
    await writePrivately(join(target, 'namespace'), namespace);
    const content = { server, ca, token, namespace, user: name };
    await writePrivately(join(target, 'kubeconfig'), buildKubeconfig(content));
    return target;
  };

  return async (namespace: string, name: string): Promise<string> => {
    const uid = await ensureAccount(client, namespace, name);
    // Another account of the same name knows nothing of the first one's tokens.
    const known = written.get(uid) ?? write(namespace, name);
    written.set(uid, known);
    known.catch(() => written.delete(uid));
    return known;
  };
}

async function ensureAccount(client: ApiClient, namespace: string, name: string): Promise<string> {
  const fieldManager = 'sdp-platform';
  const account = await client.apply(
    serviceAccountType,
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    { fieldManager },
  );
  const { group } = roleBindingType;
  await client.apply(
    roleBindingType,
    {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata: { name: `${podsRole.name}:${name}`, namespace },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: podsRole.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    { fieldManager, force: true },
  );
  return account.metadata.uid ?? '';
}

async function requestToken(client: ApiClient, namespace: string, name: string): Promise<string> {
  const path = `${resourcePath(serviceAccountType, { namespace, name })}/token`;
  const answer = await client.request('POST', path, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: tokenSeconds },
    }),
  });
  const text = await answer.text();
  if (answer.status >= 400) throw toApiError(answer.status, text, `POST ${path}`);
  const { status } = JSON.parse(text) as { status: { token: string } };
  return status.token;
}
