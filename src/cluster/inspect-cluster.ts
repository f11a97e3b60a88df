import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { toApiError } from '../apiclient/http-client.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import { kinds } from '../kinds/catalog.ts';
import { flinkProxyPath } from '../kinds/flink-job/rest-proxy.ts';
import { connectProxyPath } from '../kinds/kafka-connect/rest-proxy.ts';
import { deployerRights, type NeededRight } from './cluster-rights.ts';
import { inspectOperators } from './inspect-operators.ts';
import type {
  ClusterObservation,
  EngineObservation,
  IgnoredConnectors,
  KindObservation,
  ObjectObservation,
} from './observation.ts';

/** Kinds that an operator of the cluster acts on; what Prometheus reads has no status. */
const operated = [
  'KafkaTopic',
  'KafkaUser',
  'KafkaConnect',
  'KafkaConnector',
  'FlinkDeployment',
  'FlinkSessionJob',
];
const connectorsAnnotation = 'strimzi.io/use-connector-resources';
const proxyTimeoutMs = 5_000;
/** Questions at a time. */
const parallel = 8;

/** Looks at a cluster as whoever the client is; what he may not see is seen as missing. */
export async function inspectCluster(
  client: ApiClient,
  server: string,
  namespace: string,
): Promise<ClusterObservation> {
  const { version, clockAheadMs } = await readVersion(client);
  const seenKinds = await readKinds(client);
  const rights = await mapParallel(deployerRights, async (right) => ({
    ...right,
    isAllowed: await mayDo(client, namespace, right),
  }));
  const live = (
    await mapParallel(
      kinds.filter(({ type }) => operated.includes(type.kind) && isServed(seenKinds, type)),
      ({ type }) => listOwn(client, type, namespace),
    )
  ).flat();
  const engines = await mapParallel(live.filter(isCluster), (object) => askEngine(client, object));
  const operators = await inspectOperators(client, namespace);
  return {
    server,
    version,
    namespace,
    ...(clockAheadMs !== undefined && { clockAheadMs }),
    kinds: seenKinds,
    rights,
    objects: live.map((object) => observeObject(object, Date.now())),
    engines,
    ignoredConnectors: findIgnored(live),
    ...(operators !== undefined && { operators }),
  };
}

interface LiveObject extends KubernetesObject {
  readonly spec?: { readonly flinkConfiguration?: Readonly<Record<string, string>> };
  readonly status?: { readonly observedGeneration?: number };
}

async function readVersion(client: ApiClient): Promise<{ version: string; clockAheadMs?: number }> {
  const before = Date.now();
  const answer = await client.request('GET', '/version');
  const text = await answer.text();
  if (answer.status !== 200) throw toApiError(answer.status, text, 'GET /version', answer.refused);
  const { gitVersion } = JSON.parse(text) as { gitVersion: string };
  const date = Date.parse(String(answer.headers['date'] ?? ''));
  if (Number.isNaN(date)) return { version: gitVersion };
  // The header has whole seconds.
  return { version: gitVersion, clockAheadMs: (before + Date.now()) / 2 - (date + 500) };
}

async function readKinds(client: ApiClient): Promise<readonly KindObservation[]> {
  const groups = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const group of new Set(kinds.map(({ type }) => type.group)))
    groups.set(group, await readGroup(client, group));
  return kinds.map(({ type: { kind, group, version, plural } }) => {
    const versions = [...(groups.get(group) ?? [])];
    return {
      kind,
      group,
      version,
      served: versions.filter(([, plurals]) => plurals.includes(plural)).map(([served]) => served),
    };
  });
}

/** Plurals by version. */
async function readGroup(client: ApiClient, group: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { versions = [] } = await readDiscovery<{ versions?: readonly { version: string }[] }>(
    client,
    `/apis/${group}`,
  );
  const plurals = new Map<string, readonly string[]>();
  for (const { version } of versions) {
    const { resources = [] } = await readDiscovery<{ resources?: readonly { name: string }[] }>(
      client,
      `/apis/${group}/${version}`,
    );
    plurals.set(
      version,
      resources.map(({ name }) => name),
    );
  }
  return plurals;
}

