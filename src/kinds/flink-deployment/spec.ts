import { z } from 'zod';
import { jobSpec, jobStatus, reconciliationStatus } from '../flink-session-job/spec.ts';
import { parseMemory } from './memory.ts';

const memory = z
  .string()
  .refine((text) => parseMemory(text) !== undefined, {
    error: 'is not an amount of memory: write a number and a unit, such as 1600m, 2g or 2Gi',
  })
  .describe('Memory of the whole process, such as 1600m or 2g.');

const resource = z.object({
  cpu: z.number().positive().optional().describe('CPU cores.'),
  memory,
});

const processSpec = z.object({
  resource: resource.describe('CPU and memory of one process.'),
  replicas: z.int().min(1).optional().describe('Number of processes.'),
});

/** FlinkDeployment spec of `flink.apache.org/v1beta1` (operator 1.15.0). No `job` means a session cluster. */
export const flinkDeploymentSpec = z.object({
  image: z.string().optional().describe('Container image.'),
  imagePullPolicy: z.string().optional().describe('When the image is pulled.'),
  serviceAccount: z.string().optional().describe('ServiceAccount of the pods.'),
  flinkVersion: z.string().optional().describe('Flink version as the operator writes it: v2_2.'),
  mode: z.enum(['native', 'standalone']).optional().describe('Deployment mode; native when absent.'),
  restartNonce: z.int().optional().describe('A new value restarts the cluster.'),
  logConfiguration: z.record(z.string(), z.string()).optional().describe('Log configuration files by name.'),
  podTemplate: z.record(z.string(), z.unknown()).optional().describe('Pod template for all pods.'),
  flinkConfiguration: z
    .record(z.string(), z.string())
    .optional()
    .describe('Flink configuration of the cluster.'),
  jobManager: processSpec.optional().describe('The JobManager.'),
  taskManager: processSpec.optional().describe('The TaskManagers.'),
  job: jobSpec.optional().describe('The job of an application cluster. Absent: a session cluster.'),
});

export type FlinkDeploymentSpec = z.output<typeof flinkDeploymentSpec>;

export const flinkDeploymentStatus = z.object({
  jobStatus: jobStatus.optional(),
  error: z.string().optional(),
  observedGeneration: z.int().optional(),
  lifecycleState: z.string().optional(),
  clusterInfo: z.record(z.string(), z.string()).optional(),
  jobManagerDeploymentStatus: z
    .enum(['READY', 'DEPLOYED_NOT_READY', 'DEPLOYING', 'MISSING', 'ERROR'])
    .optional(),
  reconciliationStatus: reconciliationStatus.optional(),
  taskManager: z.object({ labelSelector: z.string(), replicas: z.int() }).optional(),
  conditions: z
    .array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string().optional(),
        message: z.string().optional(),
        lastTransitionTime: z.string().optional(),
      }),
    )
    .optional(),
});

export type FlinkDeploymentStatus = z.output<typeof flinkDeploymentStatus>;
