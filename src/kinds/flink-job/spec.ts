import { z } from 'zod';

export const upgradeMode = z.enum(['stateless', 'savepoint', 'last-state']);
export const jobState = z.enum(['running', 'suspended']);

/** The `job` part that FlinkSessionJob and FlinkDeployment share (`flink.apache.org/v1beta1`, operator 1.15.0). */
export const jobSpec = z.object({
  jarURI: z
    .string()
    .optional()
    .describe(
      'Address of the jar with the job: https://…, or local:///… for a file of the image. It may end with #sha256= and the hash of the jar, which the local platform checks; on a cluster the operator ignores it. When absent, the entry class is looked for on the classpath of the cluster.',
    ),
  entryClass: z
    .string()
    .optional()
    .describe("Class with the main method. The one that the jar's manifest names when absent."),
  args: z.array(z.string()).optional().describe('Arguments of the main method. None when absent.'),
  parallelism: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Number of parallel instances of each operator of the job. The operator refuses a job without it; a standalone job may have task_manager.replicas instead.',
    ),
  state: jobState
    .optional()
    .describe(
      'Desired state: `running`, or `suspended`, which keeps the state for later. running when absent.',
    ),
  upgradeMode: upgradeMode
    .optional()
    .describe(
      'What becomes of the state when the job changes: `stateless` starts empty, `savepoint` takes a savepoint and restores it, `last-state` restores the last checkpoint. stateless when absent.',
    ),
  initialSavepointPath: z
    .string()
    .optional()
    .describe('Savepoint that the first start restores. The job starts empty when absent.'),
  savepointRedeployNonce: z
    .int()
    .optional()
    .describe(
      'A new value starts the job again from initial_savepoint_path, without a savepoint of what runs.',
    ),
  allowNonRestoredState: z
    .boolean()
    .optional()
    .describe(
      'Whether the job starts although the savepoint has state that no operator of the job takes; that state is lost. false when absent.',
    ),
});

export type JobSpec = z.output<typeof jobSpec>;

export const jobStatus = z.object({
  jobName: z.string().optional(),
  jobId: z.string().optional(),
  state: z.string().optional(),
  startTime: z.string().optional(),
  updateTime: z.string().optional(),
  upgradeSavepointPath: z.string().optional(),
  savepointInfo: z.record(z.string(), z.unknown()).optional(),
  checkpointInfo: z.record(z.string(), z.unknown()).optional(),
});

export const reconciliationStatus = z.object({
  reconciliationTimestamp: z.int().optional(),
  lastReconciledSpec: z.string().optional(),
  lastStableSpec: z.string().optional(),
  state: z.string().optional(),
});

/** The status that the two kinds with a job share. */
export const flinkJobStatus = z.object({
  jobStatus: jobStatus.optional(),
  error: z.string().optional(),
  observedGeneration: z.int().optional(),
  lifecycleState: z.string().optional(),
  reconciliationStatus: reconciliationStatus.optional(),
});

export type FlinkJobStatus = z.output<typeof flinkJobStatus>;
