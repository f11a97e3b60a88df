import { describe, expect, it } from 'vitest';
import { savepointOnDeletion } from '../flink-job/changes.ts';
import { retentionKey } from '../flink-job/configuration.ts';
import type { JobDigest } from '../flink-job/job-digest.ts';
import { type DigestName, digests, savepoint } from '../flink-job/testing/job-digests.ts';
import type { FlinkDeploymentParams } from './params.ts';
import {
  application,
  type Changes,
  folders,
  highlyAvailable,
  judge,
  resource,
  session,
  tell,
} from './testing/judging.ts';

describe('a change of an application cluster', () => {
  const withJob = (
    job: Partial<FlinkDeploymentParams['job']>,
    more: Changes = {},
  ): FlinkDeploymentParams => ({
    ...application,
    ...more,
    job: { ...application.job, ...job },
  });
  const available: Changes = { flinkConfiguration: highlyAvailable };

  it.each<[string, Changes]>([
    ['image', { image: 'flink:2.2.1' }],
    ['imagePullPolicy', { imagePullPolicy: 'Always' }],
    ['serviceAccount', { serviceAccount: 'flink' }],
    ['restartNonce', { restartNonce: 1 }],
    ['logConfiguration', { logConfiguration: { 'log4j-console.properties': 'a' } }],
    ['podTemplate', { podTemplate: { spec: { hostNetwork: true } } }],
    ['ingress', { ingress: { template: 'a.example.com' } }],
    ['flinkConfiguration', { flinkConfiguration: { ...folders, a: 'b' } }],
    ['jobManager', { jobManager: { resource: { memory: '2g' } } }],
    ['taskManager', { taskManager: { resource: { memory: '2g' } } }],
    ['taskManager.replicas', { taskManager: { resource, replicas: 2 } }],
    ['job.jarURI', withJob({ jarURI: 'local:///b.jar' })],
    ['job.args', withJob({ args: ['a'] })],
    ['job.entryClass', withJob({ entryClass: 'a.B' })],
    ['job.parallelism', withJob({ parallelism: 2 })],
    ['sql', { sql: { script: { path: 'a.sql', text: 'b' }, ddl: [] } }],
    ['python', { python: { archiveURI: 'file:/a.zip', module: 'a' } }],
  ])('%s restarts the job from a savepoint', (_, changes) => {
    for (const digest of [undefined, { job: digests.running }]) {
      const [verdict, ...others] = judge(application, { ...application, ...changes }, digest);
      expect(others).toEqual([]);
      expect(verdict?.effect).toBe('restart-from-savepoint');
      expect(verdict?.reason).toMatch(/ changed: job flink stops with a savepoint and starts from it\.$/);
    }
  });

  it.each<[string, JobDigest | undefined, FlinkDeploymentParams, FlinkDeploymentParams, string, RegExp]>([
    [
      'last-state and high availability',
      digests.runningWithCheckpoint,
      withJob({ upgradeMode: 'last-state' }, available),
      withJob({ upgradeMode: 'last-state', args: ['b'] }, available),
      'restart-from-checkpoint',
      /is stopped and starts from its last checkpoint/,
    ],
    [
      'last-state without high availability',
      digests.runningWithCheckpoint,
      withJob({ upgradeMode: 'last-state' }),
      withJob({ upgradeMode: 'last-state', args: ['b'] }),
      'restart-from-checkpoint',
      /is cancelled and starts from its last checkpoint/,
    ],
    [
      'last-state, not retained',
      digests.runningWithCheckpoint,
      withJob(
        { upgradeMode: 'last-state' },
        { flinkConfiguration: { ...folders, [retentionKey]: 'DELETE_ON_CANCELLATION' } },
      ),
      withJob(
        { upgradeMode: 'last-state', args: ['b'] },
        { flinkConfiguration: { ...folders, [retentionKey]: 'DELETE_ON_CANCELLATION' } },
      ),
      'state-lost!',
      /FAILS for good/,
    ],
    [
      'last-state, not retained, with high availability',
      digests.runningWithCheckpoint,
      withJob(
        { upgradeMode: 'last-state' },
        { flinkConfiguration: { ...highlyAvailable, [retentionKey]: 'DELETE_ON_CANCELLATION' } },
      ),
      withJob(
        { upgradeMode: 'last-state', args: ['b'] },
        { flinkConfiguration: { ...highlyAvailable, [retentionKey]: 'DELETE_ON_CANCELLATION' } },
      ),
      'restart-from-checkpoint',
      /last checkpoint/,
    ],
    [
      'last-state while high availability is switched off',
      digests.runningWithCheckpoint,
      withJob({ upgradeMode: 'last-state' }, available),
      withJob({ upgradeMode: 'last-state' }),
      'state-lost!',
      /known to high availability alone, which this change switches off/,
    ],
    [
      'last-state and another Flink version',
      digests.runningWithCheckpoint,
      withJob({ upgradeMode: 'last-state' }, { ...available, flinkVersion: 'v2_1' }),
      withJob({ upgradeMode: 'last-state' }, available),
      'restart-from-savepoint',
      /stops with a savepoint and starts from it\. A newer Flink reads the state of programs; SQL it may plan with other operators/,
    ],
    [
      'savepoint and the next Flink but one',
      digests.running,
      withJob({}, { flinkVersion: 'v1_20' }),
      withJob({}),
      'restart-from-savepoint',
      /^flink_version \(v1_20 to v2_2\) changed: .* Flink guarantees no state compatibility between 1\.x and 2\.x, for SQL as for programs/,
    ],
    [
      'savepoint and an older Flink',
      digests.running,
      withJob({}),
      withJob({}, { flinkVersion: 'v1_20' }),
      'refused',
      /an older Flink does not read the state that a newer one has written\. To start empty set upgrade_mode = "stateless"/,
    ],
    [
      'stateless and an older Flink',
      digests.running,
      withJob({ upgradeMode: 'stateless' }),
      withJob({ upgradeMode: 'stateless' }, { flinkVersion: 'v1_20' }),
      'state-lost',
      /starts EMPTY and its state is lost: upgrade_mode is stateless\.$/,
    ],
    [
      'savepoint while it restarts, with high availability',
      digests.restarting,
      withJob({}, available),
      withJob({ args: ['b'] }, available),
      'restart-from-checkpoint',
      /is RESTARTING, and no savepoint can be taken of it: it is stopped and starts from its last checkpoint/,
    ],
    [
      'savepoint while it is lost, with high availability',
      digests.lost,
      withJob({}, available),
      withJob({ args: ['b'] }, available),
      'restart-from-checkpoint',
      /does not run/,
    ],
    [
      'savepoint while it is lost',
      digests.lost,
      application,
      withJob({ args: ['b'] }),
      'refused',
      /Job Not Found/,
    ],
    [
      'what was given up, with high availability',
      digests.givenUpWithHighAvailability,
      withJob({}, available),
      withJob({ args: ['b'] }, available),
      'restart-from-checkpoint',
      /is tried anew/,
    ],
    [
      'stateless',
      digests.running,
      withJob({ upgradeMode: 'stateless' }),
      withJob({ upgradeMode: 'stateless', args: ['b'] }),
      'state-lost',
      /EMPTY/,
    ],
    [
      'a nonce without a path',
      digests.running,
      application,
      withJob({ savepointRedeployNonce: 1 }),
      'refused',
      /InitialSavepointPath must not be empty for savepoint redeployment/,
    ],
    [
      'a nonce with a path',
      digests.running,
      application,
      withJob({ savepointRedeployNonce: 1, initialSavepointPath: savepoint }),
      'reprocessed',
      /starts from savepoint/,
    ],
    [
      'no job any more',
      digests.running,
      application,
      session,
      'refused',
      /Cannot switch from job to session cluster"\), and job flink goes on/,
    ],
    [
      'parallelism, reactive',
      digests.running,
      withJob({}, { mode: 'standalone', flinkConfiguration: { ...folders, 'scheduler-mode': 'REACTIVE' } }),
      withJob(
        { parallelism: 4 },
        { mode: 'standalone', flinkConfiguration: { ...folders, 'scheduler-mode': 'REACTIVE' } },
      ),
      'in-place',
      /scaled by its reactive scheduler/,
    ],
    [
      'suspension with last-state',
      digests.runningWithCheckpoint,
      withJob({ upgradeMode: 'last-state' }, available),
      withJob({ upgradeMode: 'last-state', state: 'suspended' }, available),
      'stop',
      /is stopped, and starts from its last checkpoint when it is resumed\.$/,
    ],
    [
      'resumption with high availability',
      digests.suspendedWithHighAvailability,
      withJob({ upgradeMode: 'last-state', state: 'suspended' }, available),
      withJob({ upgradeMode: 'last-state' }, available),
      'restart-from-checkpoint',
      /from the last checkpoint that high availability keeps/,
    ],
    [
      'resumption with high availability switched off',
      digests.suspendedWithHighAvailability,
      withJob({ upgradeMode: 'last-state', state: 'suspended' }, available),
      withJob({ upgradeMode: 'last-state' }),
      'refused',
      /cannot be resumed without high availability/,
    ],
    [
      'another version of what is suspended with last-state',
      digests.suspendedWithHighAvailability,
      withJob({ upgradeMode: 'last-state', state: 'suspended' }, available),
      withJob({ upgradeMode: 'last-state', state: 'suspended' }, { ...available, flinkVersion: 'v2_1' }),
      'refused',
      /Changing flinkVersion after last-state suspend/,
    ],
  ])('with %s', (_, digest, before, after, effect, reason) => {
    const [verdict, ...others] = judge(before, after, digest && { job: digest });
    expect(others).toEqual([]);
    expect(tell(verdict ? [verdict] : [])[0]).toMatch(new RegExp(`^${effect}: `));
    expect(verdict?.reason).toMatch(reason);
  });

  it.each<[string, DigestName | undefined, Changes, string, RegExp]>([
    ['that runs', 'running', {}, 'state-lost!', /no savepoint is taken/],
    [
      'with a savepoint',
      'running',
      { flinkConfiguration: { ...folders, [savepointOnDeletion]: 'true' } },
      'stop',
      /stops with a savepoint/,
    ],
    [
      'that is suspended with last-state',
      'suspendedWithHighAvailability',
      available,
      'state-lost!',
      /nothing names its last checkpoint once it is gone/,
    ],
  ])('its deletion %s', (_, digest, before, effect, reason) => {
    const [verdict] = judge({ ...application, ...before }, undefined, digest && { job: digests[digest] });
    expect(tell(verdict ? [verdict] : [])[0]).toMatch(new RegExp(`^${effect}: .*${reason.source}`));
  });

  it('is made, and replaced', () => {
    expect(tell(judge(undefined, application))).toEqual(['create: Job flink starts empty.']);
    expect(tell(judge(application, application, { job: digests.running }, true))[0]).toMatch(
      /^state-lost!: A cluster cannot change its name or namespace\. .*Job flink then starts EMPTY/,
    );
  });
});
