import { z } from 'zod';
import { choice, className, flag, list, pattern, secret, text, wholeNumber } from '../config-values.ts';

/** Keys of `JdbcSinkConnectorConfig` and `SinkConnectorConfig`, Debezium 3.6. */
export const jdbcSinkKeys = z
  .object({
    'connection.url': pattern(
      /^jdbc:[a-z0-9]+:.+/i,
      'is no JDBC URL',
      'JDBC URL of the database, such as `jdbc:postgresql://db.example.com/archive`.',
    ),
    'connection.username': text('User of the database.'),
    'connection.password': secret('Password of the user.'),
    'connection.provider': className('Class that provides connections.', {
      fallback: 'org.hibernate.agroal.internal.AgroalConnectionProvider',
    }),
    'connection.pool.min_size': wholeNumber('Fewest connections in the pool.', { min: 0, fallback: '5' }),
    'connection.pool.max_size': wholeNumber('Most connections in the pool.', { min: 1, fallback: '32' }),
    'connection.pool.timeout': wholeNumber('Seconds after which an idle connection is closed.', {
      bits: 64,
      fallback: '1800',
    }),
    'connection.restart.on.errors': flag(
      'Whether a lost connection is opened again. After a failover to a replica that lags, records may be lost.',
      { fallback: 'false' },
    ),
    'collection.name.format': text('Name of the table; `${topic}` stands for the topic.', {
      fallback: '${topic}',
    }),
    'table.name.format': text('Deprecated: `collection.name.format`.'),
    'collection.table.format': text('Name in the database; `${schema}` and `${table}` stand for its parts.', {
      fallback: '${table}',
    }),
    'collection.naming.strategy': className('Class that makes the name of a table from a record.', {
      fallback: 'io.debezium.sink.naming.DefaultCollectionNamingStrategy',
    }),
    'table.naming.strategy': className('Deprecated: `collection.naming.strategy`.'),
    'column.naming.strategy': className('Class that makes the name of a column from a field.', {
      fallback: 'io.debezium.connector.jdbc.naming.DefaultColumnNamingStrategy',
    }),
    'insert.mode': choice(['insert', 'upsert', 'update'], 'How a row is written.', { fallback: 'insert' }),
    'primary.key.mode': choice(
      ['none', 'kafka', 'record_key', 'record_value', 'record_header'],
      'Where the primary key is from: nowhere, the coordinates in Kafka, or a part of the record.',
      { fallback: 'none' },
    ),
    'primary.key.fields': list('Fields of the primary key. All of that part of the record when absent.'),
    'delete.enabled': flag('Whether a record without a value deletes its row.', { fallback: 'false' }),
    'truncate.enabled': flag('Whether a change event of a truncation empties the table.', {
      fallback: 'false',
    }),
    'schema.evolution': choice(
      ['none', 'basic'],
      'basic: tables are created, and columns added, as records need them.',
      { fallback: 'none' },
    ),
    'field.include.list': list('Fields that are written: `<topic>:<field>`, or `<field>` of any topic.'),
    'field.exclude.list': list('Fields that are not written.'),
    'quote.identifiers': flag('Whether names of tables and columns are quoted, so that their case counts.', {
      fallback: 'false',
    }),
    'batch.size': wholeNumber('Records that are written at a time at most.', { min: 1, fallback: '500' }),
    'use.reduction.buffer': flag(
      'Whether only the last of several changes of one key in a batch is written.',
      {
        fallback: 'false',
      },
    ),
    'flush.max.retries': wholeNumber('How often a write that may succeed later is tried again.', {
      min: 0,
      fallback: '5',
    }),
    'flush.retry.delay.ms': wholeNumber('Pause between two attempts. Milliseconds.', {
      min: 0,
      bits: 64,
      fallback: '1000',
    }),
    'use.time.zone': text('Time zone of times that have none.', { fallback: 'UTC' }),
    'database.time_zone': text('Deprecated: `use.time.zone`.'),
    'dialect.postgres.postgis.schema': text('Schema of the PostGIS extension.', { fallback: 'public' }),
    'dialect.postgres.unnest.insert.enabled': flag('Whether batches are written by UNNEST.', {
      fallback: 'false',
    }),
    'dialect.sqlserver.identity.insert': flag('Whether identity columns get explicit values.', {
      fallback: 'false',
    }),
    'cloud.events.schema.name.pattern': text('Regular expression of the schema names of CloudEvents.', {
      fallback: '.*CloudEvents\\.Envelope$',
    }),
  })
  .partial()
  .required({ 'connection.url': true, 'connection.username': true });
