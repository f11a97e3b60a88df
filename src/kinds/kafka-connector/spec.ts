import { z } from 'zod';
import { strimziConditions } from '../strimzi-conditions.ts';

export const connectorState = z.enum(['running', 'paused', 'stopped']);

const configMapReference = z.object({ name: z.string().optional().describe('Name of the ConfigMap.') });

/** KafkaConnector spec of `kafka.strimzi.io/v1` (Strimzi 1.2.0). */
export const kafkaConnectorSpec = z.object({
  class: z
    .string()
    .optional()
    .describe('Class of the connector plugin, in full or its simple name: `FileStreamSinkConnector`.'),
  version: z
    .string()
    .optional()
    .describe(
      'Version of the plugin, or a range of versions in Maven notation: `[1.0,2.0)`. Newest when absent. Needs Connect 4.1 or later.',
    ),
  tasksMax: z
    .int()
    .min(1)
    .optional()
    .describe('Largest number of tasks that the connector may split its work into. 1 when absent.'),
  config: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Configuration of the connector. Class, name and number of tasks have fields of their own.'),
  state: connectorState
    .optional()
    .describe(
      'Desired state: `running`, `paused` (tasks stay and do nothing) or `stopped` (no tasks). running when absent.',
    ),
  autoRestart: z
    .object({
      enabled: z.boolean().optional().describe('Whether failed tasks are started again. true when absent.'),
      maxRestarts: z
        .int()
        .min(0)
        .optional()
        .describe('Restarts after which the operator gives up. No limit when absent.'),
    })
    .optional()
    .describe(
      'Restarts of failed tasks by the operator, with growing pauses of up to 60 minutes. None when absent.',
    ),
  listOffsets: z
    .object({ toConfigMap: configMapReference.describe('Where the offsets are written to.') })
    .optional()
    .describe('Where annotation strimzi.io/connector-offsets=list writes the offsets to.'),
  alterOffsets: z
    .object({ fromConfigMap: configMapReference.describe('Where the new offsets are read from.') })
    .optional()
    .describe('Where annotation strimzi.io/connector-offsets=alter reads new offsets from.'),
});

export type KafkaConnectorSpec = z.output<typeof kafkaConnectorSpec>;

export const kafkaConnectorStatus = z.object({
  conditions: strimziConditions.optional(),
  observedGeneration: z.int().optional(),
  connectorStatus: z.record(z.string(), z.unknown()).optional(),
  tasksMax: z.int().optional(),
  topics: z.array(z.string()).optional(),
  autoRestart: z
    .object({
      count: z.int().optional(),
      connectorName: z.string().optional(),
      lastRestartTimestamp: z.string().optional(),
    })
    .optional(),
});

export type KafkaConnectorStatus = z.output<typeof kafkaConnectorStatus>;
