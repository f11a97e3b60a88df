import { describe, expect, it } from 'vitest';
import { savepointOnDeletion } from '../flink-job/changes.ts';
import { program, useSimulation } from './testing/use-simulation.ts';

/** Scenarios recorded from operator 1.15.0 with Flink 2.2.0: events and calls in order, end status, fate of the state. */

const simulation = useSimulation();
const { deploy } = simulation;
const submitted = ['EVENT Submit: Starting deployment'];
const starts = [
  'EVENT JobStatusChanged: RECONCILING -> CREATED',
  'EVENT JobStatusChanged: CREATED -> RUNNING',
];

describe('a new job', () => {
  it('is submitted once and runs', async () => {
    const { job } = simulation;
    await job.create({ ...program, upgradeMode: 'savepoint' });
    await job.settle();
    expect(job.newLog()).toEqual([...submitted, 'REST run runs', ...starts]);
    expect(await job.standing()).toEqual({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      reconciliation: 'DEPLOYED',
      observedGeneration: 1,
      recorded: 'running stateless first runs',
      savepoint: undefined,
      error: undefined,
    });
    const { status, metadata } = (await job.resource()) ?? {};
    expect(metadata?.finalizers).toEqual(['flinksessionjobs.flink.apache.org/finalizer']);
    expect(status?.jobStatus?.jobName).toBe('j1');
    expect(status?.reconciliationStatus?.lastStableSpec).toBe(
      status?.reconciliationStatus?.lastReconciledSpec,
    );
  });

  it('starts from its initial savepoint', async () => {
    const { job } = simulation;
    job.flink.files.add('file:/sp/earlier');
    await job.create({ ...program, upgradeMode: 'savepoint', initialSavepointPath: 'file:/sp/earlier' });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs from file:/sp/earlier']);
    expect(await job.standing()).toMatchObject({
      recorded: 'running savepoint first runs',
      savepoint: 'file:/sp/earlier',
    });
  });

  it('without a state runs, as one that is to run does', async () => {
    const { job } = simulation;
    const { state, ...unsaid } = program;
    await job.create({ ...unsaid, upgradeMode: 'savepoint' });
    await job.settle();
    await job.patch({ flinkConfiguration: { [savepointOnDeletion]: 'true' } });
    await job.settle();
    await job.change({ state });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs']);
    expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
  });

  it('is stable when it finishes before it is looked at', async () => {
    const { job } = simulation;
    await job.create({ ...program, args: ['finishes'] });
    await job.step();
    await job.step();
    await job.step();
    await job.step();
    job.flink.tick();
    job.flink.tick();
    await job.settle();
    expect(job.flink.calls).toEqual(['run finishes']);
    expect(await job.standing()).toMatchObject({ state: 'FINISHED', lifecycle: 'STABLE' });
  });
});

