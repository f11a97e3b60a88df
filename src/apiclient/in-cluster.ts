import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiAccess } from './api-access.ts';

/** Where Kubernetes mounts a pod's ServiceAccount. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The access that every pod is given, or undefined outside of a pod. The token is read for every request: Kubernetes
 * replaces it before it runs out.
 */
export async function readInClusterAccess(
  environment: NodeJS.ProcessEnv,
  folder = serviceAccountFolder,
): Promise<ApiAccess | undefined> {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT'];
  const tokenFile = join(folder, 'token');
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const [ca, namespace] = await Promise.all(
    ['ca.crt', 'namespace'].map((name) => readFile(join(folder, name), 'utf8').catch(() => undefined)),
  );
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    token: async () => (await readFile(tokenFile, 'utf8')).trim(),
    ...(ca !== undefined && { ca }),
    ...(namespace !== undefined && { namespace: namespace.trim() }),
  };
}
