import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { deploymentVerdicts } from '../flink-deployment/verdicts.ts';
import { sessionJobVerdicts } from '../flink-session-job/verdicts.ts';
import type { ServiceRequest } from '../kind.ts';
import { writeReconciledSpec } from '../reconciled-spec.ts';
import type { Look } from '../verdict.ts';

/** What is kept of a live job, and what is asked for it. */

const jobId = 'a'.repeat(32);

function resource(kind: string, spec: object, status?: object, name = 'j1'): KubernetesObject {
  return {
    apiVersion: 'flink.apache.org/v1beta1',
    kind,
    metadata: { name, namespace: 'team', generation: 2 },
    spec,
    ...(status && { status }),
  } as KubernetesObject;
}

function sessionJob(job: object, status?: object, name?: string): KubernetesObject {
  return resource('FlinkSessionJob', { deploymentName: 'flink', job }, status, name);
}

function recorded(job: object, firstDeployment = false, more: object = {}): string {
  return writeReconciledSpec({ spec: { job, ...more }, firstDeployment });
}

function statusOf(state: string, upgradeMode: string, more: object = {}): object {
  const text = recorded({ state: 'running', upgradeMode });
  return {
    observedGeneration: 2,
    lifecycleState: 'STABLE',
    jobManagerDeploymentStatus: 'READY',
    jobStatus: { jobId, state, startTime: '1764000000000', updateTime: '1764000000001' },
    reconciliationStatus: {
      state: 'DEPLOYED',
      lastReconciledSpec: text,
      lastStableSpec: text,
      reconciliationTimestamp: 1764000000002,
    },
    ...more,
  };
}

const cluster = resource(
  'FlinkDeployment',
  { flinkConfiguration: { 'state.savepoints.dir': 's3://sp', 's3.secret-key': 'hidden' } },
  {},
  'flink',
);

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A namespace with these objects, and a JobManager that answers so. */
function namespace(
  objects: readonly KubernetesObject[] | undefined,
  answer?: Answer | ((request: ServiceRequest) => Answer),
) {
  const asked: ServiceRequest[] = [];
  const look = {
    objects: async ({ kind }: { kind: string }) => objects?.filter((object) => object.kind === kind),
    ask: async (request: ServiceRequest) => {
      asked.push(request);
      return typeof answer === 'function' ? answer(request) : answer;
    },
  } as Look;
  return { look, asked };
}

describe('the digest of a session job', () => {
  it('has no times and no secrets, and asks nobody about a job that runs and takes savepoints', async () => {
    const { look, asked } = namespace([cluster]);
    const job = sessionJob({ upgradeMode: 'savepoint' }, statusOf('RUNNING', 'savepoint'));
    expect(await sessionJobVerdicts.digest(job, look)).toEqual({
      job: {
        state: 'RUNNING',
        upgrading: false,
        ran: true,
        recorded: { state: 'running', upgradeMode: 'savepoint', first: false },
      },
      cluster: { application: false, configuration: { 'state.savepoints.dir': 's3://sp' } },
    });
    expect(asked).toEqual([]);
  });

  it('of one that nobody has started is small', async () => {
    const { look } = namespace(undefined);
    expect(await sessionJobVerdicts.digest(sessionJob({}), look)).toEqual({
      job: { upgrading: false, ran: false },
    });
  });

  const latest = (entries: object) => ({ status: 200, body: { latest: entries } });
  it.each([
    [
      'that completed',
      latest({ completed: { id: 3, external_path: 'file:/cp/chk-3' }, savepoint: null }),
      'some',
    ],
    [
      'that it was restored from',
      latest({ completed: null, restored: { id: 3, external_path: 'file:/sp/1' } }),
      'some',
    ],
    [
      'that nobody can address',
      latest({ completed: { external_path: '<checkpoint-not-externally-addressable>' } }),
      'none',
    ],
    ['of none', latest({ completed: null, savepoint: null, restored: null }), 'none'],
    ['of a cluster that does not answer', undefined, 'unknown'],
    ['of a cluster in trouble', { status: 500, body: { errors: [] } }, 'unknown'],
  ])('with last-state has the checkpoint %s', async (_, answer, checkpoint) => {
    const { look, asked } = namespace([cluster], answer);
    const job = sessionJob({ upgradeMode: 'last-state' }, statusOf('RUNNING', 'savepoint'));
    expect(await sessionJobVerdicts.digest(job, look)).toMatchObject({ job: { checkpoint } });
    expect(asked).toEqual([{ service: 'flink-rest:rest', path: `/v1/jobs/${jobId}/checkpoints` }]);
  });

  it.each([
    ['takes none', { status: 200, body: { state: 'RUNNING' } }, 'none'],
    ['comes up', { status: 200, body: { state: 'INITIALIZING' } }, 'unknown'],
    ['its cluster does not have yet', { status: 404, body: { errors: ['Job not found'] } }, 'unknown'],
  ])('takes no answer of a job that %s for more than it says', async (_, job, checkpoint) => {
    const noCheckpoints = { status: 404, body: { errors: ['Checkpointing has not been enabled.'] } };
    const { look, asked } = namespace([cluster], ({ path }) =>
      path.endsWith('/checkpoints') ? noCheckpoints : job,
    );
    const live = sessionJob({ upgradeMode: 'last-state' }, statusOf('RUNNING', 'savepoint'));
    expect(await sessionJobVerdicts.digest(live, look)).toMatchObject({ job: { checkpoint } });
    expect(asked.map(({ path }) => path)).toEqual([`/v1/jobs/${jobId}/checkpoints`, `/v1/jobs/${jobId}`]);
  });

  it.each(['RESTARTING', 'CREATED', 'FAILING', 'RECONCILING', 'CANCELLING'])(
    'with savepoint asks for the checkpoint of one that is %s',
    async (state) => {
      const { look, asked } = namespace([cluster], latest({ completed: null }));
      await sessionJobVerdicts.digest(
        sessionJob({ upgradeMode: 'savepoint' }, statusOf(state, 'savepoint')),
        look,
      );
      expect(asked).toHaveLength(1);
    },
  );

  it.each([
    ['has ended', { upgradeMode: 'last-state' }, statusOf('FINISHED', 'savepoint')],
    [
      'is lost',
      { upgradeMode: 'last-state' },
      statusOf('RECONCILING', 'savepoint', { error: 'Job Not Found' }),
    ],
    ['keeps no state', { upgradeMode: 'stateless' }, statusOf('RESTARTING', 'stateless')],
  ])('asks for no checkpoint of one that %s', async (_, job, status) => {
    const { look, asked } = namespace([cluster]);
    await sessionJobVerdicts.digest(sessionJob(job, status), look);
    expect(asked).toEqual([]);
  });

  it.each([
    ['Job Not Found', 'lost'],
    ['{"type":"a.ValidationException","message":"no"}', undefined],
    [
      '{"type":"a.SerializedThrowable","message":"FileNotFoundException: Cannot find checkpoint or savepoint file/directory"}',
      'gone',
    ],
    [
      '{"type":"a.JobException","message":"There is no checkpoint or savepoint at file:/cp/J1/chk-7"}',
      'gone',
    ],
    ['{"type":"a.ReconciliationException","message":"boom"}', 'other'],
  ])('takes the error %s for %s', async (error, kind) => {
    const { look } = namespace([]);
    const found = await sessionJobVerdicts.digest(
      sessionJob({}, statusOf('FAILED', 'savepoint', { error })),
      look,
    );
    expect(found.job.error).toBe(kind);
  });

  it('knows a refusal that stands from one that was put right', async () => {
    const { look } = namespace([]);
    const error = '{"type":"a.ValidationException","message":"no"}';
    const standing = sessionJob({}, statusOf('RUNNING', 'savepoint', { error, observedGeneration: 1 }));
    expect((await sessionJobVerdicts.digest(standing, look)).job.error).toBe('refused');
  });

  it('remembers nonces that were carried out, and where it starts from', async () => {
    const { look } = namespace([]);
    const status = {
      jobStatus: { state: 'FINISHED', upgradeSavepointPath: 'file:/sp/savepoint-1' },
      reconciliationStatus: {
        state: 'UPGRADING',
        lastReconciledSpec: recorded(
          { state: 'suspended', upgradeMode: 'savepoint', savepointRedeployNonce: 3 },
          true,
          {
            restartNonce: 7,
          },
        ),
      },
    };
    expect((await sessionJobVerdicts.digest(sessionJob({}, status), look)).job).toEqual({
      state: 'FINISHED',
      upgrading: true,
      ran: false,
      startsFrom: 'file:/sp/savepoint-1',
      recorded: {
        state: 'suspended',
        upgradeMode: 'savepoint',
        first: true,
        restartNonce: 7,
        savepointRedeployNonce: 3,
      },
    });
  });
});

