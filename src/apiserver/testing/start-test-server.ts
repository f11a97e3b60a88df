import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import type { ApiAccess } from '../../apiclient/api-access.ts';
import type { ApiClient } from '../../apiclient/client.ts';
import { createApiClient } from '../../apiclient/http-client.ts';
import { ensureServerCertificate } from '../certificates.ts';
import { buildKubeconfig } from '../kubeconfig.ts';
import {
  apiServerOptions,
  type KubernetesApiOptions,
  openStorage,
  registerKubernetesApi,
} from '../server.ts';
import type { Storage } from '../storage/storage.ts';

export const TEST_TOKEN = 'test-token';

export interface TestServer {
  readonly client: ApiClient;
  readonly access: ApiAccess;
  readonly storage: Storage;
  readonly folder: string;
  /** The path of a kubeconfig for the server. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** A whole API server on a free port with its data in a temporary folder, for tests of this and of other parts. */
export async function startTestServer(
  options: Partial<Omit<KubernetesApiOptions, 'storage'>> & { readonly keptChanges?: number } = {},
): Promise<TestServer> {
  const { keptChanges, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), 'sdp-apiserver-'));
  const certificate = await ensureServerCertificate(join(folder, 'pki'));
  const storage = openStorage(join(folder, 'state'), keptChanges === undefined ? {} : { keptChanges });
  const app = Fastify({
    ...apiServerOptions,
    https: { key: certificate.key, cert: certificate.certificate },
  });
  await registerKubernetesApi(app, {
    storage,
    tokens: [{ token: TEST_TOKEN, user: 'admin', groups: ['system:masters'] }],
    onError: (error) => process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`),
    ...rest,
  });
  const server = await app.listen({ host: '127.0.0.1', port: 0 });
  const access: ApiAccess = { server, ca: certificate.ca, token: async () => TEST_TOKEN };
  const client = createApiClient(access, 'test');
  const kubeconfig = join(folder, 'kubeconfig');
  const content = buildKubeconfig({ server, ca: certificate.ca, token: TEST_TOKEN, user: 'admin' });
  await writeFile(kubeconfig, content, { mode: 0o600 });
  return {
    client,
    access,
    storage,
    folder,
    kubeconfig,
    async close() {
      await client.close();
      await app.close();
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
