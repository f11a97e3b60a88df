import { choice, className, flag, list, text, wholeNumber } from '../config-values.ts';

/** Queues, heartbeats, signals, notifications and metrics: keys of `PostgresConnectorConfig`, Debezium 3.7. */
export const engineKeys = {
  'custom.metric.tags': list('Tags of the metrics: `key=value`, separated by commas.'),
  'custom.sanitize.pattern': text('Regular expression of the keys whose values are masked in logs.', {
    fallback:
      '.*secret$|.*password$|.*sasl\\.jaas\\.config$|.*basic\\.auth\\.user\\.info|.*registry\\.auth\\.client-secret|.*credentials\\.json$|.*connectionstring$|.*connection\\.string$',
  }),
  'executor.shutdown.timeout.ms': wholeNumber(
    'How long the task waits for its threads to end. Milliseconds.',
    { bits: 64, fallback: '4000' },
  ),
  'guardrail.collections.limit.action': choice(['warn', 'fail'], 'What happens when there are more.', {
    fallback: 'warn',
  }),
  'guardrail.collections.max': wholeNumber('Most tables that may be captured; 0: no limit.', {
    fallback: '0',
  }),
  'heartbeat.action.query': text('SQL statement that every heartbeat executes.'),
  'heartbeat.interval.ms': wholeNumber(
    "Time between two heartbeats; 0: none. Without them a slot of a quiet database keeps the server's log. Milliseconds.",
    { min: 0, fallback: '0' },
  ),
  'heartbeat.topics.prefix': text('Beginning of the name of the heartbeat topic.', {
    fallback: '__debezium-heartbeat',
  }),
  'max.batch.size': wholeNumber('Maximum size of each batch of source records.', {
    min: 1,
    fallback: '2048',
  }),
  'max.queue.size': wholeNumber('Most changes that wait to be written. Above max.batch.size.', {
    fallback: '8192',
  }),
  'max.queue.size.in.bytes': wholeNumber('Most bytes that wait to be written; 0: no limit.', {
    bits: 64,
    fallback: '0',
  }),
  'memory.management.cache.size': wholeNumber('Tables whose schemas are kept in memory.'),
  'memory.management.schemas.class': className('Class that stores schemas of tables.', {
    fallback: 'io.debezium.relational.ConcurrentMapTableMappingStorage',
  }),
  'memory.management.tables.class': className('Class that stores tables.', {
    fallback: 'io.debezium.relational.ConcurrentMapTableMappingStorage',
  }),
  'notification.enabled.channels': list('List of notification channels names that are enabled.'),
  'notification.http.allow.private.networks': flag('Whether notifications may go to private addresses.', {
    fallback: 'false',
  }),
  'notification.http.retries': wholeNumber('How often a notification is sent again.', { fallback: '2' }),
  'notification.http.timeout.ms': wholeNumber(
    'Connect and read timeout, in milliseconds, for HTTP notification delivery.',
    { fallback: '5000' },
  ),
  'notification.http.url': text('URL that notifications are posted to.'),
  'notification.sink.topic.name': text('Topic of notifications, with channel sink.'),
  'openlineage.integration.config.file.path': text("File with OpenLineage's configuration.", {
    fallback: './openlineage.yml',
  }),
  'openlineage.integration.dataset.kafka.bootstrap.servers': text(
    'The Kafka bootstrap server address used as input/output namespace/.',
  ),
  'openlineage.integration.enabled': flag(
    'Enable Debezium to emit data lineage metadata through OpenLineage API.',
    { fallback: 'false' },
  ),
  'openlineage.integration.job.description': text("The job's description emitted by Debezium.", {
    fallback: 'Debezium change data capture job',
  }),
  'openlineage.integration.job.namespace': text("The job's namespace emitted by Debezium."),
  'openlineage.integration.job.owners': list("The job's owners emitted by Debezium."),
  'openlineage.integration.job.tags': list("The job's tags emitted by Debezium."),
  'poll.dispatch.interval.ms': wholeNumber('Time between two looks of the dispatcher. Milliseconds.', {
    bits: 64,
  }),
  'poll.interval.ms': wholeNumber(
    'Time to wait for new change events to appear after receiving no events, given in milliseconds.',
    { min: 1, bits: 64, fallback: '500' },
  ),
  'query.fetch.size': wholeNumber(
    'The maximum number of records that should be loaded into memory while streaming.',
    { fallback: '0' },
  ),
  'queue.provider.type': text('Kind of queue for changes.'),
  'signal.data.collection': list('Table by which signals are sent to the connector. None when absent.'),
  'signal.emit.failure.backoff.ms': wholeNumber(
    'Duration to sleep for after encountering an error emitting a window event, given in milliseconds.',
    { bits: 64, fallback: '10000' },
  ),
  'signal.emit.failure.max.retries': wholeNumber(
    'The maximum number of retries after encountering an error emitting a window event (-1 = no limit, 0 = disabled, > 0 = num of retries).',
    { fallback: '0' },
  ),
  'signal.enabled.channels': list('Channels by which signals come: source, kafka, file, jmx.', {
    fallback: 'source',
  }),
  'signal.file': text('File of signals.'),
  'signal.poll.interval.ms': wholeNumber(
    'Interval for looking for new signals in registered channels, given in milliseconds.',
    { bits: 64, fallback: '5000' },
  ),
  'statistics.metrics.enabled': flag('Whether there are metrics of latencies.', { fallback: 'true' }),
};
