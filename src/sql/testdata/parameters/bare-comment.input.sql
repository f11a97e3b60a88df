SELECT ${dashes} FROM t
