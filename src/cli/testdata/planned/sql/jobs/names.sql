INSERT INTO names
SELECT UPER(customer) FROM orders;

INSERT INTO names
SELECT customer FROM orders;
