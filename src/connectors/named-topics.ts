import { findTemplate } from './catalog.ts';
import { isReference, splitList } from './config-values.ts';
import type { ConnectorConfig } from './connector-template.ts';

export interface NamedTopic {
  readonly topic: string;
  /** The key that names it. */
  readonly key: string;
}

/** Topics that a configuration names one by one, and that have to be there: neither Connect nor the broker makes them. */
export function namedTopics(className: string, config: ConnectorConfig): readonly NamedTopic[] {
  const keys = findTemplate(className)?.topicKeys ?? ['topics'];
  return keys.flatMap((key) =>
    splitList(config[key])
      .filter((topic) => !isReference(topic))
      .map((topic) => ({ topic, key })),
  );
}
