SELECT 1, ${secret:db/password} FROM t
