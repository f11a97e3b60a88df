import type { AskService } from '../kind.ts';
import { readReconciledSpec } from '../reconciled-spec.ts';
import { describeError } from './operator-error.ts';
import type { FlinkJobObject, FlinkJobSpec } from './resource.ts';
import type { JobSpec } from './spec.ts';
import { lastStatePath } from './status.ts';

/** What a job's status says of what a change would do to it. No times, and nothing that moves while a job runs on. */
export interface JobDigest {
  /** Flink's state of the job; RECONCILING when the operator does not know. Absent before the first submission. */
  readonly state?: string | undefined;
  /** What was last deployed, or is about to be. Absent: nothing ever was. */
  readonly recorded?: RecordedJob | undefined;
  /** A stop or a start is on its way, or was given up on the way. */
  readonly upgrading: boolean;
  /** Whether it was ever seen to run. */
  readonly ran: boolean;
  /** `lost`: its cluster does not know it. `gone`: what it is to start from is not there. */
  readonly error?: 'lost' | 'refused' | 'gone' | 'other' | undefined;
  /** What it starts from unless it is stopped with something newer. */
  readonly startsFrom?: string | undefined;
  /** Whether it has a checkpoint. Absent where it runs and savepoints are taken of it. */
  readonly checkpoint?: 'some' | 'none' | 'unknown' | undefined;
}

export interface RecordedJob {
  readonly state: 'running' | 'suspended';
  readonly upgradeMode: NonNullable<JobSpec['upgradeMode']>;
  /** Nothing was deployed before it. */
  readonly first: boolean;
  readonly restartNonce?: number | undefined;
  readonly savepointRedeployNonce?: number | undefined;
}

/** The status as a digest, but for the checkpoint. */
export function digestJob({ status = {}, metadata }: FlinkJobObject): JobDigest {
  const { jobStatus = {}, reconciliationStatus = {}, observedGeneration = 0 } = status;
  const acted = observedGeneration >= (metadata.generation ?? 1);
  const startsFrom = jobStatus.upgradeSavepointPath;
  return withoutAbsent({
    state: jobStatus.state,
    recorded: recordedJob(reconciliationStatus.lastReconciledSpec),
    upgrading: reconciliationStatus.state === 'UPGRADING',
    ran: reconciliationStatus.lastStableSpec !== undefined,
    error: status.error === undefined ? undefined : errorKind(status.error, acted),
    startsFrom: startsFrom === '' ? undefined : startsFrom,
  });
}

function recordedJob(text: string | undefined): RecordedJob | undefined {
  const reconciled = readReconciledSpec<FlinkJobSpec>(text);
  if (reconciled?.spec.job === undefined) return undefined;
  const { job, restartNonce } = reconciled.spec;
  return withoutAbsent({
    state: job.state ?? 'running',
    upgradeMode: job.upgradeMode ?? 'stateless',
    first: reconciled.firstDeployment,
    restartNonce: restartNonce ?? undefined,
    savepointRedeployNonce: job.savepointRedeployNonce ?? undefined,
  });
}

/** Recorded: the error of a spec that was refused stays after it was put right. */
function errorKind(error: string, acted: boolean): JobDigest['error'] {
  const { reason, detail } = describeError(error);
  if (detail === 'Job Not Found') return 'lost';
  if (reason === 'ValidationException') return acted ? undefined : 'refused';
  // In Flink's words, or in those that explain them.
  return /(Cannot find|There is no) checkpoint or savepoint/.test(error) ? 'gone' : 'other';
}

/** A checkpoint's folder is called so by Flink, wherever it is. */
export function isCheckpoint(path: string): boolean {
  return path === lastStatePath || /\/chk-\d+\/?$/.test(path);
}

const ended: readonly (string | undefined)[] = [undefined, 'FINISHED', 'CANCELED', 'FAILED'];

/** Whether a change would stop the job without a savepoint, so that it matters whether it has a checkpoint. */
export function needsCheckpoint({ state, error }: JobDigest, { upgradeMode }: JobSpec): boolean {
  if (ended.includes(state) || error === 'lost') return false;
  return upgradeMode === 'last-state' || (upgradeMode === 'savepoint' && state !== 'RUNNING');
}

type Checkpoints = Partial<
  Record<'completed' | 'savepoint' | 'restored', { readonly external_path?: string } | null>
>;

/** Whether Flink knows of a checkpoint that the job can be started from, as the operator looks for it. */
export async function readCheckpoint(
  ask: AskService,
  cluster: string,
  jobId: string | undefined,
): Promise<NonNullable<JobDigest['checkpoint']>> {
  if (jobId === undefined || jobId === '') return 'none';
  const service = `${cluster}-rest:rest`;
  const answer = await ask({ service, path: `/v1/jobs/${jobId}/checkpoints` });
  if (answer?.status === 404) {
    // Of a job that takes none, and of one that has not come up yet.
    const job = await ask({ service, path: `/v1/jobs/${jobId}` });
    const { state } = (job?.body ?? {}) as { readonly state?: string };
    return state === 'RUNNING' ? 'none' : 'unknown';
  }
  if (answer?.status !== 200) return 'unknown';
  const { latest } = answer.body as { readonly latest?: Checkpoints };
  const paths = [latest?.completed, latest?.savepoint, latest?.restored].map((entry) => entry?.external_path);
  return paths.some((path) => path !== undefined && !path.startsWith('<')) ? 'some' : 'none';
}

/** JSON has no undefined: a digest is the same before and after it was kept. */
export function withoutAbsent<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
