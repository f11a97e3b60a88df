import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually, platformCommands } from '../e2e/commands.ts';
import { createSqlProject, declareModule, type SqlProject } from '../e2e/sql-project.ts';
import {
  type CountingJob,
  declareApplication,
  declareCountingTopics,
  declarePlainCluster,
  declareSessionJob,
  withoutCheckpoints,
} from './counting-jobs.ts';
import { flinkRest } from './flink-rest.ts';
import {
  describeChanges,
  endScene,
  liveJobs,
  type Scene,
  sendMore,
  untilCheckpointed,
  untilCounted,
} from './verdict-scenes.ts';

/** What a plan says of jobs that fail, have ended or were lost, and what then becomes of them. */

const platform = platformCommands(inject('dataFolder'));
let project: SqlProject;
const scene: Scene = {
  platform,
  name: 'trouble-verdicts',
  project: () => project,
  declared: new Map(),
  sent: 0,
};
/** Of a job that reads files, and of savepoints that cannot be written. */
let folder: string;

const cluster = declareModule(
  'flink/session-cluster',
  'session',
  `  name                = "trouble-verdicts"
  task_slots          = 12
  flink_configuration = { "taskmanager.memory.managed.size" = "128m" }`,
);

/** Counts what the tests send to be counted. */
const good = 'n < 1000';
/** Fails at 1000. */
const trapped = '10 / (n - 1000) < 100 AND n < 1000';
const onDeletion = { 'kubernetes.operator.job.savepoint-on-deletion': 'true' };
/** A job that has failed stands still for so long. */
const restartsAfter = (delay: string) => ({
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '1000',
  'restart-strategy.fixed-delay.delay': delay,
});

const bounded: CountingJob = {
  where: good,
  options: {
    'scan.bounded.mode': 'specific-offsets',
    'scan.bounded.specific-offsets': 'partition:0,offset:60',
  },
};
const noRetention: CountingJob = {
  mode: 'last-state',
  where: good,
  configuration: { 'execution.checkpointing.externalized-checkpoint-retention': 'DELETE_ON_CANCELLATION' },
};
const poisoned: CountingJob = { where: trapped, configuration: restartsAfter('10 min') };
const young: CountingJob = {
  where: trapped,
  configuration: { ...withoutCheckpoints, ...restartsAfter('10 min') },
  wait: false,
};
const cancelled: CountingJob = { where: good };
const hanging = (): CountingJob => ({
  where: good,
  configuration: { ...onDeletion, 'execution.checkpointing.savepoint-dir': `file://${folder}/file/x` },
  more: '  delete_timeout = "15s"\n',
});
const files = (): CountingJob => ({
  options: {
    connector: 'filesystem',
    path: `file://${folder}/numbers`,
    'source.monitor-interval': '1 s',
    topic: '',
    'properties.bootstrap.servers': '',
    'scan.startup.mode': '',
  },
  configuration: { ...withoutCheckpoints, ...restartsAfter('30 s') },
  wait: false,
});
const lost: CountingJob = { cluster: '"plain"', where: good };
const stateless: CountingJob = { cluster: '"plain"', where: good, mode: 'stateless' };
const application: CountingJob = { where: good };

const plain = (refresh = 3000, more = '') =>
  declarePlainCluster('plain', { 'web.refresh-interval': String(refresh) }, more);

const session = (name: string, job: CountingJob) => ({
  object: `FlinkSessionJob/${name}`,
  to: () => declareSessionJob(name, job),
});
/** With the guard, and without it. */
const guarded = (name: string, job: CountingJob) => ({
  object: `FlinkSessionJob/${name}`,
  to: (allowed: boolean) => declareSessionJob(name, { ...job, allowStateLoss: allowed }),
  guarded: true as const,
});
const app = (job: CountingJob) => ({
  object: 'FlinkDeployment/app',
  to: () => declareApplication('app', job),
});

const stateOf = async (name: string) => (await liveJobs(scene)).get(name)?.status.jobStatus?.state;
const untilState = (name: string, state: string) =>
  eventually(
    () => stateOf(name),
    (now) => now === state,
    90_000,
  );

