import { z } from 'zod';
import { choice, className, flag, list, pattern, text, wholeNumber } from '../config-values.ts';

const alias = (description: string, fallback?: string) =>
  pattern(
    /^[A-Za-z0-9._-]{1,100}$/,
    'has characters that names of topics cannot have',
    description,
    fallback === undefined ? {} : { fallback },
  );
const servers = (description: string) =>
  pattern(/^[^\s,]+:\d+(\s*,\s*[^\s,]+:\d+)*$/, 'is no list of host:port', description);
const policies = 'org.apache.kafka.connect.mirror.';
const seconds = (description: string) => wholeNumber(description, { bits: 64, fallback: '600' });

/** Keys of `MirrorSourceConfig`, Kafka 4.3, less those of Kafka's clients, which belong below source and target. */
export const mirrorKeys = z
  .object({
    'source.cluster.alias': alias(
      'Name of the cluster that is copied from. Copies are called `<alias>.<topic>`.',
    ),
    'source.cluster.bootstrap.servers': servers('Brokers of the cluster that is copied from: `host:port`.'),
    'target.cluster.alias': alias('Name of the cluster that is copied to.', 'target'),
    'target.cluster.bootstrap.servers': servers(
      'Brokers of the cluster that is copied to: that of the Connect cluster.',
    ),
    enabled: flag('Whether anything is copied.', { fallback: 'true' }),
    topics: list('Topics that are copied: names and regular expressions.', { fallback: '.*' }),
    'topics.exclude': list('Topics that are not copied.', {
      fallback: 'mm2.*\\.internal, .*\\.replica, __.*',
    }),
    'topic.filter.class': className('Class that chooses topics.', {
      fallback: `${policies}DefaultTopicFilter`,
    }),
    'replication.policy.class': className(
      `Class that names the copies. ${policies}IdentityReplicationPolicy keeps the name of the topic; then two clusters must not copy each other's.`,
      { fallback: `${policies}DefaultReplicationPolicy` },
    ),
    'replication.policy.separator': text('What stands between alias and topic.', { fallback: '.' }),
    'replication.policy.internal.topic.separator.enabled': flag(
      'Whether topics of checkpoints and offsets use that separator too.',
      { fallback: 'true' },
    ),
    'replication.factor': wholeNumber('Replicas of the copies.', { min: -1, fallback: '2' }),
    'refresh.topics.enabled': flag('Whether new topics and partitions are looked for.', { fallback: 'true' }),
    'refresh.topics.interval.seconds': seconds('How often.'),
    'sync.topic.configs.enabled': flag('Whether settings of topics are copied too.', { fallback: 'true' }),
    'sync.topic.configs.interval.seconds': seconds('How often.'),
    'config.properties.exclude': list('Settings of topics that are not copied.'),
    'config.property.filter.class': className('Class that chooses settings of topics.', {
      fallback: `${policies}DefaultConfigPropertyFilter`,
    }),
    'sync.topic.acls.enabled': flag('Whether access rules of topics are copied: needs an authorizer.', {
      fallback: 'true',
    }),
    'sync.topic.acls.interval.seconds': seconds('How often.'),
    'emit.offset-syncs.enabled': flag(
      'Whether it is written down which offset of a copy is which of its topic: MirrorCheckpointConnector needs that to carry consumer groups over.',
      { fallback: 'true' },
    ),
    'offset-syncs.topic.location': choice(['source', 'target'], 'Cluster in which that is written down.', {
      fallback: 'source',
      anyCase: false,
    }),
    'offset-syncs.topic.replication.factor': wholeNumber('Replicas of that topic.', {
      bits: 16,
      fallback: '3',
    }),
    'offset.lag.max': wholeNumber('Records after which an offset is written down again.', {
      bits: 64,
      fallback: '100',
    }),
    'heartbeats.replication.enabled': flag('Whether heartbeats of MirrorHeartbeatConnector are copied.', {
      fallback: 'true',
    }),
    'consumer.poll.timeout.ms': wholeNumber('Longest wait for records. Milliseconds.', {
      bits: 64,
      fallback: '1000',
    }),
    'admin.timeout.ms': wholeNumber('Longest wait for work on topics. Milliseconds.', {
      bits: 64,
      fallback: '60000',
    }),
    'forwarding.admin.class': className('Class that creates topics and changes their settings.', {
      fallback: 'org.apache.kafka.clients.admin.ForwardingAdmin',
    }),
    'config.providers': list('Config providers of the connector itself, besides those of the workers.'),
    'metric.names.formats': list('Deprecated: names of metrics.', {
      values: ['legacy', 'new'],
      fallback: 'legacy',
    }),
    'metric.reporters': list('Classes that report metrics.', {
      fallback: 'org.apache.kafka.common.metrics.JmxReporter',
    }),
  })
  .partial()
  .required({
    'source.cluster.alias': true,
    'source.cluster.bootstrap.servers': true,
    'target.cluster.bootstrap.servers': true,
  });
