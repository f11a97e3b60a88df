import type { Manifest } from '../apiclient/object.ts';
import { kafkaVersion } from '../engines/kafka/install.ts';

/** The namespace of what the platform itself runs. */
export const systemNamespace = 'sdp-system';

/** The platform's broker, which topics name by the label `strimzi.io/cluster: kafka`. */
export const localKafka: Manifest = {
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'Kafka',
  metadata: { name: 'kafka', namespace: systemNamespace },
  spec: {
    kafka: {
      version: kafkaVersion,
      listeners: [{ name: 'plain', port: 9092, type: 'internal', tls: false }],
    },
  },
};

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
