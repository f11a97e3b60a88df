INSERT INTO order_rows
SELECT
  id,
  UPPER(customer),
  CAST(amount AS DECIMAL(12, 2)),
  CAST(CAST(amount AS DECIMAL(12, 2)) * 0.19 AS DECIMAL(12, 2)),
  status,
  updated_at
FROM orders;
