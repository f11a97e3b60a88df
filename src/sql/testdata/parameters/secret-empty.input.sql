SELECT '${secret:}' FROM t
