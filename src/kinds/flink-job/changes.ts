import type { SpecChange } from '../reconciled-spec.ts';

/** Configuration of a job that asks for a savepoint before its resource goes. */
export const savepointOnDeletion = 'kubernetes.operator.job.savepoint-on-deletion';

/** How often in a row the operator tries what fails, before it waits for another change (recorded: then silence). */
export const maxAttempts = 15;

/** A change of these alone is recorded and has no effect (`ReconciliationUtils`, operator 1.15.0). */
export function isIgnored({ path }: SpecChange): boolean {
  return (
    ['job.upgradeMode', 'job.initialSavepointPath', 'job.allowNonRestoredState'].includes(path) ||
    /^flinkConfiguration\.(job\.autoscaler|kubernetes\.operator|parallelism\.default)/.test(path)
  );
}

/** Another savepoint is named to start from. */
export function isRedeployment({ path, after }: SpecChange): boolean {
  return path === 'job.savepointRedeployNonce' && (after ?? null) !== null;
}
