import { join } from 'node:path';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { readRevisionData } from '../../sql/revision-content.ts';
import type { Bearers } from '../api-bearer.ts';
import { type DataFolder, writePrivately } from '../data-folder.ts';
import { startRegistryListener } from './listener.ts';
import { openStore } from './store.ts';
import { openTokens } from './tokens.ts';
import { findUsage, type User } from './usage.ts';

export interface RegistryOptions {
  readonly folder: DataFolder;
  readonly port: number;
  /** Hosts besides loopback that stand for the registry in addresses. */
  readonly hosts: readonly string[];
  /** The platform's own. */
  readonly token: string;
  /** Whose tokens of the API are taken besides. */
  readonly bearers?: Bearers;
  /** What may use artifacts: FlinkSessionJobs, FlinkDeployments, KafkaConnects and the revisions of SQL (`revisionSelector`). */
  users(): readonly KubernetesObject[];
  onError(error: unknown): void;
}

/** Hosts that stand for the registry on every local platform. */
export const usualHosts = ['pypi', 'maven'];

/** Label of ConfigMaps with SQL, whose value is the job's name. */
export const revisionSelector = 'sdp.internal/job';

/** Starts the artifact registry on a data folder, and writes the settings for Maven. */
export async function startRegistry(
  options: RegistryOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { folder, port, hosts } = options;
  const tokens = openTokens(
    join(folder.controlPlane, 'registry-tokens.json'),
    options.token,
    options.bearers,
  );
  const store = await openStore(folder.artifacts);
  await writePrivately(folder.mavenSettings, mavenSettings);
  const isRegistry = (host: string) =>
    hosts.includes(host.replace(/:\d+$/, '')) || [`127.0.0.1:${port}`, `localhost:${port}`].includes(host);
  const listener = await startRegistryListener({
    port,
    hosts,
    tokens,
    store,
    usage: () => findUsage(options.users().map(userOf), isRegistry),
    onError: options.onError,
  });
  return { url: `http://127.0.0.1:${port}`, close: listener.close };
}

type Content = KubernetesObject & {
  readonly spec?: unknown;
  readonly status?: { readonly reconciliationStatus?: unknown };
};

/** What an object is declared by, and what it was last carried out or stable with: it may go back to that. */
function userOf(object: KubernetesObject): User {
  const { metadata, spec, status } = object as Content;
  return {
    name: `${metadata.namespace ?? ''}/${metadata.labels?.[revisionSelector] ?? metadata.name}`,
    content: spec === undefined ? readRevisionData({ ...object }) : [spec, status?.reconciliationStatus],
  };
}

/** Maven replaces the expression when it reads the file: the token is in the environment alone. */
const mavenSettings = `<settings>
  <servers>
    <server>
      <id>sdp</id>
      <username>__token__</username>
      <password>\${env.SDP_REGISTRY_TOKEN}</password>
    </server>
  </servers>
</settings>
`;
