import { describe, expect, it } from 'vitest';
import { useSimulation } from './testing/use-simulation.ts';

/** Nonces, as recorded from operator 1.15.0 with Flink 2.2.0. */

const simulation = useSimulation();
const { deploy } = simulation;
const starts = [
  'EVENT Submit: Starting deployment',
  'REST run runs',
  'EVENT JobStatusChanged: RECONCILING -> CREATED',
  'EVENT JobStatusChanged: CREATED -> RUNNING',
];

describe('restartNonce', () => {
  it('restarts the job with its state', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.patch({ restartNonce: 7 });
    await job.settle();
    expect(job.newLog().slice(0, 3)).toEqual([
      'EVENT SpecChanged: UPGRADE job.upgradeMode : stateless -> savepoint, restartNonce : null -> 7',
      'EVENT Suspended: Suspending existing deployment.',
      'REST stop',
    ]);
    expect(job.flink.calls.at(-1)).toBe('run runs from file:/sp/savepoint-1');
    expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 2 });
  });
});

describe('a nonce that is taken away', () => {
  it.each([
    ['restartNonce', { restartNonce: 7 }, { restartNonce: null }],
    [
      'savepointRedeployNonce',
      { job: { savepointRedeployNonce: 1 } },
      { job: { savepointRedeployNonce: null } },
    ],
  ])('asks for nothing: %s', async (_, set, unset) => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.patch(set);
    await job.settle();
    const calls = [...job.flink.calls];
    job.newLog();
    await job.patch(unset);
    await job.settle();
    expect(job.flink.calls).toEqual(calls);
    expect(job.newLog()).toEqual([]);
    expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
    // Nor does the same value again: it was carried out.
    await job.patch(set);
    await job.settle();
    expect(job.flink.calls).toEqual(calls);
  });
});

describe('savepointRedeployNonce', () => {
  it.each([
    ['file:/sp/other', 'run runs from file:/sp/other'],
    [undefined, 'run runs'],
  ])('with path %s cancels what runs and starts from it', async (initialSavepointPath, call) => {
    const { job } = simulation;
    job.flink.files.add('file:/sp/other');
    await deploy('savepoint');
    await job.change({ savepointRedeployNonce: 1, ...(initialSavepointPath && { initialSavepointPath }) });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'cancel', call]);
    expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 2 });
  });

  it('without a path starts empty, and forgets what it could have started from', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.patch({ restartNonce: 1 });
    await job.settle();
    job.newLog();
    await job.change({ savepointRedeployNonce: 1 });
    await job.settle();
    expect(job.newLog()).toEqual([
      'EVENT SpecChanged: SAVEPOINT_REDEPLOY job.savepointRedeployNonce : null -> 1',
      'REST cancel',
      ...starts,
    ]);
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      recorded: 'running savepoint runs',
      savepoint: undefined,
    });
  });
});
