import { similarKey } from '../../connectors/check-config.ts';
import { isReference } from '../../connectors/config-values.ts';
import { sinkFamilies, sinkKeys, sourceFamilies, sourceKeys } from '../../connectors/connect-keys.ts';
import type { AttributePath, Diagnostic } from '../../diagnostics/diagnostic.ts';
import { looksSecret } from '../../diagnostics/secret-names.ts';
import { findSimilar } from '../../diagnostics/similar-name.ts';
import type { ConnectPlugin } from '../../engines/connect/client.ts';

type Config = Readonly<Record<string, string>>;

/** An item of Connect's `GET /connector-plugins/<class>/config`. */
export interface PluginKey {
  readonly name: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly documentation?: string;
}

/** The plugin by the names that Connect has for it: in full, simple, and simple without `Connector`. */
export function findPlugin(plugins: readonly ConnectPlugin[], name: string): ConnectPlugin | undefined {
  return plugins.find((plugin) => namesOf(plugin).includes(name));
}

function namesOf({ class: className }: ConnectPlugin): readonly string[] {
  const simple = className.replace(/^.*[.$]/, '');
  return [className, simple, simple.replace(/Connector$/, '')];
}

/** `known` is the name by which the plugin can be added, where sdp knows the connector. */
export function unknownClass(
  name: string,
  cluster: string,
  plugins: readonly ConnectPlugin[],
  known: string | undefined,
): Diagnostic {
  const names = plugins.flatMap(namesOf);
  const similar = findSimilar(name, names, (item) => item);
  const classes = plugins.map((plugin) => plugin.class).filter((item) => !/\.(mirror|tools)\./.test(item));
  return {
    severity: 'warning',
    reason: 'UnknownConnectorClass',
    summary: `Connect cluster ${cluster} has no connector class ${name}`,
    detail:
      (similar === undefined
        ? `It has ${classes.length === 0 ? 'no plugins' : classes.slice(0, 8).join(', ')}. `
        : `Did you mean ${similar}? `) +
      (known === undefined
        ? 'The connector does not start until the cluster has a plugin with it. '
        : `The connector does not start until plugins of the cluster has ${JSON.stringify(known)}. `) +
      'If this apply adds the plugin, there is nothing to do.',
    path: ['class'],
  };
}

const isNumber: Readonly<Record<string, RegExp>> = {
  INT: /^[+-]?\d{1,10}$/,
  SHORT: /^[+-]?\d{1,5}$/,
  LONG: /^[+-]?\d{1,19}$/,
  DOUBLE: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
};

/** What the plugin's own definition has against a configuration. Unknown keys are told only where they are near a known one. */
export function checkAgainstDefinition(
  plugin: ConnectPlugin,
  definition: readonly PluginKey[],
  config: Config,
): readonly Diagnostic[] {
  const keys = new Map(definition.map((key) => [key.name, key]));
  const known = [...new Set([...keys.keys(), ...Object.keys({ ...sinkKeys.shape, ...sourceKeys.shape })])];
  const families = [...sinkFamilies, ...sourceFamilies];
  const of = plugin.class.replace(/^.*\./, '');
  return [
    ...definition
      .filter(({ name, required }) => required === true && !handed.has(name) && (config[name] ?? '') === '')
      .map(({ name, documentation = '' }) =>
        finding(
          ['config', name],
          'MissingValue',
          `${of} needs config.${name}`,
          `${firstSentence(documentation)} The connector does not start without it.`.trim(),
        ),
      ),
    ...Object.entries(config).flatMap(([key, value]): Diagnostic[] => {
      const type = keys.get(key)?.type;
      if (type !== undefined) return hasType(value, type) ? [] : [wrongType(key, type)];
      if (known.includes(key) || families.some((family) => family.matches(key, config))) return [];
      const near = similarKey(key, known);
      if (near === undefined || config[near] !== undefined) return [];
      const summary = `${of} has no key ${key}`;
      return [
        finding(
          ['config', key],
          'UnknownConfigKey',
          summary,
          `Its plugin defines none of this name. Did you mean ${near}?`,
        ),
      ];
    }),
  ];
}

/** What the operator sets, out of fields of the resource. */
const handed = new Set(['name', 'connector.class', 'tasks.max', 'connector.plugin.version']);

function hasType(value: string, type: string): boolean {
  if (isReference(value)) return true;
  if (type === 'BOOLEAN') return /^\s*(true|false)\s*$/i.test(value);
  return isNumber[type]?.test(value.trim()) ?? true;
}

function wrongType(key: string, type: string): Diagnostic {
  const what = type === 'BOOLEAN' ? 'true or false' : type === 'DOUBLE' ? 'a number' : 'a whole number';
  const detail = `The plugin defines it as ${type}, and Connect refuses any other value. Write ${what}.`;
  return finding(['config', key], 'InvalidValue', `config.${key} is not ${what}`, detail);
}

/** Fields of Connect's answer to a validation. */
interface Validation {
  readonly configs?: readonly {
    readonly value?: {
      readonly name?: string;
      readonly value?: unknown;
      readonly errors?: readonly string[];
    };
  }[];
}

/**
 * The errors of Connect's `PUT …/config/validate`. Workers validate with references resolved and repeat values in their
 * words, so nothing is told of what a reference stands for; where other words repeat it, or a secret, it is taken out.
 */
export function readRefusals(body: unknown, config: Config, cluster: string): readonly Diagnostic[] {
  const values = ((body ?? {}) as Validation).configs?.flatMap(({ value }) => value ?? []) ?? [];
  const isHidden = (key: string) => isReference(config[key] ?? '') || looksSecret(key);
  const secrets = [
    ...values.flatMap(({ name = '', value }) => (isHidden(name) && typeof value === 'string' ? [value] : [])),
    ...Object.entries(config).flatMap(([key, value]) => (looksSecret(key) ? [value] : [])),
  ].filter((secret) => secret.length > 2);
  return values.flatMap(({ name = '', errors = [] }) => {
    const words =
      isHidden(name) && config[name] !== undefined ? [errors.length > 0 ? hiddenRefusal : ''] : errors;
    return [...new Set(words)]
      .filter((text) => text !== '')
      .map((text) =>
        finding(
          paths[name] ?? ['config', name],
          'InvalidValue',
          `Connect cluster ${cluster} refuses config.${name}`,
          secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), text),
        ),
      );
  });
}

const hiddenRefusal =
  'Why is not repeated here, since the words may hold the value. Look at what the reference stands for.';

const paths: Readonly<Record<string, AttributePath>> = {
  name: ['name'],
  'connector.class': ['class'],
  'tasks.max': ['tasksMax'],
  'connector.plugin.version': ['version'],
};

function finding(path: AttributePath, reason: string, summary: string, detail: string): Diagnostic {
  return { severity: 'warning', reason, summary, detail, path };
}

function firstSentence(documentation: string): string {
  const text = documentation
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return (/^.*?[.!?](?= |$)/.exec(text)?.[0] ?? (text === '' ? '' : `${text}.`)).slice(0, 300);
}