describe('a change of arguments', () => {
  const changed = 'EVENT SpecChanged: UPGRADE job.args.1 : null -> 2';

  it('with savepoint: stops with one and starts from it', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.newLog()).toEqual([
      `${changed}, job.upgradeMode : stateless -> savepoint`,
      'EVENT Suspended: Suspending existing deployment.',
      'REST stop',
      ...submitted,
      'REST run runs 2 from file:/sp/savepoint-1',
      ...starts,
    ]);
    expect(await job.standing()).toEqual({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      reconciliation: 'DEPLOYED',
      observedGeneration: 2,
      recorded: 'running savepoint runs 2',
      savepoint: 'file:/sp/savepoint-1',
      error: undefined,
    });
  });

  it('with savepoint: leaves a snapshot that outlives the job and keeps the files', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    const [snapshot, ...others] = await job.snapshots();
    expect(others).toEqual([]);
    expect(snapshot).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^j1-savepoint-upgrade-\d+$/) as string,
        labels: { 'snapshot.trigger-type': 'UPGRADE' },
      },
      spec: {
        backoffLimit: 0,
        jobReference: { kind: 'FlinkSessionJob', name: 'j1' },
        savepoint: {
          alreadyExists: true,
          disposeOnDelete: false,
          formatType: 'CANONICAL',
          path: 'file:/sp/savepoint-1',
        },
      },
    });
    expect(snapshot?.metadata['ownerReferences']).toBeUndefined();
  });

  it('with last-state: cancels and starts from the retained checkpoint', async () => {
    const { job } = simulation;
    await deploy('last-state');
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.newLog()).toEqual([
      // Later changes compare with savepoint: last-state is never recorded.
      `${changed}, job.upgradeMode : stateless -> last-state`,
      'EVENT Suspended: Suspending existing deployment.',
      'REST cancel',
      'EVENT JobStatusChanged: CANCELLING -> CANCELED',
      ...submitted,
      'REST run runs 2 from file:/cp/ID/chk-1',
      ...starts,
    ]);
    expect(await job.standing()).toMatchObject({
      lifecycle: 'STABLE',
      observedGeneration: 2,
      recorded: 'running savepoint runs 2',
    });
  });

  it('with stateless: cancels and starts empty, though the checkpoint is noted', async () => {
    const { job } = simulation;
    await deploy('stateless');
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.flink.calls).toEqual(['run runs', 'cancel', 'run runs 2']);
    expect(await job.standing()).toMatchObject({
      state: 'RUNNING',
      observedGeneration: 2,
      recorded: 'running stateless runs 2',
      savepoint: 'file:/cp/ID/chk-1',
    });
  });

  it('with savepoint while the job does not run: cancels and starts from the checkpoint', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    job.flink.restart({ highlyAvailable: true });
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.newLog()).toContain('REST cancel');
    expect(job.flink.calls.at(-1)).toMatch(/^run runs 2 from file:\/cp\/\w+\/chk-1$/);
  });

  it('while an earlier one is being submitted is carried out after it', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await job.change({ args: ['runs', '2'] });
    job.flink.onCall = (call, when) => {
      if (call.startsWith('run') && when === 'after') throw new Error('the operator is away');
    };
    await expect(job.settle()).rejects.toThrow('away');
    job.flink.onCall = undefined;
    await job.change({ args: ['runs', '3'] });
    await job.change({ args: ['runs', '4'] });
    await job.settle();
    expect(job.flink.calls).toEqual([
      'run runs',
      'stop',
      'run runs 2 from file:/sp/savepoint-1',
      // Not RUNNING yet: it has no newer state than what it started from.
      'cancel',
      'run runs 4 from file:/sp/savepoint-1',
    ]);
    expect(await job.standing()).toMatchObject({
      observedGeneration: 4,
      recorded: 'running savepoint runs 4',
    });
  });
});

describe('a change of upgradeMode alone', () => {
  it.each([
    ['upgradeMode', { job: { upgradeMode: 'savepoint' } }],
    ['initialSavepointPath', { job: { initialSavepointPath: 'file:/sp/other' } }],
    ['allowNonRestoredState', { job: { allowNonRestoredState: true } }],
    ["a setting of the operator's", { flinkConfiguration: { [savepointOnDeletion]: 'true' } }],
  ])('moves observedGeneration and nothing else, as does %s', async (_what, spec) => {
    const { job } = simulation;
    await deploy('stateless');
    const before = await job.standing();
    await job.patch(spec);
    await job.settle();
    expect(job.newLog()).toEqual([]);
    expect(await job.standing()).toEqual({ ...before, observedGeneration: 2 });
  });

  it('is what the next change goes by', async () => {
    const { job } = simulation;
    await deploy('stateless');
    await job.change({ upgradeMode: 'savepoint' });
    await job.settle();
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(job.newLog()[0]).toBe(
      'EVENT SpecChanged: UPGRADE job.args.1 : null -> 2, job.upgradeMode : stateless -> savepoint',
    );
    expect(job.flink.calls.at(-1)).toBe('run runs 2 from file:/sp/savepoint-1');
  });
});

