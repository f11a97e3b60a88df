import { describe, expect, it } from 'vitest';
import { looksSecret } from '../../diagnostics/secret-names.ts';
import { checkConnectorConfig } from './config.ts';

const check = (config: Record<string, string>) => checkConnectorConfig({ class: 'org.example.Any', config });

describe('a key that looks secret', () => {
  it.each([
    'password',
    'connection.password',
    'ssl.keystore.key',
    'aws.secret.access.key',
    'azure.account-key',
    'apiKey',
    'apikey',
    'clientSecret',
    'auth_token',
    'sasl.jaas.config',
    'consumer.override.sasl.jaas.config',
  ])('%s', (key) => {
    expect(looksSecret(key)).toBe(true);
  });

  it.each([
    'key.converter',
    'message.key',
    'primary.key.mode',
    'transforms.route.key',
    'secret.provider.class',
    'tokens.max',
    'password.policy',
    'aws.access.key.id',
    'config',
    '',
  ])('not %s', (key) => {
    expect(looksSecret(key)).toBe(false);
  });
});

describe('the value of such a key', () => {
  it.each([
    `\${secrets:team-a/database:password}`,
    `org.a.LoginModule required password="\${secrets:team-a/kafka:password}";`,
    `\${file:/etc/x:y}`,
    'false',
    '',
  ])('may be %s', (value) => {
    expect(check({ password: value })).toEqual([]);
  });

  it.each(['hunter2', `\${password}`])('is told of, but not what it is: %s', (value) => {
    const [warning, ...others] = check({ 'db.password': value });
    expect(others).toEqual([]);
    expect(warning).toMatchObject({
      severity: 'warning',
      reason: 'LiteralSecret',
      path: ['config', 'db.password'],
    });
    expect(JSON.stringify(warning)).not.toContain(value);
  });
});
