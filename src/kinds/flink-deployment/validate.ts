import { isClusterName } from '../flink-job/cluster-name.ts';
import { type Configuration, isHighlyAvailable } from '../flink-job/configuration.ts';
import type { JobSpec } from '../flink-job/spec.ts';
import { ingressAddress } from './ingress-address.ts';
import { parseMemory } from './memory.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** What `DefaultValidator` of operator 1.15.0 refuses, in its words and its order: the first that holds is told. */

/** Keys that belong to the operator. */
export const reservedKeys = ['kubernetes.namespace', 'kubernetes.cluster-id', 'high-availability.cluster-id'];

/**
 * What the operator refuses in a cluster. `undefined`: nothing. `before` is the spec that was last carried out. Not
 * refused here: a missing serviceAccount, which a laptop makes by itself.
 */
export function validateDeployment(
  name: string,
  spec: FlinkDeploymentSpec,
  before?: FlinkDeploymentSpec,
): string | undefined {
  const { flinkConfiguration = {}, jobManager, taskManager } = spec;
  return (
    validateClusterName(name) ??
    validateVersion(spec, before) ??
    validateConfiguration(flinkConfiguration) ??
    (spec.ingress && validateIngress(spec.ingress, name)) ??
    validateLogConfiguration(spec.logConfiguration ?? {}) ??
    (spec.job && validateJob(spec.job, flinkConfiguration, taskManager?.replicas)) ??
    validateProcess('JobManager', jobManager) ??
    validateStandby(jobManager?.replicas ?? 1, flinkConfiguration) ??
    validateProcess('TaskManager', taskManager) ??
    (before && validateChange(before, spec))
  );
}

export function validateClusterName(name: string): string | undefined {
  if (isClusterName(name)) return undefined;
  return `The FlinkDeployment name: ${name} is invalid, must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123'), and the length must be no more than 45 characters.`;
}

/** What is refused in a job, of a session cluster or of its own, with the configuration that it runs under. */
export function validateJob(
  job: JobSpec,
  configuration: Configuration,
  taskManagers?: number,
): string | undefined {
  const { upgradeMode = 'stateless' } = job;
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
    if (
      configuration['kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age'] !== undefined
    ) {
      return `In order to use max-checkpoint age functionality config key[${savepointsKey}] must be set to allow triggering savepoint upgrades.`;
    }
  }
  return validateParallelism(job, taskManagers);
}

/** Upstream's field is a number that is 0 when absent; TaskManagers that are counted say it too. */
export function validateParallelism({ parallelism = 0 }: JobSpec, taskManagers?: number): string | undefined {
  if (taskManagers !== undefined) {
    return taskManagers < 1 ? 'TaskManager replicas must be larger than 0' : undefined;
  }
  return parallelism < 1 ? 'Job parallelism must be larger than 0' : undefined;
}

/** Flink 2's names of `state.checkpoints.dir` and `state.savepoints.dir`, which it reads too. */
const checkpointsKey = 'execution.checkpointing.dir';
const savepointsKey = 'execution.checkpointing.savepoint-dir';

function validateVersion(
  { flinkVersion, job }: FlinkDeploymentSpec,
  before: FlinkDeploymentSpec | undefined,
): string | undefined {
  if (flinkVersion === undefined) return 'Flink Version must be defined.';
  const [, major = '0', minor = '0'] = /^v(\d+)_(\d+)$/.exec(flinkVersion) ?? [];
  if (Number(major) < 1 || (major === '1' && Number(minor) < 15)) {
    return `Flink version ${flinkVersion} is not supported by this operator version`;
  }
  const keepsLastState = before?.job?.state === 'suspended' && before.job.upgradeMode === 'last-state';
  const isStateful = (job?.upgradeMode ?? 'stateless') !== 'stateless';
  if (keepsLastState && isStateful && before.flinkVersion !== flinkVersion) {
    return 'Changing flinkVersion after last-state suspend is not allowed. Restore your cluster with the current flinkVersion and perform the version upgrade afterwards.';
  }
  return undefined;
}

function validateConfiguration(configuration: Configuration): string | undefined {
  const reserved = reservedKeys.find((key) => configuration[key] !== undefined);
  if (reserved !== undefined) return `Forbidden Flink config key: ${reserved}`;
  if (
    configuration['kubernetes.operator.deployment.rollback.enabled'] === 'true' &&
    !isHighlyAvailable(configuration)
  ) {
    return 'HA must be enabled for rollback support.';
  }
  if (configuration[healthCheckKey] === 'true' && configuration[recoveryKey] === 'false') {
    return `Deployment recovery (${recoveryKey}) must be enabled for job health check (${healthCheckKey}) support.`;
  }
  return undefined;
}

const healthCheckKey = 'kubernetes.operator.cluster.health-check.enabled';
const recoveryKey = 'kubernetes.operator.jm-deployment-recovery.enabled';

function validateIngress(
  { template }: NonNullable<FlinkDeploymentSpec['ingress']>,
  name: string,
): string | undefined {
  if (template === undefined) return 'Ingress template must be defined';
  return ingressAddress(template, name, 'default') === undefined
    ? `Unable to process the Ingress template(${template}).`
    : undefined;
}

const logFiles = ['log4j-console.properties', 'logback-console.xml'];

function validateLogConfiguration(files: Configuration): string | undefined {
  const other = Object.keys(files).find((file) => !logFiles.includes(file));
  if (other === undefined) return undefined;
  return `Invalid log config key: ${other}. Allowed keys are [${logFiles.join(', ')}]`;
}

function validateProcess(
  role: 'JobManager' | 'TaskManager',
  process: FlinkDeploymentSpec['taskManager'],
): string | undefined {
  const field = role === 'JobManager' ? 'jobManager' : 'taskManager';
  const memory = process?.resource?.memory ?? '';
  if (memory.trim() === '')
    return `${role} resource memory must be defined using \`spec.${field}.resource.memory\``;
  if (parseMemory(memory) === undefined) return `${role} resource memory parse error: ${memory}`;
  if ((process?.replicas ?? 1) < 1) return `${role} replicas should not be configured less than one.`;
  return undefined;
}

function validateStandby(jobManagers: number, configuration: Configuration): string | undefined {
  if (jobManagers < 2 || isHighlyAvailable(configuration)) return undefined;
  return 'High availability should be enabled when starting standby JobManagers.';
}

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
