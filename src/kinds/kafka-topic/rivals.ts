import type { Dependency } from '../../controller/controller.ts';
import { type Informer, keyOf, type ObjectKey } from '../../controller/informer.ts';
import {
  isManaged,
  isRenamed,
  type KafkaTopicObject,
  managedTopicOf,
  type TopicReference,
  topicFinalizer,
  topicNameOf,
} from './decide.ts';
import { clusterLabel } from './resource-type.ts';

/** Resources that want the same topic of the same cluster. */
export interface Rivals {
  /** The others that want the topic that a resource has. */
  of(resource: KafkaTopicObject): readonly KafkaTopicObject[];
  /** One that changes or goes concerns the others: the next may take over. */
  readonly dependency: Dependency;
}

/** A topic of a cluster as one word, by default the one that a resource wants. */
export function topicOf(resource: KafkaTopicObject, name = topicNameOf(resource)): string {
  return `${resource.metadata.labels?.[clusterLabel] ?? ''}/${name}`;
}

export function watchRivals(informer: Informer<KafkaTopicObject>): Rivals {
  const byTopic = new Map<string, Map<ObjectKey, KafkaTopicObject>>();
  const topics = new Map<ObjectKey, string>();
  const others = (resource: KafkaTopicObject, topic: string) =>
    [...(byTopic.get(topic) ?? [])].flatMap(([key, other]) => (key === keyOf(resource) ? [] : [other]));

  const forget = (key: ObjectKey) => {
    const topic = topics.get(key);
    if (topic === undefined) return;
    const wanting = byTopic.get(topic);
    wanting?.delete(key);
    if (wanting?.size === 0) byTopic.delete(topic);
    topics.delete(key);
  };
  const remember = (resource: KafkaTopicObject) => {
    const topic = topicOf(resource);
    const wanting = byTopic.get(topic) ?? new Map<ObjectKey, KafkaTopicObject>();
    byTopic.set(topic, wanting.set(keyOf(resource), resource));
    topics.set(keyOf(resource), topic);
  };

  for (const resource of informer.list()) remember(resource);
  const listeners = new Set<(key: ObjectKey) => void>();
  informer.onChange((resource, change) => {
    const key = keyOf(resource);
    const concerned = [topics.get(key) ?? '', topicOf(resource)];
    forget(key);
    if (change === 'set') remember(resource);
    for (const rival of new Set(concerned.flatMap((topic) => others(resource, topic)))) {
      for (const listener of listeners) listener(keyOf(rival));
    }
  });

  return {
    of: (resource) => others(resource, topicOf(resource, managedTopicOf(resource))),
    dependency(enqueue) {
      listeners.add(enqueue);
      return () => listeners.delete(enqueue);
    },
  };
}

/**
 * Of several resources for one topic the oldest has it, and of those of one second the one that has it already. One that is
 * not managed, or wants another topic than it has, has no claim.
 */
export function findManager(
  resource: KafkaTopicObject,
  rivals: readonly KafkaTopicObject[],
): TopicReference | undefined {
  const age = ({ metadata, status }: KafkaTopicObject) => {
    const isHeld = metadata.finalizers?.includes(topicFinalizer) === true;
    const claim = status?.topicId !== undefined ? 0 : isHeld ? 1 : 2;
    return `${metadata.creationTimestamp} ${claim} ${metadata.uid}`;
  };
  const holder = rivals.find(
    (rival) => isManaged(rival) && !isRenamed(rival) && (isRenamed(resource) || age(rival) < age(resource)),
  );
  return holder && { namespace: holder.metadata.namespace ?? '', name: holder.metadata.name };
}
