import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Health } from '../kind.ts';
import {
  describeFailure,
  findFailure,
  hasActed,
  isPaused,
  isReady,
  isUnreachable,
  type StrimziStatus,
} from '../strimzi-conditions.ts';

/** A Connect cluster is healthy when the operator acted on this generation and the workers answer. */
export function assessConnectHealth(object: KubernetesObject): Health {
  const status: StrimziStatus = (object as { status?: StrimziStatus }).status ?? {};
  if (isPaused(status)) {
    return {
      state: 'healthy',
      message: 'the operator leaves the Connect cluster alone: ReconciliationPaused',
    };
  }
  if (!hasActed(status, object)) {
    return { state: 'progressing', message: 'waiting for the operator to act on the Connect cluster' };
  }
  const failure = findFailure(status);
  if (failure !== undefined && isUnreachable(failure)) {
    const why = failure.message?.replace(/^java\.net\.ConnectException: /, '');
    return {
      state: 'progressing',
      message: why ?? 'waiting for the REST API of the Connect cluster to answer',
    };
  }
  if (failure !== undefined) {
    const summary = `Connect cluster ${object.metadata.name} is not ready`;
    return { state: 'failed', diagnostics: [describeFailure(failure, summary, object)] };
  }
  return isReady(status)
    ? { state: 'healthy', message: 'the Connect cluster is ready' }
    : { state: 'progressing', message: 'waiting for the Connect cluster to be ready' };
}
