import { choice, className, flag, list, pattern, text, wholeNumber } from '../config-values.ts';

/** What is captured, and how it becomes records: keys of `PostgresConnectorConfig`, Debezium 3.7. */
export const eventKeys = {
  'binary.handling.mode': choice(
    ['bytes', 'base64', 'base64-url-safe', 'hex'],
    'How binary columns become fields.',
    { fallback: 'bytes' },
  ),
  'column.exclude.list': list('Regular expressions of the columns that are not captured.'),
  'column.include.list': list(
    'Regular expressions of the columns that are captured: `<schema>.<table>.<column>`.',
  ),
  'column.propagate.source.type': list(
    'Regular expressions of columns whose original type and length is in the schema of the records.',
  ),
  converters: text('Names of converters of columns; each has keys `<name>.type` and `<name>.*`.'),
  'database.exclude.list': list('Databases that are not captured.'),
  'database.include.list': list('Databases that are captured.'),
  'datatype.propagate.source.type': list(
    'Regular expressions of types that are in the schema of the records with their length.',
  ),
  'decimal.handling.mode': choice(
    ['precise', 'double', 'string'],
    "How DECIMAL and NUMERIC become fields: exactly (as Connect's Decimal), as doubles, or as texts.",
    { fallback: 'precise' },
  ),
  'event.converting.failure.handling.mode': choice(
    ['fail', 'warn', 'skip'],
    'What happens to a value that cannot be converted.',
    { fallback: 'warn' },
  ),
  'event.processing.failure.handling.mode': choice(
    ['fail', 'warn', 'skip', 'ignore'],
    'What happens to a change that cannot be processed.',
    { fallback: 'fail' },
  ),
  'extended.headers.enabled': flag('Whether records have headers that name connector and task.', {
    fallback: 'true',
  }),
  'field.name.adjustment.mode': choice(
    ['none', 'avro', 'avro_unicode'],
    'Changes names of fields that Avro does not allow.',
    { fallback: 'none' },
  ),
  'hstore.handling.mode': choice(['json', 'map'], 'How HSTORE columns become fields.', { fallback: 'json' }),
  'include.schema.comments': flag('Whether comments of tables and columns are read. Takes memory.', {
    fallback: 'false',
  }),
  'include.unknown.datatypes': flag(
    'Whether columns of types that Debezium does not know become bytes (true) or are left out.',
    { fallback: 'false' },
  ),
  'interval.handling.mode': choice(
    ['numeric', 'string'],
    'How INTERVAL columns become fields: microseconds, not exact, or an ISO text.',
    { fallback: 'numeric' },
  ),
  'message.key.columns': text(
    'Columns that make the record key: `<table>:<column>,<column>`, separated by semicolons. The primary key when absent.',
  ),
  'message.prefix.exclude.list': list(
    'Regular expressions of the prefixes of logical decoding messages that are not captured.',
  ),
  'message.prefix.include.list': list(
    'Regular expressions of the prefixes of logical decoding messages that are captured.',
  ),
  'money.fraction.digits': wholeNumber('Digits after the point of MONEY values.'),
  'post.processors': text('Names of post processors; each has keys `<name>.type` and `<name>.*`.'),
  'provide.transaction.metadata': flag('Whether a topic has the begin and end of transactions.', {
    fallback: 'false',
  }),
  'schema.exclude.list': list('Regular expressions of the schemas that are not captured.'),
  'schema.include.list': list('Regular expressions of the schemas that are captured.'),
  'schema.name.adjustment.mode': choice(
    ['none', 'avro', 'avro_unicode'],
    'Changes names of schemas that Avro does not allow.',
    { fallback: 'none' },
  ),
  'schema.refresh.mode': choice(
    ['columns_diff', 'columns_diff_exclude_unchanged_toast'],
    'When the connector reads the schema of a table again.',
    { fallback: 'columns_diff' },
  ),
  'skip.messages.without.change': flag(
    'Whether updates that change no captured column are left out. Needs REPLICA IDENTITY FULL.',
    { fallback: 'false' },
  ),
  'skipped.operations': list(
    'Operations that are left out: c (insert), u (update), d (delete), t (truncate), or none.',
    { values: ['c', 'u', 'd', 't', 'none'], fallback: 't' },
  ),
  'sourceinfo.struct.maker': className('Class that makes the source field of records.', {
    fallback: 'io.debezium.connector.postgresql.PostgresSourceInfoStructMaker',
  }),
  'table.exclude.list': list('Regular expressions of the tables that are not captured.'),
  'table.ignore.builtin': flag('Flag specifying whether built-in tables should be ignored.', {
    fallback: 'true',
  }),
  'table.include.list': list('Regular expressions of the tables that are captured: `<schema>.<table>`.'),
  'time.precision.mode': choice(
    [
      'adaptive',
      'adaptive_time_microseconds',
      'connect',
      'isostring',
      'microseconds',
      'nanoseconds',
      'structured',
    ],
    'How dates and times become fields.',
    { fallback: 'adaptive' },
  ),
  'tombstones.on.delete': flag(
    'Whether a deletion is followed by a record without a value, so that a compacted topic forgets the key.',
    { fallback: 'true' },
  ),
  'topic.cache.size': wholeNumber('Names of topics that are kept.'),
  'topic.delimiter': text("What stands between the parts of a topic's name."),
  'topic.heartbeat.name': text('Name of the heartbeat topic.'),
  'topic.heartbeat.prefix': text('Beginning of the name of the heartbeat topic.'),
  'topic.naming.strategy': className('Class that names topics.', {
    fallback: 'io.debezium.schema.SchemaTopicNamingStrategy',
  }),
  'topic.prefix': pattern(
    /^[A-Za-z0-9._-]+$/,
    'has other characters than letters, digits, ".", "_" and "-"',
    'Beginning of the names of all topics that the connector writes. Unique among connectors; another one makes other topics.',
  ),
  'topic.transaction': text('Name of the topic of transactions.'),
  'transaction.metadata.factory': className('Class that makes the metadata of transactions.', {
    fallback: 'io.debezium.pipeline.txmetadata.DefaultTransactionMetadataFactory',
  }),
  'unavailable.value.placeholder': text(
    'What stands for a large value that did not change and that the server does not send.',
    { fallback: '__debezium_unavailable_value' },
  ),
};
