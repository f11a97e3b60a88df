import { z } from 'zod';
import { flag, list, text, wholeNumber } from '../config-values.ts';

/** Keys of `IcebergSinkConfig`, Iceberg 1.12. */
export const icebergSinkKeys = z
  .object({
    'iceberg.catalog': text('Name of the catalog.', { fallback: 'iceberg' }),
    'iceberg.tables': list('Tables that are written: `<namespace>.<table>`.'),
    'iceberg.tables.dynamic-enabled': flag('Whether a field of the record names its table.', {
      fallback: 'false',
    }),
    'iceberg.tables.route-field': text(
      'Field that names the table, or whose value is compared with the `route-regex` of tables.',
    ),
    'iceberg.tables.auto-create-enabled': flag('Whether tables that are absent are created.', {
      fallback: 'false',
    }),
    'iceberg.tables.evolve-schema-enabled': flag('Whether columns are added as records need them.', {
      fallback: 'false',
    }),
    'iceberg.tables.schema-force-optional': flag('Whether all columns of new tables may be empty.', {
      fallback: 'false',
    }),
    'iceberg.tables.schema-case-insensitive': flag('Whether columns are found in any case.', {
      fallback: 'false',
    }),
    'iceberg.tables.default-commit-branch': text('Branch that is committed to.', { fallback: 'main' }),
    'iceberg.tables.default-id-columns': list('Columns that identify a row, for new tables.'),
    'iceberg.tables.default-partition-by': text('Partitions of new tables: `day(at),bucket(id,16)`.'),
    'iceberg.control.topic': text('Topic by which tasks agree on commits. It has to exist.', {
      fallback: 'control-iceberg',
    }),
    'iceberg.control.group-id-prefix': text('Beginning of the consumer groups on it.', {
      fallback: 'cg-control-',
    }),
    'iceberg.control.commit.interval-ms': wholeNumber('Time between two commits. Milliseconds.', {
      min: 1,
      fallback: '300000',
    }),
    'iceberg.control.commit.timeout-ms': wholeNumber('How long a commit waits for tasks. Milliseconds.', {
      min: 1,
      fallback: '30000',
    }),
    'iceberg.control.commit.threads': wholeNumber('Threads that commit.', {
      min: 1,
      fallback: 'twice the cores',
    }),
    'iceberg.control.commit.max-consecutive-failures': wholeNumber(
      'Failed commits in a row after which the connector fails.',
      { min: 1, fallback: '1' },
    ),
    'iceberg.connect.group-id': text("Consumer group of the connector. Connect's own when absent."),
    'iceberg.coordinator.transactional.prefix': text('Beginning of the transactional ids.'),
    'iceberg.coordinator-executor-keep-alive-timeout-ms': wholeNumber(
      'How long idle threads of the coordinator stay. Milliseconds.',
      { bits: 64, fallback: '120000' },
    ),
    'iceberg.hadoop-conf-dir': text("Folder with Hadoop's configuration files, on the workers."),
  })
  .partial();
