import { findTemplate } from '../../connectors/catalog.ts';
import type { ConnectorConfig } from '../../connectors/connector-template.ts';

export const deadLetters = 'errors.deadletterqueue.topic.name';

/** Whether a connector fills topics or empties them; undefined where neither its class nor its configuration tells. */
export function directionOf(className: string, config: ConnectorConfig): 'source' | 'sink' | undefined {
  const template = findTemplate(className);
  if (template !== undefined) return template.direction;
  if (/Sink(Connector)?$/.test(className) || config[deadLetters] !== undefined) return 'sink';
  return /Source(Connector)?$/.test(className) ? 'source' : undefined;
}
