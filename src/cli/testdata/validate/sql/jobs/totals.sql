INSERT INTO totals
SELECT customer, SUM(price), COUNT(*) FROM orders GROUP BY customer;
