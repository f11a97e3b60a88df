import { z } from 'zod';

export const upgradeMode = z.enum(['stateless', 'savepoint', 'last-state']);
export const jobState = z.enum(['running', 'suspended']);

/** The `job` part that FlinkSessionJob and FlinkDeployment share (`flink.apache.org/v1beta1`, operator 1.15.0). */
export const jobSpec = z.object({
  jarURI: z
    .string()
    .optional()
    .describe('URI of the job jar. Absent: the entry class is on the cluster classpath.'),
  entryClass: z.string().optional().describe('Class with the main method.'),
  args: z.array(z.string()).optional().describe('Arguments of the main method.'),
  parallelism: z.int().min(1).optional().describe('Parallelism of the job.'),
  state: jobState.optional().describe('Desired state: running or suspended.'),
  upgradeMode: upgradeMode
    .optional()
    .describe('What happens to state on a change: stateless starts empty, savepoint and last-state restore.'),
  initialSavepointPath: z.string().optional().describe('Savepoint that the first deployment restores from.'),
  savepointRedeployNonce: z
    .int()
    .optional()
    .describe('A new value redeploys the job from initialSavepointPath.'),
  allowNonRestoredState: z
    .boolean()
    .optional()
    .describe('Start although state in the savepoint belongs to no operator of the job.'),
});

export type JobSpec = z.output<typeof jobSpec>;

export const flinkSessionJobSpec = z.object({
  deploymentName: z
    .string()
    .describe('Name of the session cluster, a FlinkDeployment in the same namespace.'),
  job: jobSpec,
  restartNonce: z.int().optional().describe('A new value restarts the job.'),
  flinkConfiguration: z.record(z.string(), z.string()).optional().describe('Flink configuration of the job.'),
});

export type FlinkSessionJobSpec = z.output<typeof flinkSessionJobSpec>;

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

export const flinkSessionJobStatus = z.object({
  jobStatus: jobStatus.optional(),
  error: z.string().optional(),
  observedGeneration: z.int().optional(),
  lifecycleState: z.string().optional(),
  reconciliationStatus: reconciliationStatus.optional(),
});

export type FlinkSessionJobStatus = z.output<typeof flinkSessionJobStatus>;
