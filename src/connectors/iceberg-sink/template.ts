import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { conflictingKeys, missingKey } from '../config-problems.ts';
import { type ConnectorConfig, defineTemplate, prefixed, shaped } from '../connector-template.ts';
import { icebergSinkKeys } from './config.ts';

const version = '1.12.0';
const iceberg = (artifact: string) =>
  ({ type: 'maven', group: 'org.apache.iceberg', artifact, version }) as const;

/** Iceberg's sink. What is published is thin: writing Parquet and the clients of Hadoop and S3 are artifacts of their own. */
export const icebergSink = defineTemplate({
  name: 'iceberg-sink',
  description: 'Records become rows of Iceberg tables, each record once, in commits of some minutes.',
  direction: 'sink',
  className: 'org.apache.iceberg.connect.IcebergSinkConnector',
  version,
  artifacts: [
    iceberg('iceberg-kafka-connect'),
    iceberg('iceberg-parquet'),
    iceberg('iceberg-aws'),
    iceberg('iceberg-aws-bundle'),
    { type: 'maven', group: 'org.apache.hadoop', artifact: 'hadoop-client-runtime', version: '3.4.3' },
  ],
  keys: icebergSinkKeys,
  families: [
    prefixed(
      'iceberg.catalog.',
      'The catalog: `type` or `catalog-impl`, `uri`, `warehouse`, `io-impl` and what it takes.',
    ),
    prefixed(
      'iceberg.kafka.',
      "Settings of Kafka's clients for the control topic. The workers' when absent.",
    ),
    prefixed('iceberg.hadoop.', "Settings of Hadoop's."),
    prefixed('iceberg.tables.auto-create-props.', 'Properties of tables that are created.'),
    prefixed('iceberg.tables.write-props.', 'Properties of writing, such as `write.format.default`.'),
    shaped(
      /^iceberg\.table\..+\.(commit-branch|id-columns|partition-by|route-regex)$/,
      'iceberg.table.<table>.*',
      'Of one table: `commit-branch`, `id-columns`, `partition-by`, `route-regex`.',
    ),
  ],
  offsetKeys: {
    'iceberg.connect.group-id':
      'offsets are committed to this group, and those of the old one are not: records since its last commits are written again.',
  },
  check: checkIcebergSink,
});

/** The rules of `IcebergSinkConfig#validate`. */
function checkIcebergSink(config: ConnectorConfig): readonly Diagnostic[] {
  const dynamic = config['iceberg.tables.dynamic-enabled']?.toLowerCase() === 'true';
  const tables = (config['iceberg.tables'] ?? '').trim();
  const hasCatalog = Object.keys(config).some((key) => key.startsWith('iceberg.catalog.'));
  return [
    ...(hasCatalog
      ? []
      : [
          missingKey(
            'iceberg.catalog.type',
            'Nothing says where the tables are: rest, hive, glue, hadoop, …',
          ),
        ]),
    ...(dynamic && tables !== ''
      ? [
          conflictingKeys(
            'iceberg.tables',
            'config names tables, and lets records name them',
            'The connector refuses both. Remove iceberg.tables, or iceberg.tables.dynamic-enabled.',
          ),
        ]
      : []),
    ...(!dynamic && tables === ''
      ? [missingKey('iceberg.tables', 'Nothing says which tables are written.')]
      : []),
    ...(dynamic && (config['iceberg.tables.route-field'] ?? '') === ''
      ? [
          missingKey(
            'iceberg.tables.route-field',
            'iceberg.tables.dynamic-enabled lets a field name the table.',
          ),
        ]
      : []),
  ];
}
