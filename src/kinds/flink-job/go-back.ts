import { configMapType } from '../../apiclient/core-types.ts';
import type { GoingBack, WayBack } from '../rollout.ts';
import type { FlinkJobObject, FlinkJobSpec } from './resource.ts';
import { revisionOf } from './rollback.ts';
import { lastStatePath } from './status.ts';

const reprocessed = 'Output since then is reprocessed.';

/** How a Flink job goes back, with the state that the change was made from. */
export const flinkGoBack: GoingBack = {
  needs(spec) {
    const { job } = spec as Partial<FlinkJobSpec>;
    const name = job === undefined ? undefined : revisionOf({ job });
    return name === undefined ? [] : [{ type: configMapType, name, what: 'its SQL' }];
  },

  startedFrom(object) {
    const job = object as FlinkJobObject;
    return hasActed(job) ? job.status?.jobStatus?.upgradeSavepointPath : undefined;
  },

  decide(object, spec, startedFrom) {
    const [job, healthy] = [object as FlinkJobObject, spec as FlinkJobSpec];
    if (job.spec.job === undefined || healthy.job === undefined) return undefined;
    return decideWayBack(job, healthy, startedFrom);
  },
};

/**
 * An upgrade of a job that never completed a checkpoint starts EMPTY (recorded: j), and one of a job that did goes on with
 * the state of the failed revision. So the savepoint that the change was made from is named, by the way that cancels
 * what runs. Only where nothing ever ran does the operator start from it by itself (recorded: p).
 */
function decideWayBack(object: FlinkJobObject, spec: FlinkJobSpec, path: string | undefined): WayBack {
  if ((spec.job.upgradeMode ?? 'stateless') === 'stateless') {
    return { spec, says: ['Its upgrade mode is stateless: it starts empty.'] };
  }
  if (!hasActed(object)) {
    return { spec, says: ['The operator had not carried the change out: what ran before goes on.'] };
  }
  if (path === undefined) {
    const says =
      'No savepoint is known that the change was made from: it starts from its last checkpoint, or empty.';
    return { spec, says: [says] };
  }
  if (path === lastStatePath) {
    return { spec, says: ['It starts from its last checkpoint, which high availability kept.', reprocessed] };
  }
  const says = [`It starts from ${path}, the state that the change was made from.`, reprocessed];
  if (restoresByItself(object, path)) return { spec, says };
  const nonces = [object.spec.job.savepointRedeployNonce, spec.job.savepointRedeployNonce];
  const nonce = Math.max(0, ...nonces.filter((item) => item !== undefined)) + 1;
  return {
    spec: { ...spec, job: { ...spec.job, initialSavepointPath: path, savepointRedeployNonce: nonce } },
    says: [...says, ...describeNonce(spec, nonce)],
  };
}

function hasActed({ status, metadata }: FlinkJobObject): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
}

/** It was submitted in vain: the path still stands in the status, and was never left behind by a job that ran. */
function restoresByItself({ status }: FlinkJobObject, path: string): boolean {
  const { jobStatus, reconciliationStatus } = status ?? {};
  if (jobStatus?.upgradeSavepointPath !== path) return false;
  if (reconciliationStatus?.state === 'UPGRADING') return true;
  const hasRun = reconciliationStatus?.lastStableSpec === reconciliationStatus?.lastReconciledSpec;
  return jobStatus.state === 'FAILED' && !hasRun;
}

/** A declared nonce that goes back to what it was is another one to the operator. */
function describeNonce({ job }: FlinkJobSpec, nonce: number): readonly string[] {
  if (job.savepointRedeployNonce === undefined) return [];
  return [
    `savepoint_redeploy_nonce is declared as ${job.savepointRedeployNonce} and had to become ${nonce}: ` +
      `remove it before the next apply, which would start from initial_savepoint_path again otherwise.`,
  ];
}
