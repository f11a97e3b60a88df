INSERT INTO copies SELECT n, 1 AS revision FROM numbers;

INSERT INTO sums
SELECT MOD(n, 10) AS bucket, COUNT(*) AS `count`, SUM(n) AS `sum`
FROM numbers
GROUP BY MOD(n, 10);
