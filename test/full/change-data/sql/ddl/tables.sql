CREATE TABLE orders (
  id BIGINT,
  customer STRING,
  amount STRING,
  status STRING,
  updated_at STRING,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'topic' = 'shop.public.orders',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'debezium-json'
);

CREATE TABLE order_rows (
  id BIGINT,
  customer STRING,
  amount DECIMAL(12, 2),
  tax DECIMAL(12, 2),
  status STRING,
  updated_at STRING,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'order-rows',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'key.format' = 'json',
  'value.format' = 'json'
);
