import { z } from 'zod';
import { kafkaTopicSpec } from './spec.ts';

export const kafkaTopicParams = kafkaTopicSpec.extend({
  cluster: z.string().min(1).describe('Name of the Kafka cluster (label strimzi.io/cluster).'),
  config: z
    .record(z.string(), z.string())
    .optional()
    .describe('Topic configuration. Keys not named here are set back to the broker default.'),
});

export type KafkaTopicParams = z.output<typeof kafkaTopicParams>;
