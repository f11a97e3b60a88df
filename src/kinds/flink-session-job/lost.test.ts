import { describe, expect, it } from 'vitest';
import { useSimulation } from './testing/use-simulation.ts';

/** A job that its cluster does not know any more: as recorded from operator 1.15.0 with Flink 2.2.0. */

const simulation = useSimulation();
const { deploy } = simulation;
const submitted = 'EVENT Submit: Starting deployment';

describe('a lost job', () => {
  const lose = async () => {
    simulation.job.flink.restart({ highlyAvailable: false });
    await simulation.job.settle();
  };

  it('with state is reported, for ever', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await lose();
    expect(new Set(job.newLog())).toEqual(new Set(['EVENT! Missing: Job Not Found']));
    expect(await job.standing()).toMatchObject({
      state: 'RECONCILING',
      lifecycle: 'STABLE',
      observedGeneration: 1,
      error: 'Job Not Found',
    });
    expect(job.flink.calls).toEqual(['run runs']);
  });

  it('with state is not started from something older when its spec changes', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await lose();
    job.newLog();
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.newLog().filter((line) => line.includes('SpecChanged'))).toHaveLength(1);
    expect(job.flink.calls).toEqual(['run runs']);
    expect(await job.standing()).toMatchObject({ observedGeneration: 1, error: 'Job Not Found' });
  });

  it('starts from the savepoint that is named with a new nonce', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await lose();
    job.newLog();
    job.flink.files.add('file:/sp/other');
    await job.change({ savepointRedeployNonce: 1, initialSavepointPath: 'file:/sp/other' });
    await job.settle();
    expect(job.newLog()).toEqual([
      expect.stringContaining('EVENT SpecChanged: SAVEPOINT_REDEPLOY'),
      'REST cancel',
      submitted,
      'REST run runs from file:/sp/other',
      'EVENT JobStatusChanged: RECONCILING -> CREATED',
      'EVENT JobStatusChanged: CREATED -> RUNNING',
    ]);
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 2,
      error: undefined,
    });
  });

  it('without state is submitted again, empty', async () => {
    const { job } = simulation;
    await deploy('stateless');
    await lose();
    expect(job.newLog()).toEqual([
      'EVENT! Missing: Job Not Found',
      'EVENT SpecChanged: UPGRADE job.state : suspended -> running',
      submitted,
      'REST run runs',
      'EVENT JobStatusChanged: RECONCILING -> CREATED',
      'EVENT JobStatusChanged: CREATED -> RUNNING',
    ]);
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 1,
      error: undefined,
    });
  });

  it('with state starts empty when it is made stateless', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    await lose();
    await job.change({ upgradeMode: 'stateless' });
    await job.settle();
    expect(job.flink.calls.at(-1)).toBe('run runs 2');
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 3,
      error: undefined,
    });
  });

  it('comes back by itself with high availability', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    job.flink.restart({ highlyAvailable: true });
    await job.settle();
    expect(job.newLog()).toEqual([
      'EVENT JobStatusChanged: RUNNING -> CREATED',
      'EVENT JobStatusChanged: CREATED -> RUNNING',
    ]);
    expect(job.flink.calls).toEqual(['run runs']);
  });

  it('after its savepoint was taken and not heard of is not started from something older', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['runs', '2'] });
    await job.step();
    job.flink.tick();
    await lose();
    // Asked for again, and answered that there is no such job.
    expect(job.flink.calls).toEqual(['run runs', 'stop', 'stop']);
    expect(await job.standing()).toMatchObject({ error: 'Job Not Found', observedGeneration: 1 });
  });

  it('that had finished does not come back with high availability', async () => {
    const { job } = simulation;
    await deploy('last-state', { args: ['finishes'] });
    job.flink.restart({ highlyAvailable: true });
    await job.settle();
    expect(job.flink.calls).toEqual(['run finishes']);
    expect(await job.standing()).toMatchObject({ state: 'RECONCILING', error: 'Job Not Found' });
    await job.change({ args: ['finishes', '2'] });
    await job.settle();
    expect(job.flink.calls).toEqual(['run finishes']);
    expect(await job.standing()).toMatchObject({ observedGeneration: 1 });
  });

  it('that had finished runs a second time when it is stateless', async () => {
    const { job } = simulation;
    await deploy('stateless', { args: ['finishes'] });
    job.flink.restart({ highlyAvailable: true });
    await job.settle();
    expect(job.flink.calls).toEqual(['run finishes', 'run finishes']);
    expect(await job.standing()).toMatchObject({ state: 'FINISHED', lifecycle: 'STABLE', error: undefined });
  });
});