async function readDiscovery<T extends object>(client: ApiClient, path: string): Promise<Partial<T>> {
  const answer = await client.request('GET', path, { headers: { accept: 'application/json' } });
  const text = await answer.text();
  if (answer.status === 404) return {};
  if (answer.status !== 200) throw toApiError(answer.status, text, `GET ${path}`, answer.refused);
  return JSON.parse(text) as T;
}

function isServed(seen: readonly KindObservation[], type: ResourceType): boolean {
  return seen.some(({ kind, served }) => kind === type.kind && served.includes(type.version));
}

async function mayDo(
  client: ApiClient,
  namespace: string,
  { verb, group, resource }: NeededRight,
): Promise<boolean> {
  const [name, subresource] = resource.split('/');
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: { namespace, verb, group, resource: name, ...(subresource && { subresource }) },
    },
  };
  const answer = await client.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(review),
  });
  const text = await answer.text();
  if (answer.status >= 400) throw toApiError(answer.status, text, 'ask for a right', answer.refused);
  const { status } = JSON.parse(text) as { status?: { allowed?: boolean } };
  return status?.allowed === true;
}

/** Nothing where it is not allowed: that is told as a missing right. */
async function listOwn(
  client: ApiClient,
  type: ResourceType,
  namespace: string,
): Promise<readonly LiveObject[]> {
  try {
    const { items } = await client.list<LiveObject>(type, { namespace });
    return items.map((item) => ({ ...item, kind: type.kind }));
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'Forbidden') return [];
    throw error;
  }
}

/** Strimzi's operator acts on connectors of clusters that are annotated so. */
function findIgnored(live: readonly LiveObject[]): readonly IgnoredConnectors[] {
  return live
    .filter(
      ({ kind, metadata }) =>
        kind === 'KafkaConnect' && metadata.annotations?.[connectorsAnnotation] !== 'true',
    )
    .map(({ kind, metadata: { name, namespace = '' } }) => ({
      connect: { kind, namespace, name },
      connectors: live
        .filter(
          (one) => one.kind === 'KafkaConnector' && one.metadata.labels?.['strimzi.io/cluster'] === name,
        )
        .map(({ metadata }) => metadata.name),
    }))
    .filter(({ connectors }) => connectors.length > 0);
}

function isCluster({ kind }: LiveObject): boolean {
  return kind === 'FlinkDeployment' || kind === 'KafkaConnect';
}

async function askEngine(client: ApiClient, { kind, metadata }: LiveObject): Promise<EngineObservation> {
  const { name, namespace = '' } = metadata;
  const engine = kind === 'KafkaConnect' ? 'Connect' : 'Flink';
  const object = { kind, namespace, name };
  const path =
    engine === 'Connect'
      ? `${connectProxyPath(namespace, name)}/`
      : `${flinkProxyPath(namespace, name)}/v1/overview`;
  const signal = AbortSignal.timeout(proxyTimeoutMs);
  try {
    const answer = await client.request('GET', path, { signal });
    const text = messageOf(await answer.text());
    return answer.status < 400
      ? { object, engine }
      : { object, engine, problem: { status: answer.status, text } };
  } catch (error) {
    const text = signal.aborted
      ? `no answer within ${proxyTimeoutMs / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error);
    return { object, engine, problem: { status: signal.aborted ? 504 : 0, text } };
  }
}

/** The message of the API server's Status, or the beginning of what a gateway says. */
function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // No JSON.
  }
  return text.trim().slice(0, 200);
}

const stateKeys = [
  'high-availability.storageDir',
  'state.checkpoints.dir',
  'state.savepoints.dir',
  'execution.checkpointing.dir',
  'execution.checkpointing.savepoint-dir',
];

function observeObject({ kind, metadata, spec, status }: LiveObject, now: number): ObjectObservation {
  const { name, namespace = '', generation = 0 } = metadata;
  const changed = (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined)
    .map(({ time }) => Date.parse(time ?? ''));
  const newest = Math.max(
    Date.parse(metadata.creationTimestamp ?? ''),
    ...changed.filter((time) => !Number.isNaN(time)),
  );
  const configuration = spec?.flinkConfiguration ?? {};
  return {
    object: { kind, namespace, name },
    generation,
    ...(status?.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
    unchangedMs: now - newest,
    localState: stateKeys.filter((key) => configuration[key]?.startsWith('file:')),
  };
}

async function mapParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += parallel) {
    results.push(...(await Promise.all(items.slice(at, at + parallel).map(work))));
  }
  return results;
}
