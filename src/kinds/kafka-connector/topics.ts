import type { KubernetesObject } from '../../apiclient/object.ts';
import { isReference, splitList } from '../../connectors/config-values.ts';
import { kafkaTopicType } from '../kafka-topic/resource-type.ts';
import type { KafkaTopicSpec } from '../kafka-topic/spec.ts';
import type { Mention, Topics } from '../kind.ts';
import { deadLetters, directionOf } from './direction.ts';

/**
 * The topics that a sink is useless without. Those of sources, and of dead letters, are created by Connect where they do
 * not exist, and a source's `topics` are in another Kafka cluster, if anywhere.
 */
export function readTopics(connector: {
  readonly class: string;
  readonly config?: Readonly<Record<string, string>> | undefined;
}): readonly Mention[] {
  const { config = {} } = connector;
  const topics = config['topics'] ?? '';
  if (isReference(topics) || directionOf(connector.class, config) !== 'sink') return [];
  return [...new Set(splitList(topics))].map((name) => ({
    type: kafkaTopicType,
    name,
    path: ['config', 'topics'],
    nameOf: topicNameOf,
    isClaim: (what) => what.startsWith(`topic ${name} of Kafka cluster `),
  }));
}

function topicNameOf(object: KubernetesObject): string {
  return (object as { spec?: KafkaTopicSpec }).spec?.topicName ?? object.metadata.name;
}

/** The topics of the platform's own Kafka cluster that a connector reads or writes. */
export function findTopics(connector: {
  readonly class: string;
  readonly config?: Readonly<Record<string, string>> | undefined;
}): Topics {
  const { config = {} } = connector;
  const known = (key: string) => [config[key] ?? ''].filter((value) => value !== '' && !isReference(value));
  if (directionOf(connector.class, config) === 'sink') {
    return {
      reads: known('topics').flatMap(splitList),
      readPatterns: known('topics.regex'),
      writes: known(deadLetters),
      writePrefixes: [],
    };
  }
  return {
    reads: [],
    readPatterns: [],
    writes: known('topic'),
    writePrefixes: known('topic.prefix').map((prefix) => `${prefix}.`),
  };
}
