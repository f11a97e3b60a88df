import { expect } from 'vitest';
import { customResourceDefinitionType, namespaceType } from '../../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../../apiserver/testing/start-test-server.ts';
import { createFakeKafka, type FakeKafka } from '../../../engines/kafka/fake-kafka.ts';
import { collectTopicCalls } from '../../../engines/kafka/topic-calls.ts';
import { buildCustomResourceDefinition } from '../../crd.ts';
import { type KafkaTopicObject, managedTopicOf, topicNameOf } from '../decide.ts';
import { kafkaTopic } from '../kind.ts';
import { createTopicReconciler } from '../reconcile.ts';
import { clusterLabel, kafkaTopicType } from '../resource-type.ts';
import type { KafkaTopicSpec } from '../spec.ts';

/** One namespace of an API server, a fake Kafka, and the operator, which acts when it is told to. */
export interface TopicRig {
  readonly kafka: FakeKafka;
  readonly namespace: string;
  /** For how long no broker has answered. */
  silentMs: number;
  /** Whether it is known where the cluster answers. */
  known: boolean;
  readonly outcomes: boolean[];
  create(
    spec: KafkaTopicSpec,
    name?: string,
    metadata?: Partial<KafkaTopicObject['metadata']>,
  ): Promise<void>;
  change(patch: Record<string, unknown>, name?: string): Promise<void>;
  annotate(key: string, value: string | null): Promise<void>;
  remove(name?: string): Promise<void>;
  /** As the controller does: again as long as the resource changes. Answers when to look again. */
  reconcile(name?: string): Promise<number | undefined>;
  read(name?: string): Promise<KafkaTopicObject | undefined>;
  /** The status, its conditions without times. */
  status(name?: string): Promise<object>;
  finalizers(name?: string): Promise<string[] | undefined>;
  /** What is set on the topic itself. */
  dynamic(name?: string): Record<string, string>;
}

export async function startTopicServer(): Promise<TestServer> {
  const server = await startTestServer();
  await server.client.apply(customResourceDefinitionType, buildCustomResourceDefinition(kafkaTopic), {
    fieldManager: 'test',
  });
  return server;
}

export const ready = [{ type: 'Ready', status: 'True' }];
export const refused = (reason: string, message: unknown) => [
  { type: 'Ready', status: 'False', reason, message },
];

let count = 0;

export async function openTopicRig({ client }: TestServer): Promise<TopicRig> {
  count += 1;
  const namespace = `topics-${count}`;
  await client.create(namespaceType, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const kafka = createFakeKafka();
  const calls = collectTopicCalls(kafka, 0);
  const read = (name = 't') => client.get<KafkaTopicObject>(kafkaTopicType, { namespace, name });

  let all: readonly KafkaTopicObject[] = [];
  const reconcileOne = createTopicReconciler({
    client,
    rivalsOf: (one) =>
      all.filter(
        (other) =>
          other.metadata.uid !== one.metadata.uid &&
          topicNameOf(other) === managedTopicOf(one) &&
          other.metadata.labels?.[clusterLabel] === one.metadata.labels?.[clusterLabel],
      ),
    clusterOf: (cluster) =>
      cluster === 'kafka'
        ? {
            calls: rig.known ? calls : undefined,
            silentMs: () => rig.silentMs,
            heard: (answered) => rig.outcomes.push(answered),
          }
        : undefined,
  });

  const rig: TopicRig = {
    kafka,
    namespace,
    silentMs: 0,
    known: true,
    outcomes: [],
    async create(spec, name = 't', metadata = {}) {
      await client.create(kafkaTopicType, {
        apiVersion: 'kafka.strimzi.io/v1',
        kind: 'KafkaTopic',
        metadata: { labels: { [clusterLabel]: 'kafka' }, ...metadata, namespace, name },
        spec,
      });
      await rig.reconcile(name);
    },
    async change(patch, name = 't') {
      await client.patch(kafkaTopicType, { namespace, name }, patch);
      await rig.reconcile(name);
    },
    annotate: (key, value) => rig.change({ metadata: { annotations: { [key]: value } } }),
    async remove(name = 't') {
      await client.delete(kafkaTopicType, { namespace, name });
      await rig.reconcile(name);
    },
    async reconcile(name = 't') {
      for (let before: string | undefined = 'none'; ; ) {
        const resource = await read(name);
        all = (await client.list<KafkaTopicObject>(kafkaTopicType, { namespace })).items;
        const result = await reconcileOne(`${namespace}/${name}`, resource);
        if (resource?.metadata.resourceVersion === before) return result?.requeueAfterMs;
        before = resource?.metadata.resourceVersion;
      }
    },
    read,
    async status(name = 't') {
      const { conditions = [], ...rest } = (await read(name))?.status ?? {};
      const withoutTime = conditions.map(({ lastTransitionTime, ...condition }) => {
        expect(lastTransitionTime).toMatch(/^\d{4}-.*Z$/);
        return condition;
      });
      return { ...rest, conditions: withoutTime };
    },
    finalizers: async (name = 't') => (await read(name))?.metadata.finalizers,
    dynamic: (name = 't') => Object.fromEntries(kafka.topics.get(name)?.dynamic ?? []),
  };
  return rig;
}
