import type { KubernetesObject } from '../../apiclient/object.ts';
import type { NewTopic, TopicDescription } from '../../engines/kafka/client.ts';
import type { KafkaTopicSpec, KafkaTopicStatus } from './spec.ts';

export interface KafkaTopicObject extends KubernetesObject {
  spec: KafkaTopicSpec;
  status?: KafkaTopicStatus;
}

/** Strimzi's finalizer: the object stays until the topic is gone. */
export const topicFinalizer = 'strimzi.io/topic-operator';

export interface ObservedTopic {
  readonly resource: KafkaTopicObject;
  /** The topic in Kafka; `undefined` when it is not there. */
  readonly topic: TopicDescription | undefined;
  /** Another resource that manages the topic, because it is older. */
  readonly managedBy: TopicReference | undefined;
}

export interface TopicReference {
  readonly namespace: string;
  readonly name: string;
}

export type TopicAction =
  | { readonly do: 'create'; readonly topic: NewTopic }
  | {
      readonly do: 'alter';
      readonly set: Readonly<Record<string, string>>;
      readonly remove: readonly string[];
    }
  | { readonly do: 'grow'; readonly partitions: number }
  | { readonly do: 'delete' };

export interface TopicDecision {
  readonly actions: readonly TopicAction[];
  readonly finalizer: 'add' | 'remove' | 'keep';
  /** The condition to be written when all actions succeeded; `undefined`: no status is written. */
  readonly condition: TopicCondition | undefined;
}

export interface TopicCondition {
  readonly type: 'Ready' | 'Unmanaged' | 'ReconciliationPaused' | 'Warning';
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

const ready: TopicCondition = { type: 'Ready', status: 'True' };

export function topicNameOf(resource: KafkaTopicObject): string {
  return resource.spec.topicName ?? resource.metadata.name;
}

/** The topic that a resource has: the name of the first time counts, since a topic cannot be renamed. */
export function managedTopicOf(resource: KafkaTopicObject): string {
  return resource.status?.topicName ?? topicNameOf(resource);
}

export function isManaged({ metadata }: KafkaTopicObject): boolean {
  return metadata.annotations?.['strimzi.io/managed'] !== 'false';
}

export function isRenamed(resource: KafkaTopicObject): boolean {
  return managedTopicOf(resource) !== topicNameOf(resource);
}

function isOwned({ metadata }: KafkaTopicObject): boolean {
  return metadata.finalizers?.includes(topicFinalizer) ?? false;
}

/** What Strimzi's topic operator does for one resource, rule by rule as recorded from it. */
export function decideTopic({ resource, topic, managedBy }: ObservedTopic): TopicDecision {
  return decideAlone(resource, managedBy) ?? decideInKafka(resource, topic);
}

/** What can be decided without a look into Kafka. */
export function decideAlone(
  resource: KafkaTopicObject,
  managedBy: TopicReference | undefined,
): TopicDecision | undefined {
  if (resource.metadata.deletionTimestamp !== undefined) return decideDeletion(resource, managedBy);
  if (!isManaged(resource)) return nothing({ type: 'Unmanaged', status: 'True' });
  if (isRenamed(resource)) return nothing(notSupported('Changing spec.topicName is not supported'));
  if (managedBy !== undefined) {
    const { namespace, name } = managedBy;
    const message = `Managed by Ref{namespace='${namespace}', name='${name}'}`;
    return nothing({ type: 'Ready', status: 'False', reason: 'ResourceConflict', message });
  }
  if (resource.metadata.annotations?.['strimzi.io/pause-reconciliation'] === 'true') {
    return nothing({ type: 'ReconciliationPaused', status: 'True' });
  }
  return undefined;
}

/** Whatever holds it up in the original: a deletion ends, and takes a topic along only if it is the resource's own. */
function decideDeletion(resource: KafkaTopicObject, managedBy: TopicReference | undefined): TopicDecision {
  if (!isOwned(resource)) return nothing(undefined);
  const leaves = !isManaged(resource) || managedBy !== undefined || managedTopicOf(resource) === '';
  return { actions: leaves ? [] : [{ do: 'delete' }], finalizer: 'remove', condition: undefined };
}

/** A resource that names a cluster of which there is none here: nobody else would let it go. */
export function decideForeign(resource: KafkaTopicObject): TopicDecision {
  const leaving = resource.metadata.deletionTimestamp !== undefined && isOwned(resource);
  return { actions: [], finalizer: leaving ? 'remove' : 'keep', condition: undefined };
}

function decideInKafka(resource: KafkaTopicObject, topic: TopicDescription | undefined): TopicDecision {
  const config = readConfig(resource.spec.config ?? {});
  if (config instanceof UnreadableConfig) {
    const message = `io.strimzi.operator.common.model.InvalidResourceException: Invalid value for topic config '${config.key}': ${toJavaText(config.value)}`;
    return {
      ...nothing({ type: 'Ready', status: 'False', reason: 'InternalError', message }),
      finalizer: 'add',
    };
  }
  if (topic === undefined) {
    const { partitions, replicas } = resource.spec;
    return {
      actions: [{ do: 'create', topic: { partitions, replicas, config } }],
      finalizer: 'add',
      condition: ready,
    };
  }
  return { ...decideChange(resource.spec, config, topic), finalizer: 'add' };
}

/** Configuration is applied beside a refused change of partitions or replicas: recorded so. */
function decideChange(
  spec: KafkaTopicSpec,
  config: Readonly<Record<string, string>>,
  topic: TopicDescription,
): Pick<TopicDecision, 'actions' | 'condition'> {
  const actions: TopicAction[] = [];
  const set = Object.fromEntries(
    Object.entries(config).filter(([key, value]) => topic.config[key] !== value),
  );
  const remove = topic.dynamicKeys.filter((key) => config[key] === undefined);
  if (Object.keys(set).length > 0 || remove.length > 0) actions.push({ do: 'alter', set, remove });
  const { partitions = topic.partitions, replicas = topic.replicas } = spec;
  if (partitions < topic.partitions) {
    return { actions, condition: notSupported('Decreasing partitions not supported') };
  }
  if (partitions > topic.partitions) actions.push({ do: 'grow', partitions });
  if (replicas === topic.replicas) return { actions, condition: ready };
  const numbers = Array.from({ length: topic.partitions }, (_, index) => index).join(', ');
  const message = `Replication factor change not supported, but required for partitions [${numbers}]`;
  return { actions, condition: notSupported(message) };
}

class UnreadableConfig {
  readonly key: string;
  readonly value: unknown;

  constructor(key: string, value: unknown) {
    this.key = key;
    this.value = value;
  }
}

/** Strimzi's form of values: lists joined with commas, scalars as text; objects are not values. */
function readConfig(config: Readonly<Record<string, unknown>>): Record<string, string> | UnreadableConfig {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(config)) {
    const items: readonly unknown[] = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
    const unreadable = items.find((item) => typeof item === 'object' && item !== null);
    if (unreadable !== undefined) return new UnreadableConfig(key, unreadable);
    result[key] = items.map(String).join(',');
  }
  return result;
}

/** A value as Java's `Map.toString` shows it: `{a=1}`. */
function toJavaText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toJavaText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${toJavaText(item)}`)
    .join(', ')}}`;
}

function nothing(condition: TopicCondition | undefined): TopicDecision {
  return { actions: [], finalizer: 'keep', condition };
}

function notSupported(message: string): TopicCondition {
  return { type: 'Ready', status: 'False', reason: 'NotSupported', message };
}
