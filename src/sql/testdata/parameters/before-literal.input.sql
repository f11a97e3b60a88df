SELECT ${word}'a' FROM t