/** Cancels a job behind the operator, and waits until it runs again. */
async function cancel(cluster: string, name: string): Promise<void> {
  const rest = await flinkRest(platform, cluster);
  const id = (await liveJobs(scene)).get(name)?.status.jobStatus?.jobId;
  const answer = await fetch(`${rest}/jobs/${id}?mode=cancel`, { method: 'PATCH' });
  expect(answer.status).toBe(202);
  await eventually(
    async () => (await liveJobs(scene)).get(name)?.status.jobStatus,
    (now) => now?.jobId !== id && now?.state === 'RUNNING',
  );
}

let savepoint: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-trouble-verdicts-'));
  await writeFile(join(folder, 'file'), '');
  project = await createSqlProject(platform, scene.name, {});
  scene.declared.set('topics', declareCountingTopics().join(''));
  scene.declared.set('FlinkDeployment/trouble-verdicts', cluster);
  scene.declared.set('FlinkDeployment/plain', plain());
  const jobs = {
    poisoned,
    young,
    'no-retention': noRetention,
    bounded,
    cancelled,
    hanging: hanging(),
    lost,
    'lost-too': lost,
    stateless,
  };
  for (const [name, job] of Object.entries(jobs)) {
    scene.declared.set(`FlinkSessionJob/${name}`, declareSessionJob(name, job));
  }
  scene.declared.set('FlinkDeployment/app', declareApplication('app', application));
  await project.applied(...scene.declared.values());
  const names = [...Object.keys(jobs), 'app'];
  await sendMore(scene);
  await untilCounted(scene, names);
  await untilCheckpointed();
  savepoint = (await platform.sdp(['savepoint', 'lost'])).match(/file:\S*savepoint-\S+/)?.[0] ?? '';
  await sendMore(scene);
  await untilCounted(scene, names);
  await untilState('bounded', 'FINISHED');
}, 300_000);

afterAll(async () => {
  // A job that could not be deleted otherwise can be then.
  await rm(join(folder, 'file'), { recursive: true, force: true });
  if (project !== undefined) await endScene(scene);
  await rm(folder, { recursive: true, force: true });
});

const goesOn = { job: 'other', falls: [] } as const;
const startsAnew = { job: 'other', falls: [1] } as const;

describe('a job that was cancelled behind the operator', () => {
  it('starts anew by itself when it never was changed, whatever its upgrade_mode', async () => {
    await cancel('trouble-verdicts', 'cancelled');
    const histories = await untilCounted(scene, ['cancelled']);
    expect(histories.cancelled?.filter((count) => count === 1)).toHaveLength(2);
  });
});

describe('jobs that fail', () => {
  beforeAll(async () => {
    await untilCheckpointed();
    await project.sendNumbers(`${scene.name}-numbers`, 1000, 1001);
    await untilState('poisoned', 'RESTARTING');
    await untilState('young', 'RESTARTING');
  });

  describeChanges(
    'and jobs that have ended, changed',
    scene,
    [
      {
        ...session('poisoned', { ...poisoned, where: good }),
        title: 'a savepoint job that fails goes on from its last checkpoint',
        verdict: 'restart-from-checkpoint',
        says: /is RESTARTING, and no savepoint can be taken of it: it is cancelled and starts from its last checkpoint/,
        ends: { poisoned: goesOn },
      },
      {
        ...guarded('young', { ...young, where: good }),
        title: 'one that fails before its first checkpoint starts anew',
        verdict: 'state-lost',
        says: /it has no checkpoint yet/,
        ends: { young: startsAnew },
      },
      {
        ...guarded('no-retention', { ...noRetention, version: 2 }),
        title: 'a last-state job whose checkpoints Flink deletes FAILS',
        verdict: 'state-lost',
        says: /DELETE_ON_CANCELLATION, so that Flink deletes its checkpoints when it is cancelled, and it FAILS/,
        ends: { 'no-retention': { job: 'other', falls: [], stops: true, state: 'FAILED' } },
      },
      {
        ...session('bounded', { ...bounded, version: 2 }),
        title: 'a job that has FINISHED FAILS, for its last checkpoint is gone with it',
        verdict: 'refused',
        says: /it has FINISHED, and Flink has deleted its last checkpoint/,
        ends: { bounded: { job: 'other', falls: [], stops: true, state: 'FAILED' } },
      },
      {
        ...session('cancelled', { ...cancelled, version: 2 }),
        title: 'one that was cancelled and runs again stops with a savepoint as any other',
        verdict: 'restart-from-savepoint',
        ends: { cancelled: startsAnew },
      },
      {
        ...app({ ...application, mode: 'last-state', version: 2 }),
        title: 'a last-state job with a cluster of its own goes on under the same job id',
        verdict: 'restart-from-checkpoint',
        says: /is stopped and starts from its last checkpoint/,
        ends: { app: { job: 'same', falls: [] } },
      },
      {
        object: 'FlinkDeployment/plain',
        to: (allowed) => plain(4000, `  allow_state_loss = ${allowed}\n`),
        guarded: true,
        title: 'a session cluster without high availability loses its jobs when it is changed',
        verdict: 'state-lost',
        says: /jobs lost and lost-too end in "Job Not Found"/,
        warns: /job stateless starts again EMPTY/,
        ends: {
          lost: { job: 'same', falls: [], stops: true, state: 'RECONCILING' },
          'lost-too': { job: 'same', falls: [], stops: true, state: 'RECONCILING' },
          stateless: startsAnew,
        },
      },
    ],
    { fails: [/Cannot find checkpoint|no checkpoint or savepoint at/] },
  );
});

