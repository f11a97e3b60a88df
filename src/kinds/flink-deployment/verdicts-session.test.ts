import { describe, expect, it } from 'vitest';
import { writeReconciledSpec } from '../reconciled-spec.ts';
import { changeOf, type Effect, type Look } from '../verdict.ts';
import type { ClusterJob } from './judge-cluster.ts';
import type { FlinkDeploymentParams } from './params.ts';
import {
  type Changes,
  folders,
  highlyAvailable,
  judge,
  metadata,
  resource,
  session,
  tell,
} from './testing/judging.ts';
import { type DeploymentDigest, deploymentVerdicts } from './verdicts.ts';

describe('a change of a session cluster', () => {
  const jobs: readonly ClusterJob[] = [
    { name: 'a', upgradeMode: 'savepoint', state: 'runs' },
    { name: 'b', upgradeMode: 'last-state', state: 'runs' },
    { name: 'c', upgradeMode: 'stateless', state: 'runs' },
    { name: 'd', upgradeMode: 'savepoint', state: 'ended' },
  ];
  const memory: Changes = { taskManager: { resource: { memory: '2g' } } };
  const change = (changes: Changes, known?: DeploymentDigest, before: Changes = {}) =>
    tell(judge({ ...session, ...before }, { ...session, ...before, ...changes }, known));

  it.each<[string, Changes]>([
    ['image', { image: 'flink:2.2.1' }],
    ['imagePullPolicy', { imagePullPolicy: 'Always' }],
    ['serviceAccount', { serviceAccount: 'flink' }],
    ['flinkVersion', { flinkVersion: 'v2_1' }],
    ['restartNonce', { restartNonce: 1 }],
    ['logConfiguration', { logConfiguration: { 'log4j-console.properties': 'a' } }],
    ['podTemplate', { podTemplate: { spec: { hostNetwork: true } } }],
    ['ingress', { ingress: { template: 'a.example.com' } }],
    ['flinkConfiguration', { flinkConfiguration: { ...folders, 'web.refresh-interval': '4000' } }],
    ['jobManager.resource', { jobManager: { resource: { memory: '2g' } } }],
    ['jobManager.podTemplate', { jobManager: { resource, podTemplate: { spec: { hostNetwork: true } } } }],
    ['taskManager.resource', memory],
    ['taskManager.replicas', { taskManager: { resource, replicas: 2 } }],
    ['taskManager.podTemplate', { taskManager: { resource, podTemplate: { spec: { hostNetwork: true } } } }],
  ])('%s starts it anew, and without high availability its jobs are lost', (_, changes) => {
    expect(change(changes, { jobs })).toEqual([
      expect.stringMatching(
        /^state-lost!: .* changed: cluster flink is started anew without high availability: jobs a and b end in "Job Not Found" and no change brings them back\. Suspend them first/,
      ),
      expect.stringMatching(/^state-lost: .*: job c starts again EMPTY, as upgrade_mode is stateless\.$/),
    ]);
    expect(change(changes, { jobs: [] })).toEqual([
      expect.stringMatching(/^restart: .* cluster flink is started anew\. No job runs on it\.$/),
    ]);
    expect(change(changes)).toEqual([
      expect.stringMatching(/^restart: .*without high availability jobs that run on it are lost\.$/),
    ]);
  });

  it('brings none back on another Flink, which does not read what high availability keeps', () => {
    const before: Changes = { flinkConfiguration: highlyAvailable, flinkVersion: 'v1_20' };
    expect(change({ flinkVersion: 'v2_2' }, { jobs }, before)).toEqual([
      expect.stringMatching(
        /^state-lost!: .* on another Flink version, which does not read what high availability keeps of jobs: jobs a and b end in "Job Not Found".*Suspend them first/,
      ),
      expect.stringMatching(/^state-lost: .*: job c starts again EMPTY/),
    ]);
    expect(change({ flinkVersion: 'v2_2' }, undefined, before)).toEqual([
      expect.stringMatching(/^restart: .*keeps of jobs, jobs that run on it are lost\.$/),
    ]);
  });

  it('brings its jobs back with high availability, stateless ones too', () => {
    const before = { flinkConfiguration: highlyAvailable };
    expect(change(memory, { jobs }, before)).toEqual([
      'restart-from-checkpoint: task_manager.resource.memory (1600m to 2g) changed: cluster flink is started anew; high availability brings back jobs a, b and c from their last checkpoints.',
    ]);
    expect(change(memory, undefined, before)[0]).toMatch(/^restart-from-checkpoint: /);
  });

  it('starts jobs without a checkpoint anew, high availability or not', () => {
    const young = jobs.map((job) => (job.name === 'a' ? job : { ...job, checkpoint: 'none' as const }));
    const before = { flinkConfiguration: highlyAvailable };
    expect(change(memory, { jobs: young }, before)).toEqual([
      expect.stringMatching(/^restart-from-checkpoint: .* brings back job a from its last checkpoint\.$/),
      expect.stringMatching(/^state-lost!: .*: jobs b and c start again EMPTY, without a checkpoint yet\.$/),
    ]);
    const stateless = young.filter(({ name }) => name === 'c');
    expect(change(memory, { jobs: stateless }, before)).toEqual([
      expect.stringMatching(/^state-lost: .*: job c starts again EMPTY, without a checkpoint yet\.$/),
    ]);
  });

  it('knows of jobs without a checkpoint where high availability looks for one', async () => {
    const job = (name: string) => ({
      metadata: { name },
      spec: { deploymentName: 'flink', job: { upgradeMode: 'savepoint' } },
      status: {
        jobStatus: { jobId: name, state: 'RUNNING' },
        reconciliationStatus: {
          lastReconciledSpec: writeReconciledSpec({ spec: { job: {} }, firstDeployment: true }),
        },
      },
    });
    const look: Look = {
      objects: () => Promise.resolve([job('young'), job('old')] as never),
      ask: ({ path }) =>
        Promise.resolve({
          status: 200,
          body: { latest: path.includes('old') ? { completed: { external_path: 'file:/cp/chk-1' } } : {} },
        } as never),
    };
    const cluster = (flinkConfiguration: Readonly<Record<string, string>>) =>
      ({ metadata: { name: 'flink' }, spec: { ...session, flinkConfiguration } }) as never;
    const old = { name: 'old', upgradeMode: 'savepoint', state: 'runs' };
    const young = { ...old, name: 'young' };
    expect(await deploymentVerdicts.digest(cluster(highlyAvailable), look)).toEqual({
      jobs: [old, { ...young, checkpoint: 'none' }],
    });
    expect(await deploymentVerdicts.digest(cluster(folders), look)).toEqual({ jobs: [old, young] });
  });

  it.each([
    ['switched on', folders, highlyAvailable],
    ['switched off', highlyAvailable, folders],
  ])('loses its jobs when high availability is %s', (_, from, to) => {
    const told = change({ flinkConfiguration: to }, { jobs }, { flinkConfiguration: from });
    expect(told[0]).toMatch(/^state-lost!: high-availability\.type changed: .*jobs a and b end/);
  });

  it('says what becomes of jobs that had finished', () => {
    const finished: readonly ClusterJob[] = [
      { name: 'a', upgradeMode: 'savepoint', state: 'finished' },
      { name: 'c', upgradeMode: 'stateless', state: 'finished' },
    ];
    const told = change(memory, { jobs: finished }, { flinkConfiguration: highlyAvailable });
    expect(told.slice(1)).toEqual([
      'reprocessed: Job c had FINISHED and runs a second time, in spite of high availability.',
      'in-place: Job a had FINISHED, and shows as RECONCILING, "Job Not Found", from then on.',
    ]);
  });

  it.each<[string, Changes, Changes, Effect, DeploymentDigest?]>([
    [
      'parallelism.default',
      {},
      { flinkConfiguration: { ...folders, 'parallelism.default': '2' } },
      'ignored',
    ],
    [
      'job.autoscaler',
      {},
      { flinkConfiguration: { ...folders, 'job.autoscaler.enabled': 'true' } },
      'ignored',
    ],
    ['a nonce that is taken away', { restartNonce: 1 }, { restartNonce: undefined }, 'ignored'],
    ['a nonce that was carried out', {}, { restartNonce: 1 }, 'ignored', { jobs, restartNonce: 1 }],
    [
      'kubernetes.operator',
      {},
      { flinkConfiguration: { ...folders, 'kubernetes.operator.a': 'b' } },
      'in-place',
    ],
    [
      'replicas of a reactive standalone cluster',
      { mode: 'standalone', flinkConfiguration: { ...folders, 'scheduler-mode': 'reactive' } },
      { taskManager: { resource, replicas: 3 } },
      'in-place',
    ],
  ])('%s alone restarts nothing', (_, before, changes, effect, known = { jobs }) => {
    const verdicts = judge({ ...session, ...before }, { ...session, ...before, ...changes }, known);
    expect(verdicts.map((verdict) => verdict.effect)).toEqual([effect]);
  });

  it('labels restarts nothing', () => {
    const change_ = changeOf<FlinkDeploymentParams, DeploymentDigest>(
      { metadata, params: session },
      { metadata: { ...metadata, labels: { a: 'b' } }, params: session },
      { jobs },
    );
    expect(tell(deploymentVerdicts.judge(change_))).toEqual([
      'in-place: Only labels or annotations of flink change: nothing restarts.',
    ]);
  });

  it.each<[string, Changes, string]>([
    ['a job', { job: { parallelism: 1 } }, 'Cannot switch from session to job cluster'],
    [
      'standalone',
      { mode: 'standalone' },
      'Cannot switch from native kubernetes to standalone kubernetes cluster',
    ],
    [
      'a second JobManager',
      { jobManager: { resource, replicas: 2 } },
      'High availability should be enabled when starting standby JobManagers.',
    ],
  ])('%s is refused', (_, changes, message) => {
    expect(change(changes, { jobs })).toEqual([
      `refused: The operator refuses it ("${message}"), and cluster flink goes on as it is. Put that right.`,
    ]);
  });

  it.each<[string, Changes, readonly ClusterJob[] | undefined, RegExp]>([
    [
      'waits for its jobs',
      {},
      jobs,
      /^stop: Cluster flink is deleted, and goes on until its session jobs a, b, c and d are deleted, too\.$/,
    ],
    ['without jobs', {}, [], /^stop: Cluster flink is deleted\.$/],
    ['of which nothing is known', {}, undefined, /^stop: .*It waits for its session jobs/],
    [
      'that does not wait',
      {
        flinkConfiguration: {
          ...folders,
          'kubernetes.operator.session.deletion.block-on-session-jobs': 'false',
        },
      },
      jobs,
      /^state-lost!: Cluster flink is deleted under jobs a and b, and what high availability keeps/,
    ],
  ])('its deletion %s', (_, before, known, told) => {
    expect(tell(judge({ ...session, ...before }, undefined, known && { jobs: known }))[0]).toMatch(told);
  });

  it('is made, and replaced', () => {
    expect(tell(judge(undefined, session))).toEqual(['create: Cluster flink starts.']);
    expect(judge(session, session, { jobs }, true).map(({ effect }) => effect)).toEqual(['stop', 'create']);
    expect(tell(judge(undefined, { flinkVersion: 'v2_2' }))[0]).toMatch(/^refused: .* nothing starts/);
  });
});
