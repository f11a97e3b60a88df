import type { z } from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { splitList } from './config-values.ts';

export type ConnectorConfig = Readonly<Record<string, string>>;

/** Keys that begin alike, or that have names of the user's in them: no list is complete. */
export interface KeyFamily {
  /** As documentation writes it: `driver.*`, `column.truncate.to.<length>.chars`. */
  readonly name: string;
  readonly description: string;
  matches(key: string, config: ConnectorConfig): boolean;
}

/** A file of a plugin, as `build.plugins[].artifacts[]` of a KafkaConnect names it. */
export type PluginArtifact =
  | {
      readonly type: 'maven';
      readonly group: string;
      readonly artifact: string;
      readonly version: string;
    }
  | { readonly type: 'tgz'; readonly url: string; readonly sha512sum: string };

/** A connector that is known by heart: what a plan checks of its configuration without any cluster. */
export interface ConnectorTemplate {
  /** As modules name it: `debezium-postgres`. */
  readonly name: string;
  readonly description: string;
  readonly direction: 'source' | 'sink';
  /** The connector's class, in full. */
  readonly className: string;
  /** Version of the plugin that the keys are from. */
  readonly version: string;
  readonly artifacts: readonly PluginArtifact[];
  /** The connector's own keys; those of every connector are in connect-keys.ts. */
  readonly keys: z.ZodObject;
  readonly families: readonly KeyFamily[];
  /** Tasks beyond these do nothing. Any number when absent. */
  readonly mostTasks?: number;
  /** Keys that list topics which have to be there. `topics` when absent. */
  readonly topicKeys?: readonly string[];
  /** Keys that say whose offsets are read, each with what another value does: a sentence that goes on after the key. */
  readonly offsetKeys?: Readonly<Record<string, string>>;
  /** What a connector that stops or is deleted leaves behind elsewhere; a sentence. */
  leaves?(config: ConnectorConfig): string;
  /** Rules between keys. Values that are references satisfy whatever is asked of them. */
  check?(config: ConnectorConfig): readonly Diagnostic[];
  /** What two connectors of one project cannot share, as messages name it, and the key that says so. */
  claims?(config: ConnectorConfig): readonly { readonly what: string; readonly key: string }[];
}

export function defineTemplate(template: ConnectorTemplate): ConnectorTemplate {
  return template;
}

export function prefixed(prefix: string, description: string): KeyFamily {
  return {
    name: `${prefix}*`,
    description,
    matches: (key) => key.startsWith(prefix) && key.length > prefix.length,
  };
}

export function shaped(form: RegExp, name: string, description: string): KeyFamily {
  return { name, description, matches: (key) => form.test(key) };
}

/** Keys that begin with a name out of the list that another key holds. */
export function namedBy(listKey: string, description: string): KeyFamily {
  return {
    name: `<name>.* (${listKey})`,
    description,
    matches: (key, config) => splitList(config[listKey]).some((name) => key.startsWith(`${name}.`)),
  };
}
