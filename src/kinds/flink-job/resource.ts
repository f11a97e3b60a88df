import type { KubernetesObject } from '../../apiclient/object.ts';
import type { FlinkJobStatus, JobSpec } from './spec.ts';

/** What runs a Flink job: a FlinkSessionJob, or a FlinkDeployment with `job`. */
export interface FlinkJobObject extends KubernetesObject {
  spec: {
    job: JobSpec;
    flinkConfiguration?: Record<string, string> | undefined;
  };
  status?: FlinkJobStatus;
}
