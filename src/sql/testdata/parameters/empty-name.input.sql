SELECT `${empty}` FROM t
