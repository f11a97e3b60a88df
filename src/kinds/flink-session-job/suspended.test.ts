import { describe, expect, it } from 'vitest';
import { lastStateFallback } from '../flink-job/changes.ts';
import { retentionKey } from '../flink-job/configuration.ts';
import { flinkSessionJob } from './kind.ts';
import { program, useSimulation } from './testing/use-simulation.ts';

/** What operator 1.15.0 does by its source (`AbstractFlinkResourceReconciler`, `AbstractJobReconciler`). */

const simulation = useSimulation();
const { deploy } = simulation;

async function health() {
  const resource = await simulation.job.resource();
  if (resource === undefined) throw new Error('it is gone');
  return flinkSessionJob.assessHealth(resource);
}

describe('a job that is created suspended', () => {
  it('is there and is not started, and is content with that', async () => {
    const { job } = simulation;
    await job.create({ ...program, state: 'suspended', upgradeMode: 'savepoint' });
    await job.settle();
    expect(job.newLog()).toEqual([]);
    expect((await job.resource())?.status).toBeUndefined();
    expect(await health()).toEqual({ state: 'healthy', message: 'the job was created and is not started' });
  });

  it.each([
    [undefined, 'run runs 2'],
    ['file:/sp/other', 'run runs 2 from file:/sp/other'],
  ])('starts once it is to run, from %s', async (initialSavepointPath, call) => {
    const { job } = simulation;
    job.flink.files.add('file:/sp/other');
    await job.create({ ...program, state: 'suspended', upgradeMode: 'savepoint' });
    await job.settle();
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    await job.change({ state: 'running', ...(initialSavepointPath && { initialSavepointPath }) });
    await job.settle();
    expect(job.flink.calls).toEqual([call]);
    expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
  });

  it('goes at once', async () => {
    const { job } = simulation;
    await job.create({ ...program, state: 'suspended' });
    await job.settle();
    await job.remove();
    await job.settle();
    expect(await job.resource()).toBeUndefined();
    expect(job.flink.calls).toEqual([]);
  });

  it('is not content before the operator has seen it, nor when it is refused', async () => {
    const { job } = simulation;
    await job.create({ ...program, state: 'suspended', upgradeMode: 'savepoint' });
    expect((await health()).state).toBe('progressing');
    job.clusterSpec = { ...job.clusterSpec, flinkConfiguration: {} };
    await job.settle();
    expect((await health()).state).toBe('failed');
  });
});

describe('a suspended job', () => {
  it.each(['savepoint', 'last-state'] as const)(
    'that was stopped as stateless starts empty, though it is resumed with %s',
    async (upgradeMode) => {
      const { job } = simulation;
      await deploy('stateless');
      await job.change({ state: 'suspended' });
      await job.settle();
      await job.change({ upgradeMode });
      await job.settle();
      await job.change({ state: 'running' });
      await job.settle();
      expect(job.flink.calls).toEqual(['run runs', 'cancel', 'run runs']);
    },
  );

  it('starts empty when it is resumed as stateless', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ state: 'suspended' });
    await job.settle();
    await job.change({ state: 'running', upgradeMode: 'stateless' });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'stop', 'run runs']);
  });
});

describe('a job without a fallback', () => {
  it('waits until it runs, and then stops with a savepoint', async () => {
    const { job } = simulation;
    await job.create({ ...program, upgradeMode: 'savepoint' }, { [lastStateFallback]: 'false' });
    await job.settle();
    for (const running of job.flink.jobs.values()) running.state = 'RESTARTING';
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs']);
    expect(await job.standing()).toMatchObject({ state: 'RESTARTING', observedGeneration: 1 });
    for (const running of job.flink.jobs.values()) running.state = 'RUNNING';
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'stop', 'run runs 2 from file:/sp/savepoint-1']);
  });
});

describe('a submission', () => {
  const submitted = () =>
    [...simulation.job.flink.jobs.values()].map(({ request }) => request.flinkConfiguration);

  it('keeps the checkpoints of a job that is cancelled, and takes them with last-state', async () => {
    await deploy('last-state');
    expect(submitted()).toEqual([
      {
        'pipeline.name': 'j1',
        [retentionKey]: 'RETAIN_ON_CANCELLATION',
        'execution.checkpointing.interval': '5 min',
      },
    ]);
  });

  it('leaves what the job or its cluster configures', async () => {
    const { job } = simulation;
    const { flinkConfiguration } = job.clusterSpec;
    const interval = { 'execution.checkpointing.interval': '1 s' };
    job.clusterSpec = { ...job.clusterSpec, flinkConfiguration: { ...flinkConfiguration, ...interval } };
    const own = { [retentionKey]: 'DELETE_ON_CANCELLATION' };
    await job.create({ ...program, upgradeMode: 'last-state' }, own);
    await job.settle();
    expect(submitted()).toEqual([{ 'pipeline.name': 'j1', ...own }]);
  });
});
