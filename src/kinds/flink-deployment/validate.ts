import { isClusterName } from '../flink-job/cluster-name.ts';
import type { JobSpec } from '../flink-job/spec.ts';
import { ingressAddress } from './ingress-address.ts';
import { parseMemory } from './memory.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** Keys that belong to the operator (`DefaultValidator`, operator 1.15.0). */
export const reservedKeys = ['kubernetes.namespace', 'kubernetes.cluster-id', 'high-availability.cluster-id'];

/**
 * What the operator refuses in a cluster, in its words. `undefined`: nothing. `before` is the spec that was last carried
 * out. Not refused here: a missing serviceAccount, which a laptop makes by itself.
 */
export function validateDeployment(
  name: string,
  spec: FlinkDeploymentSpec,
  before?: FlinkDeploymentSpec,
): string | undefined {
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
  if (spec.ingress !== undefined) {
    const { template } = spec.ingress;
    if (template === undefined) return 'Ingress template must be defined';
    if (ingressAddress(template, name, 'default') === undefined) {
      return `Unable to process the Ingress template(${template}).`;
    }
  }
  return (
    (spec.job && validateJob(spec.job, spec.flinkConfiguration, spec.taskManager?.replicas)) ??
    (before && validateChange(before, spec))
  );
}

/** What the operator refuses in a job, of a session cluster or of its own, with the configuration that it runs under. */
export function validateJob(
  { upgradeMode = 'stateless', parallelism }: JobSpec,
  configuration: Readonly<Record<string, string>> = {},
  taskManagers?: number,
): string | undefined {
  const isBlank = (key: string) => (configuration[key] ?? '').trim() === '';
  if (upgradeMode !== 'stateless' && isBlank('state.checkpoints.dir') && isBlank(checkpointsKey)) {
    return `Checkpoint directory[${checkpointsKey}] must be defined for last-state and savepoint upgrade modes`;
  }
  if (isBlank('state.savepoints.dir') && isBlank(savepointsKey)) {
    if (upgradeMode === 'savepoint') {
      return `Job could not be upgraded with savepoint while config key[${savepointsKey}] is not set`;
    }
    if (configuration['kubernetes.operator.periodic.savepoint.interval'] !== undefined) {
      return `Periodic savepoints cannot be enabled when config key[${savepointsKey}] is not set`;
    }
  }
  if (taskManagers === undefined && (parallelism ?? 1) < 1) return 'Job parallelism must be larger than 0';
  return undefined;
}

/** Flink 2's names of `state.checkpoints.dir` and `state.savepoints.dir`, which it reads too. */
const checkpointsKey = 'execution.checkpointing.dir';
const savepointsKey = 'execution.checkpointing.savepoint-dir';

function validateChange(before: FlinkDeploymentSpec, spec: FlinkDeploymentSpec): string | undefined {
  if (spec.job !== undefined && before.job === undefined) return 'Cannot switch from session to job cluster';
  if (spec.job === undefined && before.job !== undefined) return 'Cannot switch from job to session cluster';
  const [from, to] = [before.mode ?? 'native', spec.mode ?? 'native'];
  if (from !== to) return `Cannot switch from ${from} kubernetes to ${to} kubernetes cluster`;
  const nonce = spec.job?.savepointRedeployNonce;
  if (nonce !== undefined && nonce !== before.job?.savepointRedeployNonce) {
    if ((spec.job?.initialSavepointPath ?? '').trim() === '') {
      return 'InitialSavepointPath must not be empty for savepoint redeployment';
    }
  }
  return undefined;
}
