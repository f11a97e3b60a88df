import { z } from 'zod';
import { kafkaConnectorSpec } from './spec.ts';

export const kafkaConnectorParams = kafkaConnectorSpec
  // What an annotation asks for once is no declaration.
  .omit({ listOffsets: true, alterOffsets: true })
  .extend({
    cluster: z
      .string()
      .min(1)
      .describe(
        'Name of the Kafka Connect cluster that runs the connector, in the same namespace (label strimzi.io/cluster).',
      ),
    class: z
      .string()
      .min(1)
      .describe('Class of the connector plugin, in full or its simple name: `FileStreamSinkConnector`.'),
    config: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        `Configuration of the connector. Secrets are references that the workers resolve: \`\${secrets:namespace/name:key}\`.`,
      ),
  });

export type KafkaConnectorParams = z.output<typeof kafkaConnectorParams>;
