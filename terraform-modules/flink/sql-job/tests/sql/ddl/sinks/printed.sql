CREATE TABLE printed (
  n BIGINT,
  a STRING,
  b STRING,
  c STRING
) WITH (
  'connector' = 'print'
);
