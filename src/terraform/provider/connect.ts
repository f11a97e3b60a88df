import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Connect } from './session.ts';

/** The client's modules are loaded here: half of a plan's provider processes never talk to the API. */
export const connectToCluster: Connect = async ({ kubeconfig, context }) => {
  const [{ readKubeconfig }, { createApiClient }] = await Promise.all([
    import('../../apiclient/kubeconfig.ts'),
    import('../../apiclient/http-client.ts'),
  ]);
  const path = kubeconfigPath(kubeconfig, process.env, homedir());
  return createApiClient(await readKubeconfig(path, context), 'sdp');
};

/** The argument, else the first of $KUBECONFIG that exists, else ~/.kube/config: as kubectl looks. */
export function kubeconfigPath(
  argument: string | undefined,
  environment: NodeJS.ProcessEnv,
  home: string,
): string {
  if (argument !== undefined) return argument.replace(/^~(?=\/)/, home);
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.find((path) => existsSync(path)) ?? listed[0] ?? join(home, '.kube', 'config');
}
