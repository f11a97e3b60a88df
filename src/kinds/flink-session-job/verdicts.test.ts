import { describe, expect, it } from 'vitest';
import { savepointOnDeletion } from '../flink-job/changes.ts';
import { retentionKey } from '../flink-job/configuration.ts';
import { type DigestName, savepoint } from '../flink-job/testing/job-digests.ts';
import type { Effect } from '../verdict.ts';
import { type Changes, judge, newSql, tell } from './testing/judging.ts';

describe('a change of', () => {
  it.each<[string, Changes, Changes, string]>([
    ['sql.script', {}, newSql, 'SQL changed: job yearly stops with a savepoint and starts from it.'],
    [
      'sql.ddl',
      {},
      {
        sql: { script: { path: 'a.sql', text: 'INSERT INTO a SELECT 1;' }, ddl: [{ path: 'b', text: 'c' }] },
      },
      'SQL changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'sql.parameters',
      {},
      {
        sql: {
          script: { path: 'a.sql', text: 'INSERT INTO a SELECT 1;' },
          ddl: [],
          parameters: { days: '3' },
        },
      },
      'Parameters of the SQL changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'python',
      { sql: undefined, python: { archiveURI: 'file:/a.zip', module: 'a' } },
      { python: { archiveURI: 'file:/b.zip', module: 'b', archiveSha256: 'a'.repeat(64) } },
      'Python archive and Python module changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'python.requirements and parameters',
      { sql: undefined, python: { archiveURI: 'file:/a.zip', module: 'a' } },
      { python: { archiveURI: 'file:/a.zip', module: 'a', requirements: 'pandas', parameters: { a: '1' } } },
      'Python requirements and parameters of the Python module changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'sql.python',
      { sql: { script: { path: 'a.sql', text: '' }, ddl: [], python: { archiveURI: 'file:/a.zip' } } },
      {
        sql: {
          script: { path: 'a.sql', text: '' },
          ddl: [],
          python: { archiveURI: 'file:/b.zip', requirements: 'pandas' },
        },
      },
      'Python archive and Python requirements changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'job.jarURI',
      { sql: undefined },
      { job: { jarURI: 'https://a/b.jar' } },
      'job.jar_uri (none to b.jar) changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'the version of a jar',
      { sql: undefined, job: { jarURI: 'https://me:secret@a/b-1.0.jar' } },
      { job: { jarURI: `https://me:secret@a/b-1.1.jar#sha256=${'a'.repeat(64)}` } },
      'job.jar_uri (b-1.0.jar to b-1.1.jar) changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'the hash of a jar',
      { sql: undefined, job: { jarURI: `https://a/b.jar?token=x#sha256=${'a'.repeat(64)}` } },
      { job: { jarURI: `https://a/b.jar?token=x#sha256=${'b'.repeat(64)}` } },
      'job.jar_uri changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'job.entryClass',
      { sql: undefined },
      { job: { entryClass: 'a.B' } },
      'job.entry_class (none to a.B) changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'job.args',
      { sql: undefined, job: { args: ['a'] } },
      { job: { args: ['b', 'secret'] } },
      'Args changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'job.parallelism',
      {},
      { job: { parallelism: 2 } },
      'Parallelism (1 to 2) changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'flinkConfiguration',
      {},
      { flinkConfiguration: { 'table.exec.state.ttl': '1 d' } },
      'table.exec.state.ttl changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'restartNonce',
      {},
      { restartNonce: 1 },
      'restart_nonce (none to 1) changed: job yearly stops with a savepoint and starts from it.',
    ],
    [
      'much at once',
      {},
      { ...newSql, restartNonce: 1, job: { parallelism: 2 }, flinkConfiguration: { a: 'b' } },
      'Parallelism (1 to 2), SQL and 2 more changed: job yearly stops with a savepoint and starts from it.',
    ],
  ])('%s restarts the job from a savepoint', (_, before, after, reason) => {
    for (const digest of [undefined, 'running'] as const) {
      expect(tell(judge(after, { before, digest }))).toEqual([`restart-from-savepoint: ${reason}`]);
    }
  });

  it.each<[string, Changes, Changes, Effect, RegExp]>([
    [
      'job.upgradeMode',
      {},
      { job: { upgradeMode: 'last-state' } },
      'ignored',
      /^upgrade_mode \(savepoint to last-state\) changed alone: job yearly runs on as it is, and goes by it from its next start\.$/,
    ],
    [
      'job.initialSavepointPath',
      {},
      { job: { initialSavepointPath: savepoint } },
      'ignored',
      /To start from initial_savepoint_path now give savepoint_redeploy_nonce a new value\.$/,
    ],
    [
      'job.allowNonRestoredState',
      {},
      { job: { allowNonRestoredState: true } },
      'ignored',
      /allow_non_restored_state \(none to true\)/,
    ],
    [
      'parallelism.default',
      {},
      { flinkConfiguration: { 'parallelism.default': '2' } },
      'ignored',
      /^parallelism\.default changed alone/,
    ],
    [
      'job.autoscaler',
      {},
      { flinkConfiguration: { 'job.autoscaler.enabled': 'true' } },
      'ignored',
      /^job\.autoscaler\.enabled changed alone/,
    ],
    [
      'restartNonce that is taken away',
      { restartNonce: 1 },
      { restartNonce: undefined },
      'ignored',
      /^restart_nonce \(1 to none\)/,
    ],
    [
      'job.savepointRedeployNonce that is taken away',
      { job: { savepointRedeployNonce: 1 } },
      { job: { savepointRedeployNonce: undefined } },
      'ignored',
      /savepoint_redeploy_nonce \(1 to none\)/,
    ],
    [
      'kubernetes.operator',
      {},
      { flinkConfiguration: { [savepointOnDeletion]: 'true' } },
      'in-place',
      /savepoint-on-deletion changed: the operator goes by it at once, and job yearly runs on\.$/,
    ],
  ])('%s alone restarts nothing', (_, before, after, effect, reason) => {
    for (const digest of [undefined, 'running', 'restarting', 'lost'] as const) {
      const [verdict, ...others] = judge(after, { before, digest });
      expect(others).toEqual([]);
      expect(verdict?.effect).toBe(effect);
      // That a lost one stays so is said below.
      expect(verdict?.reason).toMatch(digest === 'lost' ? /./ : reason);
    }
  });

  it('what is ignored and what holds at once is told apart', () => {
    const verdicts = judge({
      job: { upgradeMode: 'stateless' },
      flinkConfiguration: { [savepointOnDeletion]: 'true' },
    });
    expect(verdicts.map(({ effect }) => effect)).toEqual(['ignored', 'in-place']);
  });

  it('restore counts when the job is made anew', () => {
    expect(tell(judge({ restore: 'latest' }))).toEqual([
      'in-place: Restore changed: job yearly goes by it when it is made anew.',
    ]);
  });

  it('labels restarts nothing', () => {
    expect(tell(judge({}, { metadata: { labels: { a: 'b' } } }))).toEqual([
      'in-place: Only labels or annotations of yearly change: nothing restarts.',
    ]);
  });

  it('a nonce that was carried out before it was taken away asks for nothing', () => {
    const digest = 'restartedOnce';
    expect(judge({ restartNonce: 7 }, { digest })[0]?.effect).toBe('ignored');
    expect(judge({ restartNonce: 8 }, { digest })[0]?.effect).toBe('restart-from-savepoint');
    expect(judge({ job: { savepointRedeployNonce: 3 } }, { digest })[0]?.effect).toBe('ignored');
  });

  it('the program drops state that the declaration lets go', () => {
    const allowed = { job: { allowNonRestoredState: true } };
    const dropped = /dropped without a word: allow_non_restored_state is true\.$/;
    expect(judge({ ...newSql, ...allowed })[0]?.reason).toMatch(dropped);
    expect(judge({ restartNonce: 1, ...allowed })[0]?.reason).not.toMatch(dropped);
  });

  it('a value names its attribute', () => {
    expect(judge({ job: { parallelism: 2 } })[0]?.path).toEqual(['job', 'parallelism']);
    expect(judge({ flinkConfiguration: { 'a.b': 'c' } })[0]?.path).toEqual(['flinkConfiguration', 'a.b']);
    expect(judge({ restartNonce: 1 })[0]?.path).toEqual(['restartNonce']);
  });
});

