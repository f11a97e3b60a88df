import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ApiAccess } from '../apiclient/api-access.ts';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { clusterRoleType, namespaceType } from '../apiclient/core-types.ts';
import { findAccess } from '../apiclient/find-access.ts';
import { createApiClient } from '../apiclient/http-client.ts';
import { buildKubeconfig } from '../apiserver/kubeconfig.ts';
import {
  checkStorage,
  markClosed,
  openStorage,
  type PodLogs,
  registerKubernetesApi,
} from '../apiserver/server.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { platformGroup } from './api-bearer.ts';
import { type Credentials, randomToken } from './credentials.ts';
import { type DataFolder, writePrivately } from './data-folder.ts';
import { systemNamespace } from './local-kafka.ts';
import { customGroups, operatorsRole, operatorsUser } from './operator-role.ts';
import { podAddress } from './pod-address.ts';
import { podsRole } from './service-accounts.ts';

/** The Kubernetes API that everything of a platform meets at. */
export interface ControlPlane {
  readonly server: string;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
  /** For users: what `sdp env` exports. */
  readonly kubeconfig: string;
  /** May do everything. */
  readonly admin: ApiClient;
  /** Of the operators, the kubelet and the endpoint controller. */
  readonly operators: ApiClient;
  close(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly folder: DataFolder;
  readonly credentials: Credentials;
  readonly server: string;
  readonly ca: string;
  readonly podLogs: PodLogs;
  readonly onError: (error: unknown) => void;
}

/** Puts the embedded API server on `app`, which listens afterwards. */
export async function registerEmbeddedApi(
  app: FastifyInstance,
  { folder, credentials, server, ca, podLogs, onError }: EmbeddedOptions,
): Promise<ControlPlane> {
  // Of this process alone, so nobody has to keep them.
  const own = { platform: randomToken(), operators: randomToken() };
  const storageFolder = join(folder.controlPlane, 'storage');
  await checkStorage(storageFolder);
  const storage = openStorage(storageFolder);
  const close = async () => {
    await storage.close();
    await markClosed(storageFolder);
  };
  try {
    await registerKubernetesApi(app, {
      storage,
      tokens: [
        { token: credentials.admin, user: 'admin', groups: ['system:masters'] },
        { token: own.platform, user: 'sdp-platform', groups: ['system:masters'] },
        { token: own.operators, user: operatorsUser },
      ],
      signingKey: credentials.signingKey,
      namespaces: [systemNamespace],
      groups: [...customGroups, platformGroup],
      roles: [operatorsRole, podsRole],
      podLogs,
      podAddress,
      onError,
    });
    const content = { server, ca, token: credentials.admin, user: 'admin' };
    await writePrivately(folder.kubeconfig, buildKubeconfig(content));
  } catch (error) {
    await close();
    throw error;
  }
  const access = { server, ca };
  return {
    ...access,
    kubeconfig: folder.kubeconfig,
    admin: createApiClient({ ...access, token: async () => own.platform }, 'sdp-platform'),
    operators: createApiClient({ ...access, token: async () => own.operators }),
    close,
  };
}

/**
 * Uses another API server, as the kubeconfig lets in: it has to be allowed to define kinds and roles. No other operator
 * of these kinds may work there, and pods that sdp makes are left alone by other schedulers.
 */
export async function connectControlPlane(kubeconfig: string): Promise<ControlPlane> {
  const file = resolve(kubeconfig);
  const access = await findAccess({ kubeconfig: file }, { environment: process.env, home: homedir() });
  const admin = createApiClient(access, 'sdp-platform');
  const operators = createApiClient(access);
  const close = async () => {
    await Promise.all([admin.close(), operators.close()]);
  };
  try {
    await prepareCluster(admin);
    const { server } = access;
    return { server, ca: await requireAuthority(access, file), kubeconfig: file, admin, operators, close };
  } catch (error) {
    await close();
    if (!(error instanceof ApiError)) throw error;
    throw new DiagnosticError({
      severity: 'error',
      reason: error.reason,
      summary: 'The API server cannot be used',
      detail: `${error.message}. The kubeconfig ${file} names ${access.server}; its user has to be allowed to make namespaces, roles and kinds.`,
    });
  }
}

/** What the embedded server has from the start. */
async function prepareCluster(admin: ApiClient): Promise<void> {
  const options = { fieldManager: 'sdp-platform', force: true };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
  await admin.apply(namespaceType, namespace, options);
  const { name, rules } = podsRole;
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
  await admin.apply(clusterRoleType, role, options);
}

/** Processes are given it as a file: Flink's high availability and the SQL runner check the server by it. */
async function requireAuthority({ ca, server }: ApiAccess, file: string): Promise<string> {
  if (ca !== undefined) return ca;
  // What curl and the others take where a server's certificate is one that everybody knows.
  const system = await readFile('/etc/ssl/certs/ca-certificates.crt', 'utf8').catch(() => undefined);
  if (system !== undefined) return system;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'InvalidKubeconfig',
    summary: `No authority is named for ${server}`,
    detail: `The processes that sdp starts check the server by it. Add certificate-authority-data to the cluster in ${file}.`,
  });
}
