import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import { setFinalizer } from '../../controller/finalizers.ts';
import { KafkaError } from '../../engines/kafka/kafka-error.ts';
import type { TopicCalls } from '../../engines/kafka/topic-calls.ts';
import { writeStrimziStatus } from '../write-strimzi-status.ts';
import {
  decideAlone,
  decideForeign,
  decideTopic,
  type KafkaTopicObject,
  managedTopicOf,
  type TopicAction,
  type TopicCondition,
  type TopicDecision,
  topicFinalizer,
} from './decide.ts';
import { clusterLabel, kafkaTopicType } from './resource-type.ts';
import { findManager } from './rivals.ts';
import { buildStatus, unreachableCondition } from './status.ts';

/** A Kafka cluster as its topics see it. */
export interface TopicCluster {
  /** `undefined` while it is not known where it answers. */
  readonly calls: TopicCalls | undefined;
  /** How long it has not answered; 0 while it does, and before it was started for the first time. */
  silentMs(): number;
  /** Told after each try whether a broker answered. */
  heard(answered: boolean): void;
}

export interface TopicReconcilerOptions {
  readonly client: ApiClient;
  /** Other resources that want the same topic. */
  rivalsOf(resource: KafkaTopicObject): readonly KafkaTopicObject[];
  /** `undefined` when there is no Kafka cluster of this name: its topics are somebody else's. */
  clusterOf(name: string): TopicCluster | undefined;
}

/** Strimzi looks at every topic again after this time; nothing tells it of changes in Kafka. */
const resyncMs = 120_000;
/** A broker that is restarted is back before: statuses do not flap. */
export const graceMs = 20_000;
const retryMs = 2_000;
const outdatedMs = 200;

