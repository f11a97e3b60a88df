import { describe, expect, it } from 'vitest';
import { program, useApplicationSimulation } from './testing/use-simulation.ts';

/** What operator 1.15.0 was recorded doing with application clusters without high availability. */

const simulation = useApplicationSimulation();
const { deploy } = simulation;

const starts = [
  'EVENT JobStatusChanged: RECONCILING -> CREATED',
  'EVENT JobStatusChanged: CREATED -> RUNNING',
];
const submitted = 'EVENT Submit: Starting deployment';

describe('an application cluster', () => {
  it('is made: job id first, then pods, then the job is observed', async () => {
    const { app } = simulation;
    await app.create({ ...program, upgradeMode: 'savepoint' });
    await app.settle();
    expect(app.newLog()).toEqual([submitted, 'START runs', ...starts]);
    expect(await app.standing()).toEqual({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      reconciliation: 'DEPLOYED',
      observedGeneration: 1,
      recorded: 'running stateless first runs',
      savepoint: undefined,
      error: undefined,
      jobManagerDeploymentStatus: 'READY',
    });
    expect(await app.pods()).toEqual(['app-jobmanager-0', 'app-taskmanager-1-1']);
  });

  it('starts from initialSavepointPath', async () => {
    const { app } = simulation;
    app.flink.files.add('file:/old');
    await app.create({ ...program, initialSavepointPath: 'file:/old' });
    await app.settle();
    expect(app.newLog()).toContain('START runs from file:/old');
    expect(await app.standing()).toMatchObject({ recorded: 'running savepoint first runs' });
  });

  it('changed with savepoint: stops with one, all pods go, and a new job id starts from it', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    const before = (await app.resource())?.status?.jobStatus?.jobId;
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(app.newLog()).toEqual([
      'EVENT SpecChanged: UPGRADE job.args.1 : null -> 2, job.upgradeMode : stateless -> savepoint',
      'EVENT Suspended: Suspending existing deployment.',
      'REST stop',
      submitted,
      'START runs 2 from file:/sp/savepoint-1',
      ...starts,
    ]);
    expect(await app.standing()).toMatchObject({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      observedGeneration: 2,
      recorded: 'running savepoint runs 2',
      savepoint: 'file:/sp/savepoint-1',
    });
    expect((await app.resource())?.status?.jobStatus?.jobId).not.toBe(before);
    expect(await app.snapshots()).toMatchObject([
      {
        spec: {
          jobReference: { kind: 'FlinkDeployment', name: 'app' },
          savepoint: { path: 'file:/sp/savepoint-1' },
        },
      },
    ]);
  });

  it('suspended with savepoint keeps its JobManager until it is resumed', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.change({ state: 'suspended' });
    await app.settle();
    expect(app.newLog()).toEqual([
      'EVENT SpecChanged: UPGRADE job.state : running -> suspended, job.upgradeMode : stateless -> savepoint',
      'EVENT Suspended: Suspending existing deployment.',
      'REST stop',
    ]);
    expect(await app.standing()).toMatchObject({
      state: 'FINISHED',
      lifecycle: 'SUSPENDED',
      observedGeneration: 2,
      recorded: 'suspended savepoint runs',
    });
    expect(await app.pods()).toEqual(['app-jobmanager-0']);
    await app.change({ state: 'running' });
    await app.settle();
    expect(app.newLog()).toEqual([
      'EVENT SpecChanged: UPGRADE job.state : suspended -> running',
      submitted,
      'START runs from file:/sp/savepoint-1',
      ...starts,
    ]);
    expect(await app.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
  });

  it('changed with last-state and no high availability: cancels and starts from the last checkpoint', async () => {
    const { app } = simulation;
    await deploy('last-state');
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(app.newLog()).toEqual([
      'EVENT SpecChanged: UPGRADE job.args.1 : null -> 2, job.upgradeMode : stateless -> last-state',
      'EVENT Suspended: Suspending existing deployment.',
      'REST cancel',
      'EVENT JobStatusChanged: CANCELLING -> CANCELED',
      submitted,
      'START runs 2 from file:/cp/ID/chk-1',
      ...starts,
    ]);
  });

  it('changed with stateless: cancels and starts empty', async () => {
    const { app } = simulation;
    await deploy('stateless');
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(app.newLog().filter((line) => /^(REST|START)/.test(line))).toEqual([
      'REST cancel',
      'START runs 2',
    ]);
  });

  it('changed with savepoint while it does not run: names the fallback', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    for (const job of app.flink.jobs.values()) job.state = 'CREATED';
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    const log = app.newLog();
    expect(log).toContain(
      'EVENT! LastStateFallback: The job is CREATED, so no savepoint can be taken of it: it goes on from its last checkpoint.',
    );
    expect(log).toContain('START runs 2 from file:/cp/ID/chk-1');
  });

  it('is said to have lost its job until main() has submitted it', async () => {
    const { app } = simulation;
    app.mainIsSlow = true;
    await app.create({ ...program, upgradeMode: 'savepoint' });
    await app.settle();
    expect(app.newLog()).toEqual([submitted, 'EVENT! Missing: Job Not Found']);
    expect(await app.standing()).toMatchObject({
      state: 'RECONCILING',
      jobManagerDeploymentStatus: 'READY',
      error: 'Job Not Found',
    });
    app.mainIsSlow = false;
    await app.settle();
    expect(app.newLog()).toEqual(['START runs', ...starts]);
    expect(await app.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'STABLE', error: undefined });
  });

  it('whose JobManager is lost runs main() again from what it was started from', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    app.newLog();
    app.loseJobManager();
    await app.settle();
    expect(app.newLog()[0]).toBe('START runs 2 from file:/sp/savepoint-1');
    expect(await app.standing()).toMatchObject({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      observedGeneration: 2,
    });
  });

  it.each([
    ['upgradeMode alone', { upgradeMode: 'last-state' }],
    ['initialSavepointPath alone', { initialSavepointPath: 'file:/x' }],
  ])('%s moves observedGeneration and nothing else', async (_what, change) => {
    const { app } = simulation;
    await deploy('savepoint');
    const before = await app.standing();
    await app.change(change);
    await app.settle();
    expect(app.newLog()).toEqual([]);
    expect(await app.standing()).toEqual({ ...before, observedGeneration: 2 });
  });

  it('redeployed by a nonce starts from the path that is named', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    app.flink.files.add('file:/other');
    await app.change({ savepointRedeployNonce: 1, initialSavepointPath: 'file:/other' });
    await app.settle();
    expect(app.newLog()[0]).toMatch(/^EVENT SpecChanged: SAVEPOINT_REDEPLOY /);
    expect(app.log.at(-3)).toBe('START runs from file:/other');
    expect(await app.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 2 });
  });

  it.each([
    [
      'a nonce without a path',
      { job: { savepointRedeployNonce: 1 } },
      'InitialSavepointPath must not be empty',
    ],
    ['no job any more', { job: null }, 'Cannot switch from job to session cluster'],
    [
      'another mode',
      { mode: 'standalone' },
      'Cannot switch from native kubernetes to standalone kubernetes cluster',
    ],
    [
      'another Flink',
      { flinkVersion: 'v1_20' },
      'flinkVersion is v1_20, and the local platform runs Flink 2.2.0 alone',
    ],
    [
      'savepoints without a folder',
      { flinkConfiguration: { 'state.savepoints.dir': null } },
      'Job could not be upgraded with savepoint while config key[execution.checkpointing.savepoint-dir] is not set',
    ],
  ])('refuses %s, and the job runs on', async (_what, change, message) => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.patch(change);
    await app.settle();
    expect(app.flink.calls).toEqual([]);
    expect(await app.standing()).toMatchObject({
      state: 'RUNNING',
      observedGeneration: 1,
      error: expect.stringContaining(message),
    });
    expect(app.newLog()[0]).toContain('EVENT! ValidationError');
  });

  it('whose main() throws is a job that failed, with the reason', async () => {
    const { app } = simulation;
    await app.create({ ...program, args: ['throws'] });
    await app.settle();
    expect(await app.standing()).toMatchObject({ state: 'FAILED', lifecycle: 'FAILED' });
    expect((await app.standing()).error).toContain('JobException');
  });

  it('comes back from a failed change with the state that was saved', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.change({ args: ['fails-to-start'] });
    await app.settle();
    expect(await app.standing()).toMatchObject({ state: 'FAILED' });
    await app.change({ args: ['runs'] });
    await app.settle();
    expect(app.log.filter((line) => line.startsWith('START')).at(-1)).toBe(
      'START runs from file:/sp/savepoint-1',
    );
    expect(await app.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'STABLE', error: undefined });
  });

  it('whose JobManager does not come up says why, and a change replaces it', async () => {
    const { app } = simulation;
    app.waiting = { reason: 'ErrImagePull', message: 'the jar is not at https://…: 404' };
    await app.create({ ...program, upgradeMode: 'savepoint' });
    await app.settle();
    expect(await app.standing()).toMatchObject({
      jobManagerDeploymentStatus: 'ERROR',
      error: expect.stringContaining('the jar is not at https://…: 404'),
    });
    app.waiting = undefined;
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(await app.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'STABLE', error: undefined });
  });

  it('deleted is cancelled, and nothing of it is left', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.remove();
    await app.settle();
    expect(app.newLog()).toEqual([
      'EVENT Cleanup: Cleaning up FlinkDeployment',
      'REST cancel',
      expect.stringMatching(/JobStatusChanged: CANCELLING -> CANCELED/),
    ]);
    expect(await app.resource()).toBeUndefined();
    expect(await app.pods()).toEqual([]);
  });

  it('deleted with savepoint-on-deletion leaves a snapshot that names the savepoint', async () => {
    const { app } = simulation;
    await app.create(
      { ...program, upgradeMode: 'savepoint' },
      { 'kubernetes.operator.job.savepoint-on-deletion': 'true' },
    );
    await app.settle();
    await app.remove();
    await app.settle();
    expect(app.flink.calls).toEqual(['stop']);
    expect(await app.resource()).toBeUndefined();
    expect(await app.snapshots()).toHaveLength(1);
  });
});
