import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from '../apiclient/client.ts';
import { configMapType, secretType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { type Diagnosed, failed, ok } from '../diagnostics/diagnostic.ts';
import type { Pod, Volume } from './pod.ts';

export interface VolumeFolders {
  /** Persistent volume claims, by namespace and name: they outlive pods. */
  readonly claims: string;
  /** Everything that goes with the pod. */
  readonly pod: string;
}

/** The host folder of each mount path of the pod's container, filled with what is mounted there. */
export async function prepareMounts(
  client: ApiClient,
  pod: Pod,
  folders: VolumeFolders,
): Promise<Diagnosed<Record<string, string>>> {
  const mounts: Record<string, string> = {};
  for (const { name, mountPath } of pod.spec.containers[0]?.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
    const folder = volume === undefined ? undefined : await prepareVolume(client, pod, volume, folders);
    if (folder === undefined) {
      return failed({
        severity: 'error',
        reason: 'FailedMount',
        summary: `Volume ${name} cannot be mounted`,
        detail: `The ConfigMap or Secret behind it does not exist, its name is not legal, or it is of a kind that has no meaning on this machine. ConfigMaps, Secrets, claims and emptyDir can be mounted.`,
      });
    }
    mounts[mountPath] = folder;
  }
  return ok(mounts);
}

/** Kubernetes' rule; here names become folders, and the embedded server does not look at those in pods. */
const legalName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

async function prepareVolume(
  client: ApiClient,
  pod: Pod,
  volume: Volume,
  folders: VolumeFolders,
): Promise<string | undefined> {
  const namespace = pod.metadata.namespace ?? 'default';
  const { claimName = volume.name } = volume.persistentVolumeClaim ?? {};
  if (!legalName.test(volume.name) || !legalName.test(claimName)) return undefined;
  const own = join(folders.pod, 'volumes', volume.name);
  if (volume.persistentVolumeClaim !== undefined) {
    return makeFolder(join(folders.claims, namespace, claimName));
  }
  if (volume.emptyDir !== undefined) return makeFolder(own);
  if (volume.configMap !== undefined) {
    const map = await client.get<KubernetesObject & { data?: Record<string, string> }>(configMapType, {
      namespace,
      name: volume.configMap.name,
    });
    return map === undefined ? undefined : writeFiles(own, map.data ?? {}, 'utf8');
  }
  if (volume.secret !== undefined) {
    const secret = await client.get<KubernetesObject & { data?: Record<string, string> }>(secretType, {
      namespace,
      name: volume.secret.secretName,
    });
    return secret === undefined ? undefined : writeFiles(own, secret.data ?? {}, 'base64');
  }
  return undefined;
}

async function makeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  encoding: 'utf8' | 'base64',
): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await makeFolder(folder);
  for (const [name, content] of Object.entries(files)) {
    // The API server allows only [-._a-zA-Z0-9] in keys, and neither "." nor "..".
    await writeFile(join(folder, name), Buffer.from(content, encoding), { mode: 0o600 });
  }
  await chmod(folder, 0o700);
  return folder;
}
