-- CREATE FUNCTION x AS 'x' USING JAR 'https://repo.example.com/orders-job-1.0.0.jar';
CREATE FUNCTION twice AS 'udf.Twice'
  USING JAR 'https://repo.example.com/orders-job-1.0.0.jar#sha256=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', JAR '/opt/libs/orders-job-1.0.0.jar';
CREATE TABLE t (a STRING COMMENT 'JAR ''x''') WITH ('connector' = 'x', 'path' = 'https://repo.example.com/orders-job-1.0.0.jar');
