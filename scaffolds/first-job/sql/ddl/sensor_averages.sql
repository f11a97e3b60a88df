-- One row for each sensor and two seconds. Committed with Flink's checkpoints: never twice.
CREATE TABLE sensor_averages (
  sensor      STRING,
  measured_at TIMESTAMP(3),
  celsius     DOUBLE
) WITH (
  'connector' = 'kafka',
  'topic' = '${topic}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '600000',
  'key.format' = 'raw',
  'key.fields' = 'sensor',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'sensor-averages'
);
