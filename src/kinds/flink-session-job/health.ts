import type { KubernetesObject } from '../../apiclient/object.ts';
import { describeError, stalledChange } from '../flink-job/operator-error.ts';
import { isFailing } from '../flink-job/rollout.ts';
import type { FlinkJobStatus } from '../flink-job/spec.ts';
import { progressAnnotation } from '../flink-job/wait-for-python.ts';
import type { Health } from '../kind.ts';
import { readReconciledSpec } from '../reconciled-spec.ts';
import { sessionJobFinalizer } from './decide.ts';
import type { FlinkSessionJobSpec } from './spec.ts';
import { validateSessionJob } from './validate.ts';

/**
 * Neither `STABLE` nor `observedGeneration` alone means success (both were recorded over jobs that did not run): a job
 * is healthy when the operator acted on this generation, reports no error, and the job runs or has finished.
 */
export function assessJobHealth(object: KubernetesObject): Health {
  const { spec, status = {} } = object as { spec?: FlinkSessionJobSpec; status?: FlinkJobStatus };
  const { generation = 1, name, namespace } = object.metadata;
  const acted = (status.observedGeneration ?? 0) >= generation;
  const error = status.error === undefined ? undefined : describeError(status.error);
  // Recorded: it is started again, as nothing of it is to be kept.
  if (error?.detail === 'Job Not Found' && (spec?.job.upgradeMode ?? 'stateless') === 'stateless') {
    return {
      state: 'progressing',
      message: 'waiting for the job, which its cluster has lost, to start again',
    };
  }
  if (error !== undefined && isCurrent(error, acted, generation, spec, status)) {
    return {
      state: 'failed',
      diagnostics: [
        {
          ...error,
          severity: 'error',
          summary: `Flink job ${name} does not run`,
          object: { kind: 'FlinkSessionJob', name, ...(namespace !== undefined && { namespace }) },
        },
      ],
    };
  }
  const state = status.jobStatus?.state;
  if (spec?.job.state === 'suspended') {
    if (isUntouched(object, spec))
      return { state: 'healthy', message: 'the job was created and is not started' };
    return isSuspended(status)
      ? { state: 'healthy', message: 'the job is suspended' }
      : { state: 'progressing', message: `waiting for the job to stop, it is ${state ?? 'not submitted'}` };
  }
  if (!acted) {
    const message = describeWait(spec, status, error?.detail);
    if (error === undefined) return { state: 'progressing', message };
    return { state: 'progressing', message, stalled: stalledChange(object, error) };
  }
  if (status.lifecycleState === 'STABLE' && (state === 'RUNNING' || state === 'FINISHED')) {
    return { state: 'healthy', message: `the job is ${state}` };
  }
  const message = `waiting for the job to run, it is ${state ?? 'not submitted'}`;
  if (isFailing(state)) return { state: 'progressing', message, failing: true };
  return { state: 'progressing', message: object.metadata.annotations?.[progressAnnotation] ?? message };
}

/**
 * Whether an error is about this generation. Recorded: a spec that is refused moves no generation, and the error stays
 * after it was put right, over a job that runs as declared.
 */
function isCurrent(
  error: ReturnType<typeof describeError>,
  acted: boolean,
  generation: number,
  spec: FlinkSessionJobSpec | undefined,
  status: FlinkJobStatus,
): boolean {
  if (acted) return error.reason !== 'ValidationException';
  // A first spec has nothing before it that an error could be left from.
  if (generation === 1 || spec === undefined) return generation === 1;
  const before = recordedSpec(status);
  // The cluster is not at hand: it is refused for what the job has, or for what its own configuration lacks.
  return [undefined, {}].some((cluster) => validateSessionJob(spec, { before, cluster }) === error.detail);
}

/** As upstream: a first spec that is suspended is looked at, and nothing is written of it. */
function isUntouched({ metadata, ...object }: KubernetesObject, spec: FlinkSessionJobSpec): boolean {
  const { status = {} } = object as { status?: FlinkJobStatus };
  const seen = metadata.finalizers?.includes(sessionJobFinalizer) ?? false;
  return seen && recordedSpec(status) === undefined && validateSessionJob(spec) === undefined;
}

/** Recorded: only savepoint jobs reach SUSPENDED; others stay UPGRADING with the generation before, once cancelled. */
function isSuspended(status: FlinkJobStatus): boolean {
  if (recordedSpec(status)?.job.state !== 'suspended') return false;
  const { jobId, state } = status.jobStatus ?? {};
  return jobId === undefined || state === 'CANCELED' || state === 'FINISHED' || state === 'FAILED';
}

function recordedSpec({ reconciliationStatus }: FlinkJobStatus): FlinkSessionJobSpec | undefined {
  return readReconciledSpec<FlinkSessionJobSpec>(reconciliationStatus?.lastReconciledSpec)?.spec;
}

function describeWait(
  spec: FlinkSessionJobSpec | undefined,
  status: FlinkJobStatus,
  error: string | undefined,
): string {
  if (status.lifecycleState === undefined) {
    return `waiting for session cluster ${spec?.deploymentName ?? ''} to be ready`;
  }
  const waiting = 'waiting for the operator to act on the change';
  return error === undefined ? waiting : `${waiting}; its last error: ${error}`;
}
