import { z } from 'zod';
import { strimziConditions } from '../strimzi-conditions.ts';

const secretKeyRef = z.object({
  name: z.string().optional().describe('Name of the Secret, in the namespace of the user.'),
  key: z.string().optional().describe('Key in the Secret.'),
  optional: z.boolean().optional().describe('Not heeded.'),
});

const aclRule = z.object({
  type: z.enum(['allow', 'deny']).optional().describe('`allow` when absent.'),
  resource: z
    .object({
      type: z.enum(['topic', 'group', 'cluster', 'transactionalId']).describe('What the rule is for.'),
      name: z.string().optional().describe('Name, or with patternType `prefix` how names begin. `*` is any.'),
      patternType: z.enum(['literal', 'prefix']).optional().describe('`literal` when absent.'),
    })
    .describe('The resource that the rule is for.'),
  operations: z
    .array(
      z.enum([
        'Read',
        'Write',
        'Create',
        'Delete',
        'Alter',
        'Describe',
        'ClusterAction',
        'AlterConfigs',
        'DescribeConfigs',
        'IdempotentWrite',
        'All',
      ]),
    )
    .describe('What is allowed or denied.'),
  host: z.string().optional().describe('Address from which; any when absent.'),
});

export type AclRule = z.output<typeof aclRule>;

/** KafkaUser spec of `kafka.strimzi.io/v1` (Strimzi 1.2.0). */
export const kafkaUserSpec = z.object({
  authentication: z
    .object({
      type: z.enum(['tls', 'tls-external', 'scram-sha-512']).describe('How the user logs in.'),
      password: z
        .object({
          valueFrom: z.object({ secretKeyRef: secretKeyRef.optional() }).describe('Where it is.'),
        })
        .optional()
        .describe('A password of your own, by Secret. One is made when absent.'),
      validityDays: z.int().min(1).optional().describe('Of the certificate, with type `tls`.'),
      renewalDays: z.int().min(1).optional().describe('Before it runs out, with type `tls`.'),
    })
    .optional()
    .describe('How the user logs in. Absent: only rules and quotas are kept for the name.'),
  authorization: z
    .object({
      type: z.enum(['simple']).describe("Kafka's own rules."),
      acls: z.array(aclRule).describe('What the user may do.'),
    })
    .optional()
    .describe('What the user may do. Nothing when absent, where the cluster asks.'),
  quotas: z
    .object({
      producerByteRate: z.int().min(0).optional().describe('Bytes a second that may be written to a broker.'),
      consumerByteRate: z.int().min(0).optional().describe('Bytes a second that may be read from a broker.'),
      requestPercentage: z
        .int()
        .min(0)
        .optional()
        .describe("Part of a broker's request threads, in percent."),
      controllerMutationRate: z
        .number()
        .min(0)
        .optional()
        .describe('Partitions a second that may be created and deleted.'),
    })
    .optional()
    .describe('Limits.'),
});

export type KafkaUserSpec = z.output<typeof kafkaUserSpec>;

export const kafkaUserStatus = z.object({
  conditions: strimziConditions.optional(),
  observedGeneration: z.int().optional(),
  username: z.string().optional(),
  secret: z.string().optional(),
});

export type KafkaUserStatus = z.output<typeof kafkaUserStatus>;
