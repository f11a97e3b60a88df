import { choice, flag, list, text, wholeNumber } from '../config-values.ts';

/** Snapshots: keys of `PostgresConnectorConfig`, Debezium 3.7. */
export const snapshotKeys = {
  'incremental.snapshot.allow.schema.changes': flag(
    'Whether the schema of a table may change during an incremental snapshot.',
    { fallback: 'false' },
  ),
  'incremental.snapshot.chunk.size': wholeNumber(
    'The maximum size of chunk (number of documents/rows) for incremental snapshotting.',
    { fallback: '1024' },
  ),
  'incremental.snapshot.watermarking.strategy': choice(
    ['insert_insert', 'insert_delete'],
    'How an incremental snapshot writes its marks into the signal table.',
    { fallback: 'insert_insert' },
  ),
  'legacy.snapshot.max.threads': flag(
    'Whether a snapshot has a thread for each table rather than for chunks.',
    { fallback: 'false' },
  ),
  'snapshot.delay.ms': wholeNumber('A delay period before a snapshot will begin, given in milliseconds.', {
    bits: 64,
    fallback: '0',
  }),
  'snapshot.fetch.size': wholeNumber('Most rows in memory during a snapshot.'),
  'snapshot.include.collection.list': list(
    'Tables of which a snapshot is made. All that are captured when absent.',
  ),
  'snapshot.isolation.mode': choice(
    ['serializable', 'repeatable_read', 'read_committed', 'read_uncommitted'],
    "Isolation of the snapshot's transaction.",
    { fallback: 'serializable' },
  ),
  'snapshot.lock.timeout.ms': wholeNumber('Longest wait for locks of tables. Milliseconds.', {
    bits: 64,
    fallback: '10000',
  }),
  'snapshot.locking.mode': choice(
    ['none', 'shared', 'custom'],
    'Whether tables are locked while their schemas are read.',
    { fallback: 'none' },
  ),
  'snapshot.locking.mode.custom.name': text('Name of the class for snapshot.locking.mode custom.'),
  'snapshot.max.threads': wholeNumber('The maximum number of threads used to perform the snapshot.', {
    min: 1,
    fallback: '1',
  }),
  'snapshot.max.threads.multiplier': wholeNumber(
    "Factor of the number of chunks that a table's snapshot is split into.",
    { fallback: '1' },
  ),
  'snapshot.mode': choice(
    ['always', 'initial', 'initial_only', 'no_data', 'when_needed', 'configuration_based', 'custom'],
    'When the tables are read as a whole before their changes.',
    { fallback: 'initial' },
  ),
  'snapshot.mode.configuration.based.snapshot.data': flag(
    "When 'snapshot.mode' is set as configuration_based, this setting permits to specify whenever the data should be snapshotted or not.",
    { fallback: 'false' },
  ),
  'snapshot.mode.configuration.based.snapshot.on.data.error': flag(
    "When 'snapshot.mode' is set as configuration_based, this setting permits to specify whenever the data should be snapshotted or not in case of error.",
    { fallback: 'false' },
  ),
  'snapshot.mode.configuration.based.snapshot.on.schema.error': flag(
    "When 'snapshot.mode' is set as configuration_based, this setting permits to specify whenever the schema should be snapshotted or not in case of error.",
    { fallback: 'false' },
  ),
  'snapshot.mode.configuration.based.snapshot.schema': flag(
    "When 'snapshot.mode' is set as configuration_based, this setting permits to specify whenever the schema should be snapshotted or not.",
    { fallback: 'false' },
  ),
  'snapshot.mode.configuration.based.start.stream': flag(
    "When 'snapshot.mode' is set as configuration_based, this setting permits to specify whenever the stream should start or not after snapshot.",
    { fallback: 'false' },
  ),
  'snapshot.mode.custom.name': text('Name of the class for snapshot.mode custom.'),
  'snapshot.query.mode': choice(['select_all', 'custom'], "How the snapshot's queries are made.", {
    fallback: 'select_all',
  }),
  'snapshot.query.mode.custom.name': text('Name of the class for snapshot.query.mode custom.'),
  'snapshot.select.statement.overrides': text(
    'Tables, separated by commas, whose snapshot is another SELECT; each has a key `snapshot.select.statement.overrides.<table>`.',
  ),
  'snapshot.tables.order.by.row.count': choice(
    ['disabled', 'ascending', 'descending'],
    'Controls the order in which tables are processed in the initial snapshot.',
    { fallback: 'disabled' },
  ),
  'streaming.delay.ms': wholeNumber(
    'A delay period after the snapshot is completed and the streaming begins, given in milliseconds.',
    { bits: 64, fallback: '0' },
  ),
};
