import { describe, expect, it } from 'vitest';
import { lastStateFallback, savepointOnDeletion } from '../flink-job/changes.ts';
import { flinkDeployment } from './kind.ts';
import { program, useApplicationSimulation } from './testing/use-simulation.ts';

/** What operator 1.15.0 does by its source (`AbstractFlinkResourceReconciler`, `AbstractJobReconciler`). */

const simulation = useApplicationSimulation();
const { deploy } = simulation;

async function health() {
  const resource = await simulation.app.resource();
  if (resource === undefined) throw new Error('it is gone');
  return flinkDeployment.assessHealth(resource);
}

function become(state: 'RUNNING' | 'RESTARTING') {
  for (const job of simulation.app.flink.jobs.values()) job.state = state;
}

describe('an application that is created suspended', () => {
  it('is there without a process, and is content with that', async () => {
    const { app } = simulation;
    await app.create({ ...program, state: 'suspended', upgradeMode: 'savepoint' });
    await app.settle();
    expect(app.newLog()).toEqual([]);
    expect(await app.pods()).toEqual([]);
    expect(await health()).toEqual({
      state: 'healthy',
      message: 'the application was created and is not started',
    });
  });

  it('starts once it is to run, from its initial savepoint', async () => {
    const { app } = simulation;
    app.flink.files.add('file:/sp/other');
    await app.create({ ...program, state: 'suspended', upgradeMode: 'savepoint' });
    await app.settle();
    await app.change({ state: 'running', initialSavepointPath: 'file:/sp/other' });
    await app.settle();
    expect(app.newLog()).toContain('START runs from file:/sp/other');
    expect(await app.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 2 });
  });

  it('goes at once', async () => {
    const { app } = simulation;
    await app.create({ ...program, state: 'suspended' });
    await app.settle();
    await app.remove();
    await app.settle();
    expect(await app.resource()).toBeUndefined();
  });
});

describe('a suspended application', () => {
  it('that was stopped as stateless starts empty, though it is resumed with savepoint', async () => {
    const { app } = simulation;
    await deploy('stateless');
    await app.change({ state: 'suspended' });
    await app.settle();
    await app.change({ upgradeMode: 'savepoint' });
    await app.settle();
    app.newLog();
    await app.change({ state: 'running' });
    await app.settle();
    expect(app.newLog()).toContain('START runs');
  });

  it('is content when it is changed', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.change({ state: 'suspended' });
    await app.settle();
    await app.change({ parallelism: 2 });
    await app.settle();
    expect((await health()).state).toBe('healthy');
  });
});

describe('an application that does not run', () => {
  it('and has no fallback waits until it does', async () => {
    const { app } = simulation;
    await app.create({ ...program, upgradeMode: 'savepoint' }, { [lastStateFallback]: 'false' });
    await app.settle();
    become('RESTARTING');
    app.newLog();
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(app.newLog().filter((line) => line.startsWith('REST'))).toEqual([]);
    become('RUNNING');
    await app.settle();
    expect(app.newLog()).toContain('START runs 2 from file:/sp/savepoint-1');
  });

  it('is not deleted before a savepoint can be taken of it', async () => {
    const { app } = simulation;
    await app.create({ ...program, upgradeMode: 'savepoint' }, { [savepointOnDeletion]: 'true' });
    await app.settle();
    become('RESTARTING');
    await app.settle();
    app.newLog();
    await app.remove();
    await app.settle();
    expect(await app.resource()).toBeDefined();
    become('RUNNING');
    await app.settle();
    expect(app.newLog()).toContain('REST stop');
    expect(await app.resource()).toBeUndefined();
  });
});
