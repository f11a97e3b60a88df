import { flinkDeployment } from './flink-deployment/kind.ts';
import { flinkSessionJob } from './flink-session-job/kind.ts';
import { flinkStateSnapshot } from './flink-state-snapshot/kind.ts';
import { kafka } from './kafka/kind.ts';
import { kafkaConnect } from './kafka-connect/kind.ts';
import { kafkaConnector } from './kafka-connector/kind.ts';
import { kafkaTopic } from './kafka-topic/kind.ts';
import { kafkaUser } from './kafka-user/kind.ts';
import type { KindDefinition } from './kind.ts';
import { serviceMonitor } from './service-monitor/kind.ts';

/** Every custom resource kind that sdp knows. */
export const kinds: readonly KindDefinition[] = [
  kafka,
  kafkaTopic,
  kafkaUser,
  kafkaConnect,
  kafkaConnector,
  flinkDeployment,
  flinkSessionJob,
  flinkStateSnapshot,
  serviceMonitor,
];
