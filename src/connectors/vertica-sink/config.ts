import { z } from 'zod';
import { choice, flag, list, pattern, secret, text, wholeNumber } from '../config-values.ts';

/** Keys of `SinkConfig` of sdp's own plugin, connect-plugins/vertica-sink. */
export const verticaSinkKeys = z
  .object({
    'vc.url': pattern(
      /^jdbc:(vertica|postgresql):\/\/[^/]+\/[^/?;]+/,
      'is no JDBC URL of Vertica or PostgreSQL with host and database',
      'JDBC URL of the database: `jdbc:vertica://vertica.example.com:5433/dwh`; `jdbc:postgresql://…` for tests. The password has a key of its own.',
    ),
    'vc.user': text('User of the database.'),
    'vc.password': secret('Password of the user.'),
    'vc.schema': pattern(/\S/, 'is empty', 'Schema of the tables. The one after the login when absent.'),
    'vc.table': pattern(
      /^(?:[^$]|\$\{topic\}|\$(?!\{))*$/,
      'has another placeholder than the topic',
      'Table that is written, which has to exist. `${topic}` in it stands for the topic.',
    ),
    'vc.login.timeout.ms': wholeNumber('How long a login may take. Milliseconds.', {
      min: 1000,
      max: 600_000,
      fallback: '10000',
    }),
    'vc.socket.timeout.ms': wholeNumber(
      'How long the database may be silent before the connection is made anew; 0: for ever. Milliseconds.',
      { min: 0, fallback: '300000' },
    ),
    'insert.mode': choice(
      ['insert', 'upsert', 'update'],
      'insert: each record becomes a row. upsert: it changes the row of its key, or becomes one. update: it changes the row of its key, if there is one.',
      { fallback: 'insert', anyCase: false },
    ),
    'upsert.key.fields': list(
      "Fields that make a row's key. When absent, those of the record's key, or else the table's primary key.",
    ),
    'upsert.timestamp.fields': list(
      'Fields that say how new a record is, compared one after the other: an older record never overwrites a newer row. Without effect on insert.',
    ),
    'delete.enabled': flag(
      'Whether a record without a value deletes the row of its key. Not with insert.mode insert.',
      {
        fallback: 'false',
      },
    ),
    'unknown.fields': choice(
      ['error', 'ignore'],
      'What becomes of a field that the table has no column for: the record is refused, or the field left out.',
      { fallback: 'error', anyCase: false },
    ),
    'batch.size': wholeNumber('Rows that are sent to the database at a time.', {
      min: 1,
      max: 100_000,
      fallback: '1000',
    }),
    'max.retries': wholeNumber(
      'How often a batch is tried again in a row while the database is not to be had.',
      {
        min: 0,
        fallback: '10',
      },
    ),
    'retry.backoff.ms': wholeNumber(
      'Pause before the first of them, doubled with each up to a minute. Milliseconds.',
      {
        min: 0,
        max: 60_000,
        fallback: '1000',
      },
    ),
  })
  .partial()
  .required({ 'vc.url': true, 'vc.table': true });
