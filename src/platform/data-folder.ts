import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import type { HostAliases } from '../engines/host-aliases.ts';

/** The folder that holds everything of one platform. Nothing is shared between two but the download cache. */
export interface DataFolder {
  readonly path: string;
  /** Held by the daemon as long as it lives. */
  readonly lockFile: string;
  readonly kubeconfig: string;
  readonly daemonLog: string;
  /** Control plane storage, certificates, credentials. */
  readonly controlPlane: string;
  /** Pods, logs, volumes, ports. */
  readonly runtime: string;
  /** Terraform states. */
  readonly states: string;
  /** What is published in the registry. */
  readonly artifacts: string;
  /** For `mvn deploy`: who publishes, by a token from the environment. */
  readonly mavenSettings: string;
  /** ServiceAccount credentials of pods, by namespace. */
  readonly serviceAccounts: string;
}

export function dataFolder(path: string): DataFolder {
  return {
    path,
    lockFile: join(path, 'lock'),
    kubeconfig: join(path, 'kubeconfig'),
    daemonLog: join(path, 'daemon.log'),
    controlPlane: join(path, 'control-plane'),
    runtime: path,
    states: join(path, 'states'),
    artifacts: join(path, 'artifacts'),
    mavenSettings: join(path, 'maven-settings.xml'),
    serviceAccounts: join(path, 'service-accounts'),
  };
}

/**
 * `--data`, else `SDP_DATA`, else the `.sdp` folder of the current project (found in this folder or above, or made here
 * when this folder has Terraform files), else the user's.
 */
export async function findDataFolder(
  option: string | undefined,
  cwd = process.cwd(),
  environment: NodeJS.ProcessEnv = process.env,
): Promise<DataFolder> {
  const named = option ?? environment.SDP_DATA;
  if (named !== undefined && named !== '') return dataFolder(resolve(cwd, named));
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.sdp'))) return dataFolder(join(folder, '.sdp'));
    if (folder === dirname(folder)) break;
  }
  const names = await readdir(cwd).catch(() => []);
  const isProject = names.some((name) => name.endsWith('.tf'));
  return dataFolder(join(isProject ? cwd : homedir(), '.sdp'));
}

/** What a running platform tells those who come: written when it is ready. */
export interface PlatformAddress {
  /** `https://127.0.0.1:40123`: the Kubernetes API, and below `/state` the Terraform states. */
  readonly url: string;
  /** Kubeconfig of the Kubernetes API, which may be another server's. */
  readonly kubeconfig: string;
  /** `http://127.0.0.1:40124`: the Ingresses, by their hosts. */
  readonly ingressUrl: string;
  /** Where Prometheus asks what to scrape (`http_sd_configs`). */
  readonly metricsUrl: string;
  /** `http://127.0.0.1:40125`: the artifact registry. */
  readonly registryUrl: string;
  /** Hosts of addresses that it answers for here. */
  readonly hostAliases: HostAliases;
  /** Settings with who publishes, for `mvn deploy`. */
  readonly mavenSettings: string;
  /** As `sdp.yaml` names it. */
  readonly schemaRegistryUrl?: string;
  readonly caCertificate: string;
  /** Password of user `sdp` for Terraform's HTTP backend. */
  readonly stateToken: string;
  /** Password of users `sdp` and `__token__` for the artifact registry. */
  readonly registryToken: string;
  /** Password of user `sdp` for Flink's planner. */
  readonly plannerToken: string;
  readonly pid: number;
}

const addressFile = (folder: DataFolder) => join(folder.path, 'platform.json');

export async function readPlatformAddress(folder: DataFolder): Promise<PlatformAddress | undefined> {
  const text = await readFile(addressFile(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as PlatformAddress);
}

export async function writePlatformAddress(folder: DataFolder, address: PlatformAddress): Promise<void> {
  await writePrivately(addressFile(folder), JSON.stringify(address, undefined, 2));
}

/** Writes a file that only its owner may read, whole or not at all. */
export async function writePrivately(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // One that was left half written would keep its mode.
  await rm(`${file}.new`, { force: true });
  await writeFile(`${file}.new`, content, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
