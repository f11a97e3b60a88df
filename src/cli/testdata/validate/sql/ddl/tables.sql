CREATE TABLE orders (
  customer STRING,
  price DECIMAL(10, 2),
  total AS price * 1.21
) WITH (
  'connector' = 'kafka',
  'topic' = 'ordrs',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'format' = 'json'
);

CREATE TABLE totals (
  customer STRING,
  total DECIMAL(10, 2),
  PRIMARY KEY (customer) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${to}',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'key.format' = 'json',
  'value.format' = 'json'
);

CREATE VIEW large_orders AS SELECT * FROM orders WHERE price > 1000;
