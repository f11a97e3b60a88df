import { z } from 'zod';
import { jobSpec } from '../flink-job/spec.ts';

export const flinkSessionJobSpec = z.object({
  deploymentName: z
    .string()
    .describe('Name of the session cluster, a FlinkDeployment in the same namespace.'),
  job: jobSpec,
  restartNonce: z
    .int()
    .optional()
    .describe('A new value restarts the job, with its state as upgrade_mode says.'),
  flinkConfiguration: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Flink configuration of the job, over the cluster's. Slots, memory and plugins are the cluster's alone.",
    ),
});

export type FlinkSessionJobSpec = z.output<typeof flinkSessionJobSpec>;
