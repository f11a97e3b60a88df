-- Partition p holds p, p + 4, p + 8 …, each once.
CREATE TABLE numbers (
  n BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = 'numbers',
  'properties.bootstrap.servers' = '${bootstrap_servers}',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);
