import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Look } from '../verdict.ts';
import { type KafkaTopicObject, managedTopicOf, topicFinalizer, topicNameOf } from './decide.ts';
import { clusterLabel, kafkaTopicType } from './resource-type.ts';
import { findManager } from './rivals.ts';

export const managedAnnotation = 'strimzi.io/managed';
export const pauseAnnotation = 'strimzi.io/pause-reconciliation';

/** What has to be known of a live KafkaTopic. Lists are sorted. */
export interface TopicDigest {
  /** Whether Kafka has the topic, as far as the resource tells: some errors hide it. */
  readonly topic: 'there' | 'none' | 'unknown';
  /** Whether the operator holds the resource until the topic is gone. */
  readonly held: boolean;
  /** Values of `strimzi.io/managed` and `strimzi.io/pause-reconciliation`. */
  readonly managed?: string;
  readonly paused?: string;
  /** What the operator has against it: `NotSupported: Decreasing partitions not supported`. */
  readonly refusal?: string;
  /** The topic that it has, where it asks for another one. */
  readonly renamedFrom?: string;
  /** The resource that has the topic instead. */
  readonly manager?: string;
  /** Others that want the topic. */
  readonly rivals: readonly string[];
  /** Keys of its own configuration whose values are objects. */
  readonly unreadable: readonly string[];
  /** Other KafkaTopics that have such. */
  readonly culprits: readonly string[];
}

export async function readTopicDigest(object: KubernetesObject, look: Look): Promise<TopicDigest> {
  const resource = object as KafkaTopicObject;
  const { metadata, spec, status } = resource;
  const all = (await look.objects<KafkaTopicObject>(kafkaTopicType)) ?? [];
  const others = all.filter((other) => other.metadata.name !== metadata.name);
  const clusterOf = (topic: KafkaTopicObject) => topic.metadata.labels?.[clusterLabel];
  const rivals = others.filter(
    (other) => clusterOf(other) === clusterOf(resource) && topicNameOf(other) === managedTopicOf(resource),
  );
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const refusal = ready?.status === 'False' ? `${ready.reason ?? ''}: ${ready.message ?? ''}` : undefined;
  const held = metadata.finalizers?.includes(topicFinalizer) ?? false;
  const { [managedAnnotation]: managed, [pauseAnnotation]: paused } = metadata.annotations ?? {};
  const manager = findManager(resource, rivals)?.name;
  const hasTopic = status?.topicId !== undefined;
  return {
    topic: hasTopic ? 'there' : held ? guessTopic(refusal) : 'none',
    held,
    ...(managed !== undefined && { managed }),
    ...(paused !== undefined && { paused }),
    ...(refusal !== undefined && { refusal }),
    ...(managedTopicOf(resource) !== topicNameOf(resource) && { renamedFrom: managedTopicOf(resource) }),
    ...(manager !== undefined && { manager }),
    rivals: rivals.map(({ metadata: { name } }) => name).toSorted(),
    unreadable: unreadableKeys(spec).toSorted(),
    culprits: others
      .flatMap((other) => unreadableKeys(other.spec).map((key) => `${other.metadata.name} (${key})`))
      .toSorted(),
  };
}

/** Of a resource that has no id. Recorded: a topic that never was keeps its error; errors that hide one are few. */
function guessTopic(refusal: string | undefined): TopicDigest['topic'] {
  if (refusal === undefined || /TimeoutException|TopicDeletionDisabled|not supported/.test(refusal)) {
    return 'unknown';
  }
  return /^(?:KafkaError|InternalError):/.test(refusal) ? 'none' : 'unknown';
}

/** The operator takes texts, numbers, booleans and lists of them. */
function unreadableKeys(spec: KafkaTopicObject['spec'] | undefined): readonly string[] {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  return Object.entries(spec?.config ?? {})
    .filter(([, value]) => [value].flat(Number.POSITIVE_INFINITY).some(isObject))
    .map(([key]) => key);
}
