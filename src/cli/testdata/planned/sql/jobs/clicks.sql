CREATE TEMPORARY TABLE printed (page STRING) WITH ('connector' = 'print');

INSERT INTO printed SELECT page FROM clicks;
