import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Look } from '../verdict.ts';
import { type KafkaTopicObject, managedTopicOf, topicFinalizer, topicNameOf } from './decide.ts';
import { kafkaTopicType } from './resource-type.ts';
import { findManager, topicOf } from './rivals.ts';

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
  const { wanting, culprits } = lookAtAll((await look.objects<KafkaTopicObject>(kafkaTopicType)) ?? []);
  const isOther = ({ name }: { readonly name: string }) => name !== metadata.name;
  const rivals = (wanting.get(topicOf(resource, managedTopicOf(resource))) ?? []).filter((rival) =>
    isOther(rival.metadata),
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
    culprits: culprits.filter(isOther).map(({ key, name }) => `${name} (${key})`),
  };
}

/** What all KafkaTopics of a namespace have to do with each. */
interface Neighbours {
  /** Those that want a topic, by `topicOf`. */
  readonly wanting: ReadonlyMap<string, readonly KafkaTopicObject[]>;
  /** Names and keys of those with objects as values, in the order of both. */
  readonly culprits: readonly { readonly name: string; readonly key: string }[];
}

const seen = new WeakMap<readonly KafkaTopicObject[], Neighbours>();

/** Once for a list: each of thousands of topics is looked at beside all others. */
function lookAtAll(all: readonly KafkaTopicObject[]): Neighbours {
  const known = seen.get(all);
  if (known !== undefined) return known;
  const wanting = new Map<string, KafkaTopicObject[]>();
  for (const resource of all) {
    const topic = topicOf(resource);
    const others = wanting.get(topic);
    if (others === undefined) wanting.set(topic, [resource]);
    else others.push(resource);
  }
  const culprits = all
    .flatMap(({ metadata: { name }, spec }) => unreadableKeys(spec).map((key) => ({ name, key })))
    .toSorted((a, b) => (`${a.name} (${a.key})` < `${b.name} (${b.key})` ? -1 : 1));
  const neighbours = { wanting, culprits };
  seen.set(all, neighbours);
  return neighbours;
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
