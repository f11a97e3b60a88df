import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createApiClient } from '../../apiclient/http-client.ts';
import { readKubeconfig } from '../../apiclient/kubeconfig.ts';
import type { Connect } from './session.ts';

export const connectToCluster: Connect = async ({ kubeconfig, context }) =>
  createApiClient(await readKubeconfig(kubeconfigPath(kubeconfig, process.env, homedir()), context));

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
