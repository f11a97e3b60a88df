import { describe, expect, it } from 'vitest';
import { useSimulation } from './testing/use-simulation.ts';

/** Jobs that end, or fail, by themselves: as recorded from operator 1.15.0 with Flink 2.2.0. */

const simulation = useSimulation();
const { deploy } = simulation;
const submitted = 'EVENT Submit: Starting deployment';
const starts = [
  'EVENT JobStatusChanged: RECONCILING -> CREATED',
  'EVENT JobStatusChanged: CREATED -> RUNNING',
];
const changed = 'EVENT SpecChanged: UPGRADE job.args.1 : null -> 2, job.upgradeMode : stateless -> savepoint';

/** Something happens to the job. Before its first checkpoint, if so said. */
async function become(state: 'RESTARTING' | 'FAILED', { checkpoints }: { checkpoints: number }) {
  const { job } = simulation;
  for (const running of job.flink.jobs.values()) Object.assign(running, { state, checkpoints });
  await job.settle();
}

describe('a job that finished', () => {
  it('cannot be changed with its state, for its last checkpoint is gone', async () => {
    const { job } = simulation;
    await deploy('savepoint', { args: ['finishes'] });
    await job.change({ args: ['finishes', '2'] });
    await job.settle();
    expect(job.newLog().slice(0, 3)).toEqual([
      changed,
      submitted,
      'REST run finishes 2 from file:/cp/ID/chk-1',
    ]);
    expect(await job.standing()).toMatchObject({
      state: 'FAILED',
      lifecycle: 'FAILED',
      reconciliation: 'DEPLOYED',
      observedGeneration: 2,
      recorded: 'running savepoint finishes 2',
    });
  });

  it('runs again, empty, when it is made stateless', async () => {
    const { job } = simulation;
    await deploy('savepoint', { args: ['finishes'] });
    await job.change({ args: ['finishes', '2'], upgradeMode: 'stateless' });
    await job.settle();
    expect(job.flink.calls.at(-1)).toBe('run finishes 2');
    expect(await job.standing()).toMatchObject({ state: 'FINISHED', lifecycle: 'STABLE' });
  });
});

describe('a job that fails', () => {
  it('and restarts is STABLE all the time, with the exception in an event', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await become('RESTARTING', { checkpoints: 0 });
    expect(job.newLog()).toEqual([
      'EVENT JobStatusChanged: RUNNING -> RESTARTING',
      'EVENT! JobException: IllegalStateException: Failed to rollback',
    ]);
    expect(await job.standing()).toMatchObject({
      state: 'RESTARTING',
      lifecycle: 'STABLE',
      observedGeneration: 1,
      error: undefined,
    });
  });

  it('before its first checkpoint starts empty when it is changed', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await become('RESTARTING', { checkpoints: 0 });
    job.newLog();
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.newLog().filter((line) => !line.includes('LastStateFallback'))).toEqual([
      changed,
      'EVENT Suspended: Suspending existing deployment.',
      'REST cancel',
      'EVENT JobStatusChanged: CANCELLING -> CANCELED',
      submitted,
      'REST run runs 2',
      ...starts,
    ]);
  });

  it('for good has nothing to cancel when it is changed', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await become('FAILED', { checkpoints: 0 });
    expect(job.newLog()).toEqual([
      'EVENT JobStatusChanged: RUNNING -> FAILED',
      'EVENT! Error: IllegalStateException: Failed to rollback',
    ]);
    expect(await job.standing()).toMatchObject({ state: 'FAILED', lifecycle: 'FAILED' });
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.newLog()).toEqual([changed, submitted, 'REST run runs 2', ...starts]);
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 2,
      error: undefined,
    });
  });

  it('after it was cancelled, for the checkpoint was not retained, has lost its state', async () => {
    const { job } = simulation;
    await deploy('last-state');
    job.flink.files.clear();
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.flink.calls).toEqual([
      'run runs',
      'cancel',
      expect.stringMatching(/^run runs 2 from file:\/cp\/\w+\/chk-1$/),
    ]);
    expect(await job.standing()).toMatchObject({
      state: 'FAILED',
      lifecycle: 'FAILED',
      observedGeneration: 2,
    });
  });
});

describe('a job that was cancelled behind the operator', () => {
  const cancel = async () => {
    const { job } = simulation;
    for (const running of job.flink.jobs.values()) running.state = 'CANCELED';
    await job.settle();
  };

  it.each(['savepoint', 'last-state'] as const)(
    'starts again empty when it was never upgraded: %s',
    async (mode) => {
      const { job } = simulation;
      await deploy(mode);
      await cancel();
      expect(job.newLog()).toEqual([
        'EVENT JobStatusChanged: RUNNING -> CANCELED',
        `EVENT SpecChanged: UPGRADE job.state : suspended -> running, job.upgradeMode : stateless -> ${mode}`,
        submitted,
        'REST run runs',
        ...starts,
      ]);
      expect(await job.standing()).toMatchObject({
        lifecycle: 'STABLE',
        observedGeneration: 1,
        recorded: 'running stateless runs',
      });
    },
  );

  it('starts again from its checkpoint when it was', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    await cancel();
    expect(job.flink.calls.at(-1)).toMatch(/^run runs 2 from file:\/cp\/\w+\/chk-1$/);
  });
});
