import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../apiclient/client.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import type { KafkaClient } from '../../engines/kafka/client.ts';
import { KafkaError } from '../../engines/kafka/client.ts';
import {
  decideTopic,
  type KafkaTopicObject,
  type TopicAction,
  type TopicCondition,
  topicFinalizer,
  topicNameOf,
} from './decide.ts';
import { clusterLabel, kafkaTopicType } from './kind.ts';
import type { KafkaTopicStatus } from './spec.ts';

export interface TopicReconcilerOptions {
  readonly client: ApiClient;
  /** All topics' resources, to find two for one topic. */
  listResources(): readonly KafkaTopicObject[];
  /** A client of the Kafka cluster with this name, or `undefined` while it is not ready or does not exist. */
  kafkaOf(cluster: string): KafkaClient | undefined;
}

/** Strimzi looks at every topic again after this time; nothing tells it of changes in Kafka. */
const resyncMs = 120_000;

/** Carries out one KafkaTopic as Strimzi's topic operator does. */
export function createTopicReconciler(options: TopicReconcilerOptions) {
  const { client } = options;

  return async (
    _key: string,
    resource: KafkaTopicObject | undefined,
  ): Promise<ReconcileResult | undefined> => {
    if (resource === undefined) return undefined;
    const kafka = options.kafkaOf(resource.metadata.labels?.[clusterLabel] ?? '');
    if (kafka === undefined) return undefined;
    const topic = await kafka.describeTopic(topicNameOf(resource));
    const decision = decideTopic({
      resource,
      topic,
      managedBy: findOlder(resource, options.listResources()),
    });
    if (decision.finalizer === 'add') {
      await setFinalizer(client, kafkaTopicType, resource, topicFinalizer, true);
    }
    const failure = await carryOut(kafka, topicNameOf(resource), decision.actions);
    if (failure !== undefined) {
      // Recorded: a topic that cannot be deleted loses its id.
      const deleted = resource.metadata.deletionTimestamp !== undefined;
      const after = deleted ? undefined : await kafka.describeTopic(topicNameOf(resource));
      await writeStatus(client, resource, failure, after);
    } else if (decision.finalizer === 'remove') {
      await setFinalizer(client, kafkaTopicType, resource, topicFinalizer, false);
      return undefined;
    } else if (decision.condition !== undefined) {
      const after = decision.actions.length === 0 ? topic : await kafka.describeTopic(topicNameOf(resource));
      await writeStatus(client, resource, decision.condition, after);
    }
    return { requeueAfterMs: resyncMs };
  };
}

async function carryOut(
  kafka: KafkaClient,
  name: string,
  actions: readonly TopicAction[],
): Promise<TopicCondition | undefined> {
  let failure: TopicCondition | undefined;
  for (const action of actions) {
    try {
      if (action.do === 'create') await kafka.createTopic(name, action.topic);
      else if (action.do === 'alter') await kafka.alterConfig(name, action.set, action.remove);
      else if (action.do === 'grow') await kafka.createPartitions(name, action.partitions);
      else await kafka.deleteTopic(name);
    } catch (error) {
      if (!(error instanceof KafkaError) || error.code === 'UNREACHABLE') throw error;
      failure ??= { type: 'Ready', status: 'False', reason: 'KafkaError', message: error.message };
    }
  }
  return failure;
}

async function writeStatus(
  client: ApiClient,
  resource: KafkaTopicObject,
  condition: TopicCondition,
  topic: { readonly id: string } | undefined,
): Promise<void> {
  const { namespace, name, generation = 1 } = resource.metadata;
  const [before] = resource.status?.conditions ?? [];
  // Recorded: unmanaged topics lose name and id; paused ones, refused renames and those of another only the id.
  const known = condition.type !== 'Unmanaged';
  const renamed = condition.message === 'Changing spec.topicName is not supported';
  const owned = condition.type === 'Ready' && !renamed && condition.reason !== 'ResourceConflict';
  const status: KafkaTopicStatus = {
    conditions: [{ lastTransitionTime: before?.lastTransitionTime ?? '', ...condition }],
    observedGeneration: generation,
    ...(known && { topicName: renamed ? resource.status?.topicName : topicNameOf(resource) }),
    ...(owned && topic !== undefined && { topicId: topic.id }),
  };
  if (isDeepStrictEqual(status, resource.status)) return;
  const stamped = { ...status, conditions: [{ lastTransitionTime: new Date().toISOString(), ...condition }] };
  const cleared = Object.fromEntries(
    Object.keys(resource.status ?? {})
      .filter((key) => !(key in stamped))
      .map((key) => [key, null]),
  );
  await client.patch(
    kafkaTopicType,
    { namespace, name },
    { status: { ...cleared, ...stamped } },
    { subresource: 'status' },
  );
}

/** Two resources for one topic: the older one has it, and of two of one second the one that has it already. */
function findOlder(resource: KafkaTopicObject, all: readonly KafkaTopicObject[]) {
  const age = ({ metadata }: KafkaTopicObject) => {
    const has = metadata.finalizers?.includes(topicFinalizer) === true;
    return `${metadata.creationTimestamp} ${has ? 0 : 1} ${metadata.uid}`;
  };
  const older = all.find(
    (other) =>
      other.metadata.uid !== resource.metadata.uid &&
      other.metadata.labels?.[clusterLabel] === resource.metadata.labels?.[clusterLabel] &&
      topicNameOf(other) === topicNameOf(resource) &&
      age(other) < age(resource),
  );
  return older && { namespace: older.metadata.namespace ?? '', name: older.metadata.name };
}
