import { describe, expect, it } from 'vitest';
import { savepointOnDeletion } from '../flink-job/changes.ts';
import { type DigestName, digests, savepoint } from '../flink-job/testing/job-digests.ts';
import { changeOf } from '../verdict.ts';
import { type Changes, cluster, judge, metadata, newSql, params, tell } from './testing/judging.ts';
import { sessionJobVerdicts } from './verdicts.ts';

describe('what the operator refuses', () => {
  it.each<[string, Changes, RegExp]>([
    [
      'a mode for which there is no folder',
      { flinkConfiguration: { 'state.savepoints.dir': '' } },
      /state\.savepoints\.dir|savepoint-dir/,
    ],
    ['a jar by ftp', { sql: undefined, job: { jarURI: 'ftp://a/b.jar' } }, /jarURI scheme 'ftp'/],
  ])('%s', (_, after, message) => {
    const [verdict, ...others] = judge(after, { digest: 'running' });
    expect(others).toEqual([]);
    expect(verdict?.effect).toBe('refused');
    expect(verdict?.reason).toMatch(message);
    expect(verdict?.reason).toMatch(/job yearly goes on as it is\. Put that right\.$/);
  });

  it('on an application cluster', () => {
    const known = {
      job: digests.running,
      cluster: { application: true, configuration: cluster.configuration },
    };
    const change = changeOf({ metadata, params: params() }, { metadata, params: params(newSql) }, known);
    expect(tell(sessionJobVerdicts.judge(change))[0]).toMatch(
      /^refused: .*Can not submit session job to application cluster/,
    );
  });
});

describe('a new job', () => {
  const create = (changes: Changes) => tell(judge(changes, { before: null }));
  it.each<[string, Changes, string]>([
    ['starts empty', {}, 'create: Job yearly starts empty.'],
    [
      'starts from a savepoint',
      { job: { initialSavepointPath: savepoint } },
      `create: Job yearly starts from ${savepoint}.`,
    ],
    [
      'starts from what is kept of it',
      { restore: 'latest' },
      'create: Job yearly starts from the newest savepoint that is kept of it, or empty if none is.',
    ],
    [
      'has no state to start from',
      { restore: 'latest', job: { upgradeMode: 'stateless' } },
      'create: Job yearly starts empty.',
    ],
    ['starts from a savepoint once', { restore: savepoint }, `create: Job yearly starts from ${savepoint}.`],
    [
      'is made and not started',
      { job: { state: 'suspended' } },
      'create: Job yearly is made and not started: resumed, it starts empty.',
    ],
  ])('%s', (_, changes, told) => {
    expect(create(changes)).toEqual([told]);
  });

  it('is refused without parallelism', () => {
    expect(create({ job: { parallelism: undefined } })[0]).toMatch(
      /^refused: .*Job parallelism must be larger than 0.* is not started/,
    );
  });
});

