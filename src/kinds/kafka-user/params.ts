import { z } from 'zod';
import { kafkaUserSpec } from './spec.ts';

export const kafkaUserParams = kafkaUserSpec.extend({
  cluster: z.string().min(1).describe('Name of the Kafka cluster (label strimzi.io/cluster).'),
});

export type KafkaUserParams = z.output<typeof kafkaUserParams>;
