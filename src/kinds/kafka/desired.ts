import { configMapType, podType, serviceType } from '../../apiclient/core-types.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import type { OwnedObject } from '../../controller/owned-objects.ts';
import { kafkaVersion } from '../../engines/kafka/install.ts';
import { configMountPath, storageMountPath } from '../../engines/kafka/launch.ts';
import { priorityAnnotation, schedulerName } from '../../pods/pod.ts';
import type { KafkaSpec, KafkaStatus } from './spec.ts';

export interface KafkaObject extends KubernetesObject {
  spec: KafkaSpec;
  status?: KafkaStatus;
}

export function podNameOf(kafka: KafkaObject): string {
  return `${kafka.metadata.name}-kafka-0`;
}

/** Kafka's cluster id: 16 bytes as base64url, from the object's uid, so that it stays; never with '-' first. */
export function clusterIdOf(kafka: KafkaObject): string {
  const hex = (kafka.metadata.uid ?? '').replaceAll('-', '').padEnd(32, '0').slice(0, 32);
  const id = Buffer.from(hex, 'hex').toString('base64url');
  // Kafka's tools would take it for an option, as one in 64 begins.
  return id.startsWith('-') ? `A${id.slice(1)}` : id;
}

/** The listener where users log in with SCRAM-SHA-512, if there is one. */
export function findScramListener({ spec }: KafkaObject): { readonly port: number } | undefined {
  return spec.kafka.listeners.find(({ authentication }) => authentication?.type === 'scram-sha-512');
}

/** The objects that make a Kafka cluster of one KRaft node. */
export function buildKafkaObjects(kafka: KafkaObject): {
  config: OwnedObject;
  service: OwnedObject;
  pod: OwnedObject;
} {
  const { name } = kafka.metadata;
  const labels = {
    'strimzi.io/cluster': name,
    'strimzi.io/kind': 'Kafka',
    'strimzi.io/name': `${name}-kafka`,
  };
  const configName = `${name}-kafka-config`;
  const scram = findScramListener(kafka);
  return {
    config: {
      type: configMapType,
      manifest: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configName, labels },
        data: { 'server.properties': brokerProperties(kafka.spec.kafka) },
      },
    },
    service: {
      type: serviceType,
      manifest: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `${name}-kafka-bootstrap`, labels },
        spec: {
          selector: labels,
          ports: [
            { name: 'plain', port: 9092, targetPort: 'plain' },
            ...(scram === undefined ? [] : [{ name: 'scram', port: scram.port, targetPort: 'scram' }]),
          ],
        },
      },
    },
    pod: {
      type: podType,
      manifest: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: podNameOf(kafka),
          labels,
          // What reads and writes topics ends before it.
          annotations: { [priorityAnnotation]: '1000' },
        },
        spec: {
          schedulerName,
          terminationGracePeriodSeconds: 30,
          containers: [
            {
              name: 'kafka',
              image: `apache/kafka:${kafkaVersion}`,
              env: [
                { name: 'CLUSTER_ID', value: clusterIdOf(kafka) },
                { name: 'KAFKA_HEAP_OPTS', value: '-Xmx512m' },
              ],
              ports: [
                { name: 'plain', containerPort: 9092 },
                { name: 'controller', containerPort: 9093 },
                ...(scram === undefined ? [] : [{ name: 'scram', containerPort: scram.port }]),
              ],
              volumeMounts: [
                { name: 'config', mountPath: configMountPath },
                { name: 'data', mountPath: storageMountPath },
              ],
              readinessProbe: { tcpSocket: { port: 'plain' } },
            },
          ],
          volumes: [
            { name: 'config', configMap: { name: configName } },
            { name: 'data', persistentVolumeClaim: { claimName: `data-${podNameOf(kafka)}` } },
          ],
        },
      },
    },
  };
}

/** What a cluster of one node needs: no replication, few internal partitions, no waiting for more group members. */
const singleNode: Readonly<Record<string, string>> = {
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '1',
  'group.initial.rebalance.delay.ms': '0',
  'min.insync.replicas': '1',
  'offsets.topic.num.partitions': '4',
  'offsets.topic.replication.factor': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
};

function brokerProperties({ config = {}, authorization }: KafkaSpec['kafka']): string {
  const asked: Readonly<Record<string, unknown>> =
    authorization?.type !== 'simple'
      ? {}
      : {
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          'super.users': (authorization.superUsers ?? []).map((user) => `User:${user}`).join(';'),
        };
  return Object.entries({ ...singleNode, ...asked, ...config })
    .map(([key, value]) => `${key}=${String(value)}\n`)
    .join('');
}
