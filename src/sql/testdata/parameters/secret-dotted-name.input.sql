SELECT '${secret:db..x/password}' FROM t
