import type { JobDigest, RecordedJob } from '../job-digest.ts';
import { lastStatePath } from '../status.ts';

/** What a job was last seen as. */
export const savepoint = 'file:/sp/savepoint-1';
export const checkpoint = 'file:/cp/J1/chk-7';

function recorded(job: Partial<RecordedJob> = {}): RecordedJob {
  return { state: 'running', upgradeMode: 'savepoint', first: false, ...job };
}

const base = { upgrading: false, ran: true, recorded: recorded() };

export const digests = {
  running: { ...base, state: 'RUNNING' },
  runningWithCheckpoint: { ...base, state: 'RUNNING', checkpoint: 'some' },
  runningWithoutCheckpoint: { ...base, state: 'RUNNING', checkpoint: 'none' },
  runningUnasked: { ...base, state: 'RUNNING', checkpoint: 'unknown' },
  restarting: { ...base, state: 'RESTARTING', checkpoint: 'some' },
  restartingWithoutCheckpoint: { ...base, state: 'RESTARTING', checkpoint: 'none' },
  waitsForSlots: {
    ...base,
    state: 'CREATED',
    checkpoint: 'none',
    ran: false,
    recorded: recorded({ first: true, upgradeMode: 'stateless' }),
  },
  finished: { ...base, state: 'FINISHED', startsFrom: checkpoint },
  finishedWithoutCheckpoint: { ...base, state: 'FINISHED' },
  finishedFromSavepoint: { ...base, state: 'FINISHED', startsFrom: savepoint },
  failed: { ...base, state: 'FAILED', error: 'other', startsFrom: checkpoint },
  failedAfterUpgrade: { ...base, state: 'FAILED', error: 'other', startsFrom: savepoint },
  failedWithoutCheckpoint: { ...base, state: 'FAILED', error: 'other' },
  failedBeforeItRan: { ...base, state: 'FAILED', error: 'other', ran: false },
  failedForItsCheckpoint: { ...base, state: 'FAILED', error: 'gone', startsFrom: checkpoint },
  canceled: { ...base, state: 'CANCELED', startsFrom: checkpoint },
  lost: { ...base, state: 'RECONCILING', error: 'lost' },
  refused: { ...base, state: 'RUNNING', error: 'refused' },
  unseen: { upgrading: false, ran: false },
  neverStarted: {
    state: 'RECONCILING',
    upgrading: true,
    ran: false,
    error: 'other',
    recorded: recorded({ state: 'suspended', first: true, upgradeMode: 'stateless' }),
  },
  neverStartedFromSavepoint: {
    state: 'FAILED',
    upgrading: false,
    ran: false,
    error: 'gone',
    startsFrom: savepoint,
    recorded: recorded({ first: true }),
  },
  givenUp: {
    state: 'RECONCILING',
    upgrading: true,
    ran: true,
    error: 'other',
    startsFrom: savepoint,
    recorded: recorded({ state: 'suspended' }),
  },
  givenUpWithHighAvailability: {
    state: 'RECONCILING',
    upgrading: true,
    ran: true,
    error: 'other',
    startsFrom: lastStatePath,
    recorded: recorded({ state: 'suspended', upgradeMode: 'last-state' }),
  },
  suspended: {
    state: 'FINISHED',
    upgrading: false,
    ran: true,
    startsFrom: savepoint,
    recorded: recorded({ state: 'suspended' }),
  },
  suspendedAtCheckpoint: {
    state: 'CANCELED',
    upgrading: true,
    ran: true,
    startsFrom: checkpoint,
    recorded: recorded({ state: 'suspended' }),
  },
  suspendedStateless: {
    state: 'CANCELED',
    upgrading: true,
    ran: true,
    startsFrom: checkpoint,
    recorded: recorded({ state: 'suspended', upgradeMode: 'stateless' }),
  },
  suspendedAfterItFinished: {
    state: 'FINISHED',
    upgrading: false,
    ran: true,
    startsFrom: checkpoint,
    recorded: recorded({ state: 'suspended' }),
  },
  suspendedWithHighAvailability: {
    state: 'FINISHED',
    upgrading: false,
    ran: true,
    startsFrom: lastStatePath,
    recorded: recorded({ state: 'suspended', upgradeMode: 'last-state' }),
  },
  restartedOnce: {
    ...base,
    state: 'RUNNING',
    recorded: recorded({ restartNonce: 7, savepointRedeployNonce: 3 }),
  },
} satisfies Readonly<Record<string, JobDigest>>;

export type DigestName = keyof typeof digests;
