SELECT ${spaces} FROM t
