SELECT 1 -${number} FROM t
