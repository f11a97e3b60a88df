import type { KubernetesObject } from '../../apiclient/object.ts';
import type { FlinkJobStatus, JobSpec } from './spec.ts';

/** What runs a Flink job: a FlinkSessionJob, or a FlinkDeployment with `job`. */
export interface FlinkJobObject extends KubernetesObject {
  spec: FlinkJobSpec;
  status?: FlinkJobStatus;
}

export interface FlinkJobSpec {
  job: JobSpec;
  restartNonce?: number | undefined;
  flinkConfiguration?: Record<string, string> | undefined;
  /** Of a session job: its cluster. */
  deploymentName?: string | undefined;
  /** Of an application cluster: its program may lie in there. */
  image?: string | undefined;
}
