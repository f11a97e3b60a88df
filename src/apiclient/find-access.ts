import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ApiAccess } from './api-access.ts';
import { readInClusterAccess, serviceAccountFolder } from './in-cluster.ts';
import { readKubeconfig } from './kubeconfig.ts';

export interface AccessTarget {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  readonly serviceAccount?: string;
}

/**
 * The access that was asked for, as kubectl looks for it: the kubeconfig that is named, else those of $KUBECONFIG
 * merged, else ~/.kube/config, else, inside a pod, its ServiceAccount.
 */
export async function findAccess(target: AccessTarget, surroundings: Surroundings): Promise<ApiAccess> {
  const { environment, home, serviceAccount = serviceAccountFolder } = surroundings;
  const paths = kubeconfigPaths(target.kubeconfig, environment, home);
  const isAsked = target.kubeconfig !== undefined || target.context !== undefined;
  if (!isAsked && !paths.some((path) => existsSync(path))) {
    const own = await readInClusterAccess(environment, serviceAccount);
    if (own !== undefined) return own;
  }
  return readKubeconfig(paths, { context: target.context, environment });
}

export function kubeconfigPaths(
  named: string | undefined,
  environment: NodeJS.ProcessEnv,
  home: string,
): readonly string[] {
  if (named !== undefined) return [named.replace(/^~(?=\/)/, home)];
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(home, '.kube', 'config')];
}