describe('an upgrade of a job that', () => {
  const last = { job: { upgradeMode: 'last-state' } } as const;
  const none = { job: { upgradeMode: 'stateless' } } as const;

  it.each<[string, DigestName | undefined, Changes, string, RegExp]>([
    [
      'runs, with last-state',
      undefined,
      last,
      'restart-from-checkpoint',
      /: job yearly is cancelled and starts from its last checkpoint\.$/,
    ],
    [
      'runs, with last-state and a checkpoint',
      'runningWithCheckpoint',
      last,
      'restart-from-checkpoint',
      /its last checkpoint\.$/,
    ],
    [
      'runs, with last-state and nobody to ask',
      'runningUnasked',
      last,
      'restart-from-checkpoint',
      /or EMPTY if it has none: its cluster did not say\.$/,
    ],
    [
      'runs, with last-state and no checkpoint yet',
      'runningWithoutCheckpoint',
      last,
      'state-lost!',
      /EMPTY and its state is lost: it has no checkpoint yet/,
    ],
    [
      'runs, with last-state and checkpoints that are not retained',
      'runningWithCheckpoint',
      { ...last, flinkConfiguration: { [retentionKey]: 'DELETE_ON_CANCELLATION' } },
      'state-lost!',
      /is DELETE_ON_CANCELLATION, so that Flink deletes its checkpoints when it is cancelled, and it FAILS for good/,
    ],
    [
      'runs, with stateless',
      'running',
      none,
      'state-lost',
      /starts EMPTY and its state is lost: upgrade_mode is stateless\.$/,
    ],
    [
      'restarts',
      'restarting',
      {},
      'restart-from-checkpoint',
      /job yearly is RESTARTING, and no savepoint can be taken of it: it is cancelled and starts from its last checkpoint\.$/,
    ],
    ['restarts and has no checkpoint', 'restartingWithoutCheckpoint', {}, 'state-lost!', /no checkpoint yet/],
    [
      'restarts, without the fallback',
      'restarting',
      { flinkConfiguration: { 'kubernetes.operator.job.upgrade.last-state-fallback.enabled': 'false' } },
      'refused',
      /the operator waits until it is RUNNING\.$/,
    ],
    [
      'waits for slots since it was made',
      'waitsForSlots',
      {},
      'restart',
      /has not run yet, and is submitted anew\. It has no state to lose\.$/,
    ],
    [
      'has finished',
      'finished',
      {},
      'refused',
      /Flink has deleted its last checkpoint .* FAILS for good\. .*upgrade_mode = "stateless"/,
    ],
    [
      'has finished, with stateless',
      'finished',
      none,
      'restart',
      /has FINISHED, and runs again from the start/,
    ],
    [
      'has finished without any checkpoint',
      'finishedWithoutCheckpoint',
      {},
      'restart',
      /runs again from the start/,
    ],
    [
      'has finished before a checkpoint of its own',
      'finishedFromSavepoint',
      {},
      'reprocessed',
      /has FINISHED, and starts from savepoint file:\/sp\/savepoint-1\.$/,
    ],
    [
      'has failed',
      'failed',
      {},
      'restart-from-checkpoint',
      /has FAILED, and starts from checkpoint file:\/cp\/J1\/chk-7\.$/,
    ],
    [
      'has failed since its upgrade',
      'failedAfterUpgrade',
      {},
      'restart-from-savepoint',
      /has FAILED, and starts from savepoint/,
    ],
    [
      'has failed and has no checkpoint',
      'failedWithoutCheckpoint',
      {},
      'state-lost!',
      /it has FAILED and has no checkpoint/,
    ],
    ['has failed and never ran', 'failedBeforeItRan', {}, 'restart', /has FAILED before it ever ran/],
    [
      'has failed for its checkpoint is gone',
      'failedForItsCheckpoint',
      {},
      'refused',
      /is not there \(file:\/cp\/J1\/chk-7\), and it FAILS again\. Give savepoint_redeploy_nonce/,
    ],
    [
      'has failed for its checkpoint is gone, with stateless',
      'failedForItsCheckpoint',
      none,
      'state-lost',
      /EMPTY/,
    ],
    [
      'was cancelled behind the operator',
      'canceled',
      {},
      'restart-from-checkpoint',
      /has been CANCELED, and starts from checkpoint/,
    ],
    [
      'is lost',
      'lost',
      {},
      'refused',
      /"Job Not Found"\), and nobody knows its last checkpoint\. Give savepoint_redeploy_nonce a new value and initial_savepoint_path a savepoint, or set upgrade_mode = "stateless"\.$/,
    ],
    ['is lost, with last-state', 'lost', last, 'refused', /Job Not Found/],
    ['is lost, with stateless', 'lost', none, 'restart', /was lost by its cluster, and starts again empty/],
    [
      'was refused before',
      'refused',
      {},
      'restart-from-savepoint',
      /What the operator refused before is carried out with it\.$/,
    ],
    ['waits for its cluster', 'unseen', {}, 'restart', /has not been started yet/],
    [
      'could not be started',
      'neverStarted',
      {},
      'restart',
      /did not come up by its last change, and is tried anew/,
    ],
    [
      'did not come up after an upgrade',
      'givenUp',
      {},
      'restart-from-savepoint',
      /tried anew, and starts from savepoint file:\/sp\/savepoint-1\.$/,
    ],
    ['did not come up after an upgrade, with stateless', 'givenUp', none, 'state-lost', /EMPTY/],
  ])('%s', (_, digest, more, effect, reason) => {
    const after: Changes = { ...newSql, ...more };
    const before: Changes = more.flinkConfiguration ? { flinkConfiguration: more.flinkConfiguration } : {};
    const [verdict, ...others] = judge(after, { before, digest });
    expect(others).toEqual([]);
    expect(tell(verdict ? [verdict] : [])[0]).toMatch(new RegExp(`^${effect}: `));
    expect(verdict?.reason).toMatch(reason);
  });

  it('did not come up is tried anew by any change of its spec', () => {
    expect(judge({ job: { upgradeMode: 'last-state' } }, { digest: 'givenUp' })[0]?.effect).toBe(
      'restart-from-savepoint',
    );
    expect(judge({}, { digest: 'givenUp', metadata: { labels: { a: 'b' } } })[0]?.effect).toBe('in-place');
  });
});

