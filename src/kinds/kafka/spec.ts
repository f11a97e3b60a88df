import { z } from 'zod';

const listener = z.object({
  name: z.string(),
  port: z.int(),
  type: z.string(),
  tls: z.boolean(),
  authentication: z
    .object({ type: z.string() })
    .optional()
    .describe('How users log in there; nobody is asked when absent.'),
});

/** The part of Strimzi's Kafka spec that a local broker can follow; the rest is kept and has no effect here. */
export const kafkaSpec = z.looseObject({
  kafka: z.looseObject({
    version: z.string().optional().describe('Kafka version.'),
    listeners: z.array(listener).min(1).describe('Listeners of the brokers.'),
    config: z.record(z.string(), z.unknown()).optional().describe('Broker configuration.'),
    authorization: z
      .looseObject({
        type: z.string(),
        superUsers: z.array(z.string()).optional().describe('Users that may do everything.'),
      })
      .optional()
      .describe('Whether users are asked what they may do.'),
  }),
});

export type KafkaSpec = z.output<typeof kafkaSpec>;

export const kafkaStatus = z.object({
  conditions: z
    .array(
      z.object({
        type: z.string(),
        status: z.string(),
        lastTransitionTime: z.string().optional(),
        reason: z.string().optional(),
        message: z.string().optional(),
      }),
    )
    .optional(),
  observedGeneration: z.int().optional(),
  kafkaVersion: z.string().optional(),
  clusterId: z.string().optional(),
  listeners: z
    .array(
      z.object({
        name: z.string(),
        bootstrapServers: z.string(),
        addresses: z.array(z.object({ host: z.string(), port: z.int() })),
      }),
    )
    .optional(),
});

export type KafkaStatus = z.output<typeof kafkaStatus>;
