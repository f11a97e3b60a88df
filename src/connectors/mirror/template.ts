import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { conflictingKeys, withoutEffect } from '../config-problems.ts';
import { type ConnectorConfig, defineTemplate, prefixed, shaped } from '../connector-template.ts';
import { mirrorKeys } from './config.ts';

const clientKeys = /^(security|sasl|ssl)\./;

/** MirrorMaker 2's source connector, run by an ordinary Connect cluster. */
export const mirror = defineTemplate({
  name: 'mirror',
  description:
    'Topics of another Kafka cluster are copied into the one of the Connect cluster, records byte by byte, with new partitions and settings.',
  direction: 'source',
  className: 'org.apache.kafka.connect.mirror.MirrorSourceConnector',
  version: '4.3.1',
  artifacts: [{ type: 'maven', group: 'org.apache.kafka', artifact: 'connect-mirror', version: '4.3.1' }],
  keys: mirrorKeys,
  // Its topics are those of the other cluster.
  topicKeys: [],
  offsetKeys: {
    'source.cluster.alias':
      'offsets belong to the alias: all topics are copied again from their beginning, into copies that have the new one in their names.',
  },
  families: [
    prefixed(
      'source.',
      'Connection to the cluster that is copied from: `source.cluster.security.protocol` or `source.consumer.*`.',
    ),
    prefixed('target.', 'Connection to the cluster that is copied to, for offsets and topics.'),
    prefixed('consumer.', 'Settings of the consumers.'),
    prefixed('producer.', 'Settings of the producers.'),
    prefixed('admin.', 'Settings of the administration clients.'),
    prefixed('config.providers.', 'Classes and settings of those config providers.'),
    shaped(
      clientKeys,
      'security.*, sasl.*, ssl.*',
      'Defined, and used for nothing: they belong below source.cluster.',
    ),
    prefixed('replication.policy.', 'Settings of the class that names copies.'),
  ],
  check: checkMirror,
});

/**
 * Whether a connector runs without tasks as long as there is nothing for it. Checkpoints are such: of no group that is
 * declared there are offsets yet.
 */
export function mayHaveNoTasks(className: string): boolean {
  return /^(org\.apache\.kafka\.connect\.mirror\.)?MirrorCheckpoint(Connector)?$/.test(className);
}

const identity = 'org.apache.kafka.connect.mirror.IdentityReplicationPolicy';
const bytes = 'org.apache.kafka.connect.converters.ByteArrayConverter';

/** The rules of `MirrorSourceConnector#validate`, and what it does not look at. */
function checkMirror(config: ConnectorConfig): readonly Diagnostic[] {
  const target = config['target.cluster.alias'] ?? 'target';
  const sameServers =
    config['source.cluster.bootstrap.servers'] !== undefined &&
    config['source.cluster.bootstrap.servers'] === config['target.cluster.bootstrap.servers'];
  return [
    ...(config['source.cluster.alias'] === target
      ? [
          conflictingKeys(
            'source.cluster.alias',
            'Both clusters have one alias',
            'The aliases name the copies and keep them from being copied again. Give the clusters different ones.',
          ),
        ]
      : []),
    ...(sameServers && config['replication.policy.class'] === identity
      ? [
          conflictingKeys(
            'replication.policy.class',
            'Topics would be copied into themselves',
            'Both clusters have the same servers, and this policy gives a copy the name of its topic. Leave it out.',
          ),
        ]
      : []),
    ...(config['emit.offset-syncs.enabled'] === 'false'
      ? Object.keys(config)
          .filter((key) => key.startsWith('offset-syncs'))
          .map((key) =>
            conflictingKeys(
              key,
              `config.${key} is of offset syncs, which emit.offset-syncs.enabled turns off`,
              'The connector refuses both. Remove one of them.',
            ),
          )
      : []),
    ...Object.keys(config)
      .filter((key) => clientKeys.test(key))
      .map((key) =>
        withoutEffect(
          key,
          `config.${key} has no effect`,
          `Which of the two clusters it is for is not said. Write source.cluster.${key} or target.cluster.${key}.`,
        ),
      ),
    ...(['key.converter', 'value.converter'] as const)
      .filter((key) => ![bytes, 'ByteArrayConverter', 'ByteArray'].includes(config[key] ?? ''))
      .map((key) =>
        withoutEffect(
          key,
          `config.${key} may change what is copied`,
          `Records are bytes here, and only ${bytes} leaves them as they are: the workers' converter may not. Set it.`,
        ),
      ),
  ];
}
