-- One row for each symbol and year, written when the year is over. Committed with Flink's checkpoints: never twice.
CREATE TABLE yearly_prices (
  symbol  STRING,
  `year`  INT,
  `open`  DECIMAL(10, 2),
  high    DECIMAL(10, 2),
  low     DECIMAL(10, 2),
  `close` DECIMAL(10, 2),
  average DECIMAL(10, 2)
) WITH (
  'connector' = 'kafka',
  'topic' = 'yearly-prices',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'properties.transaction.timeout.ms' = '600000',
  'key.format' = 'raw',
  'key.fields' = 'symbol',
  'value.format' = 'json',
  'value.json.encode.decimal-as-plain-number' = 'true',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transactional-id-prefix' = 'yearly-prices'
);
