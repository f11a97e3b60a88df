import type { SessionJobSummary } from '../flink-deployment/reconcile.ts';
import type { FlinkSessionJobObject } from './decide.ts';

/** What the cluster of a session job has to know of it: TaskManagers start beside its submission, not after it. */
export function summarizeSessionJob({ metadata, spec, status }: FlinkSessionJobObject): SessionJobSummary {
  const { job, flinkConfiguration } = spec;
  const isComing =
    status === undefined ||
    (status.reconciliationStatus?.state === 'UPGRADING' && status.error === undefined);
  const parallelism = job.parallelism ?? Number(flinkConfiguration?.['parallelism.default'] ?? 1);
  return {
    name: metadata.name,
    jobId: status?.jobStatus?.jobId,
    expectedSlots: isComing && job.state !== 'suspended' ? parallelism : 0,
  };
}
