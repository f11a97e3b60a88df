import { compareSpecs, type SpecChange } from '../reconciled-spec.ts';
import type { JobSpec } from './spec.ts';

/** Configuration of a job that asks for a savepoint before its resource goes. */
export const savepointOnDeletion = 'kubernetes.operator.job.savepoint-on-deletion';

/** Configuration of a job: whether its last checkpoint will do where no savepoint can be taken; it will when absent. */
export const lastStateFallback = 'kubernetes.operator.job.upgrade.last-state-fallback.enabled';

/** How often in a row the operator tries what fails, before it waits for another change (recorded: then silence). */
export const maxAttempts = 15;

/** Fields that ask for something by a new value, and for nothing once they are taken away (`onNullIgnore`, 1.15.0). */
const nonces = ['restartNonce', 'job.savepointRedeployNonce'];
const laterFields = ['job.upgradeMode', 'job.initialSavepointPath', 'job.allowNonRestoredState'];

/** Configuration whose change alone restarts nothing, by how its keys begin (`AbstractFlinkSpec`, 1.15.0). */
export function isIgnoredKey(key: string): boolean {
  return /^(job\.autoscaler|parallelism\.default|kubernetes\.operator)/.test(key);
}

/** A change of these alone is recorded and has no effect (`@SpecDiff`, operator 1.15.0). */
export function isIgnored({ path, after }: SpecChange): boolean {
  const key = /^flinkConfiguration\.(.+)$/.exec(path)?.[1];
  return (
    laterFields.includes(path) ||
    (nonces.includes(path) && (after ?? null) === null) ||
    (key !== undefined && isIgnoredKey(key))
  );
}

/** Leaf differences of two specs with a job, as the operator reads them: without a state it runs (`JobSpec`, 1.15.0). */
export function compareJobs<S extends { readonly job: JobSpec }>(before: S, after: S): readonly SpecChange[] {
  const read = ({ job, ...rest }: S) => ({ ...rest, job: { ...job, state: job.state ?? 'running' } });
  return compareSpecs(read(before), read(after));
}

/** Another savepoint is named to start from. */
export function isRedeployment({ path, after }: SpecChange): boolean {
  return path === 'job.savepointRedeployNonce' && (after ?? null) !== null;
}