describe('the digest of a cluster', () => {
  it('has its session jobs by name, and asks none of them', async () => {
    const suspended = { reconciliationStatus: { lastReconciledSpec: recorded({ state: 'suspended' }) } };
    const { look, asked } = namespace([
      sessionJob({ upgradeMode: 'last-state' }, statusOf('RESTARTING', 'savepoint'), 'd'),
      sessionJob({ upgradeMode: 'savepoint' }, statusOf('FINISHED', 'savepoint'), 'c'),
      sessionJob({}, suspended, 'b'),
      sessionJob({}, undefined, 'a'),
      resource('FlinkSessionJob', { deploymentName: 'other', job: {} }, {}, 'e'),
    ]);
    expect(await deploymentVerdicts.digest(cluster, look)).toEqual({
      jobs: [
        { name: 'a', upgradeMode: 'stateless', state: 'ended' },
        { name: 'b', upgradeMode: 'stateless', state: 'ended' },
        { name: 'c', upgradeMode: 'savepoint', state: 'finished' },
        { name: 'd', upgradeMode: 'last-state', state: 'runs' },
      ],
    });
    expect(asked).toEqual([]);
  });

  it('has no jobs where nobody may look', async () => {
    expect(await deploymentVerdicts.digest(cluster, namespace(undefined).look)).toEqual({});
  });

  const application = (status: object) =>
    resource('FlinkDeployment', { job: { upgradeMode: 'savepoint' } }, status, 'app');
  it.each([
    ['that starts', { error: 'Job Not Found', lifecycleState: 'DEPLOYED' }, undefined],
    ['that lost its job', { error: 'Job Not Found' }, 'lost'],
    ['whose JobManager is gone', { jobManagerDeploymentStatus: 'MISSING' }, 'lost'],
  ])('of an application %s says so', async (_, status, error) => {
    const { look } = namespace([], { status: 404, body: {} });
    const found = await deploymentVerdicts.digest(
      application(statusOf('RECONCILING', 'savepoint', status)),
      look,
    );
    expect(found.job?.error).toBe(error);
  });
});

it('does not cost more requests with more jobs', async () => {
  const jobs = Array.from({ length: 300 }, (_, index) =>
    sessionJob({ upgradeMode: 'savepoint' }, statusOf('RUNNING', 'savepoint'), `j${index}`),
  );
  const { look, asked } = namespace([cluster, ...jobs]);
  await Promise.all(jobs.map((job) => sessionJobVerdicts.digest(job, look)));
  expect(asked).toEqual([]);
});
