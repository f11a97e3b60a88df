import { join } from 'node:path';
import { buildKubeconfig } from '../apiserver/kubeconfig.ts';
import { type DataFolder, writePrivately } from './data-folder.ts';

export interface ServiceAccountOptions {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/**
 * The credentials of a namespace's pods as kubelet mounts them (`token`, `ca.crt`, `namespace`), and a kubeconfig for
 * clients that cannot be told of another folder, such as Flink's high availability services.
 */
export function createServiceAccounts(folder: DataFolder, options: ServiceAccountOptions) {
  const written = new Map<string, Promise<string>>();
  const write = async (namespace: string) => {
    const target = join(folder.serviceAccounts, namespace);
    await writePrivately(join(target, 'token'), options.token);
    await writePrivately(join(target, 'ca.crt'), options.ca);
    await writePrivately(join(target, 'namespace'), namespace);
    await writePrivately(
      join(target, 'kubeconfig'),
      buildKubeconfig({ ...options, namespace, user: 'pods' }),
    );
    return target;
  };
  return (namespace: string): Promise<string> => {
    const known = written.get(namespace) ?? write(namespace);
    written.set(namespace, known);
    return known;
  };
}
