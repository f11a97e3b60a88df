import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import type { ApiClient } from '../../src/apiclient/client.ts';
import { customResourceDefinitionType } from '../../src/apiclient/core-types.ts';
import { createApiClient } from '../../src/apiclient/http-client.ts';
import { ensureServerCertificate } from '../../src/apiserver/certificates.ts';
import { buildKubeconfig } from '../../src/apiserver/kubeconfig.ts';
import { apiServerOptions, openStorage, registerKubernetesApi } from '../../src/apiserver/server.ts';
import { kinds } from '../../src/kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../../src/kinds/crd.ts';
import { registerStateBackend } from '../../src/platform/state-backend.ts';
import { terraformEnvironment } from './run-terraform.ts';

const token = 'benchmark';
const uncounted = 'operator';

export interface BenchServer {
  readonly url: string;
  /** What Terraform is run with. */
  readonly environment: NodeJS.ProcessEnv;
  /** A client whose requests are not counted. */
  readonly client: ApiClient;
  /** The API's requests since the last call: `GET /apis/…`. Those for the state are not among them. */
  takeRequests(): readonly string[];
  /** Bytes of the newest version. */
  stateSize(project: string): number;
  close(): Promise<void>;
}

/** One embedded API server with its state backend and all kinds, and no engines, in a folder. */
export async function startBenchServer(folder: string): Promise<BenchServer> {
  const states = join(folder, 'states');
  const certificate = await ensureServerCertificate(join(folder, 'certificates'));
  const storage = openStorage(join(folder, 'storage'));
  const app = fastify({
    ...apiServerOptions,
    https: { key: certificate.key, cert: certificate.certificate },
  });
  let requests: string[] = [];
  app.addHook('onRequest', async ({ method, url, headers }) => {
    const isCounted = headers.authorization !== `Bearer ${uncounted}`;
    if (isCounted && !url.startsWith('/state/')) requests.push(`${method} ${url}`);
  });
  registerStateBackend(app, { folder: states, token });
  await registerKubernetesApi(app, {
    storage,
    tokens: [token, uncounted].map((item) => ({ token: item, user: 'admin', groups: ['system:masters'] })),
    onError: (error) => console.error(error),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const { ca } = certificate;
  const client = createApiClient({ server: url, ca, token: async () => uncounted });
  for (const kind of kinds) {
    const definition = buildCustomResourceDefinition(kind);
    await client.apply(customResourceDefinitionType, definition, { fieldManager: 'bench' });
  }
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, buildKubeconfig({ server: url, ca, token, user: 'admin' }), { mode: 0o600 });
  return {
    url,
    client,
    environment: terraformEnvironment(kubeconfig, token, ca),
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    stateSize(project) {
      const versions = join(states, project, 'bench');
      const newest = readdirSync(versions)
        .filter((name) => name.endsWith('.tfstate'))
        .sort()
        .at(-1);
      return newest === undefined ? 0 : readFileSync(join(versions, newest)).length;
    },
    async close() {
      await client.close();
      await app.close();
      await storage.close();
    },
  };
}
