import { isClusterName } from '../flink-job/cluster-name.ts';
import { parseMemory } from './memory.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** Keys that belong to the operator (`DefaultValidator`, operator 1.15.0). */
export const reservedKeys = ['kubernetes.namespace', 'kubernetes.cluster-id', 'high-availability.cluster-id'];

/** What the operator refuses in a session cluster, in its words. `undefined`: nothing. */
export function validateDeployment(name: string, spec: FlinkDeploymentSpec): string | undefined {
  if (!isClusterName(name)) {
    return `The FlinkDeployment name: ${name} is invalid, must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123'), and the length must be no more than 45 characters.`;
  }
  if (spec.flinkVersion === undefined) return 'Flink Version must be defined.';
  if (!/^v\d+_\d+$/.test(spec.flinkVersion)) return `Flink version ${spec.flinkVersion} is not supported`;
  const reserved = reservedKeys.find((key) => spec.flinkConfiguration?.[key] !== undefined);
  if (reserved !== undefined) return `Forbidden Flink config key: ${reserved}`;
  for (const [role, resource] of [
    ['JobManager', spec.jobManager?.resource],
    ['TaskManager', spec.taskManager?.resource],
  ] as const) {
    if (resource === undefined) return `${role} resource must be defined.`;
    if (parseMemory(resource.memory) === undefined)
      return `${role} resource memory parse error: ${resource.memory}`;
  }
  if (
    (spec.jobManager?.replicas ?? 1) > 1 &&
    spec.flinkConfiguration?.['high-availability.type'] === undefined
  ) {
    return 'High availability should be enabled when starting standby JobManagers.';
  }
  return undefined;
}