describe('what the operator cannot start by itself', () => {
  it('is not a job that was cancelled after a change: that goes on from its last checkpoint', async () => {
    await untilCheckpointed();
    await cancel('trouble-verdicts', 'cancelled');
    await sendMore(scene);
    const { cancelled: history } = await untilCounted(scene, ['cancelled']);
    expect(history?.filter((count) => count === 1)).toHaveLength(2);
  });

  describeChanges(
    'is changed in vain',
    scene,
    [
      {
        ...session('lost', { ...lost, version: 2, wait: '20s' }),
        title: 'a job that its cluster has lost stays lost',
        verdict: 'refused',
        says: /the cluster has lost job lost \("Job Not Found"\)/,
        ends: { lost: { job: 'same', falls: [], stops: true, state: 'RECONCILING' } },
      },
      {
        ...app({
          ...application,
          mode: 'last-state',
          version: 2,
          job: '    savepoint_redeploy_nonce = 1\n',
          wait: '20s',
        }),
        title: 'a cluster of its own takes no savepoint_redeploy_nonce without a path',
        verdict: 'refused',
        says: /The operator refuses it .*job app goes on as it is/,
        ends: { app: { job: 'same', falls: [] } },
      },
      {
        ...session('no-retention', { ...noRetention, version: 3 }),
        title: 'a job whose checkpoint is gone FAILS again',
        verdict: 'refused',
        says: /what it was to start from is not there .*FAILS again/,
        ends: { 'no-retention': { job: 'other', falls: [], stops: true, state: 'FAILED' } },
      },
    ],
    { fails: [] },
  );

  describeChanges('has a way out', scene, [
    {
      object: 'FlinkSessionJob/lost',
      to: () =>
        declareSessionJob('lost', {
          ...lost,
          version: 2,
          job: `    savepoint_redeploy_nonce = 1\n    initial_savepoint_path = "${savepoint}"\n`,
        }),
      title: 'a lost job does again what it did since its savepoint',
      verdict: 'reprocessed',
      ends: { lost: { job: 'other', falls: [11] } },
    },
    {
      ...session('lost-too', { ...lost, mode: 'stateless' }),
      title: 'a lost job without a savepoint starts anew as a stateless one',
      verdict: 'restart',
      says: /was lost by its cluster, and starts again empty/,
      ends: { 'lost-too': startsAnew },
    },
    {
      ...session('no-retention', { ...noRetention, mode: 'stateless', version: 4 }),
      title: 'a job whose checkpoint is gone starts anew as a stateless one',
      verdict: 'state-lost',
      says: /upgrade_mode is stateless/,
      ends: { 'no-retention': startsAnew },
    },
    {
      ...session('bounded', { ...bounded, mode: 'stateless', version: 2, more: '  restart_nonce = 1\n' }),
      title: 'a job that FAILED after it had FINISHED runs again from the start as a stateless one',
      verdict: 'state-lost',
      ends: { bounded: { ...startsAnew, stops: true, state: 'FINISHED' } },
    },
    {
      ...app({ ...application, version: 2, job: '    state = "suspended"\n' }),
      title: 'a job with a cluster of its own is suspended with a savepoint',
      verdict: 'stop',
      says: /stops with a savepoint/,
      ends: { app: { job: 'same', falls: [], stops: true, state: 'FINISHED' } },
    },
  ]);

  describeChanges('goes on', scene, [
    {
      ...app({ ...application, version: 2 }),
      title: 'a suspended job with a cluster of its own starts from its savepoint',
      verdict: 'restart-from-savepoint',
      says: /is resumed and starts from savepoint/,
      ends: { app: goesOn },
    },
  ]);
});

