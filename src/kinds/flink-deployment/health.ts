import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { describeError, stalledChange } from '../flink-job/operator-error.ts';
import { isFailing } from '../flink-job/rollout.ts';
import type { JobSpec } from '../flink-job/spec.ts';
import type { Health } from '../kind.ts';
import { readReconciledSpec } from '../reconciled-spec.ts';
import { deploymentFinalizer } from './decide-application.ts';
import type { FlinkDeploymentObject } from './desired.ts';
import { refuseOtherFlink } from './other-flink.ts';
import type { FlinkDeploymentSpec, FlinkDeploymentStatus } from './spec.ts';
import { validateDeployment } from './validate.ts';

/** A session cluster is healthy when its JobManager answers, an application cluster when its job runs. */
export function assessDeploymentHealth(object: KubernetesObject): Health {
  const deployment = object as FlinkDeploymentObject;
  return deployment.spec.job === undefined
    ? assessSessionCluster(deployment, deployment.status ?? {})
    : assessApplication(deployment, deployment.spec.job, deployment.status ?? {});
}

function assessSessionCluster(object: KubernetesObject, status: FlinkDeploymentStatus): Health {
  if (status.error !== undefined) {
    return failure(object, `Flink cluster ${object.metadata.name} is not ready`, describeError(status.error));
  }
  if (hasActed(object, status) && status.jobManagerDeploymentStatus === 'READY') {
    return { state: 'healthy', message: 'the cluster is ready' };
  }
  return { state: 'progressing', message: describeStart(status) };
}

/**
 * Recorded: until main() has submitted the job, the operator reports it as not found; observedGeneration moves with the
 * deployment; what is refused moves nothing, and its error stays over the job that runs on.
 */
function assessApplication(
  object: FlinkDeploymentObject,
  job: JobSpec,
  status: FlinkDeploymentStatus,
): Health {
  const error = status.error === undefined ? undefined : describeError(status.error);
  const state = status.jobStatus?.state;
  const acted = hasActed(object, status);
  if (error !== undefined && isFinal(error, acted, object)) {
    return failure(object, `Flink application ${object.metadata.name} does not run`, error);
  }
  if (job.state === 'suspended') {
    const recorded = recordedSpec(status);
    const seen = object.metadata.finalizers?.includes(deploymentFinalizer) ?? false;
    // As upstream: a first spec that is suspended is looked at, and nothing is written of it.
    if (
      recorded === undefined &&
      seen &&
      validateDeployment(object.metadata.name, object.spec) === undefined
    ) {
      return { state: 'healthy', message: 'the application was created and is not started' };
    }
    // Nor is a generation that changes what is suspended.
    if (status.lifecycleState === 'SUSPENDED' && (acted || recorded?.job?.state === 'suspended')) {
      return { state: 'healthy', message: 'the application is suspended' };
    }
  }
  if (!acted) {
    const waiting = 'waiting for the operator to act on the change';
    if (error === undefined) return { state: 'progressing', message: waiting };
    const message = `${waiting}; its last error: ${error.detail}`;
    return { state: 'progressing', message, stalled: stalledChange(object, error) };
  }
  if (job.state === 'suspended') {
    return {
      state: 'progressing',
      message: `waiting for the job to stop, it is ${state ?? 'not submitted'}`,
    };
  }
  if (status.lifecycleState === 'STABLE' && (state === 'RUNNING' || state === 'FINISHED')) {
    return { state: 'healthy', message: `the job is ${state}` };
  }
  if (status.jobManagerDeploymentStatus !== 'READY') {
    return { state: 'progressing', message: describeStart(status) };
  }
  const message = `waiting for the job to run, it is ${state ?? 'not submitted'}`;
  return { state: 'progressing', message, ...(isFailing(state) && { failing: true }) };
}

type OperatorError = Pick<Diagnostic, 'reason' | 'detail'>;

function isFinal(
  { reason, detail }: OperatorError,
  acted: boolean,
  { metadata, spec, status }: FlinkDeploymentObject,
): boolean {
  if (detail === 'Job Not Found') return status?.lifecycleState === 'STABLE';
  // A refused spec is never acted on. A first one has nothing before it that its error could be left from.
  if (reason === 'ValidationException') {
    const before = recordedSpec(status);
    const other = refuseOtherFlink(spec);
    const isOther = other !== undefined && detail === other;
    const refusal = validateDeployment(metadata.name, spec, before) ?? (isOther ? other : undefined);
    return !acted && (metadata.generation === 1 || refusal !== undefined);
  }
  return acted;
}

function recordedSpec(status: FlinkDeploymentStatus | undefined): FlinkDeploymentSpec | undefined {
  const text = status?.reconciliationStatus?.lastReconciledSpec;
  return readReconciledSpec<FlinkDeploymentSpec>(text)?.spec;
}

function hasActed(
  { metadata }: KubernetesObject,
  { observedGeneration = 0 }: FlinkDeploymentStatus,
): boolean {
  return observedGeneration >= (metadata.generation ?? 1);
}

function describeStart({ conditions }: FlinkDeploymentStatus): string {
  const condition = conditions?.find(({ type }) => type === 'Running');
  return condition?.message ?? 'waiting for the JobManager to start';
}

function failure({ kind, metadata }: KubernetesObject, summary: string, error: OperatorError): Health {
  const { name, namespace } = metadata;
  return {
    state: 'failed',
    diagnostics: [
      {
        ...error,
        severity: 'error',
        summary,
        object: { kind, name, ...(namespace !== undefined && { namespace }) },
      },
    ],
  };
}
