import { describe, expect, it } from 'vitest';
import { savepointOnDeletion } from '../flink-job/changes.ts';
import { program, useSimulation } from './testing/use-simulation.ts';

/** Deletion, as recorded from operator 1.15.0 with Flink 2.2.0. */

const simulation = useSimulation();
const { deploy } = simulation;

describe('deletion', () => {
  const onDeletion = { [savepointOnDeletion]: 'true' };

  it('cancels the job and waits until it is', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.remove();
    await job.step();
    expect(await job.standing()).toMatchObject({ state: 'CANCELLING', lifecycle: 'DELETING' });
    await job.settle();
    expect(job.newLog()).toEqual([
      'EVENT Cleanup: Cleaning up FlinkSessionJob',
      'REST cancel',
      'EVENT Cleanup: Cleaning up FlinkSessionJob',
      'EVENT JobStatusChanged: CANCELLING -> CANCELED',
    ]);
    expect(await job.resource()).toBeUndefined();
  });

  it.each(['FINISHED', 'FAILED', 'CANCELED'] as const)('of a job that is %s is at once', async (state) => {
    const { job } = simulation;
    await deploy('savepoint');
    for (const running of job.flink.jobs.values()) running.state = state;
    await job.remove();
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs']);
    expect(await job.resource()).toBeUndefined();
  });

  it('of a job that is lost is at once', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    job.flink.restart({ highlyAvailable: false });
    await job.settle();
    await job.remove();
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs']);
    expect(await job.resource()).toBeUndefined();
  });

  it('of a suspended job is at once', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ state: 'suspended' });
    await job.settle();
    await job.remove();
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'stop']);
    expect(await job.resource()).toBeUndefined();
  });

  it('takes a savepoint when asked to, and says where it is', async () => {
    const { job } = simulation;
    await job.create({ ...program, upgradeMode: 'savepoint' }, onDeletion);
    await job.settle();
    job.newLog();
    await job.remove();
    await job.settle();
    expect(job.newLog()).toEqual([
      'EVENT Cleanup: Cleaning up FlinkSessionJob',
      'REST stop',
      'EVENT Cleanup: The job ended with savepoint file:/sp/savepoint-1',
      'EVENT Cleanup: Cleaning up FlinkSessionJob',
    ]);
    expect(await job.resource()).toBeUndefined();
  });

  it('has its savepoint where the job wants it', async () => {
    const { job } = simulation;
    const folder = { 'execution.checkpointing.savepoint-dir': 'file:/own' };
    await job.create({ ...program, upgradeMode: 'savepoint' }, { ...onDeletion, ...folder });
    await job.settle();
    await job.remove();
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'stop to file:/own']);
  });

  it('does not lose a job whose savepoint cannot be taken; without the option it goes', async () => {
    const { job } = simulation;
    await job.create({ ...program, upgradeMode: 'savepoint' }, onDeletion);
    await job.settle();
    job.flink.failSavepoints = true;
    await job.remove();
    for (let step = 0; step < 8; step += 1) {
      await job.step();
      job.flink.tick();
    }
    expect(job.flink.calls).toEqual(['run runs', 'stop']);
    expect(await job.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'DELETING', error: undefined });
    await job.change({}, { [savepointOnDeletion]: 'false' });
    await job.settle();
    expect(job.flink.calls.at(-1)).toBe('cancel');
    expect(await job.resource()).toBeUndefined();
  });

  it('takes a savepoint when its cluster asks for it', async () => {
    const { job } = simulation;
    const { flinkConfiguration } = job.clusterSpec;
    job.clusterSpec = { ...job.clusterSpec, flinkConfiguration: { ...flinkConfiguration, ...onDeletion } };
    await deploy('savepoint');
    await job.remove();
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'stop']);
  });

  it('waits until a savepoint can be taken of what does not run; without the option it goes', async () => {
    const { job } = simulation;
    await job.create({ ...program, upgradeMode: 'savepoint' }, onDeletion);
    await job.settle();
    for (const running of job.flink.jobs.values()) running.state = 'RESTARTING';
    await job.settle();
    await job.remove();
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs']);
    expect(await job.resource()).toBeDefined();
    for (const running of job.flink.jobs.values()) running.state = 'RUNNING';
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'stop']);
    expect(await job.resource()).toBeUndefined();
  });

  it('does not wait for a savepoint of what never ran', async () => {
    const { job } = simulation;
    await job.create({ ...program, upgradeMode: 'savepoint' }, onDeletion);
    while (job.flink.jobs.size === 0) await job.step();
    for (const running of job.flink.jobs.values()) running.state = 'RESTARTING';
    await job.settle();
    await job.remove();
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'cancel']);
    expect(await job.resource()).toBeUndefined();
  });

  it('waits for a cluster that is coming back', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.remove();
    job.cluster = 'starting';
    await job.settle();
    expect(await job.resource()).toBeDefined();
    job.cluster = 'ready';
    await job.settle();
    expect(await job.resource()).toBeUndefined();
  });

  it('does not wait for a cluster that is gone, not even for its savepoint', async () => {
    const { job } = simulation;
    await job.create({ ...program, upgradeMode: 'savepoint' }, onDeletion);
    await job.settle();
    await job.remove();
    await job.step();
    job.cluster = 'absent';
    await job.settle();
    expect(await job.resource()).toBeUndefined();
  });
});
