import { describe, expect, it } from 'vitest';
import { type DigestName, savepoint } from '../flink-job/testing/job-digests.ts';
import { type Changes, judge, newSql, tell } from './testing/judging.ts';

describe('suspending a job', () => {
  const state = 'suspended';
  it.each<[string, DigestName | undefined, Changes['job'], string, RegExp]>([
    [
      'with savepoint',
      'running',
      {},
      'stop',
      /^Job yearly stops with a savepoint, and starts from it when it is resumed\.$/,
    ],
    [
      'with last-state',
      'runningWithCheckpoint',
      { upgradeMode: 'last-state' },
      'stop',
      /is cancelled, and starts from its last checkpoint when it is resumed\. It then shows as UPGRADING and CANCELED, and never as SUSPENDED\.$/,
    ],
    [
      'with last-state and no checkpoint',
      'runningWithoutCheckpoint',
      { upgradeMode: 'last-state' },
      'state-lost!',
      /starts EMPTY when it is resumed: it has no checkpoint yet/,
    ],
    [
      'with stateless',
      'running',
      { upgradeMode: 'stateless' },
      'state-lost',
      /starts EMPTY when it is resumed: upgrade_mode is stateless/,
    ],
    [
      'that restarts',
      'restarting',
      {},
      'stop',
      /is RESTARTING, and no savepoint can be taken of it: it is cancelled, and starts from its last checkpoint/,
    ],
    [
      'that has failed',
      'failed',
      {},
      'stop',
      /has FAILED, and starts from checkpoint file:\/cp\/J1\/chk-7 when it is resumed/,
    ],
    [
      'that has finished',
      'finished',
      {},
      'stop',
      /has FINISHED: nothing is left to stop\. It FAILS when it is resumed/,
    ],
    ['that is lost', 'lost', {}, 'refused', /The operator does not stop job yearly: .*Job Not Found/],
    [
      'that never ran',
      'unseen',
      {},
      'stop',
      /^Nothing of job yearly is lost: it has not been started yet\.$/,
    ],
  ])('%s', (_, digest, job, effect, reason) => {
    const [verdict] = judge({ job: { ...job, state } }, { digest });
    expect(tell(verdict ? [verdict] : [])[0]).toMatch(new RegExp(`^${effect}: `));
    expect(verdict?.reason).toMatch(reason);
    expect(verdict?.path).toEqual(['job', 'state']);
  });

  it('says that what else changes goes with the next start', () => {
    expect(judge({ ...newSql, job: { state } }, { digest: 'running' })[0]?.reason).toMatch(
      /resumed\. SQL goes with its next start\.$/,
    );
  });

  it('leaves all other changes until it is resumed', () => {
    expect(tell(judge(newSql, { before: { job: { state } }, digest: 'suspended' }))).toEqual([
      'in-place: SQL changed: job yearly is suspended, and goes by it when it is resumed.',
    ]);
  });
});

describe('resuming a job', () => {
  it.each<[string, DigestName | undefined, Changes['job'], string, RegExp]>([
    [
      'that stopped with a savepoint',
      'suspended',
      {},
      'restart-from-savepoint',
      /^Job yearly is resumed and starts from savepoint file:\/sp\/savepoint-1\.$/,
    ],
    [
      'of which nothing is known',
      undefined,
      {},
      'restart-from-savepoint',
      /the savepoint that it was stopped with\.$/,
    ],
    [
      'that was cancelled',
      'suspendedAtCheckpoint',
      {},
      'restart-from-checkpoint',
      /starts from checkpoint file:\/cp\/J1\/chk-7\.$/,
    ],
    [
      'as stateless',
      'suspended',
      { upgradeMode: 'stateless' },
      'state-lost',
      /starts EMPTY: upgrade_mode is stateless/,
    ],
    [
      'that was suspended as stateless',
      'suspendedStateless',
      {},
      'state-lost!',
      /it was suspended when upgrade_mode was stateless, and the operator keeps to that\. Its last checkpoint was file:\/cp\/J1\/chk-7/,
    ],
    ['that had finished', 'suspendedAfterItFinished', {}, 'refused', /FAILS: it had FINISHED before/],
    ['that was made suspended', 'unseen', {}, 'create', /^Job yearly starts for the first time, empty\.$/],
    [
      'that was made suspended, with a path',
      'unseen',
      { initialSavepointPath: savepoint },
      'create',
      /^Job yearly starts for the first time, from savepoint file:\/sp\/savepoint-1\.$/,
    ],
    ['that is not stopped yet', 'running', {}, 'restart-from-savepoint', /was not stopped yet/],
  ])('%s', (_, digest, job, effect, reason) => {
    const before = { job: { state: 'suspended' } } as const;
    const [verdict] = judge({ job: { ...job, state: 'running' } }, { before, digest });
    expect(tell(verdict ? [verdict] : [])[0]).toMatch(new RegExp(`^${effect}: `));
    expect(verdict?.reason).toMatch(reason);
  });
});
