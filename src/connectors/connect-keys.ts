import { z } from 'zod';
import { choice, className, flag, list, pattern, text, wholeNumber } from './config-values.ts';
import { type KeyFamily, prefixed, shaped } from './connector-template.ts';

/**
 * The keys that Kafka Connect 4.3 itself has for every connector (`SinkConnectorConfig`, `SourceConnectorConfig`), less
 * those that have fields of their own in a KafkaConnector: name, class, number of tasks, version of the plugin.
 */
const anyConnector = z
  .object({
    'key.converter': className('Converter of record keys.', { fallback: "the workers'" }),
    'value.converter': className('Converter of record values.', { fallback: "the workers'" }),
    'header.converter': className('Converter of record headers.', { fallback: "the workers'" }),
    'key.converter.plugin.version': text('Version, or range of versions, of the converter of keys.'),
    'value.converter.plugin.version': text('Version, or range of versions, of the converter of values.'),
    'header.converter.plugin.version': text('Version, or range of versions, of the converter of headers.'),
    transforms: list('Aliases of the transformations, in the order in which records pass them.'),
    predicates: list('Aliases of the predicates that transformations are bound to.'),
    'errors.tolerance': choice(
      ['none', 'all'],
      'Whether a record that cannot be converted or transformed fails the task (none) or is skipped (all).',
      { fallback: 'none', anyCase: false },
    ),
    'errors.retry.timeout': wholeNumber(
      'Milliseconds for which a failed operation is tried again; -1: without end.',
      {
        min: -1,
        bits: 64,
        fallback: '0',
      },
    ),
    'errors.retry.delay.max.ms': wholeNumber('Longest pause between two attempts. Milliseconds.', {
      bits: 64,
      fallback: '60000',
    }),
    'errors.log.enable': flag('Whether failed operations are logged even where they are tolerated.', {
      fallback: 'false',
    }),
    'errors.log.include.messages': flag('Whether the log shows the record too.', { fallback: 'false' }),
    'config.action.reload': choice(
      ['none', 'restart'],
      'What happens when a value that a reference names changes.',
      { fallback: 'restart', anyCase: false },
    ),
    'tasks.max.enforce': flag('Deprecated: whether a connector that makes too many tasks fails.', {
      fallback: 'true',
    }),
  })
  .partial();

export const sinkKeys = anyConnector.extend(
  z
    .object({
      topics: list('Topics that are read.'),
      'topics.regex': text('Regular expression (Java) of the topics that are read, instead of `topics`.'),
      'errors.deadletterqueue.topic.name': pattern(
        /^[A-Za-z0-9._-]{0,249}$/,
        'is no name of a topic',
        'Topic that skipped records go to. None when absent.',
      ),
      'errors.deadletterqueue.topic.replication.factor': wholeNumber(
        'Replicas of that topic, where Connect creates it.',
        { bits: 16, fallback: '3' },
      ),
      'errors.deadletterqueue.context.headers.enable': flag(
        'Whether headers of the record say what failed.',
        { fallback: 'false' },
      ),
    })
    .partial().shape,
);

export const sourceKeys = anyConnector.extend(
  z
    .object({
      'exactly.once.support': choice(
        ['requested', 'required'],
        'required: a connector that cannot do exactly-once is refused.',
        { fallback: 'requested' },
      ),
      'transaction.boundary': choice(
        ['poll', 'interval', 'connector'],
        'When a transaction ends, where the workers do exactly-once.',
        { fallback: 'poll' },
      ),
      'transaction.boundary.interval.ms': wholeNumber('Length of a transaction with boundary interval.', {
        min: 0,
        bits: 64,
      }),
      'offsets.storage.topic': text(
        "Topic of the connector's own for its offsets. The workers' when absent.",
      ),
      'topic.creation.groups': list('Names of groups of topics that are created with settings of their own.'),
    })
    .partial().shape,
);

const everyFamily: readonly KeyFamily[] = [
  prefixed('key.converter.', 'Settings of the converter of keys.'),
  prefixed('value.converter.', 'Settings of the converter of values.'),
  prefixed('header.converter.', 'Settings of the converter of headers.'),
  shaped(
    /^transforms\.[^.]+\..+$/,
    'transforms.<alias>.*',
    'A transformation: its `type`, its settings, its `predicate` and `negate`.',
  ),
  shaped(/^predicates\.[^.]+\..+$/, 'predicates.<alias>.*', 'A predicate: its `type` and its settings.'),
  prefixed('consumer.override.', "Settings of the connector's Kafka consumers."),
  prefixed(
    'producer.override.',
    "Settings of the connector's Kafka producers: of a sink, the one for dead letters.",
  ),
  prefixed('admin.override.', "Settings of the connector's Kafka administration client."),
];

export const sinkFamilies: readonly KeyFamily[] = everyFamily;

export const sourceFamilies: readonly KeyFamily[] = [
  ...everyFamily,
  shaped(
    /^topic\.creation\.[^.]+\..+$/,
    'topic.creation.<group>.*',
    'Settings of topics that the source creates: `replication.factor`, `partitions`, `include`, `exclude` and those of topics.',
  ),
];
