import { isIP } from 'node:net';
import type { BaseOptions } from '@platformatic/kafka';

export interface SaslCredentials {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
}

/** Where a Kafka cluster answers, and what it wants of those who ask. */
export interface KafkaAccess {
  /** `host:port`, several with commas between them. */
  readonly bootstrapServers: string;
  /** TLS; `ca` is PEM, the authorities that the machine trusts when absent. */
  readonly tls?: { readonly ca?: string } | undefined;
  readonly sasl?: SaslCredentials | undefined;
}

type AccessOptions = Pick<BaseOptions, 'bootstrapBrokers' | 'tls' | 'tlsServerName' | 'sasl'>;

/** The same as options of the client library. */
export function clientOptions({ bootstrapServers, tls, sasl }: KafkaAccess): AccessOptions {
  const bootstrapBrokers = bootstrapServers.split(',').map((server) => server.trim());
  // Servers of several names choose their certificate by it; addresses are no names.
  const hasNames = bootstrapBrokers.some((server) => isIP(server.slice(0, server.lastIndexOf(':'))) === 0);
  return {
    bootstrapBrokers,
    ...(tls !== undefined && {
      tls: { ...(tls.ca !== undefined && { ca: tls.ca }) },
      tlsServerName: hasNames,
    }),
    ...(sasl !== undefined && { sasl: { ...sasl } }),
  };
}
