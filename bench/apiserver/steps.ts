import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../src/apiclient/client.ts';
import { customResourceDefinitionType } from '../../src/apiclient/core-types.ts';
import { createApiClient } from '../../src/apiclient/http-client.ts';
import type { KubernetesObject, Manifest } from '../../src/apiclient/object.ts';
import { kinds } from '../../src/kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../../src/kinds/crd.ts';
import { clusterLabel, kafkaTopicType } from '../../src/kinds/kafka-topic/resource-type.ts';
import type { RunningServer } from './targets.ts';

/** The pieces of work that are timed. */

const clients = 16;
const watchers = 100;
const writesPerSecond = 100;
const watchedSeconds = 5;
const fieldManager = 'bench';

const topic = (name: string): Manifest => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaTopic',
  metadata: { name, namespace: 'default', labels: { [clusterLabel]: 'bench', team: 'bench' } },
  spec: {
    partitions: 12,
    replicas: 3,
    config: { 'retention.ms': '604800000', 'cleanup.policy': 'compact', 'min.insync.replicas': '2' },
  },
});

/** Applies every definition and waits until all kinds are served. */
export async function installKinds({ client }: Pick<RunningServer, 'client'>): Promise<void> {
  for (const kind of kinds) {
    await client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kind), { fieldManager });
  }
  for (const { type } of kinds) {
    while (
      !(await client.list(type).then(
        () => true,
        () => false,
      ))
    )
      await sleep(50);
  }
}

/** Times in milliseconds of `count` requests sent by as many clients at once, and how many were answered a second. */
export interface Throughput {
  readonly perSecond: number;
  readonly times: readonly number[];
}

async function send(count: number, request: (index: number) => Promise<unknown>): Promise<Throughput> {
  const times: number[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      const sent = performance.now();
      await request(index);
      times.push(performance.now() - sent);
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: clients }, work));
  return { perSecond: count / ((performance.now() - begin) / 1000), times };
}

export function create({ client }: RunningServer, prefix: string, count: number): Promise<Throughput> {
  return send(count, (index) => client.create(kafkaTopicType, topic(`${prefix}-${index}`)));
}

export function apply({ client }: RunningServer, prefix: string, count: number): Promise<Throughput> {
  return send(count, (index) => client.apply(kafkaTopicType, topic(`${prefix}-${index}`), { fieldManager }));
}

export function get({ client }: RunningServer, prefix: string, count: number): Promise<Throughput> {
  return send(count, async (index) => {
    const name = `${prefix}-${index % 1_000}`;
    const found = await client.get(kafkaTopicType, { namespace: 'default', name });
    if (found === undefined) throw new Error(`${name} is not there`);
  });
}

/** Milliseconds until the whole answer was read; `pages`: as the client lists, a thousand objects at a time. */
export async function list({ client }: RunningServer, pages: boolean, expected: number): Promise<number> {
  const begin = performance.now();
  if (pages) {
    const { items } = await client.list(kafkaTopicType);
    if (items.length !== expected) throw new Error(`${items.length} objects instead of ${expected}`);
    return performance.now() - begin;
  }
  const { group, version, plural } = kafkaTopicType;
  const answer = await client.request('GET', `/apis/${group}/${version}/${plural}`);
  const text = await answer.text();
  const time = performance.now() - begin;
  const { items } = JSON.parse(text) as { items: unknown[] };
  if (items.length !== expected) throw new Error(`${items.length} objects instead of ${expected}`);
  return time;
}

export interface WatchLag {
  /** From the sending of a write to its event, for each write and watcher, milliseconds. */
  readonly fromSent: readonly number[];
  readonly fromAcknowledged: readonly number[];
  /** Watches that the server ended, as it does with slow ones; they went on from where they were. */
  readonly ended: number;
}

/** Writes at a steady rate, seen by many watchers, each with a connection of its own. */
export async function watchLag(server: RunningServer, prefix: string): Promise<WatchLag> {
  const { client } = server;
  const writes = writesPerSecond * watchedSeconds;
  const sent: number[] = [];
  const acknowledged: number[] = [];
  const seen: number[][] = Array.from({ length: writes }, () => []);
  let left = writes * watchers;
  let connected = 0;
  const stop = new AbortController();
  const { resourceVersion } = await client.list(kafkaTopicType);
  const observer = createApiClient(server.access, 'sdp-bench');
  let ended = 0;
  const watching = Array.from({ length: watchers }, async () => {
    let reached = resourceVersion;
    while (!stop.signal.aborted) {
      const options = { namespace: 'default', resourceVersion: reached, signal: stop.signal };
      for await (const { type, object } of observer.watch(kafkaTopicType, options)) {
        reached = object.metadata.resourceVersion ?? reached;
        if (type === 'BOOKMARK') continue;
        const write = object.metadata.annotations?.['write'];
        if (write === 'first') connected += 1;
        if (write === undefined || write === 'first') continue;
        seen[Number(write)]?.push(performance.now());
        left -= 1;
      }
      if (!stop.signal.aborted) ended += 1;
    }
  });
  try {
    await annotate(client, `${prefix}-0`, 'first');
    await until(
      () => connected === watchers,
      () => `${connected} of ${watchers} watches are open`,
    );
    const begin = performance.now();
    const answers: Promise<void>[] = [];
    while (sent.length < writes) {
      const due = Math.min(writes, Math.floor(((performance.now() - begin) / 1000) * writesPerSecond) + 1);
      while (sent.length < due) {
        const write = sent.length;
        sent.push(performance.now());
        const answer = annotate(client, `${prefix}-${write % 1_000}`, String(write));
        answers.push(answer.then(() => void (acknowledged[write] = performance.now())));
      }
      await sleep(2);
    }
    await Promise.all(answers);
    await until(
      () => left === 0,
      () => `${left} events are missing, ${ended} watches were ended`,
    );
  } finally {
    stop.abort();
    await Promise.all(watching);
    await observer.close();
  }
  const since = (starts: readonly number[]) =>
    seen.flatMap((times, write) => times.map((time) => time - (starts[write] ?? 0)));
  return { fromSent: since(sent), fromAcknowledged: since(acknowledged), ended };
}

async function annotate(client: ApiClient, name: string, write: string): Promise<void> {
  const annotations = { write };
  await client.patch<KubernetesObject>(
    kafkaTopicType,
    { namespace: 'default', name },
    { metadata: { annotations } },
    { fieldManager },
  );
}

async function until(holds: () => boolean, describe: () => string): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > limit) throw new Error(`after a minute ${describe()}`);
    await sleep(5);
  }
}