describe('a plan that was kept', () => {
  const changed = () => {
    scene.declared.set('FlinkSessionJob/files', declareSessionJob('files', { ...files(), version: 2 }));
    return scene.declared.values();
  };
  const generation = async () => (await liveJobs(scene)).get('files')?.metadata.generation;

  it('is not applied once it would do worse; when all is well again a new one is', async () => {
    const numbers = Array.from({ length: 30 }, (_, n) => JSON.stringify({ n }));
    const file = (name: string) => join(folder, 'numbers', name);
    await mkdir(join(folder, 'numbers'));
    await writeFile(file('good.json'), numbers.join('\n'));
    scene.declared.set('FlinkSessionJob/files', declareSessionJob('files', files()));
    await project.applied(...scene.declared.values());
    await untilCounted(scene, ['files'], 10);
    await untilState('files', 'RUNNING');
    const { rows } = await project.verdicts(...changed());
    expect(rows['FlinkSessionJob/files']?.verdict).toBe('restart-from-savepoint');

    await writeFile(file('bad.json'), '{"n":\n');
    await untilState('files', 'RESTARTING');
    const refused = await project.applyPlan();
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/planned restart-from-savepoint, now state-lost.*Nothing was written/);
    expect(await generation()).toBe(1);

    await writeFile(file('bad.json'), '{"n":1}\n');
    await untilState('files', 'RUNNING');
    // Terraform itself takes a plan only once, though nothing came of it.
    const again = await project.verdicts(...changed());
    expect(again.rows['FlinkSessionJob/files']?.verdict).toBe('restart-from-savepoint');
    const applied = await project.applyPlan();
    expect(applied.code, applied.output).toBe(0);
    expect(await generation()).toBe(2);
    await untilState('files', 'RUNNING');
  });
});

describe('a session cluster', () => {
  it('takes no job of its own, and goes on as it is', async () => {
    const texts = new Map(scene.declared);
    const job =
      '  job = {\n    parallelism = 1\n    jar_uri     = "local:///opt/flink/usrlib/job.jar"\n  }\n';
    texts.set('FlinkDeployment/plain', plain(4000, job));
    const before = (await liveJobs(scene)).get('stateless')?.status.jobStatus;
    const { rows } = await project.verdicts(...texts.values());
    expect(rows['FlinkDeployment/plain']).toMatchObject({
      verdict: 'refused',
      reason: expect.stringMatching(/Cannot switch from session to job cluster.*goes on as it is/) as string,
    });
    const { code, output } = await project.applyPlan();
    expect(code).toBe(1);
    expect(output).toContain('Cannot switch from session to job cluster');
    expect((await liveJobs(scene)).get('stateless')?.status.jobStatus).toMatchObject({
      jobId: before?.jobId,
      state: 'RUNNING',
    });
    await project.apply(...scene.declared.values());
  });
});

describe('a deletion', () => {
  it('waits while its savepoint cannot be taken, says so, and goes on once it can', async () => {
    scene.declared.delete('FlinkSessionJob/hanging');
    const { code, output } = await project.apply(...scene.declared.values());
    expect(code).toBe(1);
    expect(output).toMatch(/FlinkSessionJob \S*hanging is not gone yet \(waited 15 s\)/);
    expect(await stateOf('hanging')).toBe('RUNNING');
    await rm(join(folder, 'file'));
    await project.applied(...scene.declared.values());
    expect(await stateOf('hanging')).toBeUndefined();
    expect(existsSync(join(folder, 'file', 'x'))).toBe(true);
  });

  it('of a session cluster waits for the jobs on it', async () => {
    scene.declared.set('FlinkDeployment/plain', plain(4000, '  delete_timeout = "10s"\n'));
    await project.applied(...scene.declared.values());
    scene.declared.delete('FlinkDeployment/plain');
    const { code, output } = await project.apply(...scene.declared.values());
    expect(code).toBe(1);
    expect(output).toMatch(/FlinkDeployment \S*plain is not gone yet \(waited 10 s\)/);
    expect(await stateOf('lost')).toBe('RUNNING');
  });
});
