-- Prices as they are traded: {"symbol": "MSFT", "date": "Jan 1 2000", "price": 39.81}
CREATE TABLE trades (
  symbol    STRING,
  `date`    STRING,
  price     DECIMAL(10, 2),
  traded_at AS TO_TIMESTAMP(`date`, 'MMM d yyyy'),
  WATERMARK FOR traded_at AS traded_at - INTERVAL '1' DAY
) WITH (
  'connector' = 'kafka',
  'topic' = 'trades',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);
