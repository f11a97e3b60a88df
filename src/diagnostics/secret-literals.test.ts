import { describe, expect, it } from 'vitest';
import { hideSecretLiterals, secretLiterals } from './secret-literals.ts';

describe('a secret that stands in the text', () => {
  it.each([
    [`'password' = 'x1'`, `'password' = '(hidden)'`],
    [
      `'properties.sasl.jaas.config' = 'org.a.Login required password="x1";'`,
      `'properties.sasl.jaas.config' = '(hidden)'`,
    ],
    [`"connection.password" = "a\\"b"`, `"connection.password" = "(hidden)"`],
    [`  api_token   = "x1"`, `  api_token   = "(hidden)"`],
    [
      `"s3.secret-key": "x1", "s3.access-key": 'y'`,
      `"s3.secret-key": "(hidden)", "s3.access-key": '(hidden)'`,
    ],
    [
      `url = "jdbc:vertica://h/db?user=u&password=x1&ssl=true"`,
      `url = "jdbc:vertica://h/db?user=u&password=(hidden)&ssl=true"`,
    ],
    ['  password: x1 # of tst', '  password: (hidden)# of tst'],
    ["'password' = 'it''s'", "'password' = '(hidden)'"],
  ])('%s', (text, shown) => {
    expect(hideSecretLiterals(text).text).toBe(shown);
  });

  it.each([
    `'password' = '\${secret:db/password}'`,
    `"connection.password" = "$\${secrets:team/db:password}"`,
    `password = var.password`,
    `secret = "vertica-rw"`,
    `secret_name = "x"`,
    `'key.format' = 'json', 'value.fields-include' = 'EXCEPT_KEY'`,
    `"partition.key" = "id"`,
    `'password' = ''`,
    `use_token = "true"`,
    `url = "jdbc:vertica://h/db?user=u&password=\${secret:db/password}"`,
    `SELECT token FROM t WHERE n = 'x'`,
    `  name: vertica-rw`,
    `  secret:\n    name: vertica-rw`,
  ])('is none in %s', (text) => {
    expect(secretLiterals(text)).toEqual([]);
  });
});

it('is an option in SQL, not a column that is compared', () => {
  expect(secretLiterals("SELECT * FROM t WHERE token = 'x'", 'sql')).toEqual([]);
  expect(secretLiterals("WITH ('token' = 'x')", 'sql')).toHaveLength(1);
});

it('moves a place with what stands before it', () => {
  const line = `WITH ('password' = 'x1', 'format' = 'jsn')`;
  const { text, offset } = hideSecretLiterals(line, line.indexOf("'jsn'"));
  expect(text.slice(offset)).toBe("'jsn')");
  expect(hideSecretLiterals(line, line.indexOf('x1') + 1).offset).toBe(line.indexOf('x1'));
  expect(hideSecretLiterals(line, 3).offset).toBe(3);
});
