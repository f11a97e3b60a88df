import { z } from 'zod';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { conflictingKeys, invalidValue, missingKey, withoutEffect } from '../config-problems.ts';
import { isReference, splitList } from '../config-values.ts';
import { type ConnectorConfig, defineTemplate, namedBy, prefixed, shaped } from '../connector-template.ts';
import { connectionKeys } from './connection-keys.ts';
import { engineKeys } from './engine-keys.ts';
import { eventKeys } from './event-keys.ts';
import { snapshotKeys } from './snapshot-keys.ts';

const version = '3.7.0.Final';

/** Debezium's source of the changes of a PostgreSQL database. */
export const debeziumPostgres = defineTemplate({
  name: 'debezium-postgres',
  description: 'Changes of PostgreSQL tables become records, one topic for each table.',
  direction: 'source',
  className: 'io.debezium.connector.postgresql.PostgresConnector',
  version,
  artifacts: [{ type: 'maven', group: 'io.debezium', artifact: 'debezium-connector-postgres', version }],
  keys: z
    .object({ ...connectionKeys, ...snapshotKeys, ...eventKeys, ...engineKeys })
    .partial()
    .required({
      'topic.prefix': true,
      'database.hostname': true,
      'database.user': true,
      'database.dbname': true,
    }),
  families: [
    prefixed('database.', "Settings of PostgreSQL's JDBC driver."),
    prefixed('driver.', "Settings of PostgreSQL's JDBC driver."),
    prefixed('internal.', "Settings of Debezium's own, without any promise."),
    shaped(
      /^column\.(truncate\.to|mask\.with)\.\d+\.chars$/,
      'column.truncate.to.<length>.chars',
      'Columns whose texts are shortened; `column.mask.with.<length>.chars`: replaced by asterisks.',
    ),
    shaped(
      /^column\.mask\.hash\.(v2\.)?[^.]+\.with\.salt\..+$/,
      'column.mask.hash.<algorithm>.with.salt.<salt>',
      'Columns whose texts are replaced by their hashes.',
    ),
    prefixed('snapshot.select.statement.overrides.', "The SELECT of one table's snapshot."),
    prefixed('signal.', 'Settings of channels of signals: `signal.kafka.topic`, …'),
    prefixed('notification.', 'Settings of channels of notifications.'),
    prefixed('openlineage.', "Settings of OpenLineage's client."),
    shaped(
      /^topic\.(regex|replacement|key\..+)$/,
      'topic.regex, topic.replacement, topic.key.*',
      'Settings of a class that names topics by a regular expression.',
    ),
    namedBy('converters', 'Settings of a converter: `<name>.type`, `<name>.*`.'),
    namedBy('post.processors', 'Settings of a post processor: `<name>.type`, `<name>.*`.'),
  ],
  mostTasks: 1,
  offsetKeys: {
    'topic.prefix':
      'offsets belong to the prefix, so the connector begins anew, by default with a snapshot of all tables, into topics that begin with the new one.',
    'slot.name':
      'a new slot begins at the end of the log that the server has then. Changes between are missed unless a snapshot is made (snapshot.mode when_needed), and the old slot stays and keeps the server from discarding its log.',
  },
  leaves(config) {
    const slot = config['slot.name'] ?? 'debezium';
    return config['slot.drop.on.stop']?.trim().toLowerCase() === 'true'
      ? `Replication slot ${slot} is dropped when the connector stops (slot.drop.on.stop): changes from then on are missed by whatever reads next.`
      : `Replication slot ${slot} stays and keeps the server from discarding its log: drop it if no connector reads it again.`;
  },
  check: checkPostgres,
  claims(config) {
    const host = `${config['database.hostname']}:${config['database.port'] ?? 5432}`;
    const slot = config['slot.name'] ?? 'debezium';
    return [
      {
        what: `replication slot ${slot} of database ${config['database.dbname']} on ${host}`,
        key: 'slot.name',
      },
      { what: `topic prefix ${config['topic.prefix']} of a Debezium source`, key: 'topic.prefix' },
    ];
  },
});

/** The rules of `PostgresConnectorConfig`, and what a server makes of defaults. */
function checkPostgres(config: ConnectorConfig): readonly Diagnostic[] {
  const lists = ['table', 'schema', 'column', 'database'].flatMap((what): Diagnostic[] => {
    const [included, excluded] = [`${what}.include.list`, `${what}.exclude.list`];
    if (config[included] === undefined || config[excluded] === undefined) return [];
    const summary = `config has ${included} and ${excluded}`;
    return [conflictingKeys(excluded, summary, 'The connector refuses both. Remove one of them.')];
  });
  const custom = ['snapshot.mode', 'snapshot.locking.mode', 'snapshot.query.mode'].flatMap((key) =>
    config[key]?.toLowerCase() === 'custom' && (config[`${key}.custom.name`] ?? '') === ''
      ? [missingKey(`${key}.custom.name`, `${key} is custom, and needs the name of a class.`)]
      : [],
  );
  const overrides = splitList(config['snapshot.select.statement.overrides'])
    .map((table) => `snapshot.select.statement.overrides.${table}`)
    .filter((key) => config[key] === undefined)
    .map((key) => missingKey(key, 'snapshot.select.statement.overrides names the table.'));
  return [
    ...lists,
    ...custom,
    ...overrides,
    ...checkDecoding(config),
    ...checkQueue(config),
    ...checkNamed(config),
  ];
}

function checkDecoding(config: ConnectorConfig): readonly Diagnostic[] {
  const plugin = (config['plugin.name'] ?? 'decoderbufs').toLowerCase();
  if (config['plugin.name'] === undefined) {
    return [
      withoutEffect(
        'plugin.name',
        'The connector will use the decoding plugin decoderbufs',
        'That is its default, and no server has it that nobody installed it on. Set plugin.name to pgoutput, which is part of PostgreSQL.',
      ),
    ];
  }
  if (plugin !== 'decoderbufs') return [];
  return ['publication.name', 'publication.autocreate.mode']
    .filter((key) => config[key] !== undefined)
    .map((key) =>
      withoutEffect(key, `config.${key} has no effect`, 'Publications are for plugin.name pgoutput only.'),
    );
}

function checkQueue(config: ConnectorConfig): readonly Diagnostic[] {
  const [size, batch] = [Number(config['max.queue.size'] ?? 8192), Number(config['max.batch.size'] ?? 2048)];
  if (!(size <= batch)) return [];
  return [
    invalidValue('max.queue.size', 'is not above max.batch.size', 'A batch has to fit into the queue.'),
  ];
}

/** Channels of notifications and what `converters` names. */
function checkNamed(config: ConnectorConfig): readonly Diagnostic[] {
  const channels = splitList(config['notification.enabled.channels']);
  const needed = [
    ...(channels.includes('sink') ? ['notification.sink.topic.name'] : []),
    ...['converters', 'post.processors'].flatMap((key) => {
      const written = config[key] ?? '';
      return isReference(written) ? [] : splitList(written).map((name) => `${name}.type`);
    }),
  ];
  return needed
    .filter((key) => (config[key] ?? '') === '')
    .map((key) => missingKey(key, 'Another key of the configuration names it.'));
}
