SELECT '${secret:team-a/db/password}' FROM t
