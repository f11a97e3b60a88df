import { isManaged, type KafkaTopicObject, managedTopicOf, type TopicCondition } from './decide.ts';
import type { KafkaTopicStatus } from './spec.ts';

/** What Kafka's Java client says when no broker answers it, and Strimzi's operator writes then (recorded). */
export function unreachableCondition(call: 'describeConfigs' | 'deleteTopics', why: string): TopicCondition {
  const message = why.startsWith('org.apache.kafka.')
    ? why
    : `org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: ${call}`;
  return { type: 'Ready', status: 'False', reason: 'KafkaError', message };
}

/** Keys that a rebalance sets by itself while it is throttled: declared ones get into its way. */
const throttled = ['follower.replication.throttled.replicas', 'leader.replication.throttled.replicas'];

/** Warnings stand beside a condition that says that all is well, never beside an error. */
export function withWarnings(
  { spec }: KafkaTopicObject,
  condition: TopicCondition,
): readonly TopicCondition[] {
  if (condition.type !== 'Ready' || condition.status !== 'True') return [condition];
  const warnings = throttled
    .filter((key) => spec.config?.[key] !== undefined)
    .map((key): TopicCondition => {
      const message = `Property ${key} may conflict with throttled rebalances`;
      return { type: 'Warning', status: 'True', reason: 'InvalidConfig', message };
    });
  return [condition, ...warnings];
}

/** The status that says how it went. `topicId` is the id that this pass has learned; what was not looked up has none (recorded). */
export function buildStatus(
  resource: KafkaTopicObject,
  condition: TopicCondition,
  topicId: string | undefined,
): KafkaTopicStatus {
  return {
    conditions: [...withWarnings(resource, condition)],
    observedGeneration: resource.metadata.generation ?? 1,
    ...(isManaged(resource) && { topicName: managedTopicOf(resource) }),
    ...(topicId !== undefined && { topicId }),
  };
}
