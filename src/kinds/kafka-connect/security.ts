import type { KafkaConnectSpec } from './spec.ts';

interface PasswordSecret {
  readonly secretName?: string;
  readonly password?: string;
}

interface Authentication {
  readonly type?: string;
  readonly username?: string;
  readonly passwordSecret?: PasswordSecret;
  readonly certificateAndKey?: {
    readonly secretName?: string;
    readonly certificate?: string;
    readonly key?: string;
  };
  readonly sasl?: boolean;
  readonly config?: Readonly<Record<string, unknown>>;
}

const scramModule = 'org.apache.kafka.common.security.scram.ScramLoginModule';
const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule';

/**
 * How the workers and the clients of their connectors prove who they are to Kafka, as Strimzi configures it. Secrets are
 * references that the worker resolves when it starts.
 */
export function securityProperties(
  { tls, authentication }: KafkaConnectSpec,
  namespace: string,
): Record<string, string> {
  const secretOf = (secret: string, key: string) => `\${strimzisecrets:${namespace}/${secret}:${key}}`;
  const declared = (authentication ?? {}) as Authentication;
  const sasl = declared.type !== undefined && declared.type !== 'tls' && declared.sasl !== false;
  const encrypted = tls !== undefined;
  if (!encrypted && !sasl) return {};
  const own = {
    'security.protocol': `${sasl ? 'SASL_' : ''}${encrypted ? 'SSL' : 'PLAINTEXT'}`,
    ...trusted(tls, secretOf),
    ...identity(declared, secretOf),
  };
  return Object.fromEntries(
    ['', 'producer.', 'consumer.', 'admin.'].flatMap((prefix) =>
      Object.entries(own).map(([key, value]) => [`${prefix}${key}`, value]),
    ),
  );
}

/** A reference to the value of a Secret's key. */
type SecretOf = (secret: string, key: string) => string;

function trusted(tls: KafkaConnectSpec['tls'], secretOf: SecretOf): Record<string, string> {
  const certificates = (tls?.trustedCertificates ?? []).flatMap(({ secretName, certificate }) =>
    certificate === undefined ? [] : [secretOf(secretName, certificate)],
  );
  if (certificates.length === 0) return {};
  return { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': certificates.join('\n') };
}

function identity(declared: Authentication, secretOf: SecretOf): Record<string, string> {
  const { type, username = '', passwordSecret = {}, certificateAndKey = {}, config = {} } = declared;
  const { secretName = '', password = 'password' } = passwordSecret;
  const login = (module: string) =>
    `${module} required username="${username}" password="${secretOf(secretName, password)}";`;
  switch (type) {
    case 'tls': {
      const { secretName: secret = '', certificate = '', key = '' } = certificateAndKey;
      return {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.certificate.chain': secretOf(secret, certificate),
        'ssl.keystore.key': secretOf(secret, key),
      };
    }
    case 'plain':
      return { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': login(plainModule) };
    case 'scram-sha-256':
    case 'scram-sha-512':
      return { 'sasl.mechanism': type.toUpperCase(), 'sasl.jaas.config': login(scramModule) };
    case 'custom':
      return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)]));
    case undefined:
    default:
      return {};
  }
}
