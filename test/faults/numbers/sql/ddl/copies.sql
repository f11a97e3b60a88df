-- Transactions live longer than the longest absence of a JobManager, and less long than the broker allows (15 min).
CREATE TABLE copies (
  n        BIGINT,
  revision INT
) WITH (
  'connector' = 'kafka',
  'topic' = 'copies',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '600000',
  'format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'numbers-copies'
);
