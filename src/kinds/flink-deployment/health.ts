import type { KubernetesObject } from '../../apiclient/object.ts';
import { describeError } from '../flink-session-job/health.ts';
import type { Health } from '../kind.ts';
import type { FlinkDeploymentStatus } from './spec.ts';

/** A cluster is healthy when the operator acted on this generation and its JobManager answers. */
export function assessDeploymentHealth(object: KubernetesObject): Health {
  const status: FlinkDeploymentStatus = (object as { status?: FlinkDeploymentStatus }).status ?? {};
  const { generation, name, namespace } = object.metadata;
  if (status.error !== undefined) {
    return {
      state: 'failed',
      diagnostics: [
        {
          ...describeError(status.error),
          severity: 'error',
          summary: `Flink cluster ${name} is not ready`,
          object: { kind: 'FlinkDeployment', name, ...(namespace !== undefined && { namespace }) },
        },
      ],
    };
  }
  if (
    (status.observedGeneration ?? 0) >= (generation ?? 1) &&
    status.jobManagerDeploymentStatus === 'READY'
  ) {
    return { state: 'healthy', message: 'the cluster is ready' };
  }
  const condition = status.conditions?.find((candidate) => candidate.type === 'Running');
  return { state: 'progressing', message: condition?.message ?? 'waiting for the JobManager to start' };
}
