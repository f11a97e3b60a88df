CREATE VIEW evens AS SELECT n FROM numbers WHERE n % 2 = 0;
CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen');
