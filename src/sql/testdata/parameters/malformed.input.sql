SELECT 1, 'a ${b c} d' FROM t
