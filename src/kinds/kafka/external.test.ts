import { describe, expect, it } from 'vitest';
import { type ExternalKafka, externalAnnotation, readExternal, resolveAccess } from './external.ts';

const secret = (name: string, key: string) => ({ secretKeyRef: { name, key } });

const sources = {
  environment: { KAFKA_PASSWORD: 'from-environment', EMPTY: '' },
  readFile: async (path: string) => {
    if (path !== '/ca.pem') throw new Error(`ENOENT: ${path}`);
    return 'PEM of a file';
  },
  readSecret: async (name: string) =>
    name === 'kafka' ? { user: 'sdp', password: 'from-secret', 'ca.crt': 'PEM of a Secret' } : undefined,
};

const bootstrapServers = 'a:1';
const sasl = (changes: Partial<NonNullable<ExternalKafka['sasl']>>): ExternalKafka => ({
  bootstrapServers,
  sasl: { mechanism: 'PLAIN', username: 'u', password: { env: 'KAFKA_PASSWORD' }, ...changes },
});

describe('how a cluster of somebody else is reached', () => {
  it.each<[string, ExternalKafka, object]>([
    ['without anything', { bootstrapServers }, { bootstrapServers }],
    [
      "by TLS that the machine's authorities know",
      { bootstrapServers, tls: {} },
      { bootstrapServers, tls: {} },
    ],
    [
      'by TLS with an authority in a file',
      { bootstrapServers, tls: { ca: '/ca.pem' } },
      { bootstrapServers, tls: { ca: 'PEM of a file' } },
    ],
    [
      'by TLS with an authority in a Secret',
      { bootstrapServers, tls: { ca: secret('kafka', 'ca.crt') } },
      { bootstrapServers, tls: { ca: 'PEM of a Secret' } },
    ],
    [
      'with a password in the environment',
      sasl({}),
      { bootstrapServers, sasl: { mechanism: 'PLAIN', username: 'u', password: 'from-environment' } },
    ],
    [
      'with name and password in a Secret',
      sasl({ username: secret('kafka', 'user'), password: secret('kafka', 'password') }),
      { bootstrapServers, sasl: { mechanism: 'PLAIN', username: 'sdp', password: 'from-secret' } },
    ],
  ])('%s', async (_, external, access) => {
    expect(await resolveAccess(external, sources)).toEqual({ value: access, diagnostics: [] });
  });

  it.each<[string, ExternalKafka, RegExp]>([
    ['a variable that is not set', sasl({ password: { env: 'OTHER' } }), /OTHER.*password.*is not set/],
    ['a variable that is empty', sasl({ password: { env: 'EMPTY' } }), /EMPTY.*is not set/],
    ['a Secret that is not there', sasl({ password: secret('none', 'p') }), /no Secret none.*key p/],
    ['a key that is not there', sasl({ password: secret('kafka', 'p') }), /Secret kafka has no key p/],
    ['a file that is not there', { bootstrapServers, tls: { ca: '/none' } }, /cannot be read: ENOENT/],
  ])('says what is missing: %s', async (_, external, detail) => {
    const { value, diagnostics } = await resolveAccess(external, sources);
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { reason: 'CredentialsMissing', detail: expect.stringMatching(detail) as string },
    ]);
  });

  it('says all that is missing at once', async () => {
    const external = sasl({ username: { env: 'A' }, password: { env: 'B' } });
    expect((await resolveAccess(external, sources)).diagnostics).toHaveLength(2);
  });

  it('is written on the resource, without secrets', () => {
    const external = sasl({});
    const annotations = { [externalAnnotation]: JSON.stringify(external) };
    expect(readExternal({ metadata: { name: 'kafka', annotations } })).toEqual(external);
    expect(readExternal({ metadata: { name: 'kafka' } })).toBeUndefined();
  });
});
