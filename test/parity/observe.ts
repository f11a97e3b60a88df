import { createKafkaClient } from '../../src/engines/kafka/client.ts';
import { run } from '../e2e/commands.ts';
import type { Group } from './scenarios.ts';
import type { Place } from './worlds.ts';

/** What came of an object, by its status and by what its engine says. */
export type End = Readonly<Record<string, unknown>>;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

interface Live {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly connectorStatus?: {
      readonly connector?: { readonly state?: string };
      readonly tasks?: readonly { readonly state: string }[];
    };
    readonly error?: string;
    readonly lifecycleState?: string;
    readonly jobStatus?: {
      readonly jobId?: string;
      readonly state?: string;
      readonly upgradeSavepointPath?: string;
    };
  };
}

interface Snapshot {
  readonly spec: { readonly jobReference?: { readonly name: string } };
  readonly status?: { readonly state?: string };
}

const kinds: Readonly<Record<Group, string>> = {
  topics: 'kafkatopics',
  connectors: 'kafkaconnectors',
  jobs: 'flinksessionjobs',
};

/** By the name of the object. */
export async function readLive(place: Place, group: Group): Promise<ReadonlyMap<string, Live>> {
  const items = await list<Live>(place, kinds[group]);
  return new Map(items.map((item) => [item.metadata.name, item]));
}

export async function observe(
  place: Place,
  group: Group,
  name: string,
  before: Live | undefined,
): Promise<End> {
  const live = (await readLive(place, group)).get(name);
  if (group === 'topics') return topicEnd(place, name, live);
  if (group === 'connectors') return connectorEnd(live);
  return jobEnd(place, name, live, before);
}

async function topicEnd({ bootstrapServers }: Place, name: string, live: Live | undefined): Promise<End> {
  const client = createKafkaClient({ bootstrapServers: await bootstrapServers() });
  try {
    const topic = (await client.describeTopics([name])).get(name);
    if (topic instanceof Error) throw topic;
    if (live === undefined) return { status: topic === undefined ? 'gone' : 'left in Kafka' };
    return { status: statusOf(live), partitions: topic?.partitions, config: topic?.config };
  } finally {
    await client.close();
  }
}

function connectorEnd(live: Live | undefined): End {
  if (live === undefined) return { status: 'gone' };
  const { connector, tasks = [] } = live.status?.connectorStatus ?? {};
  return { status: statusOf(live), state: connector?.state, tasks: tasks.map(({ state }) => state) };
}

async function jobEnd(
  place: Place,
  name: string,
  live: Live | undefined,
  before: Live | undefined,
): Promise<End> {
  const snapshots = await list<Snapshot>(place, 'flinkstatesnapshots');
  const hasSnapshot = snapshots.some(
    ({ spec, status }) => spec.jobReference?.name === name && status?.state === 'COMPLETED',
  );
  if (live === undefined) return { lifecycle: 'gone', savepoint: hasSnapshot };
  const { lifecycleState: lifecycle, jobStatus = {}, error } = live.status ?? {};
  const { jobId, state, upgradeSavepointPath } = jobStatus;
  const old = before?.status?.jobStatus?.jobId;
  const seen = {
    lifecycle,
    state,
    job: jobId === undefined ? 'none' : jobId === old ? 'same' : 'other',
    savepoint: /\/savepoint-/.test(upgradeSavepointPath ?? ''),
    error,
  };
  return jobId === undefined ? seen : { ...seen, ...(await askFlink(await place.flink(), jobId)) };
}

async function askFlink(rest: string, jobId: string): Promise<End> {
  const ask = async (path: string) => {
    const response = await fetch(`${rest}/jobs/${jobId}${path}`);
    return response.ok ? ((await response.json()) as unknown) : undefined;
  };
  const [job, checkpoints] = (await Promise.all([ask(''), ask('/checkpoints')])) as [
    { readonly vertices?: readonly { readonly parallelism: number }[] } | undefined,
    { readonly latest?: { readonly restored?: { readonly external_path: string } | null } } | undefined,
  ];
  const from = checkpoints?.latest?.restored?.external_path;
  return {
    restored: from === undefined ? 'nothing' : /\/savepoint-/.test(from) ? 'savepoint' : 'checkpoint',
    parallelism: Math.max(0, ...(job?.vertices ?? []).map(({ parallelism }) => parallelism)),
  };
}

/**
 * `Ready`, another condition that holds, or the reason why it is not ready; `outdated` until its operator has acted. Where
 * the topic operator fails, observedGeneration stays what it was.
 */
function statusOf({ metadata, status }: Live): string {
  const conditions = status?.conditions ?? [];
  const failed = conditions.find(
    ({ type, status: holds }) => type === 'NotReady' || (type === 'Ready' && holds === 'False'),
  );
  if (failed !== undefined) return failed.reason ?? 'NotReady';
  if (status?.observedGeneration !== metadata.generation) return 'outdated';
  return conditions.find(({ type }) => type !== 'Ready' && type !== 'Warning')?.type ?? 'Ready';
}

async function list<T>({ environment, namespace }: Place, resource: string): Promise<readonly T[]> {
  const text = await run('kubectl', ['get', resource, '-n', namespace, '-o', 'json'], { env: environment });
  return (JSON.parse(text) as { items: T[] }).items;
}
