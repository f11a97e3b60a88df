import { adviseOn } from '../apiclient/api-advice.ts';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { KafkaAccess } from '../engines/kafka/access.ts';
import type { KafkaObject } from '../kinds/kafka/desired.ts';
import {
  type DataFolder,
  findDataFolder,
  type PlatformAddress,
  readPlatformAddress,
} from '../platform/data-folder.ts';
import { readLockHolder } from '../process/lock-file.ts';

export interface RunningPlatform {
  readonly folder: DataFolder;
  readonly address: PlatformAddress;
  readonly client: ApiClient;
}

/** Where the platform of a data folder answers; undefined when none runs there. */
export async function findRunningPlatform(folder: DataFolder): Promise<PlatformAddress | undefined> {
  const [address, holder] = await Promise.all([readPlatformAddress(folder), readLockHolder(folder.lockFile)]);
  return holder === undefined ? undefined : address;
}

/** Where the platform that a command talks to answers; a diagnostic when none runs there. */
export async function requirePlatform(
  dataOption: string | undefined,
): Promise<Pick<RunningPlatform, 'folder' | 'address'>> {
  const folder = await findDataFolder(dataOption);
  const address = await findRunningPlatform(folder);
  if (address === undefined) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'PlatformNotRunning',
      summary: 'No platform is running',
      detail: `Nothing holds the data folder ${folder.path}. Start it with "sdp up --detach", or name another folder by --data or SDP_DATA.`,
    });
  }
  return { folder, address };
}

/** The platform that a command talks to; a diagnostic when none runs there. */
export async function connectPlatform(dataOption: string | undefined): Promise<RunningPlatform> {
  const { folder, address } = await requirePlatform(dataOption);
  // Loaded late, as everything heavy here: `sdp --help` must not wait for it.
  const [{ createApiClient }, { readKubeconfig }] = await Promise.all([
    import('../apiclient/http-client.ts'),
    import('../apiclient/kubeconfig.ts'),
  ]);
  return { folder, address, client: createApiClient(await readKubeconfig(address.kubeconfig)) };
}

/** `host:port` of the platform's Kafka, once it is ready: of a listener by name, else of the one that is for everybody. */
export async function findBootstrapServers(
  client: ApiClient,
  listener?: string,
): Promise<string | undefined> {
  const listeners = (await findKafka(client))?.status?.listeners ?? [];
  const found = listener === undefined ? listeners[0] : listeners.find(({ name }) => name === listener);
  return found?.bootstrapServers;
}

/** How the platform's Kafka is reached, credentials included; a diagnostic that says what is missing otherwise. */
export async function requireKafkaAccess(client: ApiClient): Promise<KafkaAccess> {
  const kafka = await findKafka(client);
  const { readAccess } = await import('../kinds/kafka/external-access.ts');
  const { value, diagnostics } =
    kafka?.status?.listeners === undefined
      ? { value: undefined, diagnostics: [] }
      : await readAccess(client, kafka, process.env);
  if (diagnostics.length > 0) throw new DiagnosticError(...diagnostics);
  if (value !== undefined) return value;
  throw new DiagnosticError({
    severity: 'error',
    reason: 'KafkaNotReady',
    summary: 'Kafka is not ready',
    detail:
      kafka?.status?.conditions?.[0]?.message ??
      'The broker has not answered yet. "sdp status" says what it is waiting for.',
  });
}

/** The platform's Kafka resource: the first that there is. */
export async function findKafka(client: ApiClient): Promise<KafkaObject | undefined> {
  const { kafkaType } = await import('../kinds/kafka/kind.ts');
  return (await client.list<KafkaObject>(kafkaType)).items[0];
}

/** Runs a step against the API; its failures become diagnostics that say what was tried. */
export async function withApi<T>(purpose: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new DiagnosticError({
      severity: 'error',
      reason: error.reason,
      summary: `Could not ${purpose}`,
      detail: `${error.message}\n${adviseOn(error)}`.trim(),
    });
  }
}

export type WithStatus = KubernetesObject & { status?: Record<string, unknown> };
