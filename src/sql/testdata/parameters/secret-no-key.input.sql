SELECT 1,
 '${secret:db}' FROM t