describe('deleting a job', () => {
  const asked: Changes = { flinkConfiguration: { [savepointOnDeletion]: 'true' } };
  const none: Changes = { job: { upgradeMode: 'stateless' } };
  it.each<[string, DigestName | undefined, Changes, string, RegExp]>([
    [
      'that runs, with a savepoint',
      'running',
      asked,
      'stop',
      /it stops with a savepoint, which stays, kept by a FlinkStateSnapshot yearly-savepoint-upgrade-<time> that nobody deletes/,
    ],
    ['of which nothing is known, with a savepoint', undefined, asked, 'stop', /stops with a savepoint/],
    [
      'that runs',
      'running',
      {},
      'state-lost!',
      /no savepoint is taken\. To keep it set kubernetes\.operator\.job\.savepoint-on-deletion = "true"/,
    ],
    ['that runs, stateless', 'running', none, 'state-lost', /no savepoint is taken/],
    [
      'that restarts, with a savepoint',
      'restarting',
      asked,
      'refused',
      /is RESTARTING: no savepoint can be taken of it, and its deletion waits until it is RUNNING/,
    ],
    ['that restarts', 'restarting', {}, 'state-lost!', /no savepoint is taken/],
    ['that has finished', 'finished', asked, 'stop', /it has FINISHED, and nothing is lost/],
    [
      'that has failed',
      'failed',
      asked,
      'state-lost!',
      /it has FAILED, no savepoint can be taken of it any more, .* its last checkpoint \(file:\/cp\/J1\/chk-7\)/,
    ],
    [
      'that has failed without a checkpoint',
      'failedWithoutCheckpoint',
      asked,
      'stop',
      /it has ended, and has neither a checkpoint nor a savepoint/,
    ],
    ['that was cancelled', 'canceled', asked, 'state-lost!', /it was CANCELED/],
    ['that is lost', 'lost', asked, 'stop', /has lost it already/],
    ['that never ran', 'neverStarted', {}, 'stop', /it never ran/],
    [
      'that never came up from a savepoint it names',
      'neverStartedFromSavepoint',
      asked,
      'stop',
      /it never ran, and file:\/sp\/savepoint-1 stays as it is/,
    ],
    ['that waits for its cluster', 'unseen', {}, 'stop', /it never ran/],
    [
      'that is suspended with a savepoint',
      'suspended',
      {},
      'stop',
      /its savepoint stays: file:\/sp\/savepoint-1/,
    ],
    [
      'that is suspended at a checkpoint',
      'suspendedAtCheckpoint',
      asked,
      'state-lost!',
      /it is stopped, .* its last checkpoint \(file:\/cp\/J1\/chk-7\)/,
    ],
  ])('%s', (_, digest, before, effect, reason) => {
    const [verdict, ...others] = judge(undefined, { before, digest });
    expect(others).toEqual([]);
    expect(tell(verdict ? [verdict] : [])[0]).toMatch(new RegExp(`^${effect}: `));
    expect(verdict?.reason).toMatch(reason);
  });
});

describe('replacing a job', () => {
  const asked: Changes = { flinkConfiguration: { [savepointOnDeletion]: 'true' } };
  it.each<[string, DigestName | undefined, Changes, Changes, readonly RegExp[]]>([
    [
      'by one of another cluster',
      'running',
      asked,
      {},
      [
        /^state-lost!: deployment_name \(flink to other\) changed, and a job cannot change its cluster\. .*stops with a savepoint.*Job yearly then starts EMPTY/,
      ],
    ],
    ['without a savepoint', 'running', {}, {}, [/^state-lost!: .*no savepoint is taken.*then starts EMPTY/]],
    ['of which nothing is known', undefined, asked, {}, [/^state-lost!: /]],
    [
      'by one that takes up its savepoint',
      'running',
      asked,
      { restore: 'latest' },
      [
        /^restart-from-savepoint: deployment_name .*stops with a savepoint.*Job yearly then starts from that savepoint\.$/,
      ],
    ],
    [
      'by one that takes up an older savepoint',
      'running',
      {},
      { restore: 'latest' },
      [/^state-lost!: .*then starts from an older savepoint, or EMPTY if none is kept/],
    ],
    [
      'by one that starts from a savepoint',
      'running',
      {},
      { job: { initialSavepointPath: savepoint } },
      [
        /^stop: /,
        /^reprocessed: Job yearly starts from file:\/sp\/savepoint-1: what was done since is done again\.$/,
      ],
    ],
    ['that never ran', 'neverStarted', {}, {}, [/^stop: /, /^create: Job yearly starts empty/]],
    ['that has finished', 'finished', {}, {}, [/^stop: /, /^create: /]],
    ['whose state was never kept', 'running', { job: { upgradeMode: 'stateless' } }, {}, [/^state-lost: /]],
  ])('%s', (_, digest, before, after, reasons) => {
    const verdicts = tell(judge({ ...after, deploymentName: 'other' }, { before, digest }));
    expect(verdicts).toHaveLength(reasons.length);
    for (const [index, reason] of reasons.entries()) expect(verdicts[index]).toMatch(reason);
  });

  it('for its name is a replacement, too', () => {
    const change = changeOf(
      { metadata, params: params() },
      { metadata: { ...metadata, name: 'other' }, params: params() },
      { job: digests.running, cluster },
      true,
    );
    expect(tell(sessionJobVerdicts.judge(change))[0]).toMatch(
      /^state-lost!: A job cannot change its name or namespace\. Job yearly is deleted .*Job other then starts EMPTY/,
    );
  });
});