describe('upgrade_mode alone, of a job that does not run,', () => {
  const mode = { job: { upgradeMode: 'stateless' } } as const;
  it.each<[string, DigestName, Changes, string, RegExp]>([
    [
      'starts one anew that is lost',
      'lost',
      mode,
      'restart',
      /was lost by its cluster, and starts again empty/,
    ],
    [
      'leaves a lost one lost',
      'lost',
      { job: { upgradeMode: 'last-state' } },
      'ignored',
      /is lost, and stays so/,
    ],
    [
      'does not start one that has failed',
      'failed',
      mode,
      'ignored',
      /has FAILED and is not started by that \(restart_nonce with a new value starts it\)/,
    ],
    ['does not start one that has finished', 'finished', mode, 'ignored', /has FINISHED and is not started/],
  ])('%s', (_, digest, after, effect, reason) => {
    const [verdict] = judge(after, { digest });
    expect(verdict).toMatchObject({ effect, reason: expect.stringMatching(reason) as string });
  });
});

describe('savepointRedeployNonce', () => {
  const nonce = { savepointRedeployNonce: 2 };
  it.each<[string, DigestName | undefined, Changes['job'], string, RegExp]>([
    [
      'with a path goes back to it',
      'running',
      { ...nonce, initialSavepointPath: savepoint },
      'reprocessed',
      /cancelled without a savepoint, and it starts from savepoint file:\/sp\/savepoint-1: what it did since is done again\.$/,
    ],
    [
      'with a path revives a lost job',
      'lost',
      { ...nonce, initialSavepointPath: savepoint },
      'reprocessed',
      /starts from savepoint/,
    ],
    [
      'without a path starts EMPTY',
      'running',
      nonce,
      'state-lost!',
      /without initial_savepoint_path: .* starts EMPTY, and the operator forgets .* restart_nonce/,
    ],
    [
      'without a path starts EMPTY, as declared',
      'running',
      { ...nonce, upgradeMode: 'stateless' },
      'state-lost',
      /EMPTY/,
    ],
    ['without a path on a job that has finished', 'finished', nonce, 'restart', /starts again, empty/],
    ['without a path on a job that never ran', 'neverStarted', nonce, 'restart', /starts again, empty/],
  ])('%s', (_, digest, job, effect, reason) => {
    const [verdict] = judge({ ...newSql, job }, { digest });
    expect(tell(verdict ? [verdict] : [])[0]).toMatch(new RegExp(`^${effect}: `));
    expect(verdict?.reason).toMatch(reason);
  });
});
