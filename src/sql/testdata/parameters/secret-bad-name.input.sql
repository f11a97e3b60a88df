SELECT '${secret:Db/password}' FROM t
