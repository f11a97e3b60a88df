import { z } from 'zod';

/** KafkaTopic spec of `kafka.strimzi.io/v1` (Strimzi 1.2.0). */
export const kafkaTopicSpec = z.object({
  topicName: z
    .string()
    .optional()
    .describe('Name of the topic in Kafka; the name of the resource when absent. It cannot change.'),
  partitions: z
    .int()
    .min(1)
    .optional()
    .describe('Number of partitions. It can grow, never shrink. The broker default when absent.'),
  replicas: z
    .int()
    .min(1)
    .max(32767)
    .optional()
    .describe('Replication factor. The broker default when absent.'),
  config: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Topic configuration. Keys not named here are set back to the broker default.'),
});

export type KafkaTopicSpec = z.output<typeof kafkaTopicSpec>;

export const kafkaTopicStatus = z.object({
  conditions: z
    .array(
      z.object({
        type: z.string().optional(),
        status: z.string().optional(),
        lastTransitionTime: z.string().optional(),
        reason: z.string().optional(),
        message: z.string().optional(),
      }),
    )
    .optional(),
  observedGeneration: z.int().optional(),
  topicName: z.string().optional(),
  topicId: z.string().optional(),
});

export type KafkaTopicStatus = z.output<typeof kafkaTopicStatus>;
