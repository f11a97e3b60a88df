import type { z } from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { editDistance, findSimilar } from '../diagnostics/similar-name.ts';
import { findTemplate } from './catalog.ts';
import { invalidValue, missingKey, unknownKey, withoutEffect } from './config-problems.ts';
import type { ValueInfo } from './config-values.ts';
import { checkAliases, checkDeadLetters, checkSink, checkTopicCreation } from './connect-checks.ts';
import { sinkFamilies, sinkKeys, sourceFamilies, sourceKeys } from './connect-keys.ts';
import type { ConnectorConfig, ConnectorTemplate, KeyFamily } from './connector-template.ts';

export interface DeclaredConnector {
  /** In full, or an alias of Connect's. */
  readonly class: string;
  /** Version of the plugin, or a range of them. */
  readonly version?: string | undefined;
  readonly tasksMax?: number | undefined;
  readonly config: ConnectorConfig;
}

/** What can be said of a connector without asking anybody. Of a class that nobody knows, only what every connector has. */
export function checkConnector(connector: DeclaredConnector): readonly Diagnostic[] {
  const template = findTemplate(connector.class);
  return template === undefined ? checkUnknownClass(connector.config) : checkByTemplate(template, connector);
}

function checkByTemplate(template: ConnectorTemplate, connector: DeclaredConnector): readonly Diagnostic[] {
  const { config, version, tasksMax = 1 } = connector;
  const isSink = template.direction === 'sink';
  const keys: z.ZodRawShape = { ...(isSink ? sinkKeys : sourceKeys).shape, ...template.keys.shape };
  const families = [...(isSink ? sinkFamilies : sourceFamilies), ...template.families];
  // Another version of the plugin may have keys that this one has not.
  const severity = version === undefined || version === template.version ? 'error' : 'warning';
  const of = `Connector class ${template.className.replace(/^.*\./, '')}`;
  return [
    ...checkRequired(keys, config),
    ...Object.entries(config).flatMap(([key, value]) =>
      Object.hasOwn(keys, key)
        ? checkValue(key, value, keys[key])
        : checkOtherKey(key, config, { of, known: Object.keys(keys), families, severity }),
    ),
    ...(isSink ? checkSink(config) : checkTopicCreation(config)),
    ...checkAliases(config),
    ...checkTasks(template, tasksMax),
    ...(template.check?.(config) ?? []),
  ];
}

/** Whether it is a source or a sink is not known either: `topics` may be any connector's own. */
function checkUnknownClass(config: ConnectorConfig): readonly Diagnostic[] {
  const { topics: _, ...keys } = { ...sourceKeys.shape, ...sinkKeys.shape };
  const families = [...sinkFamilies, ...sourceFamilies];
  return [
    ...Object.entries(config).flatMap(([key, value]) => {
      if (Object.hasOwn(keys, key)) return checkValue(key, value, keys[key as keyof typeof keys]);
      if (families.some((family) => family.matches(key, config))) return [];
      const near = Object.keys(keys).find((known) => isTypo(key, known));
      return near === undefined || config[near] !== undefined ? [] : [looksLike(key, near)];
    }),
    ...checkDeadLetters(config),
    ...checkAliases(config),
  ];
}

function checkRequired(keys: z.ZodRawShape, config: ConnectorConfig): readonly Diagnostic[] {
  return Object.entries(keys).flatMap(([key, schema]) => {
    if (schema._zod.optin !== undefined || (config[key] ?? '').trim() !== '') return [];
    return [missingKey(key, `The connector does not start without it. ${infoOf(schema).description}`)];
  });
}

function checkValue(key: string, value: string, schema: z.core.$ZodType | undefined): readonly Diagnostic[] {
  const result = schema === undefined ? undefined : (schema as z.ZodType).safeParse(value);
  if (schema === undefined || result?.success !== false) return [];
  const { description, type } = infoOf(schema);
  return result.error.issues.map(({ message }) => {
    const similar = type.includes(', ') ? findSimilar(value, type.split(', '), (item) => item) : undefined;
    return invalidValue(
      key,
      message,
      `${description}${similar === undefined ? '' : ` Did you mean ${similar}?`}`,
    );
  });
}

interface KeySet {
  /** What has the keys, as a sentence begins. */
  readonly of: string;
  readonly known: readonly string[];
  readonly families: readonly KeyFamily[];
  /** Of a key that is not among them. */
  readonly severity: 'error' | 'warning';
}

function checkOtherKey(
  key: string,
  config: ConnectorConfig,
  { of, known, families, severity }: KeySet,
): readonly Diagnostic[] {
  const family = families.find(({ matches }) => matches(key, config));
  if (family === undefined)
    return [
      unknownKey(
        key,
        of,
        findSimilar(key, known, (item) => item),
        severity,
      ),
    ];
  const near = known.find((item) => isTypo(key, item));
  return near === undefined ? [] : [looksLike(key, near)];
}

function looksLike(key: string, near: string): Diagnostic {
  return withoutEffect(
    key,
    `config.${key} looks like ${near}`,
    `Connect takes any key, and no plugin says that it knows this one. Did you mean ${near}?`,
  );
}

/** Short keys differ from each other by less. */
function isTypo(key: string, known: string): boolean {
  const limit = known.length < 8 ? 0 : known.length < 14 ? 1 : 2;
  const distance = editDistance(key.toLowerCase(), known.toLowerCase(), limit);
  return distance <= limit && key !== known;
}

function checkTasks({ className, mostTasks }: ConnectorTemplate, tasksMax: number): readonly Diagnostic[] {
  if (mostTasks === undefined || tasksMax <= mostTasks) return [];
  return [
    {
      severity: 'warning',
      reason: 'NoEffect',
      summary: `${className.replace(/^.*\./, '')} has ${mostTasks} task, whatever tasks_max says`,
      detail: 'It does not split its work, so more tasks make nothing faster. Leave tasks_max out.',
      path: ['tasksMax'],
    },
  ];
}

/** What a key's schema says of it. */
export function infoOf(schema: z.core.$ZodType): ValueInfo {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType === undefined ? ((schema as z.ZodType).meta() as unknown as ValueInfo) : infoOf(innerType);
}

/** The key that was meant: one that goes on where it ends, or one with a few other characters. */
export function similarKey(key: string, known: readonly string[]): string | undefined {
  const longer = known.filter((item) => item.startsWith(key));
  if (longer.length === 1) return longer[0];
  const similar = findSimilar(key, known, (item) => item);
  return similar !== undefined && editDistance(key, similar, 4) <= 4 ? similar : undefined;
}
