INSERT INTO printed
SELECT n, '${arg2}', '${arg3}', '${arg4}' FROM numbers;
