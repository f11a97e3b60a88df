SELECT 1, '${missing}' FROM t
