import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { conflictingKeys, missingKey } from '../config-problems.ts';
import { isReference } from '../config-values.ts';
import { type ConnectorConfig, defineTemplate, prefixed } from '../connector-template.ts';
import { jdbcSinkKeys } from './config.ts';

const version = '3.6.0.Final';

/** Debezium's JDBC sink. Its archive has the drivers; Maven cannot resolve all that its pom names. */
export const jdbcSink = defineTemplate({
  name: 'jdbc-sink',
  description:
    'Records become rows of PostgreSQL, MySQL, MariaDB, Oracle, SQL Server or Db2 tables. Needs records with schemas.',
  direction: 'sink',
  className: 'io.debezium.connector.jdbc.JdbcSinkConnector',
  version,
  artifacts: [
    {
      type: 'tgz',
      url: `https://repo1.maven.org/maven2/io/debezium/debezium-connector-jdbc/${version}/debezium-connector-jdbc-${version}-plugin.tar.gz`,
      sha512sum:
        '7ce615b4b41d029226b03722b0acaee61bc18c5335faa3d4ca23f80d3217f3f9e08f296ad9e17fd08918101d51159480444cf8cc833b0ab1f73ac198a4877dc4',
    },
  ],
  keys: jdbcSinkKeys,
  families: [
    prefixed('hibernate.', 'Settings of Hibernate, which writes the rows.'),
    prefixed('column.naming.', 'Settings of the class that names columns.'),
    prefixed('collection.naming.', 'Settings of the class that names tables.'),
  ],
  check: checkJdbcSink,
});

/** The rules of `JdbcSinkConnectorConfig#validate`, which Connect's own validation does not know. */
function checkJdbcSink(config: ConnectorConfig): readonly Diagnostic[] {
  const keyMode = (config['primary.key.mode'] ?? 'none').toLowerCase();
  const known = !isReference(keyMode);
  return [
    ...(config['insert.mode']?.toLowerCase() === 'upsert' && keyMode === 'none'
      ? [missingKey('primary.key.mode', 'insert.mode upsert finds rows by their primary key, which is none.')]
      : []),
    ...(config['delete.enabled']?.toLowerCase() === 'true' && known && keyMode !== 'record_key'
      ? [
          conflictingKeys(
            'delete.enabled',
            'config.delete.enabled needs primary.key.mode record_key',
            'A record that deletes has a key and no value, so the row can be found by the record key only. Set primary.key.mode to record_key.',
          ),
        ]
      : []),
    ...(config['field.include.list'] !== undefined && config['field.exclude.list'] !== undefined
      ? [
          conflictingKeys(
            'field.exclude.list',
            'config has field.include.list and field.exclude.list',
            'The connector refuses both. Remove one of them.',
          ),
        ]
      : []),
    ...(['kafka', 'record_value', 'record_header'].includes(keyMode) && config['primary.key.fields'] === ''
      ? [missingKey('primary.key.fields', `primary.key.mode is ${keyMode}.`)]
      : []),
  ];
}
