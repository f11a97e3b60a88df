import { beforeEach, describe, expect, it } from 'vitest';
import { useApplicationSimulation } from './testing/use-simulation.ts';

/** What operator 1.15.0 was recorded doing with application clusters that have Kubernetes high availability. */

const simulation = useApplicationSimulation();
const { deploy } = simulation;

const starts = [
  'EVENT JobStatusChanged: RECONCILING -> CREATED',
  'EVENT JobStatusChanged: CREATED -> RUNNING',
];
const submitted = 'EVENT Submit: Starting deployment';

describe('an application cluster with high availability', () => {
  beforeEach(() => {
    simulation.app.highlyAvailable = true;
  });

  it('changed with last-state: no call, the same job id, its newest checkpoint', async () => {
    const { app } = simulation;
    await deploy('last-state');
    const before = (await app.resource())?.status?.jobStatus?.jobId;
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(app.newLog()).toEqual([
      'EVENT SpecChanged: UPGRADE job.args.1 : null -> 2, job.upgradeMode : stateless -> last-state',
      'EVENT Suspended: Suspending existing deployment.',
      submitted,
      'START runs 2 from file:/cp/ID/chk-1',
      ...starts,
    ]);
    expect(await app.standing()).toMatchObject({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      observedGeneration: 2,
      recorded: 'running last-state runs 2',
      savepoint: 'KUBERNETES_OPERATOR_LAST_STATE',
    });
    expect((await app.resource())?.status?.jobStatus?.jobId).toBe(before);
  });

  it('suspended with last-state reaches SUSPENDED without a JobManager and keeps what leads to its state', async () => {
    const { app } = simulation;
    await deploy('last-state');
    await app.change({ state: 'suspended' });
    await app.settle();
    expect(await app.standing()).toMatchObject({
      state: 'FINISHED',
      lifecycle: 'SUSPENDED',
      observedGeneration: 2,
      jobManagerDeploymentStatus: 'MISSING',
      recorded: 'suspended last-state runs',
    });
    expect(await app.pods()).toEqual([]);
    expect(await app.configMaps()).toEqual(['app-ID-config-map', 'app-cluster-config-map']);
    await app.change({ state: 'running' });
    await app.settle();
    expect(app.newLog()).toContain('START runs from file:/cp/ID/chk-1');
    expect(await app.standing()).toMatchObject({ lifecycle: 'STABLE', observedGeneration: 3 });
  });

  it('resumed as stateless starts empty', async () => {
    const { app } = simulation;
    await deploy('last-state');
    await app.change({ state: 'suspended' });
    await app.settle();
    await app.change({ state: 'running', upgradeMode: 'stateless' });
    await app.settle();
    expect(app.newLog()).toContain('START runs');
  });

  it('changed with savepoint: as without, and what high availability kept goes', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(app.flink.calls).toEqual(['stop']);
    expect(app.newLog()).toContain('START runs 2 from file:/sp/savepoint-1');
    // Those of the job that now runs.
    expect(await app.configMaps()).toEqual(['app-ID-config-map', 'app-cluster-config-map']);
  });

  it('changed with savepoint while its JobManager does not answer: goes on from its last checkpoint', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    app.flink.down = true;
    await app.change({ args: ['runs', '2'] });
    await app.settle();
    expect(app.flink.calls).toEqual([]);
    expect(app.newLog()).toContain('START runs 2 from file:/cp/ID/chk-1');
    expect(await app.standing()).toMatchObject({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      observedGeneration: 2,
    });
  });

  it('comes back by itself when its JobManager is lost, under the same job id', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    const before = (await app.resource())?.status?.jobStatus?.jobId;
    app.loseJobManager();
    await app.settle();
    expect(app.newLog()[0]).toBe('START runs from file:/cp/ID/chk-1');
    expect((await app.resource())?.status?.jobStatus?.jobId).toBe(before);
    expect(await app.standing()).toMatchObject({
      state: 'RUNNING',
      lifecycle: 'STABLE',
      observedGeneration: 1,
    });
  });

  it('deleted takes with it what high availability kept', async () => {
    const { app } = simulation;
    await deploy('savepoint');
    await app.remove();
    await app.settle();
    expect(await app.resource()).toBeUndefined();
    expect(await app.configMaps()).toEqual([]);
  });
});