describe('suspension', () => {
  const suspend = async () => {
    const { job } = simulation;
    await job.change({ state: 'suspended' });
    await job.settle();
  };
  const resume = async () => {
    const { job } = simulation;
    await job.change({ state: 'running' });
    await job.settle();
  };

  it('with savepoint reaches SUSPENDED and resumes from it', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await suspend();
    expect(job.newLog()).toEqual([
      'EVENT SpecChanged: UPGRADE job.state : running -> suspended, job.upgradeMode : stateless -> savepoint',
      'EVENT Suspended: Suspending existing deployment.',
      'REST stop',
    ]);
    expect(await job.standing()).toEqual({
      state: 'FINISHED',
      lifecycle: 'SUSPENDED',
      reconciliation: 'DEPLOYED',
      observedGeneration: 2,
      recorded: 'suspended savepoint runs',
      savepoint: 'file:/sp/savepoint-1',
      error: undefined,
    });
    expect((await job.resource())?.status?.jobStatus?.jobId).toBeUndefined();
    await resume();
    expect(job.newLog()).toEqual([
      'EVENT SpecChanged: UPGRADE job.state : suspended -> running',
      ...submitted,
      'REST run runs from file:/sp/savepoint-1',
      'EVENT JobStatusChanged: RECONCILING -> CREATED',
      'EVENT JobStatusChanged: CREATED -> RUNNING',
    ]);
    expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
  });

  it.each([
    ['last-state', 'suspended savepoint runs', /^run runs from file:\/cp\/\w+\/chk-1$/],
    ['stateless', 'suspended stateless runs', /^run runs$/],
  ] as const)(
    'with %s stays UPGRADING with the old generation, and resumes',
    async (mode, recorded, call) => {
      const { job } = simulation;
      await deploy(mode);
      await suspend();
      expect(job.flink.calls).toEqual(['run runs', 'cancel']);
      expect(await job.standing()).toEqual({
        state: 'CANCELED',
        lifecycle: 'UPGRADING',
        reconciliation: 'UPGRADING',
        observedGeneration: 1,
        recorded,
        savepoint: 'file:/cp/ID/chk-1',
        error: undefined,
      });
      await resume();
      expect(job.flink.calls.at(-1)).toMatch(call);
      expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
    },
  );

  it('with stateless resumes empty, whatever the mode is by then', async () => {
    const { job } = simulation;
    await deploy('stateless');
    await suspend();
    await job.change({ state: 'running', upgradeMode: 'savepoint' });
    await job.settle();
    expect(job.flink.calls.at(-1)).toBe('run runs');
  });

  it('takes a change that comes meanwhile into the next start', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    await suspend();
    await job.change({ args: ['runs', '2'] });
    await job.settle();
    expect(await job.standing()).toMatchObject({ lifecycle: 'SUSPENDED', observedGeneration: 3 });
    await resume();
    expect(job.flink.calls.at(-1)).toBe('run runs 2 from file:/sp/savepoint-1');
  });
});

describe('an operator that starts again', () => {
  it('changes nothing on a job that runs', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    const before = (await job.resource())?.metadata.resourceVersion;
    job.restartOperator();
    await job.settle();
    expect(job.newLog()).toEqual([]);
    expect((await job.resource())?.metadata.resourceVersion).toBe(before);
  });
});

describe('a job before its cluster', () => {
  it('has no status until the cluster is ready, and starts by itself then', async () => {
    const { job } = simulation;
    job.cluster = 'absent';
    await job.create(program);
    await job.settle();
    expect(job.newLog()).toEqual([
      expect.stringContaining('EVENT! UnsupportedFlinkVersion: Flink version null'),
    ]);
    expect((await job.resource())?.status).toBeUndefined();
    job.cluster = 'starting';
    await job.settle();
    expect((await job.resource())?.status).toBeUndefined();
    job.cluster = 'ready';
    await job.settle();
    expect(job.newLog()).toEqual([...submitted, 'REST run runs', ...starts]);
    expect(await job.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 1 });
  });

  it('says RUNNING as long as the cluster is down', async () => {
    const { job } = simulation;
    await deploy('savepoint');
    const before = await job.standing();
    job.flink.down = true;
    await job.settle();
    expect(job.newLog()).toEqual([]);
    expect(await job.standing()).toEqual(before);
  });
});
