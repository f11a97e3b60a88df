import { describe, expect, it } from 'vitest';
import { maxAttempts } from '../flink-job/changes.ts';
import { program, useSimulation } from './testing/use-simulation.ts';

/** What goes wrong: as recorded from operator 1.15.0 with Flink 2.2.0. */

const simulation = useSimulation();
const { deploy } = simulation;
const boom = 'IllegalStateException: boom in main()';
const submitted = 'EVENT Submit: Starting deployment';

describe('a refused spec', () => {
  it('of a new job fails it, without a generation', async () => {
    const { job } = simulation;
    // The schema refuses it first where it is installed; operators meet it where it is not.
    await job.create({ ...program, upgradeMode: 'savepoint' });
    job.pretend({ parallelism: 0 });
    await job.settle();
    expect(job.newLog()).toEqual(['EVENT! ValidationError: Job parallelism must be larger than 0']);
    expect(await job.standing()).toEqual({
      state: undefined,
      lifecycle: 'FAILED',
      reconciliation: 'UPGRADING',
      observedGeneration: undefined,
      recorded: undefined,
      savepoint: undefined,
      error: 'ValidationException: Job parallelism must be larger than 0',
    });
  });

  it('of a new job is not looked at before its cluster is there', async () => {
    const { job } = simulation;
    job.cluster = 'absent';
    await job.create({ ...program, jarURI: 'ftp://repo/job.jar' });
    await job.settle();
    expect((await job.resource())?.status).toBeUndefined();
    job.cluster = 'starting';
    await job.settle();
    expect(await job.standing()).toMatchObject({
      lifecycle: 'FAILED',
      observedGeneration: undefined,
      error: expect.stringContaining("jarURI scheme 'ftp' is not in the allowlist") as string,
    });
  });

  it('for what its cluster does not configure is carried out once that does', async () => {
    const { job } = simulation;
    job.clusterSpec = { flinkVersion: 'v2_2' };
    await job.create({ ...program, upgradeMode: 'last-state' });
    await job.settle();
    expect((await job.standing()).error).toContain('Checkpoint directory[execution.checkpointing.dir]');
    job.clusterSpec = { flinkConfiguration: { 'state.checkpoints.dir': 'file:/cp' } };
    await job.settle();
    expect(await job.standing()).toMatchObject({ state: 'RUNNING', observedGeneration: 1, error: undefined });
  });

  it('of a running job leaves it alone, and the error outlives the remedy', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    const before = await job.standing();
    const error = "ValidationException: The deploymentName can't be changed";
    await job.patch({ deploymentName: 'elsewhere' });
    await job.settle();
    expect(new Set(job.newLog())).toEqual(
      new Set([`EVENT! ValidationError: The deploymentName can't be changed`]),
    );
    expect(await job.standing()).toEqual({ ...before, error });
    await job.patch({ deploymentName: 'session' });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs']);
    expect(await job.standing()).toEqual({ ...before, observedGeneration: 3, error });
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 4,
      error: undefined,
    });
  });

  it('does not hide what becomes of the job', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.patch({ deploymentName: 'elsewhere' });
    for (const running of job.flink.jobs.values()) running.state = 'FAILED';
    await job.settle();
    expect(await job.standing()).toMatchObject({ state: 'FAILED', observedGeneration: 1 });
  });
});

