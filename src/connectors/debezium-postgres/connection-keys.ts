import { choice, flag, pattern, secret, text, wholeNumber } from '../config-values.ts';

/** Connection, replication slot and publication: keys of `PostgresConnectorConfig`, Debezium 3.7. */
export const connectionKeys = {
  'connection.validation.timeout.ms': wholeNumber(
    'How long a check of the connection may take. Milliseconds.',
    { bits: 64, fallback: '60000' },
  ),
  'create.slot.command.timeout': wholeNumber('Seconds that making the slot may take.'),
  'custom.retriable.exception': text('Regular expression of errors after which the connector starts again.'),
  'database.dbname': text('Database whose changes are captured.'),
  'database.hostname': pattern(/^[A-Za-z0-9._:-]+$/, 'is no name of a host', 'Host of the database server.'),
  'database.initial.statements': text(
    'SQL statements, separated by semicolons, that every new connection begins with.',
  ),
  'database.password': secret('Password of the user.'),
  'database.port': wholeNumber('Port of the database server.', { min: 1, max: 65535, fallback: '5432' }),
  'database.query.timeout.ms': wholeNumber('Time to wait for a query to execute, given in milliseconds.', {
    fallback: '600000',
  }),
  'database.sslcert': text('File containing the SSL Certificate for the client.'),
  'database.sslfactory': text('A name of class to that creates SSL Sockets.'),
  'database.sslkey': text('File containing the SSL private key for the client.'),
  'database.sslmode': choice(
    ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
    "Whether the connection is encrypted and the server's certificate verified.",
    { fallback: 'prefer' },
  ),
  'database.sslpassword': secret(
    "Password to access the client private key from the file specified by 'database.sslkey'.",
  ),
  'database.sslrootcert': text(
    'File containing the root certificate(s) against which the server is validated.',
  ),
  'database.tcpKeepAlive': flag('Enable or disable TCP keep-alive probe to avoid dropping TCP connection.', {
    fallback: 'true',
  }),
  'database.user': text('User of the database: with the right to replicate.'),
  'errors.max.retries': wholeNumber(
    'How often an error of the connection is tried again; -1: without end, 0: never.',
    { fallback: '-1' },
  ),
  'flush.lsn.source': flag('Deprecated: `lsn.flush.mode`.', { fallback: 'true' }),
  'lsn.flush.mode': choice(
    ['connector', 'connector_and_driver', 'manual'],
    'Who confirms to the server what was read, so that it may discard it.',
  ),
  'lsn.flush.timeout.action': choice(['fail', 'warn', 'ignore'], 'What happens when that takes too long.', {
    fallback: 'fail',
  }),
  'lsn.flush.timeout.ms': wholeNumber('Longest time that it may take. Milliseconds.', {
    bits: 64,
    fallback: '30000',
  }),
  'offset.mismatch.strategy': text("What happens when the offset and the slot's position differ."),
  'plugin.name': choice(
    ['pgoutput', 'decoderbufs'],
    'Logical decoding plugin of the server. Only pgoutput is part of PostgreSQL.',
    { fallback: 'decoderbufs' },
  ),
  'publication.autocreate.mode': choice(
    ['all_tables', 'filtered', 'disabled', 'no_tables'],
    'Whether the connector makes the publication: for all tables, for those it captures, or not.',
    { fallback: 'all_tables' },
  ),
  'publication.name': text('Publication that changes are read from, with pgoutput.', {
    fallback: 'dbz_publication',
  }),
  'publish.via.partition.root': flag('Whether changes of partitions are those of the partitioned table.', {
    fallback: 'false',
  }),
  'read.only': flag('Whether the connector writes nothing into the database.'),
  'replica.identity.autoset.values': text(
    'Replica identities that the connector sets: `<schema>.<table>:FULL`, separated by commas.',
  ),
  'retriable.restart.connector.wait.ms': wholeNumber(
    'Time to wait before restarting connector after retriable exception occurs.',
    { bits: 64, fallback: '10000' },
  ),
  'slot.drop.on.stop': flag(
    'Whether the slot is dropped when the connector stops. Changes of the meantime are lost then.',
    { fallback: 'false' },
  ),
  'slot.failover': flag('Whether the slot is one that a standby has too. PostgreSQL 17 or newer.', {
    fallback: 'false',
  }),
  'slot.max.retries': wholeNumber(
    'How many times to retry connecting to a replication slot when an attempt fails.',
    { fallback: '6' },
  ),
  'slot.name': pattern(
    /^[a-z0-9_]{1,63}$/,
    'is no name of a replication slot: lower-case letters, digits and "_", at most 63',
    'Replication slot of the connector. Two connectors must not share one.',
    { fallback: 'debezium' },
  ),
  'slot.retry.delay.ms': wholeNumber(
    'Time to wait between retry attempts when the connector fails to connect to a replication slot, given in milliseconds.',
    { bits: 64, fallback: '10000' },
  ),
  'slot.seek.to.known.offset.on.start': flag(
    'Whether streaming begins at the known offset even where the slot is elsewhere.',
  ),
  'slot.stream.params': text('Parameters of the logical decoding plugin, separated by semicolons.'),
  'status.update.interval.ms': wholeNumber('Time between two status updates to the server. Milliseconds.', {
    fallback: '10000',
  }),
  'xmin.fetch.interval.ms': wholeNumber(
    'Time between two looks at the xmin of the slot; 0: none. Milliseconds.',
    { bits: 64, fallback: '0' },
  ),
};
