import type { EventRecorder } from '../../controller/events.ts';
import { describeChanges, type SpecChange } from '../reconciled-spec.ts';
import type { FlinkJobObject } from './resource.ts';

/** What the operator says of a job in events, in its words (recorded). */
export function createAnnouncements(events: EventRecorder) {
  /** Answers whether the job is in another state than the status says. */
  async function announceState(resource: FlinkJobObject, state: string | undefined): Promise<boolean> {
    const before = resource.status?.jobStatus?.state;
    if (before === undefined || state === undefined || before === state) return false;
    const message = `Job status changed from ${before} to ${state}`;
    await events.record(resource, 'Normal', 'JobStatusChanged', message);
    return true;
  }

  async function announceStop(resource: FlinkJobObject, changes: readonly SpecChange[]): Promise<void> {
    if (resource.metadata.deletionTimestamp !== undefined) return announceCleanup(resource);
    await announceChange(resource, 'UPGRADE', changes);
    await events.record(resource, 'Normal', 'Suspended', 'Suspending existing deployment.');
  }

  /** The job has ended, by itself or for a change: then the change was announced when it was stopped (recorded). */
  async function announceEnd(
    resource: FlinkJobObject,
    changes: readonly SpecChange[],
    state: string | undefined,
  ): Promise<void> {
    const isStopping = resource.status?.reconciliationStatus?.state === 'UPGRADING';
    if (!isStopping) await announceChange(resource, 'UPGRADE', changes);
    await announceState(resource, state);
  }

  function announceChange(
    resource: FlinkJobObject,
    kind: 'UPGRADE' | 'SAVEPOINT_REDEPLOY',
    changes: readonly SpecChange[],
  ): Promise<void> {
    const message = `${kind} change(s) detected (Diff: ${resource.kind}Spec[${describeChanges(changes)}]), starting reconciliation.`;
    return events.record(resource, 'Normal', 'SpecChanged', message);
  }

  /** A savepoint was asked for, and cannot be taken of a job that does not run. The original only logs it. */
  function announceFallback(resource: FlinkJobObject, state: string): Promise<void> {
    const message = `The job is ${state}, so no savepoint can be taken of it: it goes on from its last checkpoint.`;
    return events.record(resource, 'Warning', 'LastStateFallback', message);
  }

  function announceCleanup(resource: FlinkJobObject): Promise<void> {
    return events.record(resource, 'Normal', 'Cleanup', `Cleaning up ${resource.kind}`);
  }

  return { announceState, announceStop, announceEnd, announceChange, announceFallback, announceCleanup };
}