describe('a program that cannot be submitted', () => {
  it('is tried again and again under one id, and then no more', async () => {
    const { job } = simulation;
    await job.create({ ...program, args: ['throws'] });
    await job.settle();
    const log = job.newLog();
    expect(log.slice(0, 3)).toEqual([submitted, 'REST run throws', `EVENT! Error: ${boom}`]);
    expect(log.filter((line) => line === 'REST run throws')).toHaveLength(maxAttempts);
    expect(await job.standing()).toMatchObject({
      state: 'RECONCILING',
      lifecycle: 'UPGRADING',
      reconciliation: 'UPGRADING',
      observedGeneration: 1,
      error: `ReconciliationException: ${boom}`,
    });
  });

  it('is tried again once its cluster is another', async () => {
    const { job } = simulation;
    await job.create({ ...program, args: ['throws'] });
    await job.settle();
    job.newLog();
    job.clusterGeneration += 1;
    await job.settle();
    expect(job.newLog().slice(0, 2)).toEqual([submitted, 'REST run throws']);
  });

  it('because its jar is not there is tried again and again, too', async () => {
    const { job } = simulation;
    await job.create({ ...program, jarURI: 'file:///nowhere/job.jar' });
    await job.settle();
    const errors = job.newLog().filter((line) => line.startsWith('EVENT! Error: there is no file'));
    expect(errors).toHaveLength(maxAttempts);
    expect(await job.standing()).toMatchObject({ lifecycle: 'UPGRADING', observedGeneration: 1 });
  });

  it('waits between attempts, however often its status is written', async () => {
    const { job } = simulation;
    await job.create({ ...program, args: ['throws'] });
    for (let step = 0; step < 20; step += 1) await job.step();
    expect(job.flink.calls).toEqual(['run throws']);
  });

  it('runs without an error once it is put right', async () => {
    const { job } = simulation;
    await job.create({ ...program, args: ['throws'] });
    await job.settle();
    await job.change({ args: ['runs'] });
    await job.settle();
    expect(job.flink.calls.at(-1)).toBe('run runs');
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 2,
      error: undefined,
    });
  });

  it('keeps its error while the half of it that was submitted runs', async () => {
    const { job } = simulation;
    await job.create({ ...program, args: ['runs-and-throws'] });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs-and-throws']);
    expect(await job.standing()).toMatchObject({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      reconciliation: 'DEPLOYED',
      error: expect.stringContaining('more than one execute()') as string,
    });
  });

  it('has a class that is nowhere', async () => {
    const { job } = simulation;
    await job.create({ ...program, entryClass: 't.Nope' });
    await job.settle();
    expect(await job.standing()).toMatchObject({
      error: expect.stringContaining("entry point class 't.Nope' was not found") as string,
    });
  });

  it('after an upgrade starts from the savepoint once the old one is put back', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['throws'] });
    await job.settle();
    expect(await job.standing()).toMatchObject({ lifecycle: 'UPGRADING', savepoint: 'file:/sp/savepoint-1' });
    await job.change({ args: ['runs'] });
    await job.settle();
    expect(job.flink.calls.at(-1)).toBe('run runs from file:/sp/savepoint-1');
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 3,
      error: undefined,
    });
  });

  it('because it does not fit its state has failed for good, until the old one is put back', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['fails-to-start'] });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'stop', 'run fails-to-start from file:/sp/savepoint-1']);
    expect(await job.standing()).toMatchObject({
      state: 'FAILED',
      lifecycle: 'FAILED',
      reconciliation: 'DEPLOYED',
      observedGeneration: 2,
    });
    await job.change({ args: ['runs'] });
    await job.settle();
    expect(job.flink.calls.slice(3)).toEqual(['run runs from file:/sp/savepoint-1']);
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 3,
      error: undefined,
    });
  });
});

describe('a savepoint that cannot be taken', () => {
  it('leaves the old job running, and is tried only so often', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    job.flink.failSavepoints = true;
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.flink.calls.filter((call) => call === 'stop')).toHaveLength(maxAttempts);
    expect(job.newLog()).toContain('EVENT! Error: The savepoint failed: IOException: no space left');
    expect(await job.standing()).toMatchObject({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      reconciliation: 'DEPLOYED',
      observedGeneration: 1,
      error: 'UpgradeFailureException: The savepoint failed: IOException: no space left',
    });
  });

  it('is not needed any more when the change is taken back', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    job.flink.failSavepoints = true;
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    await job.change({ args: ['runs'] });
    await job.settle();
    expect(await job.standing()).toMatchObject({ state: 'RUNNING', observedGeneration: 3, error: undefined });
  });

  it('is not needed any more with last-state', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    job.flink.failSavepoints = true;
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    await job.change({ upgradeMode: 'last-state' });
    await job.settle();
    expect(job.flink.calls.at(-1)).toMatch(/^run runs 2 from file:\/cp\/\w+\/chk-1$/);
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 3,
      error: undefined,
    });
  });
});

describe('a job that there are no slots for', () => {
  it('waits CREATED, as upstream, and says why until there are', async () => {
    const { job } = simulation;
    job.shortage = 'There is no room for a TaskManager.';
    await job.create(program);
    for (let step = 0; step < 8; step += 1) await job.step();
    expect(job.newLog()).toContain('EVENT! Error: There is no room for a TaskManager.');
    expect(await job.standing()).toMatchObject({
      state: 'CREATED',
      lifecycle: 'DEPLOYED',
      observedGeneration: 1,
      error: 'DeploymentFailedException: There is no room for a TaskManager.',
    });
    job.shortage = undefined;
    await job.settle();
    expect(await job.standing()).toMatchObject({ state: 'RUNNING', lifecycle: 'STABLE', error: undefined });
  });
});
