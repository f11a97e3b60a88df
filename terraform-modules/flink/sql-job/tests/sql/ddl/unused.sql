CREATE TABLE unused (
  n BIGINT
) WITH (
  'connector' = 'print'
);
