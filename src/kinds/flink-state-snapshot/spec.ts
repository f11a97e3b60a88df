import { z } from 'zod';

/** FlinkStateSnapshot spec of `flink.apache.org/v1beta1` (operator 1.15.0). Exactly one of savepoint and checkpoint. */
export const flinkStateSnapshotSpec = z.object({
  jobReference: z
    .object({
      kind: z
        .enum(['FlinkDeployment', 'FlinkSessionJob'])
        .describe('Kind of the resource that runs the job: FlinkDeployment or FlinkSessionJob.'),
      name: z.string().min(1).describe('Name of the resource, in the same namespace.'),
    })
    .describe('The job whose state is taken.'),
  savepoint: z
    .object({
      path: z
        .string()
        .optional()
        .describe(
          "Folder that the savepoint is written to; with already_exists, the savepoint itself. The job's state.savepoints.dir when absent.",
        ),
      alreadyExists: z
        .boolean()
        .optional()
        .describe(
          'Whether path is a savepoint that exists: none is taken then, nor is it looked at. false when absent.',
        ),
      disposeOnDelete: z
        .boolean()
        .optional()
        .describe("Whether the savepoint's files are deleted with this resource. true when absent!"),
      formatType: z
        .enum(['CANONICAL', 'NATIVE', 'UNKNOWN'])
        .optional()
        .describe(
          'CANONICAL can be restored with another state backend; NATIVE is taken faster. CANONICAL when absent.',
        ),
    })
    .optional()
    .describe('Takes a savepoint, which is kept until it is disposed of. Or checkpoint.'),
  checkpoint: z
    .object({})
    .optional()
    .describe('Takes a checkpoint (an empty object), which Flink deletes by its own rules. Or savepoint.'),
  backoffLimit: z
    .int()
    .min(-1)
    .optional()
    .describe('How often a failed snapshot is tried again; -1 is without end. -1 when absent.'),
});

export type FlinkStateSnapshotSpec = z.output<typeof flinkStateSnapshotSpec>;

export const flinkStateSnapshotStatus = z.object({
  state: z.enum(['TRIGGER_PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'ABANDONED']).optional(),
  path: z.string().optional(),
  error: z.string().optional(),
  failures: z.int().optional(),
  triggerId: z.string().optional(),
  triggerTimestamp: z.string().optional(),
  resultTimestamp: z.string().optional(),
});

export type FlinkStateSnapshotStatus = z.output<typeof flinkStateSnapshotStatus>;
