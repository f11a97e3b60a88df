SELECT ${text} FROM t
