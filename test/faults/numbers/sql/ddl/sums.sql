-- Every step of each bucket's count and sum.
CREATE TABLE sums (
  bucket  BIGINT,
  `count` BIGINT,
  `sum`   BIGINT,
  PRIMARY KEY (bucket) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'sums',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '600000',
  'key.format' = 'json',
  'value.format' = 'json',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'numbers-sums'
);
