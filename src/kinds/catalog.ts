import { flinkDeployment } from './flink-deployment/kind.ts';
import { flinkSessionJob } from './flink-session-job/kind.ts';
import { kafka } from './kafka/kind.ts';
import { kafkaTopic } from './kafka-topic/kind.ts';
import type { KindDefinition } from './kind.ts';

/** Every custom resource kind that sdp knows. */
export const kinds: readonly KindDefinition[] = [kafka, kafkaTopic, flinkDeployment, flinkSessionJob];
