INSERT INTO ${sink} SELECT '${a;b}' , ${n:5}, t${x}_y, `${q}` FROM ${cat}.${db}.t;
INSERT INTO b SELECT $a, a$b FROM t$${x}
