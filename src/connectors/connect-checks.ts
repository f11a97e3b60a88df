import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import { conflictingKeys, invalidValue, missingKey, withoutEffect } from './config-problems.ts';
import { isReference, splitList } from './config-values.ts';
import type { ConnectorConfig } from './connector-template.ts';

const deadLetters = 'errors.deadletterqueue.topic.name';

/** Connect's own rules between keys of a sink (`SinkConnectorConfig#validate`). */
export function checkSink(config: ConnectorConfig): readonly Diagnostic[] {
  const topics = config['topics'] ?? '';
  const regex = config['topics.regex'] ?? '';
  if (topics.trim() !== '' && regex.trim() !== '') {
    return [
      conflictingKeys(
        'topics.regex',
        'config has topics and topics.regex',
        'Connect refuses a sink with both. Remove one of them.',
      ),
    ];
  }
  if (topics.trim() === '' && regex.trim() === '') {
    return [
      missingKey('topics', 'A sink reads topics, and Connect refuses one without topics or topics.regex.'),
    ];
  }
  return checkDeadLetters(config);
}

/** A sink that read its own dead letters would write them again for ever; Connect refuses it. */
export function checkDeadLetters(config: ConnectorConfig): readonly Diagnostic[] {
  const target = config[deadLetters] ?? '';
  if (target === '' || isReference(target)) return [];
  const read = splitList(config['topics']).includes(target);
  if (!read && !matchesWhole(config['topics.regex'], target)) return [];
  return [
    conflictingKeys(
      deadLetters,
      `The sink would read its own dead letters from ${target}`,
      'The topic of dead letters is among the topics that the sink reads, and Connect refuses that. Use another topic.',
    ),
  ];
}

/** Java's expressions are mostly JavaScript's; what is not is left to Connect. */
function matchesWhole(regex: string | undefined, topic: string): boolean {
  if (regex === undefined || regex === '' || isReference(regex)) return false;
  try {
    return new RegExp(`^(?:${regex})$`).test(topic);
  } catch {
    return false;
  }
}

/** `TopicCreationConfig`: a source that creates topics says how, for the default group at least. */
export function checkTopicCreation(config: ConnectorConfig): readonly Diagnostic[] {
  const keys = Object.keys(config).filter((key) => key.startsWith('topic.creation.'));
  if (keys.length === 0) return [];
  const groups = splitList(config['topic.creation.groups']);
  const used = new Set(keys.flatMap((key) => /^topic\.creation\.([^.]+)\../.exec(key)?.[1] ?? []));
  return [
    ...['replication.factor', 'partitions'].flatMap((setting) => {
      const key = `topic.creation.default.${setting}`;
      return config[key] === undefined
        ? [
            missingKey(
              key,
              'A source with settings for the topics it creates needs those of the default group.',
            ),
          ]
        : [];
    }),
    ...groups
      .filter((group) => group !== 'default' && config[`topic.creation.${group}.include`] === undefined)
      .map((group) =>
        missingKey(
          `topic.creation.${group}.include`,
          `Group ${group} of topic.creation.groups says nowhere which topics are in it.`,
        ),
      ),
    ...[...used]
      .filter((group) => group !== 'default' && !groups.includes(group))
      .map((group) => notNamed(`topic.creation.${group}`, 'topic.creation.groups', group, groups, keys)),
  ];
}

/** Transformations and predicates: what is named has a type, and what has settings is named. */
export function checkAliases(config: ConnectorConfig): readonly Diagnostic[] {
  const predicates = splitList(config['predicates']);
  return [
    ...checkAliasList(config, 'transforms'),
    ...checkAliasList(config, 'predicates'),
    ...[...new Set(splitList(config['transforms']))].flatMap((alias): Diagnostic[] => {
      const key = `transforms.${alias}.predicate`;
      const named = config[key];
      if (named === undefined || predicates.includes(named) || isReference(named)) return [];
      const similar = findSimilar(named, predicates, (item) => item);
      const problem = 'names a predicate that is not in predicates';
      return [
        invalidValue(key, problem, similar === undefined ? 'Name it there.' : `Did you mean ${similar}?`),
      ];
    }),
  ];
}

function checkAliasList(config: ConnectorConfig, kind: 'transforms' | 'predicates'): readonly Diagnostic[] {
  const written = config[kind] ?? '';
  if (isReference(written)) return [];
  const aliases = splitList(written);
  const keys = Object.keys(config).filter((key) => key.startsWith(`${kind}.`));
  const used = new Set(keys.flatMap((key) => key.split('.')[1] ?? []));
  const twice = aliases.find((alias, index) => aliases.indexOf(alias) !== index);
  return [
    ...(twice === undefined
      ? []
      : [invalidValue(kind, `names ${twice} twice`, 'Connect refuses that. Name it once.')]),
    ...[...new Set(aliases)]
      .filter((alias) => config[`${kind}.${alias}.type`] === undefined)
      .map((alias) =>
        missingKey(`${kind}.${alias}.type`, `${alias} is named in ${kind}, and Connect needs its class.`),
      ),
    ...[...used]
      .filter((alias) => !aliases.includes(alias))
      .map((alias) => notNamed(`${kind}.${alias}`, kind, alias, aliases, keys)),
  ];
}

/** One warning for all settings of what is not in its list. */
function notNamed(
  prefix: string,
  listKey: string,
  name: string,
  names: readonly string[],
  keys: readonly string[],
): Diagnostic {
  const similar = findSimilar(name, names, (item) => item);
  return withoutEffect(
    keys.find((key) => key.startsWith(`${prefix}.`)) ?? prefix,
    `config.${prefix}.* has no effect`,
    `${name} is not in ${listKey}, so nothing uses it. ` +
      (similar === undefined ? `Add it there, or remove its keys.` : `Did you mean ${similar}?`),
  );
}
