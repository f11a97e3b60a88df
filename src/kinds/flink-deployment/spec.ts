import { z } from 'zod';
import { flinkJobStatus, jobSpec } from '../flink-job/spec.ts';
import { parseMemory } from './memory.ts';

const memory = z
  .string()
  .refine((text) => parseMemory(text) !== undefined, {
    error: 'is not an amount of memory: write a number and a unit, such as 1600m, 2g or 2Gi',
  })
  .describe('Memory of the whole process, heap and all else: 1600m, 2g.');

const resource = z.object({
  cpu: z
    .number()
    .positive()
    .optional()
    .describe('CPU cores, such as 0.5. When absent: 1 for the JobManager, one per slot for a TaskManager.'),
  memory,
  ephemeralStorage: z
    .string()
    .regex(/^\d+(\.\d+)?([EPTGMK]i?|[mk])?$/, {
      error: 'is not an amount of storage: write a number and a unit, such as 10Gi',
    })
    .optional()
    .describe('Local disk space of the pod, such as 10Gi. No request and no limit when absent.'),
});

const podTemplate = z.record(z.string(), z.unknown()).optional();

const processSpec = (replicas: string) =>
  z.object({
    resource: resource.describe('CPU, memory and disk of one process.'),
    replicas: z.int().min(1).optional().describe(replicas),
    podTemplate: podTemplate.describe(
      'Pod template for these pods alone, over the common one. In camelCase as in Kubernetes; the container of Flink is called flink-main-container.',
    ),
  });

const ingress = z.object({
  template: z
    .string()
    .optional()
    .describe(
      'Address of the web interface, with {{name}} and {{namespace}}: `flink.example.com/{{namespace}}/{{name}}`.',
    ),
  className: z.string().optional().describe("Ingress class. The Kubernetes cluster's default when absent."),
  annotations: z.record(z.string(), z.string()).optional().describe('Annotations of the Ingress.'),
  labels: z.record(z.string(), z.string()).optional().describe('Labels of the Ingress.'),
  tls: z
    .array(
      z.object({
        hosts: z.array(z.string()).optional().describe('Host names that the certificate is for.'),
        secretName: z.string().optional().describe('Secret with certificate and key.'),
      }),
    )
    .optional()
    .describe('Certificates for https. Plain http when absent.'),
});

/** FlinkDeployment spec of `flink.apache.org/v1beta1` (operator 1.15.0). No `job` means a session cluster. */
export const flinkDeploymentSpec = z.object({
  image: z
    .string()
    .optional()
    .describe(
      'Container image with Flink and all that its jobs need. The one of the operator for flink_version when absent.',
    ),
  imagePullPolicy: z
    .string()
    .optional()
    .describe('When the image is pulled: Always, IfNotPresent or Never. IfNotPresent when absent.'),
  serviceAccount: z
    .string()
    .optional()
    .describe('ServiceAccount of the pods: it has to be allowed to make pods and ConfigMaps.'),
  flinkVersion: z
    .string()
    .optional()
    .describe(
      'Flink version of the image as the operator writes it: v2_2. The operator refuses a cluster without it.',
    ),
  mode: z
    .enum(['native', 'standalone'])
    .optional()
    .describe(
      'Who makes the TaskManagers: Flink itself, as jobs need them (`native`), or the operator, as many as replicas says (`standalone`). native when absent.',
    ),
  restartNonce: z.int().optional().describe('A new value restarts the cluster.'),
  logConfiguration: z
    .record(z.string(), z.string())
    .optional()
    .describe("Log configuration files by name: `log4j-console.properties`. The operator's when absent."),
  podTemplate: podTemplate.describe(
    'Pod template for all pods of the cluster: volumes, secrets, side containers. In camelCase as in Kubernetes; the container of Flink is called flink-main-container.',
  ),
  ingress: ingress.optional().describe('Ingress for the web interface. None when absent.'),
  flinkConfiguration: z
    .record(z.string(), z.string())
    .optional()
    .describe('Flink configuration of the cluster, and of its job if it has one.'),
  jobManager: processSpec('Number of JobManagers; more than 1 needs high availability. 1 when absent.')
    .optional()
    .describe('The JobManager.'),
  taskManager: processSpec('Number of TaskManagers. As many as the slots in use need when absent.')
    .optional()
    .describe('The TaskManagers.'),
  job: jobSpec.optional().describe('The job of an application cluster. Absent: a session cluster.'),
});

export type FlinkDeploymentSpec = z.output<typeof flinkDeploymentSpec>;

export const flinkDeploymentStatus = flinkJobStatus.extend({
  clusterInfo: z.record(z.string(), z.string()).optional(),
  jobManagerDeploymentStatus: z
    .enum(['READY', 'DEPLOYED_NOT_READY', 'DEPLOYING', 'MISSING', 'ERROR'])
    .optional(),
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
