import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Health } from '../kind.ts';
import { validateSessionJob } from './decide.ts';
import type { FlinkSessionJobSpec, FlinkSessionJobStatus } from './spec.ts';

/**
 * Neither `STABLE` nor `observedGeneration` alone means success (both were recorded over jobs that did not run): a job
 * is healthy when the operator acted on this generation, reports no error, and the job runs or has finished.
 */
export function assessJobHealth(object: KubernetesObject): Health {
  const { spec, status = {} } = object as { spec?: FlinkSessionJobSpec; status?: FlinkSessionJobStatus };
  const { generation, name, namespace } = object.metadata;
  const acted = (status.observedGeneration ?? 0) >= (generation ?? 1);
  // The operator records no generation for a spec that it refuses; an error that is left from before means nothing.
  const refused = spec !== undefined && validateSessionJob(spec, undefined) !== undefined;
  if (status.error !== undefined && (acted || refused)) {
    return {
      state: 'failed',
      diagnostics: [
        {
          ...describeError(status.error),
          severity: 'error',
          summary: `Flink job ${name} does not run`,
          object: { kind: 'FlinkSessionJob', name, ...(namespace !== undefined && { namespace }) },
        },
      ],
    };
  }
  if (!acted) {
    return {
      state: 'progressing',
      message:
        status.lifecycleState === undefined
          ? `waiting for session cluster ${spec?.deploymentName ?? ''} to be ready`
          : 'waiting for the operator to act on the change',
    };
  }
  const state = status.jobStatus?.state;
  if (spec?.job.state === 'suspended') {
    // Recorded: only savepoint jobs reach SUSPENDED, others stay UPGRADING once cancelled.
    return state === 'FINISHED' || state === 'CANCELED' || status.lifecycleState === 'SUSPENDED'
      ? { state: 'healthy', message: 'the job is suspended' }
      : { state: 'progressing', message: `waiting for the job to stop, it is ${state ?? 'not submitted'}` };
  }
  if (status.lifecycleState === 'STABLE' && (state === 'RUNNING' || state === 'FINISHED')) {
    return { state: 'healthy', message: `the job is ${state}` };
  }
  return { state: 'progressing', message: `waiting for the job to run, it is ${state ?? 'not submitted'}` };
}

/** `status.error` is JSON of the operator's `FlinkResourceException`, or plain text. */
export function describeError(error: string): Pick<Diagnostic, 'reason' | 'detail'> {
  try {
    const parsed: unknown = JSON.parse(error);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) {
      const type = 'type' in parsed ? String(parsed.type).split('.').at(-1) : undefined;
      return { reason: type ?? 'Error', detail: String(parsed.message) };
    }
  } catch {
    // Plain text, as "Job Not Found".
  }
  return { reason: 'Error', detail: error };
}