/** Carries out one KafkaTopic as Strimzi's topic operator does. */
export function createTopicReconciler(options: TopicReconcilerOptions) {
  const { client } = options;
  /** Ids of topics that were deleted here: a broker may tell of one a little longer. */
  const deleted = new Set<string>();

  return async (
    _key: string,
    resource: KafkaTopicObject | undefined,
  ): Promise<ReconcileResult | undefined> => {
    if (resource === undefined) return undefined;
    try {
      const cluster = options.clusterOf(resource.metadata.labels?.[clusterLabel] ?? '');
      if (cluster !== undefined) return await reconcile(resource, cluster);
      await release(decideForeign(resource), resource);
      return undefined;
    } catch (error) {
      // Gone in between: its deletion ended without us.
      if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
      throw error;
    }
  };

  async function reconcile(resource: KafkaTopicObject, cluster: TopicCluster): Promise<ReconcileResult> {
    const managedBy = findManager(resource, options.rivalsOf(resource));
    const alone = decideAlone(resource, managedBy);
    if (alone !== undefined && alone.actions.length === 0) {
      if (alone.condition !== undefined) await writeStatus(resource, alone.condition, undefined);
      await release(alone, resource);
      return { requeueAfterMs: resyncMs };
    }
    // Nothing is done in Kafka before the resource is held.
    if (alone === undefined) await setFinalizer(client, kafkaTopicType, resource, topicFinalizer, true);
    try {
      if (cluster.calls === undefined) throw new KafkaError('UNREACHABLE', 'no broker', true);
      const result = await reconcileInKafka(resource, cluster.calls, alone);
      cluster.heard(true);
      return result;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      cluster.heard(false);
      return await wait(resource, cluster.silentMs(), error);
    }
  }

  async function reconcileInKafka(
    resource: KafkaTopicObject,
    calls: TopicCalls,
    alone: TopicDecision | undefined,
    mayRepeat = true,
  ): Promise<ReconcileResult> {
    const name = managedTopicOf(resource);
    let topicId: string | undefined;
    let decision = alone;
    let failure: TopicCondition | undefined;
    if (decision === undefined) {
      const { topic: described, refused } = await describe(calls, name);
      const topic = described !== undefined && deleted.has(described.id) ? undefined : described;
      topicId = topic?.id;
      failure = refused;
      decision = decideTopic({ resource, topic, managedBy: undefined });
    }
    for (const action of failure === undefined ? decision.actions : []) {
      const outcome = await carryOut(calls, name, action);
      if (outcome.outdated && mayRepeat) {
        await sleep(outdatedMs);
        return reconcileInKafka(resource, calls, alone, false);
      }
      if (action.do === 'delete' && outcome.failure === undefined) rememberDeleted(resource);
      topicId = outcome.topicId ?? topicId;
      failure ??= outcome.failure;
    }
    const condition = failure ?? decision.condition;
    if (condition !== undefined) await writeStatus(resource, condition, topicId);
    if (failure === undefined) await release(decision, resource);
    return { requeueAfterMs: resyncMs };
  }

  function rememberDeleted({ status }: KafkaTopicObject): void {
    if (status?.topicId === undefined) return;
    if (deleted.size >= 10_000) deleted.clear();
    deleted.add(status.topicId);
  }

  /** No broker answers: that is said once it has lasted, and tried again until it ends. */
  async function wait(
    resource: KafkaTopicObject,
    silentMs: number,
    error: KafkaError,
  ): Promise<ReconcileResult> {
    if (silentMs < graceMs) {
      return { requeueAfterMs: silentMs === 0 ? retryMs : Math.min(retryMs, graceMs - silentMs) };
    }
    const deleted = resource.metadata.deletionTimestamp !== undefined;
    const call = deleted ? 'deleteTopics' : 'describeConfigs';
    await writeStatus(resource, unreachableCondition(call, error.message), undefined);
    return { requeueAfterMs: retryMs };
  }

  async function release({ finalizer }: TopicDecision, resource: KafkaTopicObject): Promise<void> {
    if (finalizer !== 'remove') return;
    await setFinalizer(client, kafkaTopicType, resource, topicFinalizer, false);
  }

  async function writeStatus(
    resource: KafkaTopicObject,
    condition: TopicCondition,
    topicId: string | undefined,
  ): Promise<void> {
    await writeStrimziStatus(client, kafkaTopicType, resource, buildStatus(resource, condition, topicId));
  }
}

async function describe(calls: TopicCalls, name: string) {
  try {
    return { topic: await calls.describe(name), refused: undefined };
  } catch (error) {
    return { topic: undefined, refused: toCondition(error) };
  }
}

interface Outcome {
  /** Of a topic that was created. */
  readonly topicId?: string;
  readonly failure?: TopicCondition;
  /** What was decided on was older than what the controller has. */
  readonly outdated?: boolean;
}

async function carryOut(calls: TopicCalls, name: string, action: TopicAction): Promise<Outcome> {
  try {
    if (action.do === 'create') return { topicId: await calls.create(name, action.topic) };
    if (action.do === 'alter') await calls.alterConfig(name, action);
    else if (action.do === 'grow') await calls.createPartitions(name, action.partitions);
    else await calls.delete(name);
    return {};
  } catch (error) {
    return { failure: toCondition(error), outdated: error instanceof KafkaError && isOutdated(error) };
  }
}

/** A broker hears of changes a little later than the controller that has them already. */
function isOutdated({ code }: KafkaError): boolean {
  return code === 'TOPIC_ALREADY_EXISTS' || code === 'INVALID_PARTITIONS';
}

/** A refusal as Strimzi writes it; whatever else went wrong is thrown on. */
function toCondition(error: unknown): TopicCondition {
  if (!(error instanceof KafkaError) || error.code === 'UNREACHABLE') throw error;
  return { type: 'Ready', status: 'False', reason: 'KafkaError', message: error.message };
}

function isUnreachable(error: unknown): error is KafkaError {
  return error instanceof KafkaError && error.code === 'UNREACHABLE';
}
