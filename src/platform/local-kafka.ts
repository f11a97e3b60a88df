import { apiVersionOf, type Manifest } from '../apiclient/object.ts';
import { kafkaVersion } from '../engines/kafka/install.ts';
import { externalAnnotation } from '../kinds/kafka/external.ts';
import { kafkaType } from '../kinds/kafka/kind.ts';
import type { PlatformConfiguration } from './configuration.ts';

/** The namespace of what the platform itself runs. */
export const systemNamespace = 'sdp-system';

const metadata = { name: 'kafka', namespace: systemNamespace };

/**
 * The platform's Kafka cluster, which topics name by the label `strimzi.io/cluster: kafka`: a broker that is run here, or
 * one that somebody else runs.
 */
export function buildPlatformKafka({
  kafka: external,
  kafkaAuthentication,
}: Pick<PlatformConfiguration, 'kafka' | 'kafkaAuthentication'>): Manifest {
  const type = { apiVersion: apiVersionOf(kafkaType), kind: kafkaType.kind };
  if (external === undefined) {
    const plain = { name: 'plain', port: 9092, type: 'internal', tls: false };
    if (kafkaAuthentication === undefined) {
      return { ...type, metadata, spec: { kafka: { version: kafkaVersion, listeners: [plain] } } };
    }
    const authentication = { type: kafkaAuthentication };
    const scram = { name: 'scram', port: 9094, type: 'internal', tls: false, authentication };
    // Who comes by the plain listener, the operators too, is nobody by name.
    const authorization = { type: 'simple', superUsers: ['ANONYMOUS'] };
    const kafka = { version: kafkaVersion, listeners: [plain, scram], authorization };
    return { ...type, metadata, spec: { kafka } };
  }
  const port = Number(external.bootstrapServers.match(/:(\d+)/)?.[1]);
  const tls = external.tls !== undefined;
  return {
    ...type,
    metadata: { ...metadata, annotations: { [externalAnnotation]: JSON.stringify(external) } },
    spec: { kafka: { listeners: [{ name: 'external', port, type: 'loadbalancer', tls }] } },
  };
}

/** Name of the platform's Kafka cluster. */
export const platformKafkaName = metadata.name;

/** The broker's pod and container, whose ports are reserved before anything starts: Flink's jobs are told of them. */
export const localKafkaPorts = {
  owner: `${systemNamespace}/kafka-kafka-0/kafka`,
  names: ['plain', 'controller'],
} as const;

/** The broker's address as the cluster's network has it. In every namespace here: topics of all are served, too. */
export const localKafkaAddress = 'kafka-kafka-bootstrap:9092';

/** Whether a resource names the platform's broker, in whatever namespace. */
export function isLocalKafka(bootstrapServers: string): boolean {
  const [host = ''] = localKafkaAddress.split(':');
  return bootstrapServers.startsWith(`${host}:`) || bootstrapServers.startsWith(`${host}.`);
}
