SELECT 1, 'a ${b' FROM t
