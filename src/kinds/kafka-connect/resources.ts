import { z } from 'zod';

/** Kubernetes takes amounts as numbers too; modules write text. */
export const connectResources = z.object({
  requests: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('What is reserved: `cpu`, `memory`. As much as the limits when absent.'),
  limits: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('What is at most used: `cpu`, `memory`. No limit when absent.'),
});

const amount = z
  .string()
  .regex(/^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?(\d+(\.\d*)?|\.\d+))?$/, {
    error: 'is not an amount: write a number and a unit of Kubernetes, such as 500m or 1Gi',
  });

const amounts = z.record(z.string(), amount).optional();

/** The same as modules write it. */
export const resourcesParams = z.object({
  requests: amounts.describe(
    'What is reserved: `cpu` such as 500m, `memory` such as 1Gi. As much as the limits when absent.',
  ),
  limits: amounts.describe(
    'What is at most used: `cpu` such as 1, `memory` such as 2Gi. No limit when absent.',
  ),
});
