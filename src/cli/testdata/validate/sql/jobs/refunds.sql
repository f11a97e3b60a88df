INSERT INTO totals
SELECT customer, -amount FROM refund WHERE amount > 0;
