SELECT '${secret:db/..x}' FROM t
