import { expect, it } from 'vitest';
import { securityProperties } from './security.ts';
import type { KafkaConnectSpec } from './spec.ts';

const spec = (part: Partial<KafkaConnectSpec>): KafkaConnectSpec => ({
  replicas: 1,
  bootstrapServers: 'kafka:9092',
  groupId: 'g',
  configStorageTopic: 'c',
  offsetStorageTopic: 'o',
  statusStorageTopic: 's',
  ...part,
});
/** Of the worker itself; producers, consumers and admin clients have the same. */
const own = (part: Partial<KafkaConnectSpec>) =>
  Object.fromEntries(
    Object.entries(securityProperties(spec(part), 'ns')).filter(
      ([key]) => !/^(producer|consumer|admin)\./.test(key),
    ),
  );

it('says nothing of a plain connection', () => {
  expect(own({})).toEqual({});
});

it.each<[string, Partial<KafkaConnectSpec>, Record<string, string>]>([
  ['public authorities', { tls: {} }, { 'security.protocol': 'SSL' }],
  [
    'authorities of its own',
    {
      tls: {
        trustedCertificates: [
          { secretName: 'a', certificate: 'ca.crt' },
          { secretName: 'b', certificate: 'ca.crt' },
        ],
      },
    },
    {
      'security.protocol': 'SSL',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.certificates': '${strimzisecrets:ns/a:ca.crt}\n${strimzisecrets:ns/b:ca.crt}',
    },
  ],
  [
    'a certificate',
    {
      tls: {},
      authentication: {
        type: 'tls',
        certificateAndKey: { secretName: 'u', certificate: 'user.crt', key: 'user.key' },
      },
    },
    {
      'security.protocol': 'SSL',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.certificate.chain': '${strimzisecrets:ns/u:user.crt}',
      'ssl.keystore.key': '${strimzisecrets:ns/u:user.key}',
    },
  ],
  [
    'a password',
    {
      authentication: {
        type: 'plain',
        username: 'me',
        passwordSecret: { secretName: 'u', password: 'pw' },
      },
    },
    {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="${strimzisecrets:ns/u:pw}";',
    },
  ],
  [
    'a way of its own',
    { tls: {}, authentication: { type: 'custom', sasl: true, config: { 'sasl.mechanism': 'GSSAPI' } } },
    { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'GSSAPI' },
  ],
])('with %s', (_, part, expected) => {
  expect(own(part)).toEqual(expected);
  expect(securityProperties(spec(part), 'ns')['consumer.security.protocol']).toBe(
    expected['security.protocol'],
  );
});
