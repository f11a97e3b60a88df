import { join } from 'node:path';
import fastify from 'fastify';
import { ensureServerCertificate } from '../../src/apiserver/certificates.ts';
import { apiServerOptions, openStorage, registerKubernetesApi } from '../../src/apiserver/server.ts';

/** What the platform's daemon does for its API server: certificate, storage, HTTPS. Prints its address and runs on. */
export async function serve(folder: string): Promise<void> {
  const certificate = await ensureServerCertificate(join(folder, 'certificates'));
  const storage = openStorage(join(folder, 'storage'));
  const app = fastify({
    ...apiServerOptions,
    https: { key: certificate.key, cert: certificate.certificate },
  });
  await registerKubernetesApi(app, {
    storage,
    tokens: [{ token: process.env['BENCH_TOKEN'] ?? '', user: 'admin', groups: ['system:masters'] }],
    onError: (error) => console.error(error),
  });
  const server = await app.listen({ host: '127.0.0.1', port: 0 });
  console.log(JSON.stringify({ server, ca: certificate.ca }));
  process.once('SIGTERM', () => {
    void app.close().then(() => storage.close());
  });
}
