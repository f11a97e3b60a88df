INSERT INTO totals
SELECT customer, CAST(SUM(price) AS DECIMAL(10, 2)) FROM orders GROUP BY customer;
